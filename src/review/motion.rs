//! `/review/bulk/{n}`: one motion, read by whoever confirms it: what it would do, and where its new addresses lead.
//!
//! What holds: addresses are opened when the page is made and once more when it is confirmed; what leads somewhere else by then,
//! or is not as it was read, is not carried (409); a shortener never is; nobody confirms their own, nor what is theirs.

use std::collections::BTreeSet;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use serde_json::Value;

use super::{
    bulk::{Across, Line, Touched},
    desk::DeskState,
    form::number,
    item::{DoorView, checked},
    tools::with_status,
    words,
};
use crate::{
    accounts::{Me, Signed},
    app::App,
    model::{
        change::Risk,
        door::{Door, Warning},
        listing::{Body, OrganizationFacts, PortalFacts},
        merge::Role,
        proposal::Final,
    },
    moderation::{
        binding::{AsRead, Stale},
        checks::DoorCheck,
        rules::{NotNeutral, neutral},
    },
    profile::look,
    site::{Here, PageError, Part},
    store::{Motion, MotionKind, QueueKind},
};

/// Addresses of one motion that are opened, all at once.
const OPENED: usize = 20;

/// A motion with everything it is judged by, read anew for the page and for the decision.
pub struct Judged {
    /// It.
    pub motion: Motion,
    /// May the reader confirm it?
    pub may: Result<(), NotNeutral>,
    touched: Vec<Touched>,
    /// New addresses that were looked at, with what is odd about them.
    doors: Vec<DoorCheck>,
    finals: Vec<Final>,
    /// How many more there are.
    more: usize,
    /// One of them, looked at or not, hides where it leads.
    hidden: Option<String>,
    /// How many organizations are as they were when it was made; 0 where that makes no difference.
    seen: i64,
}

/// How the addresses of a motion are looked at.
#[derive(Debug, Clone, Copy)]
pub enum Look {
    /// To be shown: a look of the last minutes is good enough.
    Lately,
    /// To be decided by.
    Anew,
}

impl Judged {
    /// A motion by its number; no such page when there is none.
    pub async fn of(app: &App, signed: &Signed, n: &Part, look: Look) -> Result<Self, PageError> {
        let motion = numbered(app, n).await?;
        let touched = touched(app, &motion).await?;
        let places = app.store.memberships(&signed.person.id).await?;
        let member = places.iter().any(|place| touched.iter().any(|one| one.id == place.subject));
        let may = neutral(&signed.person.id, motion.author.as_ref(), member);
        let all = addresses(&motion, &touched);
        let hidden = all.iter().find(|url| hides(url)).cloned();
        let some: Vec<String> = all.iter().take(OPENED).cloned().collect();
        let old = before(&motion, &touched);
        let doors = checked(app, old.as_ref(), &risks(&some), &[]).await?;
        let finals = match look {
            _ if !motion.waits || may.is_err() => Vec::new(),
            Look::Lately => look::lately(app, &some).await,
            Look::Anew => look::now(app, &some, look::Eyes::Ours).await,
        };
        let (seen, more) = (as_made(app, &motion, &touched).await?, all.len() - some.len());
        Ok(Self { motion, may, touched, doors, finals, more, hidden, seen })
    }

    /// What keeps a confirmation from being taken now; nothing when it may be.
    pub fn against(&self, read: &AsRead) -> Vec<Stale> {
        if !self.motion.waits {
            return vec![Stale::Proposal];
        }
        let mut all = read.against(&self.motion.hash, self.seen, &self.finals, &self.doors);
        let said = |url: &String| all.contains(&Stale::Hidden(url.clone()));
        if let Some(url) = self.hidden.clone().filter(|url| !said(url)) {
            all.push(Stale::Hidden(url));
        }
        all
    }
}

/// The motion of an address.
pub async fn numbered(app: &App, n: &Part) -> Result<Motion, PageError> {
    app.store.motion(number(n)?).await?.ok_or(PageError::NotFound)
}

/// The organizations it is about; of what is to be taken back, those of what was done.
async fn touched(app: &App, motion: &Motion) -> Result<Vec<Touched>, PageError> {
    let undone = match motion.kind {
        MotionKind::Undo => app.store.motion(motion.subject.parse().unwrap_or_default()).await?,
        _ => None,
    };
    let body = undone.map_or_else(|| motion.body.clone(), |undone| undone.body);
    Ok(serde_json::from_value::<Across>(body).unwrap_or_default().touched)
}

