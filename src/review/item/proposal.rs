//! `/review/proposals/{n}`: what somebody would have the directory say, beside what it says now.

use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};

use super::{NEED, read::Read};
use crate::{
    accounts::{Me, Page, Signed},
    app::App,
    model::{
        change::Speaker,
        organization::{Organization, Said},
        proposal::{Final, Proposal, ProposalState},
    },
    moderation::{
        binding::Stale,
        checks::DoorCheck,
        diff::{self, FieldDiff},
        edited,
        reasons::Reason,
        rules::NotNeutral,
    },
    profile::look,
    review::{
        desk::DeskState,
        fields::FieldView,
        form::number,
        log,
        tools::with_status,
        words::{self, day},
    },
    site::{Here, PageError, Part},
    store::{AuthorRecord, ProposalFilter, QueueKind},
};

/// Earlier decisions that are shown.
const EARLIER: u32 = 12;

/// The rows of this page.
pub fn pages() -> Vec<Page> {
    vec![Page::get("/review/proposals/{n}", NEED, show)]
}

async fn show(here: Here, State(app): State<App>, signed: Signed, n: Part) -> Result<Response, PageError> {
    let read = Read::of(&app, &signed, number(&n)?).await?;
    let page = ProposalPage::new(here, &app, &signed, read, Vec::new()).await?;
    with_status(&page, StatusCode::OK)
}

/// A door as pages show it.
pub struct DoorView {
    /// What is known of it.
    pub check: DoorCheck,
    /// What it is for.
    pub role: String,
    /// What is odd about it.
    pub odd: Vec<String>,
    /// What a look at it told.
    pub look: String,
}

impl DoorView {
    /// Doors with where they led a moment ago.
    pub fn all(here: &Here, doors: Vec<DoorCheck>, finals: &[Final]) -> Vec<Self> {
        let view = |check: DoorCheck| Self {
            role: words::role(here, check.role),
            odd: odd(here, &check),
            look: looked(here, &check, finals),
            check,
        };
        doors.into_iter().map(view).collect()
    }
}

/// Who sent it, without a name or an address.
struct AuthorView {
    since: String,
    role: String,
    record: String,
}

impl AuthorView {
    fn new(here: &Here, since: String, role: String, record: AuthorRecord) -> Self {
        let counts = [
            ("published", record.published.into()),
            ("rejected", record.rejected.into()),
            ("open", record.open.into()),
        ];
        Self { since, role, record: here.lang.with("review-record", &counts) }
    }
}

/// Something that was decided before.
struct Earlier {
    day: String,
    words: String,
}

#[derive(Template)]
#[template(path = "review/item-proposal.html")]
pub struct ProposalPage {
    here: Here,
    me: Me,
    desk: DeskState,
    proposal: Proposal,
    name: String,
    seen: i64,
    came: String,
    sent: String,
    publish: Option<String>,
    doors: Vec<DoorView>,
    risks: Vec<String>,
    fields: Vec<FieldView>,
    author: Option<AuthorView>,
    earlier: Vec<Earlier>,
    finals: String,
    may: Result<(), NotNeutral>,
    changed: Vec<String>,
}

impl ProposalPage {
    /// The page; `changed` says why a decision was not taken.
    pub async fn new(
        here: Here,
        app: &App,
        signed: &Signed,
        read: Read,
        changed: Vec<Stale>,
    ) -> Result<Self, PageError> {
        let n = read.proposal.n;
        let back = format!("/review/proposals/{n}");
        let desk = DeskState::of(app, signed, QueueKind::Proposal, &n.to_string(), back).await?;
        let finals = look::lately(app, &look::new_doors(&read.proposal)).await;
        let author = author(&here, app, &read.proposal).await?;
        let earlier = earlier(&here, app, &read.proposal).await?;
        Ok(Self::of(here, signed.me(), desk, read, &finals, author, earlier, &changed))
    }

