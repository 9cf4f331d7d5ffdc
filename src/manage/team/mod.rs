//! `/manage/{subject}/team`: who else may, and what.
//!
//! What holds: only owners change anything, with a passkey shown just now; every change is told to the other owners; nobody
//! becomes an owner here: that is a claim, and a moderator's to decide.

mod join;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub(super) use self::join::JoinPage;

use askama::Template;
use axum::{body::Bytes, extract::State, response::Response};
use jiff::{civil::Date, tz::TimeZone};
use url::form_urlencoded;

use super::{
    claim::go,
    home::{day, frozen_words, names, role_words},
};
use crate::{
    accounts::{Me, Need, Page, Signed, Who},
    app::App,
    claims::mails::{Told, lang_of, send_invitation, tell_owners},
    model::{
        account::{Member, PersonId, Role, email_key},
        claim::{ClaimMethod, ClaimState},
        id::Id,
    },
    site::{CachePolicy, Here, PageError, renew_pages, respond},
    store::{Invitation, JOIN, StoreError},
};

/// How long an invitation is good, in microseconds, and how many one organization may send in a day.
const LASTS: i64 = 7 * DAY;
const A_DAY: u64 = 30;
const DAY: i64 = 24 * 3_600 * 1_000_000;
/// The longest place of a delegate, in days.
const DELEGATED: i64 = 365;

/// The rows of this page.
pub fn pages() -> Vec<Page> {
    let look = Need::of(Who::Member(Role::Viewer));
    let change = Need::of(Who::Member(Role::Owner)).fresh();
    vec![
        Page::get("/manage/{subject}/team", look, get),
        Page::post("/manage/{subject}/team/invite", change, invite),
        Page::post("/manage/{subject}/team/void", change, void),
        Page::post("/manage/{subject}/team/role", change, set_role),
        Page::post("/manage/{subject}/team/remove", change, remove),
        Page::post("/manage/{subject}/team/leave", look, leave),
        Page::get("/manage/join", Need::of(Who::SignedIn), join::get),
        Page::post("/manage/join", Need::of(Who::SignedIn), join::post),
    ]
}

/// One of the team.
struct Mate {
    person: PersonId,
    name: String,
    role: Role,
    words: String,
    /// How they showed control, or who brought them.
    how: Option<String>,
    until: Option<String>,
    is_me: bool,
}

/// An invitation or a claim that waits.
struct Waits {
    who: String,
    words: String,
}

#[derive(Template)]
#[template(path = "manage/team.html")]
pub struct TeamPage {
    here: Here,
    me: Me,
    name: String,
    subject: Id,
    owner: bool,
    frozen: Option<String>,
    mates: Vec<Mate>,
    invitations: Vec<Waits>,
    claims: Vec<Waits>,
    word: Option<String>,
    /// The last day that a delegate's place may have.
    latest: String,
}

impl TeamPage {
    fn address(&self, what: &str) -> String {
        self.here.link(&format!("/manage/{}/team{what}", self.subject))
    }

    fn roles(&self) -> [(Role, String, String); 4] {
        [
            (Role::Editor, self.here.t("role-editor"), self.here.t("role-editor-help")),
            (Role::Viewer, self.here.t("role-viewer"), self.here.t("role-viewer-help")),
            (Role::Delegate, self.here.t("role-delegate"), self.here.t("role-delegate-help")),
            (Role::Owner, self.here.t("role-owner"), self.here.t("role-owner-help")),
        ]
    }

    /// Roles that can be given at once.
    fn lower(&self) -> impl Iterator<Item = (Role, String, String)> {
        self.roles().into_iter().filter(|(role, ..)| *role != Role::Owner)
    }

    /// Is there one owner only? Two are better: one may lose a phone, or a job.
    fn one_owner(&self) -> bool {
        self.owner && self.mates.iter().filter(|mate| mate.role == Role::Owner).count() == 1
    }
}

