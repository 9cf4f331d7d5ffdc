//! Suggestions on their way to people who decide: from the form, and from programs of the original's time.
//!
//! What holds: nothing of a suggestion is public before a person found it right.

use std::collections::BTreeSet;

use crate::{
    model::{
        change::{Speaker, app_facts, facts},
        id::Id,
        listing::{AppFacts, Body, OrganizationFacts},
        organization::{App, Organization},
        proposal::ProposalKind,
        suggestion::{Correction, LONGEST_WHY, Suggestion, about_app},
    },
    store::{NewProposal, Store, StoreError},
};

/// Who stands in the record for somebody without an account.
const ACTOR: &str = "public";

/// Keeps a correction for people who decide; answers its number, or nothing when it says what people see already.
pub async fn correction(
    store: &Store,
    about: Option<&Organization>,
    correction: &Correction,
    why: &str,
) -> Result<Option<i64>, StoreError> {
    let Some(about) = about else {
        return propose(store, None, 0, &correction.of_missing(), why).await.map(Some);
    };
    let said = match said(store, &about.id).await? {
        Some(Body::Organization(facts)) => Some(*facts),
        _ => None,
    };
    let trusted = store.trusted_doors(&about.id).await?;
    let standing: OrganizationFacts = facts(about);
    match correction.about(&standing, said.as_ref(), &trusted) {
        Some(suggestion) => propose(store, Some(&about.id), about.version, &suggestion, why).await.map(Some),
        None => Ok(None),
    }
}

/// The same for an app.
pub async fn app(store: &Store, about: Option<&App>, new: &AppFacts, why: &str) -> Result<Option<i64>, StoreError> {
    let Some(about) = about else {
        let Some(suggestion) = about_app(new, None, None, &BTreeSet::new()) else { return Ok(None) };
        return propose(store, None, 0, &suggestion, why).await.map(Some);
    };
    let said = match said(store, &about.id).await? {
        Some(Body::App(facts)) => Some(*facts),
        _ => None,
    };
    let trusted = store.trusted_doors(&about.id).await?;
    match about_app(new, Some(&app_facts(about)), said.as_ref(), &trusted) {
        Some(suggestion) => propose(store, Some(&about.id), about.version, &suggestion, why).await.map(Some),
        None => Ok(None),
    }
}

async fn said(store: &Store, subject: &Id) -> Result<Option<Body>, StoreError> {
    Ok(store.said_by(Speaker::Suggestions, subject).await?.map(|said| said.body))
}

async fn propose(
    store: &Store,
    subject: Option<&Id>,
    base: i64,
    suggestion: &Suggestion,
    why: &str,
) -> Result<i64, StoreError> {
    let why: String = why.chars().take(LONGEST_WHY).collect();
    let new = NewProposal {
        speaker: Speaker::Suggestions,
        subject,
        author: None,
        kind: ProposalKind::Suggestion,
        before: suggestion.before.as_ref(),
        after: &suggestion.after,
        base,
        risks: &suggestion.risks,
        publish_at: 0,
        why: &why,
    };
    store.propose(&new, ACTOR).await
}
