//! `/review/proposals/{n}/…`: approving, writing differently, asking, turning down.
//!
//! What holds: an approval is bound to what was read, and doors are opened once more in the moment it is sent.

use std::collections::{BTreeMap, BTreeSet};

use axum::{extract::State, http::StatusCode, response::Response};

use super::{
    NEED,
    proposal::ProposalPage,
    read::{Read, checked},
};
use crate::{
    accounts::{Page, Signed},
    app::{App, to_its_end},
    model::{
        change::{complete, differences, risks, touched},
        proposal::{Proposal, ProposalKind, ProposalState},
    },
    moderation::{
        binding::{AsRead, Stale},
        checks::DoorCheck,
        edited::{EditError, edited},
        reasons::{Reason, language},
        rules::{needs_another, speaker_of_edit},
    },
    profile::{
        look::{self, Eyes, new_doors},
        standing,
    },
    review::{
        form::{Sent, go, number},
        tools::with_status,
    },
    site::{Here, Lang, PageError, Part},
    store::{Approval, NewProposal, QueueKind, Replacement, StoreError},
};

/// The rows of these forms.
pub fn pages() -> Vec<Page> {
    vec![
        Page::post("/review/proposals/{n}/approve", NEED, approve),
        Page::post("/review/proposals/{n}/edit", NEED, edit),
        Page::post("/review/proposals/{n}/ask", NEED, ask),
        Page::post("/review/proposals/{n}/reject", NEED, reject),
    ]
}

/// A decision on its way.
struct Desk {
    here: Here,
    app: App,
    signed: Signed,
    read: Read,
}

impl Desk {
    /// The proposal as it stands now. Whoever may not decide it gets its page, which says so (403).
    async fn open(here: Here, app: App, signed: Signed, n: &Part) -> Result<Result<Self, Response>, PageError> {
        let read = Read::of(&app, &signed, number(n)?).await?;
        if read.may.is_err() {
            let page = ProposalPage::new(here, &app, &signed, read, Vec::new()).await?;
            return Ok(Err(with_status(&page, StatusCode::FORBIDDEN)?));
        }
        Ok(Ok(Self { here, app, signed, read }))
    }

    /// The page again, with what changed.
    async fn again(self, changed: Vec<Stale>) -> Result<Response, PageError> {
        let n = self.read.proposal.n;
        // What was read a moment ago is what somebody else changed.
        let read = Read::of(&self.app, &self.signed, n).await?;
        let page = ProposalPage::new(self.here, &self.app, &self.signed, read, changed).await?;
        with_status(&page, StatusCode::CONFLICT)
    }

    /// It is decided: it leaves the desk, and its author is told.
    async fn done(self, proposal: &Proposal, told: Told) -> Result<Response, PageError> {
        let item = format!("{}:{}", QueueKind::Proposal.word(), self.read.proposal.n);
        self.app.store.release_item(&item, &self.signed.person.id, &self.signed.as_moderator()).await?;
        tell(&self.app, proposal, told).await?;
        Ok(go(&self.here, "/review"))
    }

    async fn finish(self, decided: Result<Proposal, StoreError>, told: Told) -> Result<Response, PageError> {
        match decided {
            Ok(proposal) => self.done(&proposal, told).await,
            Err(StoreError::Conflict(_) | StoreError::Refused(_)) => self.again(vec![Stale::Proposal]).await,
            Err(other) => Err(other.into()),
        }
    }
}

/// What became of an edit: the new proposal, or why it was not taken.
type Written = Result<Result<Proposal, Vec<Stale>>, PageError>;

async fn approve(
    here: Here,
    State(app): State<App>,
    signed: Signed,
    n: Part,
    sent: Sent,
) -> Result<Response, PageError> {
    let desk = match Desk::open(here, app, signed, &n).await? {
        Ok(desk) => desk,
        Err(response) => return Ok(response),
    };
    let read = sent.as_read();
    let finals = look::now(&desk.app, &new_doors(&desk.read.proposal), Eyes::Ours).await;
    let stale = read.against(&desk.read.proposal.hash, desk.read.seen(), &finals, &desk.read.doors);
    if !stale.is_empty() {
        return desk.again(stale).await;
    }
    let (store, n) = (desk.app.store.clone(), desk.read.proposal.n);
    let (answer, actor) = (sent.words("answer"), desk.signed.as_moderator());
    let decided = to_its_end(async move {
        let approval = Approval { hash: &read.hash, seen: read.seen, finals: &finals, answer: &answer };
        store.approve(n, &approval, &actor).await
    });
    let decided = decided.await?;
    desk.finish(decided, Told::Approved).await
}