/// What a form did, in words; nothing for a word we did not write.
fn words(here: &Here, word: &str) -> Option<String> {
    Some(match word {
        "invited" => here.t("team-done-invited"),
        "voided" => here.t("team-done-voided"),
        "changed" => here.t("team-done-changed"),
        "removed" => here.t("team-done-removed"),
        "email" => here.t("team-fault-email"),
        "role" => here.t("team-fault-role"),
        "until" => here.t("team-fault-until"),
        "many" => here.t("team-fault-many"),
        "last" => here.t("team-fault-last"),
        "gone" => here.t("team-fault-gone"),
        _ => return None,
    })
}

/// `GET /manage/{subject}/team`
async fn get(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let subject = signed.subject()?.clone();
    let owner = signed.member.as_ref().is_some_and(|member| member.role == Role::Owner);
    let now = app.clock.micros();
    let mut mates = Vec::new();
    for member in app.store.members(&subject).await?.iter().filter(|member| member.is_valid(now)) {
        mates.push(Mate::new(&here, &app, member, owner, &signed).await?);
    }
    let (invitations, claims) = if owner { waiting(&here, &app, &subject).await? } else { Default::default() };
    let frozen = app.store.frozen(&subject).await?.map(|frozen| frozen_words(&here, &frozen.why));
    let name = name_of(&here, &app, &subject).await?;
    let word = here.asked("done").and_then(|word| words(&here, &word));
    let latest = latest(app.clock.today()).to_string();
    let me = signed.me();
    respond(
        &TeamPage { here, me, name, subject, owner, frozen, mates, invitations, claims, word, latest },
        CachePolicy::Never,
    )
}

async fn name_of(here: &Here, app: &App, subject: &Id) -> Result<String, PageError> {
    let names = names(app, std::slice::from_ref(subject)).await?;
    Ok(names.get(subject).cloned().unwrap_or_else(|| here.t("manage-not-listed")))
}

async fn waiting(here: &Here, app: &App, subject: &Id) -> Result<(Vec<Waits>, Vec<Waits>), PageError> {
    let invitation = |one: Invitation| Waits { words: role_words(here, one.role), who: one.email };
    let invitations = app.store.invitations(subject).await?.into_iter().map(invitation).collect();
    let mut claims = Vec::new();
    for claim in app.store.claims(&[ClaimState::Waiting], Some(subject), None, 0, 50).await? {
        let person = app.store.person(&claim.person).await?;
        let words = match claim.method {
            ClaimMethod::Dns | ClaimMethod::File => here.t1("team-claim-shown", "domain", &claim.domain),
            ClaimMethod::Email => here.t1("team-claim-email", "domain", &claim.domain),
            ClaimMethod::Documents => here.t("team-claim-documents"),
            ClaimMethod::Invited => here.t("team-claim-invited"),
        };
        // Only whom an owner brought is named: others have shown nothing to this team yet.
        let named = claim.method == ClaimMethod::Invited;
        let who = person.filter(|_| named).map_or_else(|| here.t("team-somebody"), |person| person.email);
        claims.push(Waits { who, words });
    }
    Ok((invitations, claims))
}

impl Mate {
    async fn new(here: &Here, app: &App, member: &Member, owner: bool, signed: &Signed) -> Result<Self, PageError> {
        let person = app.store.person(&member.person).await?;
        let is_me = member.person == signed.person.id;
        let name = match person {
            Some(person) if owner || is_me => {
                if person.name.is_empty() {
                    person.email
                } else {
                    format!("{} ({})", person.name, person.email)
                }
            }
            Some(person) if !person.name.is_empty() => person.name,
            _ => here.t("team-somebody"),
        };
        let claim = if member.proof > 0 { app.store.claim(member.proof).await? } else { None };
        let how = match claim {
            Some(claim) if claim.method.is_seen() => Some(here.t1("team-how-domain", "domain", claim.domain)),
            Some(_) => Some(here.t("team-how-moderator")),
            None => member.invited_by.is_some().then(|| here.t("team-how-invited")),
        };
        Ok(Self {
            person: member.person.clone(),
            name,
            role: member.role,
            words: role_words(here, member.role),
            how,
            until: (member.expires_at > 0).then(|| here.t1("manage-until", "date", day(here, member.expires_at))),
            is_me,
        })
    }
}

