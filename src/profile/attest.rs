//! "Everything is still correct": the same words again, from today.
//!
//! What holds: what people see is not changed by it; whose words are older than a year, and weigh less than others' by now,
//! confirms what people see instead of bringing old words back.

use jiff::{ToSpan as _, civil::Date};

use super::{Standing, Submission, SubmitError, Submitted, standing, submit};
use crate::{
    app::App,
    model::{
        account::PersonId,
        change::Speaker,
        id::Id,
        listing::Body,
        organization::{Label, Organization},
        proposal::ProposalKind,
    },
    store::StoreError,
};

/// After so many months without a word people are asked, and the page says so.
pub const MONTHS: i64 = 6;

/// Is a word of this day older than half a year?
pub fn is_stale(said: Date, today: Date) -> bool {
    said.saturating_add(MONTHS.months()) < today
}

/// Since when an organization's own word stands unconfirmed, when that is longer than half a year; nothing when it never
/// said one.
pub fn unconfirmed_since(organization: &Organization, today: Date) -> Option<Date> {
    let own = organization.provenance.iter().filter(|(_, said)| said.label == Label::Owner);
    let last = own.map(|(_, said)| said.load_date).max()?;
    is_stale(last, today).then_some(last)
}

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
    let sent = Submission {
        subject,
        author,
        kind: ProposalKind::Attest,
        began: None,
        after,
        why: "",
        publish_at: 0,
        // Nothing changes: there is nothing to announce, and nothing to wait for.
        delegate: false,
    };
    submit(app, sent).await
}