async fn ask(here: Here, State(app): State<App>, signed: Signed, n: Part, sent: Sent) -> Result<Response, PageError> {
    let desk = match Desk::open(here, app, signed, &n).await? {
        Ok(desk) => desk,
        Err(response) => return Ok(response),
    };
    let question = sent.words("question");
    if question.is_empty() {
        return desk.again(Vec::new()).await;
    }
    let (n, actor) = (desk.read.proposal.n, desk.signed.as_moderator());
    let decided = desk.app.store.turn_down(n, sent.one("hash"), ProposalState::Asked, &question, &actor).await;
    desk.finish(decided, Told::Asked).await
}

async fn reject(
    here: Here,
    State(app): State<App>,
    signed: Signed,
    n: Part,
    sent: Sent,
) -> Result<Response, PageError> {
    let desk = match Desk::open(here, app, signed, &n).await? {
        Ok(desk) => desk,
        Err(response) => return Ok(response),
    };
    let lang = language_of(&desk.app, &desk.read.proposal).await?;
    let reason = Reason::from_word(sent.one("reason"));
    let Some(answer) = reason.and_then(|reason| reason.told(&sent.words("own"), lang)) else {
        return desk.again(Vec::new()).await;
    };
    let (n, actor) = (desk.read.proposal.n, desk.signed.as_moderator());
    let decided = desk.app.store.turn_down(n, sent.one("hash"), ProposalState::Rejected, &answer, &actor).await;
    desk.finish(decided, Told::Rejected).await
}

async fn edit(here: Here, State(app): State<App>, signed: Signed, n: Part, sent: Sent) -> Result<Response, PageError> {
    let desk = match Desk::open(here, app, signed, &n).await? {
        Ok(desk) => desk,
        Err(response) => return Ok(response),
    };
    let read = sent.as_read();
    let stale =
        AsRead { finals: Vec::new(), ..read.clone() }.against(&desk.read.proposal.hash, desk.read.seen(), &[], &[]);
    if !stale.is_empty() {
        return desk.again(stale).await;
    }
    match desk.write(&read, &sent).await? {
        Ok(proposal) => {
            let there = format!("/review/proposals/{}", proposal.n);
            let (here, old) = (desk.here.clone(), desk.read.proposal.clone());
            let told = Proposal { answer: desk.answer().await?, ..old };
            desk.done(&told, Told::Edited).await?;
            Ok(go(&here, if proposal.state.is_open() { &there } else { "/review" }))
        }
        Err(why) => desk.again(why).await,
    }
}

impl Desk {
    /// What the author of the old one is told.
    async fn answer(&self) -> Result<String, PageError> {
        Ok(language_of(&self.app, &self.read.proposal).await?.t("review-edited-answer"))
    }

