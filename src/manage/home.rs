//! `/manage`: what is mine; `/manage/find`: is this yours?
//!
//! What holds: whoever comes is first asked whether they are a patient; patients belong on the other side of the site.

use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::State, response::Response};

use crate::{
    accounts::{Me, Need, Page, Signed, Who, access::MaybeSigned},
    app::App,
    claims::Subject,
    model::{
        account::{Member, Role},
        change::Speaker,
        claim::{Claim, ClaimState},
        id::{Id, ThingKind},
        proposal::{Proposal, ProposalState},
    },
    search::{Card, Request},
    site::{CachePolicy, Here, PageError, Part, respond},
    store::ProposalFilter,
};

/// Results on the page; who does not find it types more.
const RESULTS: usize = 20;
/// Claims and proposals that are shown.
const SHOWN: u32 = 100;

/// The rows of this page.
pub fn pages() -> Vec<Page> {
    let anyone = Need::of(Who::Anyone);
    vec![
        Page::get("/manage", anyone, home),
        Page::get("/manage/start/{id}", anyone, start),
        Page::get("/manage/find", Need::of(Who::SignedIn), find),
    ]
}

/// The first screen.
#[derive(Template)]
#[template(path = "manage/start.html")]
pub struct StartPage {
    here: Here,
    /// What they asked about, and its page.
    about: Option<(String, String)>,
    /// Where those go on who work there.
    on: String,
}

/// `GET /manage/start/{id}`: "Is this yours?"
async fn start(here: Here, State(app): State<App>, Part(id): Part) -> Result<Response, PageError> {
    let subject = Subject::or_not_found(&app, &id).await?;
    let on = here.link(&format!("/manage/claim/{}", subject.id));
    let page = here.by_id(&subject.id);
    respond(&StartPage { about: Some((subject.name, page)), on, here }, CachePolicy::Never)
}

/// One organization or app of mine.
pub struct Mine {
    name: String,
    role: String,
    /// Until when, in words.
    until: Option<String>,
    frozen: Option<String>,
    /// Its page, when it is in the directory.
    page: Option<String>,
    /// Where to edit it, when they may.
    edit: Option<String>,
    /// Address and words of everything else that there is for them.
    more: Vec<(String, String)>,
}

/// A claim of mine that is not over.
pub struct MyClaim {
    address: String,
    name: String,
    state: String,
}

/// Something I sent that is not in the directory yet.
pub struct Sent {
    name: String,
    state: String,
    answer: String,
    /// Where to claim it, once it is listed.
    claim: Option<String>,
}

#[derive(Template)]
#[template(path = "manage/home.html")]
pub struct HomePage {
    here: Here,
    me: Me,
    mine: Vec<Mine>,
    claims: Vec<MyClaim>,
    sent: Vec<Sent>,
    /// Notices that they have not read.
    unread: u64,
}

/// `GET /manage`
async fn home(here: Here, State(app): State<App>, MaybeSigned(signed): MaybeSigned) -> Result<Response, PageError> {
    let Some(signed) = signed else {
        let on = format!("{}?next={}", here.link("/sign-in"), here.link("/manage"));
        return respond(&StartPage { here, about: None, on }, CachePolicy::Never);
    };
    let members = app.store.memberships(&signed.person.id).await?;
    let open = [ClaimState::Open, ClaimState::Waiting, ClaimState::Lost, ClaimState::Refused];
    let claims = app.store.claims(&open, None, Some(&signed.person.id), 0, SHOWN).await?;
    let filter = ProposalFilter { author: Some(&signed.person.id), ..ProposalFilter::default() };
    let mut sent = app.store.proposals(&filter, 0, SHOWN).await?;
    sent.retain(|proposal| proposal.speaker != Speaker::Moderators && proposal.base == 0);
    let ids = members.iter().map(|member| &member.subject).chain(claims.iter().map(|claim| &claim.subject));
    let names = names(&app, &ids.cloned().collect::<Vec<_>>()).await?;
    let mut mine = Vec::with_capacity(members.len());
    for member in &members {
        let frozen = app.store.frozen(&member.subject).await?.map(|frozen| frozen_words(&here, &frozen.why));
        mine.push(Mine::new(&here, member, names.get(&member.subject), frozen));
    }
    let claims = claims.iter().map(|claim| MyClaim::new(&here, claim, names.get(&claim.subject))).collect();
    let sent = sent.iter().map(|proposal| Sent::new(&here, proposal, &members)).collect();
    let unread = app.store.unread_notices(&signed.person.id).await?;
    respond(&HomePage { me: signed.me(), mine, claims, sent, unread, here }, CachePolicy::Never)
}

