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
        proposal::ProposalState,
        revision::Event,
    },
    store::{Decided, Followed, Heard, Logged, StoreError},
};

/// Revisions that are read at once.
const STEP: u32 = 200;
/// Numbers of other things that are read at once.
const SPAN: i64 = 2_000;

/// Tells people everything that is new; answers how many notices were made.
pub async fn follow(app: &App) -> Result<usize, StoreError> {
    let mut made = 0;
    made += revisions(app).await?;
    // What was claimed is told before what became of it.
    for what in [Followed::Reports, Followed::Claims, Followed::Decisions] {
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

/// What became of what people sent and claimed.
async fn decided(app: &App, span: (i64, i64)) -> Result<Vec<NewNotice>, StoreError> {
    let (mut latest, mut all) = (BTreeMap::new(), Vec::new());
    for decided in app.store.decided_between(span).await? {
        match decided {
            Decided::Proposal(n) => _ = latest.insert(n, of_proposal(app, n).await?),
            Decided::Claim { n, accepted } => all.extend(of_claim(app, n, accepted).await?),
        }
    }
    all.extend(latest.into_values().flatten());
    Ok(all)
}

/// Told to who sent it, unless they decided it themselves; of what their organization says also to the others who edit it.
async fn of_proposal(app: &App, n: i64) -> Result<Vec<NewNotice>, StoreError> {
    let Some(proposal) = app.store.proposal(n).await? else { return Ok(Vec::new()) };
    let (Some(person), Some(subject)) = (&proposal.author, &proposal.subject) else { return Ok(Vec::new()) };
    let own = [format!("owner:{person}"), format!("moderator:{person}")].contains(&proposal.decided_by);
    // What only waited for its day was decided by nobody.
    if own || proposal.decided_by == "system" && proposal.answer.is_empty() {
        return Ok(Vec::new());
    }
    let news = News::Decided { n, state: proposal.state };
    let mut all = vec![NewNotice { person: person.clone(), subject: subject.clone(), news }];
    // What went live is told to them as a change.
    if proposal.speaker == Speaker::Owners && proposal.state != ProposalState::Published {
        let members = app.store.members(subject).await?;
        let mut team =
            to(&members, subject, proposal.at, Some(person), &News::DecidedForTeam { n, state: proposal.state });
        team.retain(|notice| !proposal.decided_by.ends_with(notice.person.as_str()));
        all.extend(team);
    }
    Ok(all)
}

/// Told to who claimed it, and to those whose organization it is.
async fn of_claim(app: &App, n: i64, accepted: bool) -> Result<Vec<NewNotice>, StoreError> {
    let Some(claim) = app.store.claim(n).await? else { return Ok(Vec::new()) };
    let news = |own| News::ClaimDecided { n, accepted, own };
    let mut members = app.store.members(&claim.subject).await?;
    members.retain(|member| member.role >= Role::Editor);
    let mut all = to(&members, &claim.subject, claim.created_at, Some(&claim.person), &news(false));
    all.push(NewNotice { person: claim.person, subject: claim.subject, news: news(true) });
    Ok(all)
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