/// The fields of the forms.
#[derive(Debug, Default)]
struct Typed {
    email: String,
    role: Option<Role>,
    until: String,
    person: Option<PersonId>,
}

impl Typed {
    fn read(body: &[u8]) -> Self {
        let mut typed = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            match name.as_ref() {
                "email" => typed.email = value.into_owned(),
                "role" => typed.role = Role::from_word(&value),
                "until" => value.trim().clone_into(&mut typed.until),
                "person" => typed.person = PersonId::parse(&value),
                _ => {}
            }
        }
        typed
    }

    /// The end of a place: a delegate's is never further than a year away. Nothing when the day is no good.
    fn ends(&self, role: Role, today: Date) -> Option<i64> {
        let latest = latest(today);
        let day = match (self.until.is_empty(), role) {
            (true, Role::Delegate) => latest,
            (true, _) => return Some(0),
            (false, _) => self.until.parse::<Date>().ok()?,
        };
        let good = day > today && (role != Role::Delegate || day <= latest);
        // To the end of that day.
        let after = day.tomorrow().ok()?.to_zoned(TimeZone::UTC).ok()?;
        good.then(|| after.timestamp().as_microsecond())
    }
}

fn latest(today: Date) -> Date {
    today.saturating_add(jiff::Span::new().days(DELEGATED))
}

fn done(here: &Here, subject: &Id, word: &str) -> Response {
    go(here, &format!("/manage/{subject}/team?done={word}"))
}

/// `POST /manage/{subject}/team/invite`
async fn invite(here: Here, State(app): State<App>, signed: Signed, body: Bytes) -> Result<Response, PageError> {
    let subject = signed.subject()?.clone();
    let typed = Typed::read(&body);
    let Some(email) = email_key(&typed.email) else { return Ok(done(&here, &subject, "email")) };
    let Some(role) = typed.role else { return Ok(done(&here, &subject, "role")) };
    let end = if role == Role::Owner { Some(0) } else { typed.ends(role, app.clock.today()) };
    let Some(expires_at) = end else { return Ok(done(&here, &subject, "until")) };
    if app.store.tickets_since(JOIN, subject.as_str(), app.clock.micros() - DAY).await? >= A_DAY {
        return Ok(done(&here, &subject, "many"));
    }
    let by = signed.person.id.clone();
    let invitation = Invitation { subject: subject.clone(), role, expires_at, by, email: email.clone() };
    let body = serde_json::to_string(&invitation).unwrap_or_default();
    let secret = app.store.issue_ticket(JOIN, subject.as_str(), &body, LASTS).await?;
    let detail = serde_json::json!({ "role": role, "expires_at": expires_at });
    app.store.audit(&signed.as_owner(), "member.invited", subject.as_str(), &detail).await?;
    let name = name_of(&here, &app, &subject).await?;
    let known = app.store.person_by_email(&email).await?;
    send_invitation(&app, known.as_ref().map_or(here.lang, lang_of), &email, &name, &secret).await?;
    Ok(done(&here, &subject, "invited"))
}

/// `POST /manage/{subject}/team/void`: no invitation that is out is good any more.
async fn void(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let subject = signed.subject()?;
    app.store.void_tickets(JOIN, subject.as_str()).await?;
    app.store.audit(&signed.as_owner(), "member.invitations_voided", subject.as_str(), &serde_json::json!({})).await?;
    Ok(done(&here, subject, "voided"))
}

