//! From what the log, the audit log, the reports and the claims gained to what people are told.
//!
//! What holds: nobody is told of what they did themselves, nor of what was before they came; people who only look are told
//! nothing. A stop anywhere repeats nothing and leaves nothing out.

use std::collections::{BTreeMap, HashMap};

use crate::{
    app::App,
    model::{
        account::{Member, PersonId, Role},
        change::{Speaker, app_facts, changes, facts},
        id::{Id, ThingKind},
        listing::Body,
        notice::{By, NewNotice, News, is_stale},
        organization::{self, Organization},
        revision::Event,
    },
    store::{Followed, Heard, Logged, StoreError},
};

/// Revisions that are read at once.
const STEP: u32 = 200;
/// Numbers of other things that are read at once.
const SPAN: i64 = 2_000;

/// Tells people everything that is new; answers how many notices were made.
pub async fn follow(app: &App) -> Result<usize, StoreError> {
    let mut made = 0;
    made += revisions(app).await?;
    for what in [Followed::Decisions, Followed::Reports, Followed::Claims] {
        loop {
            let (from, last) = app.store.followed(what).await?;
            if from >= last {
                break;
            }
            let span = (from, last.min(from + SPAN));
            let notices = match what {
                Followed::Decisions => decided(app, span).await?,
                Followed::Reports => heard(app, app.store.reports_between(span).await?, |n| News::Report { n }).await?,
                _ => heard(app, app.store.claims_between(span).await?, |n| News::Claim { n }).await?,
            };
            if app.store.tell(what, span, &notices).await? {
                made += notices.len();
            }
        }
    }
    Ok(made)
}

async fn revisions(app: &App) -> Result<usize, StoreError> {
    let mut made = 0;
    loop {
        let (from, last) = app.store.followed(Followed::Revisions).await?;
        if from >= last {
            return Ok(made);
        }
        let numbers = app.store.managed_revisions((from, last), STEP).await?;
        let (logged, cut) = app.store.logged_at(&numbers).await?;
        let full = numbers.len() == STEP as usize;
        let upto = if cut || full { logged.last().map_or(last, |logged| logged.revision.n) } else { last };
        let mut notices = Vec::new();
        for logged in &logged {
            notices.extend(changed(app, logged).await?);
        }
        if app.store.tell(Followed::Revisions, (from, upto), &notices).await? {
            made += notices.len();
        }
    }
}

/// Whom a change is told, and how.
async fn changed(app: &App, logged: &Logged) -> Result<Vec<NewNotice>, StoreError> {
    let revision = &logged.revision;
    // What people confirmed again is no change, and a first document has nobody yet who could have changed it.
    if revision.event == Event::Attested || logged.before.is_none() {
        return Ok(Vec::new());
    }
    let before = logged.before.as_deref().and_then(|body| seen(&revision.id, body));
    let after = revision.after.as_deref().and_then(|body| seen(&revision.id, body));
    let fields: Vec<String> = changes(before.as_ref(), after.as_ref()).into_iter().map(|change| change.field).collect();
    if fields.is_empty() {
        return Ok(Vec::new());
    }
    let members = app.store.members(&revision.id).await?;
    let author = revision.actor.strip_prefix("owner:").and_then(PersonId::parse);
    let by = by(logged, author.as_ref(), &members);
    let news = News::Changed { by, fields, revision: revision.n };
    Ok(to(&members, &revision.id, revision.at, author.as_ref(), &news))
}

/// Who did it.
fn by(logged: &Logged, author: Option<&PersonId>, members: &[Member]) -> By {
    if let Some(author) = author {
        let delegate = |member: &&Member| member.person == *author && member.role == Role::Delegate;
        return if members.iter().any(|member| delegate(&member)) { By::Delegate } else { By::Team };
    }
    match logged.source.as_deref() {
        Some(source) if Speaker::from_id(source).is_none() => By::Import { source: source.to_owned() },
        _ => By::Moderator,
    }
}

/// The document as people see it, as a listing.
fn seen(id: &Id, body: &str) -> Option<Body> {
    match id.kind() {
        ThingKind::Organization => {
            let org: Organization = serde_json::from_str(body).ok()?;
            Some(Body::Organization(Box::new(facts(&org))))
        }
        ThingKind::App => {
            let listed: organization::App = serde_json::from_str(body).ok()?;
            Some(Body::App(Box::new(app_facts(&listed))))
        }
        _ => None,
    }
}

/// One notice for each member who edits and was there then, but not for who did it.
fn to(members: &[Member], subject: &Id, at: i64, by: Option<&PersonId>, news: &News) -> Vec<NewNotice> {
    let tells = |member: &&Member| {
        member.role >= Role::Delegate && member.since <= at && member.is_valid(at) && Some(&member.person) != by
    };
    let notice =
        |member: &Member| NewNotice { person: member.person.clone(), subject: subject.clone(), news: news.clone() };
    members.iter().filter(tells).map(notice).collect()
}

/// What became of what people sent: told to who sent it, unless they decided it themselves.
async fn decided(app: &App, span: (i64, i64)) -> Result<Vec<NewNotice>, StoreError> {
    let mut latest: BTreeMap<i64, NewNotice> = BTreeMap::new();
    for n in app.store.decided_between(span).await? {
        let Some(proposal) = app.store.proposal(n).await? else { continue };
        let (Some(person), Some(subject)) = (proposal.author.clone(), proposal.subject.clone()) else { continue };
        let own = [format!("owner:{person}"), format!("moderator:{person}")].contains(&proposal.decided_by);
        // What only waited for its day was decided by nobody.
        if own || proposal.decided_by == "system" && proposal.answer.is_empty() {
            continue;
        }
        latest.insert(n, NewNotice { person, subject, news: News::Decided { n, state: proposal.state } });
    }
    Ok(latest.into_values().collect())
}

async fn heard(app: &App, all: Vec<Heard>, news: impl Fn(i64) -> News) -> Result<Vec<NewNotice>, StoreError> {
    let mut notices = Vec::new();
    let mut known: HashMap<Id, Vec<Member>> = HashMap::new();
    for one in all {
        if !known.contains_key(&one.subject) {
            known.insert(one.subject.clone(), app.store.members(&one.subject).await?);
        }
        let members = known.get(&one.subject).map(Vec::as_slice).unwrap_or_default();
        // Delegates edit; whose it is and what people complain of is for its own people.
        let own: Vec<Member> = members.iter().filter(|member| member.role >= Role::Editor).cloned().collect();
        notices.extend(to(&own, &one.subject, one.at, one.person.as_ref(), &news(one.n)));
    }
    Ok(notices)
}

/// Tells owners and editors of profiles that nobody confirmed for half a year; each such day once.
pub async fn stale(app: &App) -> Result<usize, StoreError> {
    let (today, now) = (app.clock.today(), app.clock.micros());
    let mut notices = Vec::new();
    for (subject, since) in app.store.confirmed_days().await? {
        if is_stale(since, today) {
            let mut members = app.store.members(&subject).await?;
            members.retain(|member| member.role >= Role::Editor);
            notices.extend(to(&members, &subject, now, None, &News::Stale { since }));
        }
    }
    app.store.tell_once(&notices).await
}
