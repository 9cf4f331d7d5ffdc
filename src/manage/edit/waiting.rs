//! `/manage/{subject}/waiting`: what waits for a second person or for its day. An independent owner may confirm or refuse it;
//! whoever sent it may take it back.
//!
//! What holds: nobody confirms what they sent themselves; what is confirmed is what was read, down to the version of the page
//! that people see; a form about another organization's change changes nothing.

use askama::Template;
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use url::form_urlencoded;

use super::{
    start::OPEN,
    step::to,
    view::{SideView, side_views},
    words,
};
use crate::{
    accounts::{Me, Signed},
    app::App,
    clock::moment,
    model::{
        account::{Member, Role},
        change::differences,
        proposal::{Proposal, ProposalKind, ProposalState},
    },
    profile::{Read, Standing, confirm_change, diff, may_confirm, standing},
    site::{CachePolicy, Here, PageError, respond},
    store::{ProposalFilter, StoreError},
};

/// Changes that are shown at once.
const SHOWN: u32 = 50;
/// The longest answer to an author, in characters.
const LONGEST: usize = 1_000;

/// One change.
#[expect(clippy::struct_excessive_bools, reason = "what the page offers, each by itself")]
struct Item {
    n: i64,
    hash: String,
    at: String,
    by: String,
    why: String,
    /// What the author was told, or why it waits again.
    answer: String,
    risks: Vec<String>,
    sides: Vec<SideView>,
    /// From when it is published.
    from: Option<String>,
    /// It waits for its day alone.
    scheduled: bool,
    mine: bool,
    may_confirm: bool,
    may_refuse: bool,
    may_withdraw: bool,
}

/// What waits.
#[derive(Template)]
#[template(path = "manage/edit-waiting.html")]
pub struct WaitingPage {
    here: Here,
    me: Me,
    subject: String,
    name: String,
    page: String,
    /// What became of what was just sent.
    sent: Option<String>,
    /// The version that people see.
    seen: i64,
    items: Vec<Item>,
}

impl WaitingPage {
    fn address(&self, n: &i64, what: &str) -> String {
        self.here.link(&format!("/manage/{}/waiting/{n}/{what}", self.subject))
    }

    fn edit(&self) -> String {
        self.here.link(&format!("/manage/{}/edit", self.subject))
    }
}

/// What became of something, in words.
fn sent_words(here: &Here, sent: &str) -> Option<String> {
    Some(match sent {
        "live" => here.t("edit-sent-live"),
        "both" => here.t("edit-sent-both"),
        "waits" => here.t("edit-sent-waits"),
        "later" => here.t("edit-sent-later"),
        "nothing" => here.t("edit-sent-nothing"),
        "confirmed" => here.t("edit-sent-confirmed"),
        "refused" => here.t("edit-sent-refused"),
        "withdrawn" => here.t("edit-sent-withdrawn"),
        "conflict" => here.t("edit-sent-conflict"),
        _ => return None,
    })
}

/// Who looks.
struct Eyes<'a> {
    signed: &'a Signed,
    members: &'a [Member],
    now: i64,
}

impl Eyes<'_> {
    fn is_author(&self, proposal: &Proposal) -> bool {
        proposal.author.as_ref() == Some(&self.signed.person.id)
    }

    fn may_confirm(&self, proposal: &Proposal) -> bool {
        let (author, person) = (proposal.author.as_ref(), &self.signed.person.id);
        let open = proposal.state.is_open();
        open && self.is_owner() && may_confirm(self.members, author, person, self.signed.is_moderator(), self.now)
    }

    fn is_owner(&self) -> bool {
        self.signed.member.as_ref().is_some_and(|member| member.role == Role::Owner)
    }

    /// An owner may stop what somebody else sent, even one who may not confirm it.
    fn may_refuse(&self, proposal: &Proposal) -> bool {
        self.is_owner() && !self.is_author(proposal)
    }
}

fn item(here: &Here, eyes: &Eyes<'_>, standing: &Standing, proposal: &Proposal) -> Item {
    let day = |micros: i64| here.date(moment(micros).to_zoned(jiff::tz::TimeZone::UTC).date());
    let mine = eyes.is_author(proposal);
    let told = differences(Some(&standing.seen), proposal.before.as_ref(), &proposal.after);
    Item {
        n: proposal.n,
        hash: proposal.hash.clone(),
        at: day(proposal.at),
        by: match (mine, proposal.kind) {
            (true, _) => here.t("edit-by-you"),
            (false, ProposalKind::Delegate) => here.t("edit-by-delegate"),
            (false, _) => here.t("edit-by-other"),
        },
        why: proposal.why.clone(),
        answer: proposal.answer.clone(),
        risks: proposal.risks.iter().map(|risk| words::risk(here, risk)).collect(),
        sides: side_views(here, diff::sides(&told)),
        from: (proposal.publish_at > 0).then(|| day(proposal.publish_at)),
        scheduled: proposal.state == ProposalState::Scheduled,
        mine,
        may_confirm: eyes.may_confirm(proposal),
        may_refuse: eyes.may_refuse(proposal),
        may_withdraw: mine,
    }
}

/// `GET /manage/{subject}/waiting`
pub async fn get(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let subject = signed.subject()?.clone();
    let standing = standing(&app, &subject).await?.ok_or(PageError::NotFound)?;
    let members = app.store.members(&subject).await?;
    let eyes = Eyes { signed: &signed, members: &members, now: app.clock.micros() };
    let filter = ProposalFilter { states: OPEN, subject: Some(&subject), author: None };
    let open = app.store.proposals(&filter, 0, SHOWN).await?;
    // Suggestions of the public are the moderators' affair.
    let theirs = open.iter().filter(|proposal| proposal.speaker == crate::model::change::Speaker::Owners);
    let items = theirs.map(|proposal| item(&here, &eyes, &standing, proposal)).collect();
    let page = WaitingPage {
        me: signed.me(),
        name: standing.seen.name().to_owned(),
        page: here.by_id(&subject),
        sent: here.asked("sent").and_then(|sent| sent_words(&here, &sent)),
        seen: standing.version,
        items,
        subject: subject.to_string(),
        here,
    };
    respond(&page, CachePolicy::Never)
}