/// Names by id, of those that are in the directory.
pub(super) async fn names(app: &App, ids: &[Id]) -> Result<BTreeMap<Id, String>, PageError> {
    let organizations = app.store.organizations_by_ids(ids).await?;
    let mut names: BTreeMap<Id, String> = organizations.into_iter().map(|org| (org.id, org.name)).collect();
    if ids.iter().any(|id| id.kind() == ThingKind::App) {
        let apps = app.listed_apps().await?;
        names.extend(apps.iter().filter(|app| ids.contains(&app.id)).map(|app| (app.id.clone(), app.name.clone())));
    }
    Ok(names)
}

/// Why nobody may edit it, in words.
pub(super) fn frozen_words(here: &Here, why: &str) -> String {
    match why {
        "two_claims" => here.t("manage-frozen-two"),
        "proof_lost" => here.t("manage-frozen-lost"),
        _ => here.t("manage-frozen"),
    }
}

/// A role in words.
pub(super) fn role_words(here: &Here, role: Role) -> String {
    match role {
        Role::Owner => here.t("role-owner"),
        Role::Editor => here.t("role-editor"),
        Role::Delegate => here.t("role-delegate"),
        Role::Viewer => here.t("role-viewer"),
    }
}

/// A moment as a day in words.
pub(super) fn day(here: &Here, micros: i64) -> String {
    here.date(crate::clock::moment(micros).to_zoned(jiff::tz::TimeZone::UTC).date())
}

impl Mine {
    fn new(here: &Here, member: &Member, name: Option<&String>, frozen: Option<String>) -> Self {
        Self {
            name: name.cloned().unwrap_or_else(|| here.t("manage-not-listed")),
            role: role_words(here, member.role),
            until: (member.expires_at > 0).then(|| here.t1("manage-until", "date", day(here, member.expires_at))),
            edit: (member.role > Role::Viewer && frozen.is_none() && name.is_some())
                .then(|| here.link(&format!("/manage/{}/edit", member.subject))),
            page: name.is_some().then(|| here.by_id(&member.subject)),
            more: more(here, &member.subject, member.role),
            frozen,
        }
    }
}

/// The pages about an organization or app that somebody with this role may open, but for the form.
fn more(here: &Here, subject: &Id, role: Role) -> Vec<(String, String)> {
    let of_organization = subject.kind() == ThingKind::Organization;
    let pages = [
        ("waiting", Role::Viewer, false, here.t("manage-waiting")),
        ("notices", Role::Delegate, false, here.t("notices-title")),
        ("confirm", Role::Delegate, false, here.t("confirm-title")),
        ("places", Role::Delegate, true, here.t("table-table-title")),
        ("import", Role::Editor, true, here.t("import-title")),
        ("counts", Role::Viewer, true, here.t("counts-title")),
        ("kit", Role::Viewer, true, here.t("kit-title")),
        ("export.json", Role::Viewer, false, here.t("export-title")),
        ("keys", Role::Owner, false, here.t("keys-title")),
        ("webhooks", Role::Owner, true, here.t("webhooks-title")),
        ("team", Role::Viewer, false, here.t("manage-team")),
    ];
    let theirs = pages.into_iter().filter(|(_, least, only, _)| role >= *least && (of_organization || !only));
    theirs.map(|(page, _, _, words)| (here.link(&format!("/manage/{subject}/{page}")), words)).collect()
}

impl MyClaim {
    fn new(here: &Here, claim: &Claim, name: Option<&String>) -> Self {
        Self {
            address: here.link(&format!("/manage/claims/{}", claim.n)),
            name: name.cloned().unwrap_or_else(|| here.t("manage-not-listed")),
            state: super::claim::state_words(here, claim.state),
        }
    }
}

impl Sent {
    fn new(here: &Here, proposal: &Proposal, members: &[Member]) -> Self {
        let state = match proposal.state {
            ProposalState::Waiting => here.t("sent-waiting"),
            ProposalState::Asked => here.t("sent-asked"),
            ProposalState::Scheduled | ProposalState::Published => here.t("sent-published"),
            ProposalState::Rejected => here.t("sent-rejected"),
            ProposalState::Withdrawn => here.t("sent-withdrawn"),
        };
        let listed = proposal.subject.as_ref().filter(|_| proposal.state == ProposalState::Published);
        let listed = listed.filter(|subject| !members.iter().any(|member| member.subject == **subject));
        Self {
            name: proposal.after.name().to_owned(),
            state,
            answer: proposal.answer.clone(),
            claim: listed.map(|subject| here.link(&format!("/manage/claim/{subject}"))),
        }
    }
}

/// One result: is it this one?
pub struct Candidate {
    name: String,
    more: String,
    page: String,
    /// Where to say that it is theirs.
    claim: String,
}

impl Candidate {
    fn new(here: &Here, card: &Card) -> Self {
        let place = here.place(card.city.as_deref(), card.state.as_deref(), &card.areas);
        Self {
            claim: here.link(&format!("/manage/claim/{}", card.id)),
            name: card.name.clone(),
            more: std::iter::once(here.kind(card.kind)).chain(place).collect::<Vec<_>>().join(" · "),
            page: here.organization(&card.slug),
        }
    }
}