    #[expect(clippy::too_many_arguments, reason = "what was read, each by its own question")]
    fn of(
        here: Here,
        me: Me,
        desk: DeskState,
        read: Read,
        finals: &[Final],
        author: Option<AuthorView>,
        earlier: Vec<Earlier>,
        changed: &[Stale],
    ) -> Self {
        let seen = read.seen();
        let Read { proposal, standing, doors, risks, may, organization, outweighed } = read;
        let shown = standing.as_ref().map(|standing| &standing.seen);
        let lines: BTreeMap<String, String> = edited::lines(&proposal).into_iter().collect();
        let field = |diff: FieldDiff| FieldView {
            said: organization.as_ref().and_then(|org| said(&here, org, &diff.field)),
            outweighed: outweighed.get(&diff.field).map(|source| here.t1("review-outweighed", "source", source)),
            line: lines.get(&diff.field).cloned(),
            ..FieldView::of(&here, diff)
        };
        let fields = diff::fields(&here, shown, proposal.before.as_ref(), &proposal.after);
        Self {
            me,
            desk,
            name: shown.map_or_else(|| proposal.after.name().to_owned(), |body| body.name().to_owned()),
            seen,
            came: words::came(&here, proposal.kind),
            sent: day(&here, proposal.at),
            publish: (proposal.publish_at > 0).then(|| day(&here, proposal.publish_at)),
            doors: DoorView::all(&here, doors, finals),
            risks: words::risks(&here, &risks),
            fields: fields.into_iter().map(field).collect(),
            author,
            earlier,
            finals: serde_json::to_string(finals).unwrap_or_default(),
            may,
            changed: changed.iter().map(|why| words::stale(&here, why)).collect(),
            proposal,
            here,
        }
    }

    /// The page of what it is about, for whoever wants to look there.
    fn about(&self) -> Option<String> {
        self.proposal.subject.as_ref().map(|id| self.here.by_id(id))
    }

    fn not_neutral(&self) -> Option<String> {
        self.may.err().map(|why| words::not_neutral(&self.here, why))
    }

    fn was_asked(&self) -> bool {
        self.proposal.state == ProposalState::Asked
    }

    /// May it be approved at all?
    fn is_hidden(&self) -> bool {
        self.doors.iter().any(|door| door.check.is_hidden())
    }

    /// Whoever writes it differently speaks for the moderators, not for the organization.
    fn is_owners(&self) -> bool {
        self.proposal.speaker == Speaker::Owners
    }

    /// Would something of it not show? Then whoever writes it differently speaks for the moderators too.
    fn is_outweighed(&self) -> bool {
        self.fields.iter().any(|field| field.outweighed.is_some())
    }

    fn reasons(&self) -> Vec<(&'static str, String)> {
        let words = |reason: &Reason| match reason {
            Reason::Other => self.here.t("review-reason-choose-other"),
            reason => reason.words(self.here.lang),
        };
        Reason::ALL.iter().map(|reason| (reason.word(), words(reason))).collect()
    }

    /// One of everything the page can show.
    #[cfg(test)]
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let here = || crate::site::samples::here(lang, "/review/proposals/1");
        let one = |read: Read, desk: DeskState, changed: &[Stale]| {
            let finals = [Final { url: "https://a.example.net/".into(), trust_key: "example.net".into() }];
            let record = AuthorRecord { published: 3, rejected: 1, open: 2 };
            let role = here().t("review-author-owner");
            let since = AuthorView::new(&here(), "1 Jan 2026".into(), role, record);
            let earlier = vec![Earlier { day: "1 Jan 2026".into(), words: log::what(&here(), "door.refused") }];
            Self::of(here(), Me::sample(), desk, read, &finals, Some(since), earlier, changed)
        };
        crate::review::samples::reads()
            .into_iter()
            .enumerate()
            .map(|(n, read)| match n {
                0 => one(read, DeskState::sample(Some("Ann"), false), &[]),
                1 => one(read, DeskState::sample(None, true), &[Stale::Seen, Stale::NotOpened("example.net".into())]),
                _ => one(read, DeskState::sample(None, false), &[Stale::Hidden("https://bit.ly/x".into())]),
            })
            .collect()
    }
}

/// Who says a field now, and since when.
fn said(here: &Here, org: &Organization, field: &str) -> Option<String> {
    let begin = match field {
        "places" => "locations/".to_owned(),
        other => format!("{other}/"),
    };
    let items = || org.provenance.iter().find(|(name, _)| name.starts_with(&begin)).map(|(_, said)| said);
    let said: &Said = org.said(field).or_else(items)?;
    Some(here.t2("review-said", "source", &said.source_name, "date", here.date(said.load_date)))
}

