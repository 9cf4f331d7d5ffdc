//! A motion is carried: piece by piece, each bound to what was read, as a change of the moderators that the second one approves.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    bulk::{Across, Touched},
    form::Sent,
    motion::{Judged, Look, MotionPage, numbered},
    tools::{OutcomePage, Seen, Told, seen, told, with_status},
};
use crate::{
    accounts::Signed,
    app::{App, to_its_end},
    model::{
        account::PersonId,
        change::{Risk, Speaker, rebase, risks},
        door::Door,
        id::Id,
        listing::{AppFacts, Body, DoorFacts, EndpointFacts, OrganizationFacts},
        merge::items,
        proposal::{Proposal, ProposalKind},
    },
    moderation::rules::NotNeutral,
    site::{Here, PageError, Part},
    store::{Approval, Motion, MotionKind, NewProposal, QueueKind, StoreError},
};

/// `POST /review/bulk/{n}/carry`: only as it was read, and only where its addresses lead where they led then.
pub async fn carry(
    here: Here,
    State(app): State<App>,
    signed: Signed,
    n: Part,
    sent: Sent,
) -> Result<Response, PageError> {
    let judged = Judged::of(&app, &signed, &n, Look::Anew).await?;
    match judged.may {
        Ok(()) => {}
        Err(NotNeutral::Author) => return OutcomePage::answer(here, signed.me(), Told::Refused),
        Err(NotNeutral::Member) => {
            let page = MotionPage::new(here, &app, &signed, judged, &[]).await?;
            return with_status(&page, StatusCode::FORBIDDEN);
        }
    }
    let stale = judged.against(&sent.as_read());
    if !stale.is_empty() {
        let page = MotionPage::new(here, &app, &signed, judged, &stale).await?;
        return with_status(&page, StatusCode::CONFLICT);
    }
    let (task, by, motion) = (app.clone(), signed.clone(), judged.motion);
    let told = told(to_its_end(async move { carried(&task, &by, &motion).await }).await?)?;
    OutcomePage::answer(here, signed.me(), told)
}

async fn carried(app: &App, by: &Signed, motion: &Motion) -> Result<Told, StoreError> {
    let hash = &motion.hash;
    let item = format!("{}:{}", QueueKind::Motion.word(), motion.n);
    app.store.release_item(&item, &by.person.id, &by.as_moderator()).await?;
    if motion.kind == MotionKind::LetOff {
        return Ok(Told::Done(app.store.let_host_off(motion.n, hash, &by.person.id).await?, 0));
    }
    let motion = app.store.carry_motion(motion.n, hash, &by.person.id).await?;
    let author = motion.author.clone().unwrap_or_else(|| by.person.id.clone());
    let (mut done, mut late) = (Deeds::default(), 0_u64);
    for piece in pieces(&motion) {
        match piece.carry(app, &author, by, &mut done).await {
            Ok(true) => {}
            Ok(false) | Err(StoreError::Conflict(_) | StoreError::Refused(_)) => late += 1,
            Err(other) => return Err(other),
        }
    }
    app.store.motion_done(motion.n, &json!(done)).await?;
    Ok(Told::Done((done.proposals.len() + done.out.len()) as u64, late))
}

/// What a motion did, piece by piece: what is needed to take it back.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Deeds {
    /// Numbers of the moderators' proposals that were said.
    proposals: Vec<i64>,
    /// Items that were taken out of organizations.
    out: Vec<(Id, Vec<String>)>,
}

/// What is to be done, one after another.
fn pieces(motion: &Motion) -> Vec<Piece> {
    if motion.kind == MotionKind::Undo {
        let deeds: Deeds = serde_json::from_value(motion.body.clone()).unwrap_or_default();
        let back = deeds.proposals.into_iter().map(Piece::Back);
        return back.chain(deeds.out.into_iter().map(|(id, items)| Piece::In(id, items))).collect();
    }
    let across: Across = serde_json::from_value(motion.body.clone()).unwrap_or_default();
    let piece = if motion.kind == MotionKind::Close { Piece::Out } else { Piece::Move };
    across.touched.into_iter().map(piece).collect()
}

