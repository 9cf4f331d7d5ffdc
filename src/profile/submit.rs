//! A change on its way: live at once what nobody can be led astray by, the rest to a second person or to its day.

use std::collections::BTreeSet;

use super::{
    split::{Split, split, with},
    standing::{Standing, fields, standing},
    tidy::tidy,
};
use crate::{
    app::{App, to_its_end},
    model::{
        account::{PersonId, Role},
        change::{FieldChange, Risk, Speaker, changes, expressly, own_words, rebase},
        door::Refusal,
        id::Id,
        listing::Body,
        organization::Status,
        proposal::ProposalKind,
    },
    site::Lang,
    store::{Approval, NewProposal, StoreError},
};

/// How long owners have to look at what a delegate sends before it goes live, in microseconds: 48 hours.
pub const DELEGATE_DELAY: i64 = 48 * 3_600 * 1_000_000;
/// How many organizations one delegate may send changes of within a day.
pub const DELEGATE_MOST: u64 = 50;
const DAY: i64 = 24 * 3_600 * 1_000_000;
/// Who stands in the log when no person had to decide.
const SYSTEM: &str = "system";

/// A change that somebody sends for an organization or app.
#[derive(Debug, Clone)]
pub struct Submission<'a> {
    /// Of what.
    pub subject: &'a Id,
    /// Who.
    pub author: &'a PersonId,
    /// How it came.
    pub kind: ProposalKind,
    /// The listing that its author began with; nothing when that is what stands now ([`Standing::listing`]).
    pub began: Option<&'a Body>,
    /// The whole listing as it would be.
    pub after: Body,
    /// Fields that its author says on purpose, also where people see the same already: those of a file.
    pub express: BTreeSet<String>,
    /// Why, for whoever decides.
    pub why: &'a str,
    /// Not before this moment, in microseconds since 1970 UTC; 0 = at once.
    pub publish_at: i64,
    /// Is it a vendor's or agency's?
    pub delegate: bool,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Submitted {
    /// The proposal that went live.
    pub live: Option<i64>,
    /// The proposal that waits, and why; without a reason it only waits for its day.
    pub waiting: Option<(i64, Vec<Risk>)>,
    /// From when it is published; 0 = at once, or when a second person says so.
    pub publish_at: i64,
    /// It says what is said already.
    pub nothing_changed: bool,
}

/// Why it was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// The store said no.
    #[error(transparent)]
    Store(StoreError),
    /// Somebody else changed the same fields meanwhile.
    #[error("somebody else changed {} meanwhile", .0.join(", "))]
    Conflict(Vec<String>),
    /// A delegate sent changes of too many organizations today.
    #[error(
        "changes of {DELEGATE_MOST} organizations a day are the most that somebody may send for others; go on tomorrow"
    )]
    TooMany,
    /// It is not in the directory, or the listing is of something else.
    #[error("there is no such organization or app")]
    Unknown,
    /// An address in it is none that people can be sent to.
    #[error("an address in it cannot be shown: {0}")]
    Address(#[from] Refusal),
}

impl From<StoreError> for SubmitError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(_) => Self::Conflict(Vec::new()),
            other => Self::Store(other),
        }
    }
}

/// Sends a change; it is sent to its end, even when its sender stops waiting.
pub async fn submit(app: &App, sent: Submission<'_>) -> Result<Submitted, SubmitError> {
    let (app, subject, author) = (app.clone(), sent.subject.clone(), sent.author.clone());
    let (began, after, express, why) = (sent.began.cloned(), sent.after, sent.express, sent.why.to_owned());
    let (kind, publish_at, delegate) = (sent.kind, sent.publish_at, sent.delegate);
    let work = async move {
        let (subject, author, began, why) = (&subject, &author, began.as_ref(), why.as_str());
        let sent = Submission { subject, author, kind, began, after, express, why, publish_at, delegate };
        judge_and_send(&app, sent).await
    };
    to_its_end(work).await?
}

async fn judge_and_send(app: &App, mut sent: Submission<'_>) -> Result<Submitted, SubmitError> {
    let standing = standing(app, sent.subject).await?.ok_or(SubmitError::Unknown)?;
    if standing.seen.subject() != sent.after.subject() || sent.after.name().trim().is_empty() {
        return Err(SubmitError::Unknown);
    }
    let began = sent.began.unwrap_or(&standing.listing);
    let after = changed_only(began, &tidy(&sent.after)?);
    let after = rebase(Some(&standing.listing), Some(began), &after)
        .map_err(|conflict| SubmitError::Conflict(conflict.fields))?;
    let mut split = split(&standing, &after);
    let express = in_so_many_words(&sent, &after, &split);
    split.safe.extend(expressly(standing.said.as_ref(), &after, &express));
    if is_back(&standing, &split) {
        split.risky.extend(expressly(standing.said.as_ref(), &after, &["name".to_owned()].into()));
    }
    if split.is_empty() && sent.kind != ProposalKind::Attest {
        return Ok(Submitted { nothing_changed: true, ..Submitted::default() });
    }
    if sent.delegate {
        sent.kind = ProposalKind::Delegate;
        sent.publish_at = sent.publish_at.max(app.clock.micros() + DELEGATE_DELAY);
        let since = app.clock.micros() - DAY;
        if app.store.delegated_since(sent.author, sent.subject, since).await? >= DELEGATE_MOST {
            return Err(SubmitError::TooMany);
        }
    }
    let run = Run { app, sent: &sent, standing: &standing, actor: format!("owner:{}", sent.author) };
    let done = if sent.publish_at > 0 { run.later(&split).await? } else { run.now(&split).await? };
    if sent.delegate {
        tell_owners(app, sent.subject, standing.seen.name()).await?;
    }
    Ok(done)
}

