//! A proposal with everything it is judged by, read anew for each page and each decision.

use std::collections::BTreeSet;

use crate::{
    accounts::Signed,
    app::App,
    model::{
        change::{Risk, risks},
        listing::Body,
        lookalike::LookAlikes,
        organization::{AlsoListed, Organization},
        proposal::Proposal,
    },
    moderation::{
        checks::{self, DoorCheck, Known},
        rules::{NotNeutral, neutral},
    },
    profile::{Standing, complete, standing},
    site::PageError,
    store::{Found, StoreError},
};

/// A proposal with everything it is judged by.
pub struct Read {
    /// It.
    pub proposal: Proposal,
    /// What people see of what it is about; nothing when that is not in the directory.
    pub standing: Option<Standing>,
    /// What is odd about its doors.
    pub doors: Vec<DoorCheck>,
    /// Why it waits, judged again now.
    pub risks: Vec<Risk>,
    /// May the reader decide it?
    pub may: Result<(), NotNeutral>,
    /// The organization with who says what, when it is about one.
    pub organization: Option<Organization>,
}

impl Read {
    /// A proposal by its number; no such page when there is none.
    pub async fn of(app: &App, signed: &Signed, n: i64) -> Result<Self, PageError> {
        let proposal = app.store.proposal(n).await?.ok_or(PageError::NotFound)?;
        let (mut now, mut organization, mut member) = (None, None, false);
        if let Some(subject) = &proposal.subject {
            now = standing(app, subject).await?;
            organization = match app.store.organization(subject).await? {
                Found::Here(org) => Some(*org),
                _ => None,
            };
            member = app.store.member(subject, &signed.person.id).await?.is_some();
        }
        let may = neutral(&signed.person.id, proposal.author.as_ref(), member);
        let risks = judged(&proposal, now.as_ref());
        let also = organization.as_ref().map(|org| org.also_listed.as_slice()).unwrap_or_default();
        let doors = checked(app, now.as_ref().map(|now| &now.seen), &risks, also).await?;
        Ok(Self { proposal, standing: now, doors, risks, may, organization })
    }

    /// The version of what people see; 0 for what is not in the directory.
    pub fn seen(&self) -> i64 {
        self.standing.as_ref().map_or(0, |standing| standing.version)
    }

    /// For samples.
    #[cfg(test)]
    pub fn sample(proposal: Proposal, standing: Option<Standing>, may: Result<(), NotNeutral>) -> Self {
        let risks = judged(&proposal, standing.as_ref());
        let known = Known { seen: standing.as_ref().map(|standing| &standing.seen), ..Known::default() };
        let doors = known.check(&risks);
        Self { doors, risks, may, organization: Some(crate::site::samples::known()), proposal, standing }
    }
}

/// Why it waits: what its author's side found, and what is found now.
fn judged(proposal: &Proposal, standing: Option<&Standing>) -> Vec<Risk> {
    let now = match standing {
        Some(standing) => {
            let picture = complete(&standing.seen, Some(&proposal.after));
            risks(Some(&standing.seen), &picture, &standing.trusted)
        }
        None => risks(None, &proposal.after, &BTreeSet::new()),
    };
    let mut all: Vec<Risk> = proposal.risks.iter().cloned().chain(now).collect();
    all.sort();
    all.dedup();
    all
}

/// What is odd about the doors among risks, beside what people see now.
pub async fn checked(
    app: &App,
    seen: Option<&Body>,
    risks: &[Risk],
    also: &[AlsoListed],
) -> Result<Vec<DoorCheck>, StoreError> {
    let domains = checks::domains(risks);
    if domains.is_empty() {
        return Ok(Vec::new());
    }
    let known = Known {
        seen,
        common: LookAlikes::new(app.store.common_domains().await?),
        carriers: app.store.carriers(&domains).await?,
        also,
    };
    Ok(known.check(risks))
}