/// One thing that is done.
enum Piece {
    /// Doors of an organization move.
    Move(Touched),
    /// Doors of an organization go.
    Out(Touched),
    /// A proposal is taken back.
    Back(i64),
    /// What was taken out is let in again.
    In(Id, Vec<String>),
}

impl Piece {
    /// Does it and writes it down; `false` when it is not as it was read.
    async fn carry(self, app: &App, author: &PersonId, by: &Signed, done: &mut Deeds) -> Result<bool, StoreError> {
        let read = |seen: Option<Seen>, version: i64| seen.filter(|seen| seen.version == version);
        match self {
            Self::Move(touched) => {
                let Some(seen) = read(seen(app, &touched.id).await?, touched.version) else { return Ok(false) };
                let said = app.store.said_by(Speaker::Moderators, &seen.id).await?.map(|said| said.body);
                let Some(after) = with_doors(&seen, said.as_ref(), &touched) else { return Ok(false) };
                let trusted = app.store.trusted_doors(&seen.id).await?;
                let found = risks(Some(&seen.body), &pictured(&seen.body, &after), &trusted);
                let change = (ProposalKind::Moderator, said.as_ref(), &after, found.as_slice());
                done.proposals.push(say(app, author, by, &seen, change).await?);
            }
            Self::Back(n) => {
                let Some(proposal) = app.store.proposal(n).await? else { return Ok(false) };
                let Some(subject) = &proposal.subject else { return Ok(false) };
                let Some(seen) = seen(app, subject).await? else { return Ok(false) };
                let said = app.store.said_by(Speaker::Moderators, subject).await?.map(|said| said.body);
                let before = before(&proposal, &seen.name);
                let Ok(after) = rebase(said.as_ref(), Some(&proposal.after), &before) else { return Ok(false) };
                let trusted = app.store.trusted_doors(subject).await?;
                // What it had brought goes, with the trust in it.
                let found = risks(Some(&proposal.after), &before, &trusted);
                let change = (ProposalKind::Revert, said.as_ref(), &after, found.as_slice());
                done.proposals.push(say(app, author, by, &seen, change).await?);
            }
            Self::Out(touched) => {
                let Some(seen) = read(seen(app, &touched.id).await?, touched.version) else { return Ok(false) };
                let items = gone(&seen, &touched);
                app.store.suppress(&seen.id, &items, true, &by.as_moderator()).await?;
                done.out.push((seen.id, items));
            }
            Self::In(id, items) => {
                app.store.suppress(&id, &items, false, &by.as_moderator()).await?;
                done.out.push((id, items));
            }
        }
        Ok(true)
    }
}

/// A change of the moderators that one of them wrote and the other approves; answers its number.
async fn say(
    app: &App,
    author: &PersonId,
    by: &Signed,
    seen: &Seen,
    (kind, before, after, risks): (ProposalKind, Option<&Body>, &Body, &[Risk]),
) -> Result<i64, StoreError> {
    let new = NewProposal {
        speaker: Speaker::Moderators,
        subject: Some(&seen.id),
        author: Some(author),
        kind,
        before,
        after,
        base: seen.version,
        risks,
        publish_at: 0,
        why: "",
    };
    let n = app.store.propose(&new, &format!("moderator:{author}")).await?;
    let hash = app.store.proposal(n).await?.map(|proposal| proposal.hash).unwrap_or_default();
    let approval = Approval { hash: &hash, seen: seen.version, finals: &[], answer: "" };
    app.store.approve(n, &approval, &by.as_moderator()).await?;
    Ok(n)
}

/// The names under which the merge knows the doors that go.
fn gone(seen: &Seen, touched: &Touched) -> Vec<String> {
    let Body::Organization(standing) = &seen.body else { return Vec::new() };
    let goes = |door: &Door| touched.doors.iter().any(|(url, _)| *url == door.url);
    let portals = standing.portals.iter().map(|portal| &portal.at.door).filter(|door| goes(door));
    let endpoints = standing.endpoints.iter().map(|endpoint| &endpoint.at).filter(|door| goes(door));
    let portals = portals.map(items::portal);
    portals.chain(endpoints.map(items::endpoint)).collect()
}