#[derive(Template)]
#[template(path = "manage/find.html")]
pub struct FindMinePage {
    here: Here,
    me: Me,
    q: String,
    found: Vec<Candidate>,
    apps: Vec<Candidate>,
}

/// `GET /manage/find?q=`
async fn find(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let q = here.asked("q").unwrap_or_default();
    let (mut found, mut apps) = (Vec::new(), Vec::new());
    if !q.trim().is_empty() {
        let request = Request { q: q.clone(), limit: RESULTS, ..Request::default() };
        let index = app.index.clone();
        let results = tokio::task::spawn_blocking(move || index.search(&request)).await;
        let results = results.map_err(|cut_off| PageError::broken("a search", &cut_off))??;
        found = results.results.iter().map(|card| Candidate::new(&here, card)).collect();
        let words = q.trim().to_lowercase();
        let listed = app.listed_apps().await?;
        let fits = listed.iter().filter(|app| app.name.to_lowercase().contains(&words)).take(RESULTS);
        apps = fits.map(|app| of_app(&here, app)).collect();
    }
    respond(&FindMinePage { me: signed.me(), here, q, found, apps }, CachePolicy::Never)
}

fn of_app(here: &Here, app: &crate::model::organization::App) -> Candidate {
    Candidate {
        claim: here.link(&format!("/manage/claim/{}", app.id)),
        name: app.name.clone(),
        more: app.publisher.clone().unwrap_or_default(),
        page: here.app(&app.slug),
    }
}

#[cfg(test)]
mod samples {
    use super::{
        Candidate, FindMinePage, HomePage, Me, Mine, MyClaim, Sent, StartPage, frozen_words, more, role_words,
    };
    use crate::{
        model::account::Role,
        site::{
            Lang,
            samples::{cards, here, id},
        },
    };

    impl StartPage {
        pub fn samples(lang: Lang) -> Vec<Self> {
            let about = Some(("Mercy <b>Hospital</b>".to_owned(), here(lang, "/").organization("mercy")));
            let on = here(lang, "/").link("/sign-in");
            vec![
                Self { here: here(lang, "/manage"), about: None, on: on.clone() },
                Self { here: here(lang, "/manage"), about, on },
            ]
        }
    }

    impl HomePage {
        pub fn samples(lang: Lang) -> Vec<Self> {
            let at = here(lang, "/manage");
            let mine = |n: u32, role: Role, frozen: Option<&str>| Mine {
                more: more(&at, &id("org-", n), role),
                name: "Mercy <b>Hospital</b>".into(),
                role: role_words(&at, role),
                until: (role == Role::Delegate).then(|| at.t1("manage-until", "date", "3 Nov 2027")),
                frozen: frozen.map(|why| frozen_words(&at, why)),
                page: (role != Role::Viewer).then(|| at.by_id(&id("org-", n))),
                edit: (role > Role::Viewer && frozen.is_none()).then(|| at.link("/manage/x/edit")),
            };
            let all = vec![
                mine(1, Role::Owner, None),
                mine(2, Role::Delegate, None),
                mine(3, Role::Owner, Some("two_claims")),
                mine(4, Role::Editor, Some("proof_lost")),
                mine(5, Role::Viewer, Some("moderator")),
            ];
            let claims = vec![MyClaim {
                address: at.link("/manage/claims/1"),
                name: "Mercy".into(),
                state: at.t("claim-state-open"),
            }];
            let sent = |claim: Option<&str>| Sent {
                name: "Valley <b>Clinic</b>".into(),
                state: at.t("sent-waiting"),
                answer: "Please send the address.".into(),
                claim: claim.map(|path| at.link(path)),
            };
            let page =
                |mine, claims, sent, unread| Self { here: at.clone(), me: Me::sample(), mine, claims, sent, unread };
            let sent = vec![sent(None), sent(Some("/manage/claim/org-1"))];
            vec![
                page(Vec::new(), Vec::new(), Vec::new(), 0),
                page(Vec::new(), Vec::new(), Vec::new(), 1),
                page(all, claims, sent, 3),
            ]
        }
    }

    impl FindMinePage {
        pub fn samples(lang: Lang) -> Vec<Self> {
            let at = here(lang, "/manage/find");
            let found: Vec<_> = cards().iter().map(|card| Candidate::new(&at, card)).collect();
            let page = |q: &str, found: Vec<Candidate>, apps: Vec<Candidate>| Self {
                here: at.clone(),
                me: Me::sample(),
                q: q.into(),
                found,
                apps,
            };
            let app = Candidate {
                claim: at.link(&format!("/manage/claim/{}", id("app-", 1))),
                name: "Example <b>Health</b>".into(),
                more: "Example".into(),
                page: at.app("example-health"),
            };
            vec![
                page("", Vec::new(), Vec::new()),
                page("<script>", Vec::new(), Vec::new()),
                page("joseph", found, vec![app]),
            ]
        }
    }
}
