//! `/review/claims/{n}`: somebody says that an organization or app is theirs.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};

use super::{
    NEED,
    verdict::{Verdict, VerdictForm},
};
use crate::{
    accounts::{Me, Page, Signed},
    app::App,
    model::{
        account::{PersonId, Role},
        claim::{Claim, ClaimMethod, ClaimState},
    },
    moderation::{
        reasons::language,
        rules::{NotNeutral, neutral},
    },
    profile::standing,
    review::{
        desk::DeskState,
        form::{Sent, number},
        tools::{OutcomePage, with_status},
        words::{self, day},
    },
    site::{Here, PageError, Part, renew_pages},
    store::{Letter, QueueKind, StoreError},
};

/// Other claimants that are shown.
const OTHERS: u32 = 20;

/// The rows of this page.
pub fn pages() -> Vec<Page> {
    vec![Page::get("/review/claims/{n}", NEED, show), Page::post("/review/claims/{n}", NEED, decide)]
}

#[derive(Template)]
#[template(path = "review/item-claim.html")]
pub struct ClaimPage {
    here: Here,
    me: Me,
    desk: DeskState,
    claim: Claim,
    name: String,
    /// Since when the claimant has an account.
    since: String,
    others: Vec<Claim>,
    owners: usize,
    may: Result<(), NotNeutral>,
}

/// The claim that waits; no such page when it does not.
async fn waiting(app: &App, n: &Part) -> Result<Claim, PageError> {
    let claim = app.store.claim(number(n)?).await?;
    claim.filter(|claim| claim.state == ClaimState::Waiting).ok_or(PageError::NotFound)
}

/// May the reader decide it? Neither the claimant, nor who brought them in, nor anybody who has a place there.
async fn may(app: &App, signed: &Signed, claim: &Claim) -> Result<Result<(), NotNeutral>, StoreError> {
    let member = app.store.member(&claim.subject, &signed.person.id).await?.is_some();
    let rival = |person: &PersonId| person == &signed.person.id;
    let states = [ClaimState::Open, ClaimState::Waiting];
    let others = app.store.claims(&states, Some(&claim.subject), Some(&signed.person.id), 0, 1).await?;
    let brought = claim.invited_by.as_ref().is_some_and(rival);
    Ok(neutral(&signed.person.id, Some(&claim.person), member || brought || !others.is_empty()))
}

async fn show(here: Here, State(app): State<App>, signed: Signed, n: Part) -> Result<Response, PageError> {
    let claim = waiting(&app, &n).await?;
    with_status(&ClaimPage::new(here, &app, &signed, claim).await?, StatusCode::OK)
}

impl ClaimPage {
    async fn new(here: Here, app: &App, signed: &Signed, claim: Claim) -> Result<Self, PageError> {
        let back = format!("/review/claims/{}", claim.n);
        let desk = DeskState::of(app, signed, QueueKind::Claim, &claim.n.to_string(), back).await?;
        let may = may(app, signed, &claim).await?;
        let name = standing(app, &claim.subject).await?.map(|now| now.seen.name().to_owned()).unwrap_or_default();
        let since = app.store.person(&claim.person).await?;
        let since = since.map_or_else(|| here.t("review-author-closed"), |person| day(&here, person.created_at));
        let states = [ClaimState::Open, ClaimState::Waiting, ClaimState::Proved, ClaimState::Lost];
        let mut others = app.store.claims(&states, Some(&claim.subject), None, 0, OTHERS).await?;
        others.retain(|other| other.n != claim.n);
        let members = app.store.members(&claim.subject).await?;
        let owners = members.iter().filter(|member| member.role == Role::Owner).count();
        Ok(Self { here, me: signed.me(), desk, claim, name, since, others, owners, may })
    }

    fn about(&self) -> String {
        self.here.by_id(&self.claim.subject)
    }

    fn sent(&self) -> String {
        day(&self.here, self.claim.created_at)
    }

    fn asks(&self) -> String {
        if self.claim.role == Role::Owner {
            self.here.t("review-claim-owner")
        } else {
            self.here.t("review-claim-delegate")
        }
    }

    fn form(&self) -> VerdictForm {
        let here = &self.here;
        let path = format!("/review/claims/{}", self.claim.n);
        let form = VerdictForm::at(here, &path, here.t("review-claim-accept"), here.t("review-claim-refuse"));
        VerdictForm { looked: Some(here.t("review-claim-checked")), answered: true, ..form }
    }