/// `POST /manage/{subject}/team/role`
async fn set_role(here: Here, State(app): State<App>, signed: Signed, body: Bytes) -> Result<Response, PageError> {
    let subject = signed.subject()?.clone();
    let typed = Typed::read(&body);
    let (Some(person), Some(role)) = (&typed.person, typed.role.filter(|role| *role != Role::Owner)) else {
        return Ok(done(&here, &subject, "role"));
    };
    let Some(end) = typed.ends(role, app.clock.today()) else { return Ok(done(&here, &subject, "until")) };
    let changed = app.store.change_role(&subject, person, role, end, &signed.as_owner()).await;
    ended(&here, &app, &signed, &subject, changed.map(|_| "changed")).await
}

/// `POST /manage/{subject}/team/remove`
async fn remove(here: Here, State(app): State<App>, signed: Signed, body: Bytes) -> Result<Response, PageError> {
    let subject = signed.subject()?.clone();
    let Some(person) = Typed::read(&body).person else { return Ok(done(&here, &subject, "gone")) };
    let gone = app.store.leave(&subject, &person, &signed.as_owner()).await;
    ended(&here, &app, &signed, &subject, gone.map(|()| "removed")).await
}

/// `POST /manage/{subject}/team/leave`
async fn leave(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let subject = signed.subject()?.clone();
    let gone = app.store.leave(&subject, &signed.person.id, &signed.as_owner()).await;
    ended(&here, &app, &signed, &subject, gone.map(|()| "left")).await
}

/// Tells the others what was done, or whoever did it why it was not.
async fn ended(
    here: &Here,
    app: &App,
    signed: &Signed,
    subject: &Id,
    what: Result<&str, StoreError>,
) -> Result<Response, PageError> {
    let word = match what {
        Ok(word) => {
            // Whose proof the page shows may be somebody who is no owner any more.
            renew_pages(app, subject).await;
            let name = name_of(here, app, subject).await?;
            tell_owners(app, subject, &name, Some(&signed.person.id), Told::TeamChanged).await?;
            word
        }
        Err(StoreError::Refused(_)) => "last",
        Err(StoreError::Conflict(_)) => "gone",
        Err(error) => return Err(error.into()),
    };
    Ok(if word == "left" { go(here, "/manage") } else { done(here, subject, word) })
}

#[cfg(test)]
impl TeamPage {
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let here = || crate::site::samples::here(lang, "/manage/org-1/team");
        let mate = |n: u128, role: Role, is_me: bool| Mate {
            person: PersonId::new(uuid::Uuid::from_u128(n)),
            name: "Ann <b>Lee</b> (ann@mercy.org)".into(),
            role,
            words: role_words(&here(), role),
            how: is_me.then(|| here().t1("team-how-domain", "domain", "mercy.org")),
            until: (role == Role::Delegate).then(|| here().t1("manage-until", "date", "3 Nov 2027")),
            is_me,
        };
        let waits = || vec![Waits { who: "bo@mercy.org".into(), words: here().t("role-editor") }];
        let page = |owner: bool, word: Option<&str>, frozen: Option<&str>| Self {
            here: here(),
            me: crate::accounts::Me::sample(),
            name: "Mercy <b>Hospital</b>".into(),
            subject: crate::site::samples::id("org-", 1),
            owner,
            frozen: frozen.map(|why| frozen_words(&here(), why)),
            mates: vec![
                mate(1, Role::Owner, true),
                mate(2, Role::Editor, false),
                mate(3, Role::Delegate, false),
                mate(4, Role::Viewer, false),
            ],
            invitations: if owner { waits() } else { Vec::new() },
            claims: if owner { waits() } else { Vec::new() },
            word: word.and_then(|word| words(&here(), word)),
            latest: "2027-11-22".into(),
        };
        let mut pages =
            vec![page(false, None, None), page(true, None, Some("two_claims")), page(true, Some("<b>"), None)];
        for word in ["invited", "voided", "changed", "removed", "email", "role", "until", "many", "last", "gone"] {
            pages.push(page(true, Some(word), None));
        }
        pages
    }
}