/// Addresses that people would be sent to from then on, each once.
fn addresses(motion: &Motion, touched: &[Touched]) -> BTreeSet<String> {
    let doors = touched.iter().flat_map(|one| &one.doors);
    match motion.kind {
        MotionKind::Move => doors.filter_map(|(_, to)| to.clone()).collect(),
        MotionKind::Undo => doors.map(|(from, _)| from.clone()).collect(),
        MotionKind::LetOff => {
            Door::parse(&format!("https://{}/", motion.subject)).map(|door| door.url).into_iter().collect()
        }
        MotionKind::Close => BTreeSet::new(),
    }
}

/// What they are sent to now: a thief would imitate that.
fn before(motion: &Motion, touched: &[Touched]) -> Option<Body> {
    if motion.kind != MotionKind::Move {
        return None;
    }
    let old: BTreeSet<&String> = touched.iter().flat_map(|one| &one.doors).map(|(from, _)| from).take(OPENED).collect();
    let portals = old.into_iter().filter_map(|url| Door::parse(url).ok()).map(PortalFacts::at).collect();
    Some(Body::Organization(Box::new(OrganizationFacts { portals, ..OrganizationFacts::default() })))
}

/// Does it hide where it leads?
pub fn hides(url: &str) -> bool {
    Door::parse(url).is_ok_and(|door| door.warnings.contains(&Warning::Shortener))
}

fn risks(addresses: &[String]) -> Vec<Risk> {
    let risk = |url: &String| {
        let door = Door::parse(url).ok()?;
        Some(Risk::Door { role: Role::Portal, trust_key: door.trust_key(), domain: door.domain, url: door.url })
    };
    addresses.iter().filter_map(risk).collect()
}

/// How many of its organizations are as they were when it was made: the others would be left out.
async fn as_made(app: &App, motion: &Motion, touched: &[Touched]) -> Result<i64, PageError> {
    if !motion.waits || !matches!(motion.kind, MotionKind::Move | MotionKind::Close) {
        return Ok(0);
    }
    let ids: Vec<_> = touched.iter().map(|one| one.id.clone()).collect();
    let now = app.store.organizations_by_ids(&ids).await?;
    let same = |one: &&Touched| now.iter().any(|org| org.id == one.id && org.version == one.version);
    Ok(touched.iter().filter(same).count() as i64)
}

#[derive(Template)]
#[template(path = "review/motion.html")]
#[expect(clippy::struct_excessive_bools, reason = "what the page shows and what it leaves out")]
pub struct MotionPage {
    here: Here,
    me: Me,
    desk: DeskState,
    n: i64,
    words: String,
    why: String,
    sent: String,
    hash: String,
    waits: bool,
    carried: bool,
    own: bool,
    undoable: bool,
    lines: Vec<Line>,
    doors: Vec<DoorView>,
    /// Addresses that were not opened.
    more: usize,
    hidden: bool,
    seen: i64,
    /// Organizations that changed since it was made.
    late: usize,
    finals: String,
    not_neutral: Option<String>,
    changed: Vec<String>,
}

impl MotionPage {
    /// The page; `changed` says why a confirmation was not taken.
    pub async fn new(
        here: Here,
        app: &App,
        signed: &Signed,
        judged: Judged,
        changed: &[Stale],
    ) -> Result<Self, PageError> {
        let n = judged.motion.n;
        let back = words::path(QueueKind::Motion, &n.to_string());
        let desk = DeskState::of(app, signed, QueueKind::Motion, &n.to_string(), back).await?;
        Ok(Self::of(here, signed.me(), desk, judged, changed))
    }

    fn of(here: Here, me: Me, desk: DeskState, judged: Judged, changed: &[Stale]) -> Self {
        let Judged { motion, may, touched, doors, finals, more, hidden, seen } = judged;
        let mut doors = if motion.waits { DoorView::all(&here, doors, &finals) } else { Vec::new() };
        // It moves every address of a domain, whatever each is for.
        for door in &mut doors {
            door.role.clear();
        }
        let counted = motion.waits && matches!(motion.kind, MotionKind::Move | MotionKind::Close);
        Self {
            me,
            desk,
            n: motion.n,
            words: words::motion(&here, &motion),
            why: motion.body.get("why").and_then(Value::as_str).unwrap_or_default().to_owned(),
            sent: words::day(&here, motion.at),
            waits: motion.waits,
            carried: motion.carried,
            own: may == Err(NotNeutral::Author),
            undoable: motion.carried && matches!(motion.kind, MotionKind::Move | MotionKind::Close),
            lines: touched.iter().map(|one| Line::of(&here, one)).collect(),
            doors,
            more,
            hidden: hidden.is_some(),
            seen,
            late: if counted { touched.len().saturating_sub(usize::try_from(seen).unwrap_or_default()) } else { 0 },
            finals: serde_json::to_string(&finals).unwrap_or_default(),
            not_neutral: may.err().filter(|why| *why != NotNeutral::Author).map(|why| words::not_neutral(&here, why)),
            changed: changed.iter().map(|why| words::stale(&here, why)).collect(),
            hash: motion.hash,
            here,
        }
    }