    fn not_neutral(&self) -> Option<String> {
        self.may.err().map(|why| words::not_neutral(&self.here, why))
    }

    fn method(&self, of: &Claim) -> String {
        match of.method {
            ClaimMethod::Dns => self.here.t1("review-claim-dns", "domain", &of.domain),
            ClaimMethod::File => self.here.t1("review-claim-file", "domain", &of.domain),
            ClaimMethod::Email => self.here.t1("review-claim-email", "domain", &of.domain),
            ClaimMethod::Documents => self.here.t("review-claim-documents"),
            ClaimMethod::Invited => self.here.t("review-claim-invited"),
        }
    }

    fn state(&self, of: &Claim) -> String {
        match of.state {
            ClaimState::Open => self.here.t("review-claim-is-open"),
            ClaimState::Waiting => self.here.t("review-is-waiting"),
            ClaimState::Proved => self.here.t("review-claim-is-proved"),
            ClaimState::Lost => self.here.t("review-claim-is-lost"),
            ClaimState::Refused => self.here.t("review-is-rejected"),
            ClaimState::Withdrawn => self.here.t("review-is-withdrawn"),
        }
    }

    /// One of each method, with and without others.
    #[cfg(test)]
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let claim = |n: i64, method, state, role| Claim {
            n,
            subject: crate::site::samples::id("org-", 1),
            person: PersonId::new(uuid::Uuid::from_u128(9)),
            role,
            method,
            domain: "example.org".into(),
            value: String::new(),
            note: "<script>alert(1)</script>".into(),
            state,
            created_at: 1,
            proved_at: 0,
            checked_at: 0,
            failing_since: 0,
            decided_by: String::new(),
            answer: String::new(),
            invited_by: None,
        };
        let others = ClaimState::ALL.map(|state| claim(2, ClaimMethod::Dns, state, Role::Owner));
        let one = |(n, method): (usize, ClaimMethod)| Self {
            here: crate::site::samples::here(lang, "/review/claims/1"),
            me: Me::sample(),
            desk: DeskState::sample(None, false),
            claim: claim(1, method, ClaimState::Waiting, if n == 0 { Role::Delegate } else { Role::Owner }),
            name: "Mercy <b>".into(),
            since: "1 Jan 2026".into(),
            others: if n == 0 { others.to_vec() } else { Vec::new() },
            owners: n,
            may: if n == 1 { Err(NotNeutral::Member) } else { Ok(()) },
        };
        ClaimMethod::ALL.into_iter().enumerate().map(one).collect()
    }
}

async fn decide(
    here: Here,
    State(app): State<App>,
    signed: Signed,
    n: Part,
    sent: Sent,
) -> Result<Response, PageError> {
    let claim = waiting(&app, &n).await?;
    if may(&app, &signed, &claim).await?.is_err() {
        let page = ClaimPage::new(here, &app, &signed, claim).await?;
        return with_status(&page, StatusCode::FORBIDDEN);
    }
    let verdict = Verdict::of(&sent, true)?;
    if verdict == Verdict::Unread {
        return with_status(&ClaimPage::new(here, &app, &signed, claim).await?, StatusCode::CONFLICT);
    }
    let (accept, answer) = (verdict == Verdict::Accept, sent.words("answer"));
    let letters = letters(&app, &claim, accept, &answer).await?;
    let done = app.store.decide_claim_and_tell(claim.n, accept, &answer, &signed.as_moderator(), &letters).await;
    renew_pages(&app, &claim.subject).await;
    OutcomePage::over(here, signed.me(), done)
}

/// The mail that tells the claimant, in their language, what became of it.
async fn letters(app: &App, claim: &Claim, accepted: bool, answer: &str) -> Result<Vec<Letter>, StoreError> {
    let Some(person) = app.store.person(&claim.person).await? else { return Ok(Vec::new()) };
    let lang = language(&person.lang);
    let words = if accepted { lang.t("review-mail-claim-accepted") } else { lang.t("review-mail-claim-refused") };
    let answer = if answer.is_empty() { String::new() } else { format!("\n\n{answer}") };
    let there = Here::at(lang, "/manage", app.config.clone()).canonical();
    let body = format!("{words}{answer}\n\n{there}\n");
    Ok(vec![Letter { address: person.email, subject: lang.t("review-mail-claim"), body }])
}