    /// Puts what the moderator made of it in its place: live at once where nobody can be led astray by it, else another
    /// moderator's.
    async fn write(&self, read: &AsRead, sent: &Sent) -> Written {
        let (proposal, standing) = (&self.read.proposal, self.read.standing.as_ref());
        let mut out: BTreeSet<String> = sent.all("out").into_iter().collect();
        let speaker = speaker_of_edit(proposal, self.read.outweighed.keys().any(|field| !out.contains(field)));
        let before = match &proposal.subject {
            Some(subject) => self.app.store.said_by(speaker, subject).await?.map(|said| said.body),
            None => None,
        };
        if let Some(now) = standing {
            // What people see already need not be said once more.
            let told = differences(Some(&now.seen), proposal.before.as_ref(), &proposal.after);
            let told: BTreeSet<String> = told.into_iter().map(|change| change.field).collect();
            let all = touched(proposal.before.as_ref(), &proposal.after);
            out.extend(all.difference(&told).cloned());
        }
        let lines: BTreeMap<String, String> = sent.beginning("line-").into_iter().collect();
        let after = match edited(before.as_ref(), proposal, &out, &lines) {
            Ok(after) => after,
            Err(EditError::Address(_) | EditError::Nothing | EditError::Unreadable) => return Ok(Err(Vec::new())),
        };
        let risks = match standing {
            Some(now) => risks(Some(&now.seen), &complete(&now.seen, Some(&after)), &now.trusted),
            None => risks(None, &after, &BTreeSet::new()),
        };
        let hidden = checked(&self.app, standing.map(|now| &now.seen), &risks, &[])
            .await?
            .into_iter()
            .filter(DoorCheck::is_hidden);
        let hidden: Vec<Stale> = hidden.map(|door| Stale::Hidden(door.url)).collect();
        if !hidden.is_empty() {
            return Ok(Err(hidden));
        }
        let at_once = proposal.publish_at <= self.app.clock.micros() && !risks.iter().any(needs_another);
        let (answer, actor, author) = (self.answer().await?, self.signed.as_moderator(), self.signed.person.id.clone());
        let (store, old, AsRead { hash, seen, .. }) = (self.app.store.clone(), proposal.clone(), read.clone());
        let replaced = to_its_end(async move {
            let new = NewProposal {
                speaker,
                subject: old.subject.as_ref(),
                author: Some(&author),
                kind: ProposalKind::Moderator,
                before: before.as_ref(),
                after: &after,
                base: seen,
                risks: &risks,
                publish_at: old.publish_at,
                why: &old.why,
            };
            let with = Replacement { hash: &hash, seen, new: &new, at_once, answer: &answer };
            store.replace_proposal(old.n, &with, &actor).await
        });
        match replaced.await? {
            Ok(done) => Ok(Ok(done)),
            Err(StoreError::Conflict(_) | StoreError::Refused(_)) => Ok(Err(vec![Stale::Proposal])),
            Err(other) => Err(other.into()),
        }
    }
}

/// What its author is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Approved,
    Edited,
    Asked,
    Rejected,
}

/// The language of whoever sent it; English when nobody signed in.
async fn language_of(app: &App, proposal: &Proposal) -> Result<Lang, PageError> {
    let Some(author) = &proposal.author else { return Ok(Lang::En) };
    let person = app.store.person(author).await?;
    Ok(person.map_or(Lang::En, |person| language(&person.lang)))
}

/// What it is about is called so.
async fn named(app: &App, proposal: &Proposal) -> Result<String, PageError> {
    let known = match &proposal.subject {
        Some(subject) => standing(app, subject).await?.map(|now| now.seen.name().to_owned()),
        None => None,
    };
    Ok(known.unwrap_or_else(|| proposal.after.name().to_owned()))
}

/// Writes to whoever sent it, in their language, what became of it. Nothing of it is said that they did not send or see.
async fn tell(app: &App, proposal: &Proposal, told: Told) -> Result<(), PageError> {
    let Some(author) = &proposal.author else { return Ok(()) };
    let Some(person) = app.store.person(author).await? else { return Ok(()) };
    let lang = language(&person.lang);
    let name = named(app, proposal).await?;
    let (subject, words) = match told {
        Told::Approved => {
            (lang.t("review-mail-approved"), lang.with("review-mail-approved-words", &[("name", name.as_str().into())]))
        }
        Told::Edited => {
            (lang.t("review-mail-edited"), lang.with("review-mail-edited-words", &[("name", name.as_str().into())]))
        }
        Told::Asked => {
            (lang.t("review-mail-asked"), lang.with("review-mail-asked-words", &[("name", name.as_str().into())]))
        }
        Told::Rejected => {
            (lang.t("review-mail-rejected"), lang.with("review-mail-rejected-words", &[("name", name.as_str().into())]))
        }
    };
    let answer = if proposal.answer.is_empty() { String::new() } else { format!("\n\n{}", proposal.answer) };
    let there = Here::at(lang, "/manage", app.config.clone()).canonical();
    app.store.queue_mail(&person.email, &subject, &format!("{words}{answer}\n\n{there}\n")).await?;
    Ok(())
}