/// What a source said before a proposal. When it said nothing that is nothing, but for the name where the proposal brought one.
pub fn before(proposal: &Proposal, name: &str) -> Body {
    let name = if proposal.after.name().is_empty() { "" } else { name };
    proposal.before.clone().unwrap_or_else(|| match &proposal.after {
        Body::Organization(_) => {
            Body::Organization(Box::new(OrganizationFacts { name: name.to_owned(), ..OrganizationFacts::default() }))
        }
        Body::App(_) => Body::App(Box::new(AppFacts { name: name.to_owned(), ..AppFacts::default() })),
    })
}

/// What people would see when the moderators say this: their doors are the whole list.
fn pictured(seen: &Body, after: &Body) -> Body {
    match (seen, after) {
        (Body::Organization(seen), Body::Organization(after)) => {
            let mut all = seen.as_ref().clone();
            if !after.portals.is_empty() {
                all.portals.clone_from(&after.portals);
            }
            if !after.endpoints.is_empty() {
                all.endpoints.clone_from(&after.endpoints);
            }
            all.website = after.website.clone().or(all.website);
            Body::Organization(Box::new(all))
        }
        _ => after.clone(),
    }
}

/// What the moderators say, with doors moved; nothing when a door is not there any more.
fn with_doors(seen: &Seen, said: Option<&Body>, touched: &Touched) -> Option<Body> {
    let Body::Organization(standing) = &seen.body else { return None };
    let mut after = match said {
        Some(Body::Organization(said)) => said.as_ref().clone(),
        _ => OrganizationFacts { name: standing.name.clone(), ..OrganizationFacts::default() },
    };
    let new = |url: &str| touched.doors.iter().find(|(from, _)| from == url).map(|(_, to)| to.clone());
    let door = |to: Option<String>| to.and_then(|to| Door::parse(&to).ok());
    if standing.portals.iter().any(|portal| new(&portal.at.door.url).is_some()) {
        after.portals.clone_from(&standing.portals);
        for portal in &mut after.portals {
            if let Some(to) = new(&portal.at.door.url).and_then(door) {
                (portal.at, portal.sign_up) = (DoorFacts { door: to, evidence: None }, None);
            }
        }
    }
    let site = standing.website.as_ref().and_then(|site| new(&site.door.url)).and_then(door);
    if let Some(to) = site {
        after.website = Some(DoorFacts { door: to, evidence: None });
    }
    for endpoint in &standing.endpoints {
        if let Some(to) = new(&endpoint.at.url).flatten().and_then(|to| Door::parse_endpoint(&to).ok()) {
            after.endpoints.push(EndpointFacts { at: to, ..endpoint.clone() });
        }
    }
    Some(Body::Organization(Box::new(after)))
}

/// `POST /review/bulk/{n}/refuse`: another moderator finds it wrong, or its author takes it back.
pub async fn refuse(
    here: Here,
    State(app): State<App>,
    signed: Signed,
    n: Part,
    fields: Sent,
) -> Result<Response, PageError> {
    let motion = numbered(&app, &n).await?;
    let done = app.store.refuse_motion(motion.n, fields.one("hash"), &signed.person.id).await;
    let told = told(done.map(|_| Told::Live))?;
    OutcomePage::answer(here, signed.me(), told)
}

/// `POST /review/bulk/{n}/undo`: asks a second moderator to take back what a motion did.
pub async fn undo(here: Here, State(app): State<App>, signed: Signed, n: Part) -> Result<Response, PageError> {
    let motion = numbered(&app, &n).await?;
    let deeds: Deeds = serde_json::from_value(motion.result.clone()).unwrap_or_default();
    if !motion.carried || deeds == Deeds::default() {
        return OutcomePage::answer(here, signed.me(), Told::Nothing);
    }
    let number = motion.n.to_string();
    let made = app.store.make_motion(MotionKind::Undo, &number, &json!(deeds), &signed.person.id).await;
    let told = told(made.map(Told::Motion))?;
    OutcomePage::answer(here, signed.me(), told)
}
