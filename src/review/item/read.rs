//! A proposal with everything it is judged by, read anew for each page and each decision.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::{
    accounts::Signed,
    app::App,
    claims::alike,
    model::{
        change::{Risk, complete, differences, risks},
        listing::Body,
        lookalike::{LookAlikes, mistaken_for},
        organization::{AlsoListed, Organization},
        proposal::Proposal,
        provenance::Provenance,
    },
    moderation::{
        checks::{self, DoorCheck, Known},
        rules::{NotNeutral, neutral},
        weight::outweighed,
    },
    profile::{Standing, standing},
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
    /// Fields that people would not see when it is approved, each with the source that says otherwise and weighs more.
    pub outweighed: BTreeMap<String, String>,
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
        let listed = app.listed_apps().await?;
        let of_app = || listed.iter().find(|one| Some(&one.id) == proposal.subject.as_ref()).map(|one| &one.provenance);
        let standing = organization.as_ref().map(|org| &org.provenance).or_else(of_app);
        let outweighed = heavier(&proposal, now.as_ref(), standing, app.clock.today());
        Ok(Self { proposal, standing: now, doors, risks, may, organization, outweighed })
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
        let organization = crate::site::samples::known();
        let provenance = Some(&organization.provenance);
        let outweighed = heavier(&proposal, standing.as_ref(), provenance, crate::site::samples::TODAY);
        Self { doors, risks, may, organization: Some(organization), proposal, standing, outweighed }
    }
}

/// Fields that people would not see of it, each with the name of the source that weighs more.
fn heavier(
    proposal: &Proposal,
    now: Option<&Standing>,
    said: Option<&Provenance>,
    today: Date,
) -> BTreeMap<String, String> {
    let told = differences(now.map(|now| &now.seen), proposal.before.as_ref(), &proposal.after);
    let all = said.map(|said| outweighed(proposal.speaker, &told, said, today)).unwrap_or_default();
    all.into_iter().map(|(field, said)| (field, said.source_name.clone())).collect()
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
    let like: BTreeSet<String> = domains.iter().flat_map(|domain| mistaken_for(domain)).collect();
    let like = alike::listed(app, &like, None).await?.into_iter().map(|(domain, _)| domain);
    let known = Known {
        seen,
        common: LookAlikes::new(app.store.common_domains().await?.into_iter().chain(like)),
        carriers: app.store.carriers(&domains).await?,
        also,
    };
    Ok(known.check(risks))
}