/// What is sent, where only what its author changed is other than what they began with: what a list wrote in another way than
/// people may is not theirs for it.
fn changed_only(began: &Body, sent: &Body) -> Body {
    let Ok(was) = tidy(began) else { return sent.clone() };
    with(began, &changes(Some(&was), Some(sent))).unwrap_or_else(|| sent.clone())
}

/// The fields that are its author's own word though people see the same already.
fn in_so_many_words(sent: &Submission<'_>, after: &Body, split: &Split) -> BTreeSet<String> {
    let all = if sent.kind == ProposalKind::Attest {
        fields(after).into_iter().map(|(field, _)| field).collect()
    } else {
        sent.express.clone()
    };
    all.into_iter().filter(|field| split.all().all(|change| change.field != *field)).collect()
}

/// Does it come back, though no list speaks of it any more? Then its owners say what it is called.
fn is_back(standing: &Standing, split: &Split) -> bool {
    let withdrawn = matches!(&standing.seen, Body::Organization(seen) if seen.status == Some(Status::Withdrawn));
    let named = split.all().any(|change| change.field == "name");
    withdrawn && !named && split.risky.iter().any(|change| change.field == "status")
}

struct Run<'a> {
    app: &'a App,
    sent: &'a Submission<'a>,
    standing: &'a Standing,
    actor: String,
}

impl Run<'_> {
    /// What is no risk at once, the rest to a second person.
    async fn now(&self, split: &Split) -> Result<Submitted, SubmitError> {
        let mut said = self.standing.said.clone();
        let mut done = Submitted::default();
        if !split.safe.is_empty() || (split.is_empty() && self.sent.kind == ProposalKind::Attest) {
            let after = self.on_top(said.as_ref(), &split.safe)?;
            done.live = Some(self.store_now(said.as_ref(), &after).await?);
            said = Some(after);
        }
        if !split.risky.is_empty() {
            let after = self.on_top(said.as_ref(), &split.risky)?;
            let n =
                self.app.store.propose(&self.proposal(said.as_ref(), &after, &split.risks).await?, &self.actor).await?;
            done.waiting = Some((n, split.risks.clone()));
        }
        Ok(done)
    }

    /// Everything on its day; a second person is asked before when there is a reason.
    async fn later(&self, split: &Split) -> Result<Submitted, SubmitError> {
        let said = self.standing.said.as_ref();
        let all: Vec<FieldChange> = split.all().cloned().collect();
        let after = self.on_top(said, &all)?;
        let new = self.proposal(said, &after, &split.risks).await?;
        let n = self.app.store.propose(&new, &self.actor).await?;
        if split.risks.is_empty() {
            let proposal = self.app.store.proposal(n).await?.ok_or(SubmitError::Unknown)?;
            // Without a reason to wait no new door is in it.
            let approval = Approval { hash: &proposal.hash, seen: new.base, finals: &[], answer: "" };
            self.app.store.approve(n, &approval, SYSTEM).await?;
        }
        let publish_at = self.sent.publish_at;
        Ok(Submitted { waiting: Some((n, split.risks.clone())), publish_at, ..Submitted::default() })
    }

    /// What the owners would say with these changes.
    fn on_top(&self, said: Option<&Body>, changes: &[FieldChange]) -> Result<Body, SubmitError> {
        own_words(said, &self.standing.seen, changes).ok_or(SubmitError::Unknown)
    }

    async fn store_now(&self, before: Option<&Body>, after: &Body) -> Result<i64, SubmitError> {
        let new = self.proposal(before, after, &[]).await?;
        Ok(self.app.store.propose_and_publish(&new, &self.actor).await?.0)
    }

    async fn proposal<'b>(
        &'b self,
        before: Option<&'b Body>,
        after: &'b Body,
        risks: &'b [Risk],
    ) -> Result<NewProposal<'b>, SubmitError> {
        // What went live a moment ago made a version of its own: it is what the author sees.
        let base = if before == self.standing.said.as_ref() {
            self.standing.version
        } else {
            standing(self.app, self.sent.subject).await?.map_or(0, |standing| standing.version)
        };
        Ok(NewProposal {
            speaker: Speaker::Owners,
            subject: Some(self.sent.subject),
            author: Some(self.sent.author),
            kind: self.sent.kind,
            before,
            after,
            base,
            risks,
            publish_at: self.sent.publish_at,
            why: self.sent.why,
        })
    }
}

/// A mail to each owner: somebody who edits for them sent a change.
async fn tell_owners(app: &App, subject: &Id, name: &str) -> Result<(), StoreError> {
    let members = app.store.members(subject).await?;
    for member in &members {
        if member.role != Role::Owner {
            continue;
        }
        let Some(person) = app.store.person(&member.person).await?.filter(|person| !person.email.is_empty()) else {
            continue;
        };
        let lang = Lang::ALL.into_iter().find(|lang| lang.code() == person.lang).unwrap_or(Lang::En);
        let page = format!("{}{}/manage/{subject}/waiting", app.config.public_url, lang.prefix());
        let title = lang.with("edit-mail-delegate-subject", &[("name", name.into())]);
        let text = lang.with("edit-mail-delegate", &[("name", name.into()), ("address", page.into())]);
        app.store.queue_mail(&person.email, &title, &text).await?;
    }
    Ok(())
}