    /// What is to be ticked: each domain once.
    fn domains(&self) -> Vec<(&str, &str)> {
        let all = self.doors.iter().map(|door| (door.check.trust_key.as_str(), door.check.domain.as_str()));
        all.collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// `GET /review/bulk/{n}`
pub async fn show(here: Here, State(app): State<App>, signed: Signed, n: Part) -> Result<Response, PageError> {
    let judged = Judged::of(&app, &signed, &n, Look::Lately).await?;
    with_status(&MotionPage::new(here, &app, &signed, judged, &[]).await?, StatusCode::OK)
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::site::{Lang, samples};

    impl MotionPage {
        /// One's own, another's, of a member; with a look-alike, a shortener, what changed; and decided ones.
        pub fn samples(lang: Lang) -> Vec<Self> {
            let page = |kind, to: &str, state: (bool, bool), may: Result<(), NotNeutral>, changed: &[Stale]| {
                let here = samples::here(lang, "/review/bulk/1");
                let doors = vec![("https://mychart.mercy.org/".to_owned(), Some(to.to_owned()))];
                let touched = vec![Touched { id: samples::id("org-", 1), name: "Mercy <b>".into(), version: 1, doors }];
                let motion = Motion {
                    n: 1,
                    at: 1,
                    kind,
                    subject: "mercy.org rnercy.org".into(),
                    body: serde_json::json!({ "why": "because" }),
                    hash: "abc".into(),
                    author: None,
                    waits: state.0,
                    carried: state.1,
                    decided_by: String::new(),
                    decided_at: 0,
                    result: Value::Null,
                    organizations: 1,
                };
                let all: Vec<String> = addresses(&motion, &touched).into_iter().collect();
                let old = before(&motion, &touched);
                let known = crate::moderation::checks::Known { seen: old.as_ref(), ..Default::default() };
                let doors = known.check(&risks(&all));
                let hidden = all.iter().find(|url| hides(url)).cloned();
                let judged = Judged { motion, may, touched, doors, finals: Vec::new(), more: 3, hidden, seen: 0 };
                Self::of(here, Me::sample(), DeskState::sample(None, false), judged, changed)
            };
            let (look_alike, short) = ("https://mychart.rnercy.org/", "https://bit.ly/x");
            let waits = (true, false);
            vec![
                page(MotionKind::Move, look_alike, waits, Err(NotNeutral::Author), &[]),
                page(MotionKind::Move, look_alike, waits, Ok(()), &[Stale::Seen]),
                page(MotionKind::Move, short, waits, Ok(()), &[Stale::Hidden(short.into())]),
                page(MotionKind::Close, short, waits, Err(NotNeutral::Member), &[]),
                page(MotionKind::Undo, look_alike, (false, true), Ok(()), &[]),
                page(MotionKind::LetOff, look_alike, (false, false), Ok(()), &[]),
                page(MotionKind::Move, look_alike, (false, true), Ok(()), &[]),
            ]
        }
    }
}

/// Confirming as a second moderator does: the page is read, and its form sent.
#[cfg(test)]
pub mod testing {
    use crate::accounts::testing::{Answer, Office, Visitor};

    /// What the form of the motion that waits would send; no address answers in tests.
    pub async fn form(office: &Office, by: &Visitor) -> (i64, Vec<(String, String)>) {
        let motion = office.app().store.motions(true, 9).await.unwrap().remove(0);
        let page = office.get(Some(by), &format!("/review/bulk/{}", motion.n)).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let page = page.dom();
        let mut fields = Vec::new();
        for name in ["hash", "seen", "finals", "opened"] {
            let values = page.attributes(&format!("form[action$='/carry'] input[name={name}]"), "value");
            fields.extend(values.into_iter().map(|value| (name.to_owned(), value)));
        }
        (motion.n, fields)
    }

    /// Sends what a form would send.
    pub async fn send(office: &Office, by: &Visitor, n: i64, fields: &[(String, String)]) -> Answer {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
        office.post(Some(by), &format!("/review/bulk/{n}/carry"), &fields).await
    }
}