/// What is odd about a door, in words.
pub fn odd(here: &Here, check: &DoorCheck) -> Vec<String> {
    use crate::model::door::Warning;
    let warning = |warning: &Warning| match warning {
        Warning::NotHttps => here.t("warning-not-https"),
        Warning::OddPort => here.t("warning-odd-port"),
        Warning::Shortener => here.t("review-odd-shortener"),
        Warning::MixedScript => here.t("review-odd-mixed-script"),
        Warning::LookAlike => here.t("review-odd-look-alike"),
    };
    let mut all: Vec<String> = check.warnings.iter().map(warning).collect();
    if let Some(like) = &check.like {
        all.push(here.t1("review-odd-like", "domain", like));
    }
    if check.is_new() {
        all.push(here.t("review-odd-new"));
    } else {
        all.push(here.t1("review-odd-carriers", "count", check.carriers));
    }
    if check.also.is_empty() {
        all.push(here.t("review-odd-alone"));
    } else {
        all.push(here.t1("review-odd-also", "sources", check.also.join(", ")));
    }
    all
}

/// What a look at the door told, in words.
fn looked(here: &Here, check: &DoorCheck, finals: &[Final]) -> String {
    match finals.iter().find(|led| led.url == check.url).map(|led| led.trust_key.as_str()) {
        None => here.t("review-look-none"),
        Some("") => here.t("review-look-nothing"),
        Some(led) if led == check.trust_key => here.t1("review-look-same", "domain", led),
        Some(led) => here.t1("review-look-elsewhere", "domain", led),
    }
}

/// Who sent it: since when they have an account, what they are there, and what became of what they sent before.
async fn author(here: &Here, app: &App, proposal: &Proposal) -> Result<Option<AuthorView>, PageError> {
    use crate::model::account::Role;
    let Some(id) = &proposal.author else { return Ok(None) };
    let member = match &proposal.subject {
        Some(subject) => app.store.member(subject, id).await?,
        None => None,
    };
    let person = app.store.person(id).await?;
    let role = match member.map(|member| member.role) {
        Some(Role::Owner) => here.t("review-author-owner"),
        Some(Role::Editor) => here.t("review-author-editor"),
        Some(Role::Delegate) => here.t("review-author-delegate"),
        Some(Role::Viewer) | None if proposal.speaker == Speaker::Moderators => here.t("review-author-moderator"),
        Some(Role::Viewer) | None => here.t("review-author-nobody"),
    };
    let since = person.map_or_else(|| here.t("review-author-closed"), |person| day(here, person.created_at));
    Ok(Some(AuthorView::new(here, since, role, app.store.author_record(id).await?)))
}

/// What was decided before about the same organization or app, the newest first.
async fn earlier(here: &Here, app: &App, proposal: &Proposal) -> Result<Vec<Earlier>, PageError> {
    let Some(subject) = &proposal.subject else { return Ok(Vec::new()) };
    let filter = ProposalFilter { subject: Some(subject), ..ProposalFilter::default() };
    let mut all: Vec<(i64, String)> = Vec::new();
    for other in app.store.proposals(&filter, 0, EARLIER).await?.into_iter().filter(|other| other.n != proposal.n) {
        let shown = diff::fields(here, None, other.before.as_ref(), &other.after);
        let about: Vec<String> = shown.iter().map(|diff| words::field(here, &diff.field)).collect();
        let words = words::state(here, other.state);
        let answer = if other.answer.is_empty() { String::new() } else { format!(" — {}", other.answer) };
        all.push((
            other.at,
            format!("{} {}: {words} ({}){answer}", words::came(here, other.kind), other.n, about.join(", ")),
        ));
    }
    // What became of changes stands above, with its reasons.
    let others: Vec<&str> = log::actions().into_iter().filter(|action| !action.starts_with("proposal.")).collect();
    for entry in app.store.audit_entries(Some(subject.as_str()), &others, 0, EARLIER).await? {
        let what = log::what(here, &entry.action);
        all.push((entry.at, format!("{} ({})", what.trim_end_matches(':'), words::who(here, &entry.actor))));
    }
    all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    all.truncate(EARLIER as usize);
    Ok(all.into_iter().map(|(at, words)| Earlier { day: day(here, at), words }).collect())
}
