//! `/review/doors/{id}`: a door that would have changed its domain, by a list or a Bundle.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};

use super::{NEED, neutral_to};
use crate::{
    accounts::{Me, Page, Signed},
    app::App,
    model::{
        change::{Risk, doors},
        door::Door,
        id::Id,
        merge::Role,
        proposal::Final,
    },
    moderation::{
        checks::DoorCheck,
        diff::{Piece, letters},
        rules::NotNeutral,
    },
    profile::{
        Standing,
        look::{self, Eyes},
        standing,
    },
    review::{
        desk::DeskState,
        form::Sent,
        tools::{OutcomePage, with_status},
        words,
    },
    site::{Here, PageError, Part},
    store::{HeldDoor, QueueKind, Verdict},
};

/// The rows of this page.
pub fn pages() -> Vec<Page> {
    vec![Page::get("/review/doors/{id}", NEED, show), Page::post("/review/doors/{id}", NEED, decide)]
}

/// The door that an address and its words name.
async fn held(app: &App, id: &Part, role: &str, to: &str) -> Result<HeldDoor, PageError> {
    let id = Id::parse(&id.0).ok_or(PageError::NotFound)?;
    let mut all = app.store.held_doors().await?.into_iter();
    all.find(|door| door.subject == id && door.role == role && door.domain == to).ok_or(PageError::NotFound)
}

#[derive(Template)]
#[template(path = "review/item-door.html")]
pub struct DoorPage {
    here: Here,
    me: Me,
    desk: DeskState,
    door: HeldDoor,
    name: String,
    role: String,
    domain: Vec<Piece>,
    now: Vec<String>,
    odd: Vec<String>,
    led: String,
    may: Result<(), NotNeutral>,
    moved: bool,
}

async fn show(here: Here, State(app): State<App>, signed: Signed, id: Part) -> Result<Response, PageError> {
    let asked = |name: &str| here.asked(name).unwrap_or_default();
    let door = held(&app, &id, &asked("role"), &asked("to")).await?;
    let page = DoorPage::new(here, &app, &signed, door, false).await?;
    with_status(&page, StatusCode::OK)
}

/// What would be trusted of where a door leads.
fn leads(looks: Vec<Final>) -> String {
    looks.into_iter().next().map(|led| led.trust_key).unwrap_or_default()
}

impl DoorPage {
    async fn new(here: Here, app: &App, signed: &Signed, door: HeldDoor, moved: bool) -> Result<Self, PageError> {
        let key = format!("{}/{}/{}", door.subject, door.role, door.domain);
        let desk = DeskState::of(app, signed, QueueKind::Door, &key, words::path(QueueKind::Door, &key)).await?;
        let may = neutral_to(app, signed, Some(&door.subject)).await?;
        let now = standing(app, &door.subject).await?;
        let risk = risk(&door);
        let checks = super::checked(app, now.as_ref().map(|now| &now.seen), risk.as_slice(), &[]).await?;
        let led = leads(look::lately(app, std::slice::from_ref(&door.url)).await);
        Ok(Self::of(here, signed.me(), desk, door, now.as_ref(), checks.first(), led, may, moved))
    }

    #[expect(clippy::too_many_arguments, reason = "what was read, each by its own question")]
    fn of(
        here: Here,
        me: Me,
        desk: DeskState,
        door: HeldDoor,
        now: Option<&Standing>,
        check: Option<&DoorCheck>,
        led: String,
        may: Result<(), NotNeutral>,
        moved: bool,
    ) -> Self {
        let role = Role::from_word(&door.role);
        let seen = now.map(|now| doors(&now.seen)).unwrap_or_default();
        let mut domains: Vec<String> =
            seen.into_iter().filter(|(of, _)| Some(*of) == role).map(|(_, door)| door.trust_key()).collect();
        domains.sort();
        domains.dedup();
        Self {
            name: now.map(|now| now.seen.name().to_owned()).unwrap_or_default(),
            role: role.map_or_else(|| door.role.clone(), |role| words::role(&here, role)),
            domain: letters(&door.domain, domains.first().map_or("", String::as_str)),
            odd: check.map(|check| super::odd(&here, check)).unwrap_or_default(),
            now: domains,
            me,
            desk,
            door,
            led,
            may,
            moved,
            here,
        }
    }

    fn not_neutral(&self) -> Option<String> {
        self.may.err().map(|why| words::not_neutral(&self.here, why))
    }

    fn about(&self) -> String {
        self.here.by_id(&self.door.subject)
    }

    /// One that may be decided, and one that changed meanwhile.
    #[cfg(test)]
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let one = |led: &str, may, moved| {
            let door = HeldDoor {
                subject: crate::site::samples::id("org-", 1),
                role: "portal".into(),
                domain: "rnychart.org".into(),
                url: "https://rnychart.org/<b>".into(),
                source: "vendor".into(),
            };
            let known = crate::moderation::checks::Known::default();
            let check = risk(&door).and_then(|risk| known.check(&[risk]).pop());
            let here = crate::site::samples::here(lang, "/review/doors/x");
            let desk = DeskState::sample(None, false);
            Self::of(here, Me::sample(), desk, door, None, check.as_ref(), led.into(), may, moved)
        };
        vec![one("", Ok(()), false), one("example.org", Err(NotNeutral::Member), true)]
    }
}

/// The door as a reason to look.
fn risk(held: &HeldDoor) -> Option<Risk> {
    let (role, door) = (Role::from_word(&held.role)?, Door::parse(&held.url).ok()?);
    Some(Risk::Door { role, url: door.url, domain: door.domain, trust_key: held.domain.clone() })
}

/// Whoever confirms has opened it, and it leads where it led then.
async fn was_read(app: &App, door: &HeldDoor, sent: &Sent) -> bool {
    let hidden =
        Door::parse(&door.url).is_ok_and(|door| door.warnings.contains(&crate::model::door::Warning::Shortener));
    if hidden || sent.one("opened") != door.domain {
        return false;
    }
    sent.one("led") == leads(look::now(app, std::slice::from_ref(&door.url), Eyes::Ours).await)
}

async fn decide(
    here: Here,
    State(app): State<App>,
    signed: Signed,
    id: Part,
    sent: Sent,
) -> Result<Response, PageError> {
    let door = held(&app, &id, sent.one("role"), sent.one("to")).await?;
    if neutral_to(&app, &signed, Some(&door.subject)).await?.is_err() {
        let page = DoorPage::new(here, &app, &signed, door, false).await?;
        return with_status(&page, StatusCode::FORBIDDEN);
    }
    let verdict = match sent.one("verdict") {
        "confirm" => Verdict::Confirm,
        "refuse" => Verdict::Refuse,
        _ => return Err(PageError::NotFound),
    };
    if verdict == Verdict::Confirm && !was_read(&app, &door, &sent).await {
        let page = DoorPage::new(here, &app, &signed, door, true).await?;
        return with_status(&page, StatusCode::CONFLICT);
    }
    let done = app.store.decide_door(&door, verdict, &signed.as_moderator()).await;
    OutcomePage::over(here, signed.me(), done)
}
