//! "Everything is still correct": the same words again, from today.
//!
//! What holds: what people see is not changed by it; whose words are older than a year, and weigh less than others' by now,
//! confirms what people see instead of bringing old words back.

use std::collections::BTreeSet;

use jiff::{ToSpan as _, civil::Date};

use super::{Standing, Submission, SubmitError, Submitted, standing, submit};
use crate::{
    app::App,
    model::{account::PersonId, change::Speaker, id::Id, listing::Body, proposal::ProposalKind},
    store::StoreError,
};

/// What a confirmation says, and the day of the last one.
pub async fn words(app: &App, subject: &Id) -> Result<Option<(Standing, Body, Option<Date>)>, StoreError> {
    let Some(standing) = standing(app, subject).await? else { return Ok(None) };
    let said = app.store.said_by(Speaker::Owners, subject).await?.map(|said| said.date);
    let aged = said.is_some_and(|day| day.saturating_add(1.year()) < app.clock.today());
    let after = if aged { standing.seen.clone() } else { standing.listing.clone() };
    Ok(Some((standing, after, said)))
}

/// Somebody who manages it says that everything is still right.
pub async fn attest(app: &App, subject: &Id, author: &PersonId) -> Result<Submitted, SubmitError> {
    let (_, after, _) = words(app, subject).await?.ok_or(SubmitError::Unknown)?;
    let submission = Submission {
        subject,
        author,
        kind: ProposalKind::Attest,
        began: None,
        after,
        express: BTreeSet::new(),
        why: "",
        publish_at: 0,
        // Nothing changes: there is nothing to announce, and nothing to wait for.
        delegate: false,
    };
    submit(app, submission).await
}