/// What was sent with a button.
#[derive(Default)]
struct Sent {
    hash: String,
    seen: i64,
    answer: String,
}

impl Sent {
    fn read(body: &[u8]) -> Self {
        let mut sent = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            match name.as_ref() {
                "hash" => sent.hash = value.into_owned(),
                "seen" => sent.seen = value.parse().unwrap_or_default(),
                "answer" => sent.answer = value.chars().filter(|c| !c.is_control()).take(LONGEST).collect(),
                _ => {}
            }
        }
        sent
    }
}

/// The change of this organization or app that the address names.
async fn change(app: &App, signed: &Signed, n: &str) -> Result<Proposal, PageError> {
    let n = n.parse().map_err(|_| PageError::NotFound)?;
    let proposal = app.store.proposal(n).await?.ok_or(PageError::NotFound)?;
    let theirs = proposal.subject.as_ref() == Some(signed.subject()?);
    let owners = proposal.speaker == crate::model::change::Speaker::Owners;
    if theirs && owners { Ok(proposal) } else { Err(PageError::NotFound) }
}

/// Back to the list, with what became of it.
fn back(here: &Here, signed: &Signed, done: Result<Proposal, StoreError>, word: &str) -> Result<Response, PageError> {
    let subject = signed.subject()?;
    match done {
        Ok(_) => Ok(to(here, subject, &format!("waiting?sent={word}"))),
        Err(StoreError::Conflict(_)) => {
            let mut response = to(here, subject, "waiting?sent=conflict");
            *response.status_mut() = StatusCode::SEE_OTHER;
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /manage/{subject}/waiting/{n}/confirm`
pub async fn confirm(
    here: Here,
    State(app): State<App>,
    signed: Signed,
    Path((_, n)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, PageError> {
    let proposal = change(&app, &signed, &n).await?;
    let members = app.store.members(signed.subject()?).await?;
    let eyes = Eyes { signed: &signed, members: &members, now: app.clock.micros() };
    if !eyes.may_confirm(&proposal) {
        return Err(PageError::NotFound);
    }
    let sent = Sent::read(&body);
    let read = Read { hash: &sent.hash, seen: sent.seen, actor: &signed.as_owner() };
    back(&here, &signed, confirm_change(&app, &proposal, read).await, "confirmed")
}

/// `POST /manage/{subject}/waiting/{n}/refuse`
pub async fn refuse(
    here: Here,
    State(app): State<App>,
    signed: Signed,
    Path((_, n)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, PageError> {
    let proposal = change(&app, &signed, &n).await?;
    let eyes = Eyes { signed: &signed, members: &[], now: app.clock.micros() };
    if !eyes.may_refuse(&proposal) {
        return Err(PageError::NotFound);
    }
    let sent = Sent::read(&body);
    let rejected = ProposalState::Rejected;
    let done = app.store.turn_down(proposal.n, &sent.hash, rejected, &sent.answer, &signed.as_owner()).await;
    back(&here, &signed, done, "refused")
}

/// `POST /manage/{subject}/waiting/{n}/withdraw`
pub async fn withdraw(
    here: Here,
    State(app): State<App>,
    signed: Signed,
    Path((_, n)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, PageError> {
    let proposal = change(&app, &signed, &n).await?;
    if proposal.author.as_ref() != Some(&signed.person.id) {
        return Err(PageError::NotFound);
    }
    let hash = Sent::read(&body).hash;
    let done = app.store.turn_down(proposal.n, &hash, ProposalState::Withdrawn, "", &signed.as_owner()).await;
    back(&here, &signed, done, "withdrawn")
}

#[cfg(test)]
impl WaitingPage {
    /// With everything that can wait, and empty.
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let subject = crate::site::samples::id("org-", 1);
        let here = crate::site::samples::here(lang, &format!("/manage/{subject}/waiting"));
        let item = |n: i64, mine: bool| Item {
            n,
            hash: "0".into(),
            at: here.date(crate::site::samples::TODAY),
            by: if mine { here.t("edit-by-you") } else { here.t("edit-by-other") },
            why: "<i>Because</i>".into(),
            answer: "A door leads elsewhere.".into(),
            risks: super::check::every_risk().iter().map(|risk| words::risk(&here, risk)).collect(),
            sides: vec![SideView {
                title: words::listed(&here, "portals"),
                field: "portals".into(),
                pairs: vec![diff::marked("a", "b")],
            }],
            from: mine.then(|| here.date(crate::site::samples::TODAY)),
            scheduled: mine,
            mine,
            may_confirm: !mine,
            may_refuse: !mine,
            may_withdraw: mine,
        };
        let page = |items: Vec<Item>, sent: Option<&str>| Self {
            me: Me::sample(),
            subject: subject.to_string(),
            name: "St. Mary’s".into(),
            page: here.by_id(&subject),
            sent: sent.and_then(|sent| sent_words(&here, sent)),
            seen: 3,
            items,
            here: here.clone(),
        };
        let mut pages = vec![page(vec![item(1, true), item(2, false)], None)];
        for sent in ["live", "both", "waits", "later", "nothing", "confirmed", "refused", "withdrawn", "conflict"] {
            pages.push(page(Vec::new(), Some(sent)));
        }
        pages
    }
}
