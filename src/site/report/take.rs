//! What was sent is kept: a report for what is said in words, a suggestion for what is filled in field by field.

use sha2::{Digest, Sha256};

use super::{Desk, PER_HOUSEHOLD, Sender, form::Fault};
use crate::{
    app::App,
    model::{
        organization::Organization,
        submission::{Report, SubmissionKind},
        suggestion::Correction,
    },
    site::suggest,
    store::{Store, StoreError},
    web::visitor::{address, household},
};

/// What a form says, checked.
#[derive(Clone)]
pub struct Said {
    /// In words.
    pub report: Report,
    /// Field by field; empty when nothing was filled in.
    pub correction: Correction,
    /// Where to answer.
    pub email: String,
}

/// Keeps what was said, once, unless too much comes from one place.
pub async fn take(
    app: &App,
    desk: &Desk,
    about: Option<&Organization>,
    said: Said,
    sender: &Sender,
    now: i64,
) -> Result<(), Fault> {
    let subject = about.map(|about| &about.id);
    let all = (subject, &said.report, &said.correction.facts, &said.email);
    let digest: [u8; 32] = Sha256::digest(serde_json::to_vec(&all).unwrap_or_default()).into();
    // A second press of the button, a page that was loaded again: it was taken already.
    if desk.same.again(digest, now).is_some_and(|times| times > 1) {
        return Ok(());
    }
    let from = address(sender.peer, &sender.headers, &app.config.trusted_proxies).map(household);
    if desk.from.again(from, now).is_none_or(|times| times > PER_HOUSEHOLD) {
        desk.same.forget(&digest);
        return Err(Fault::TooMany);
    }
    let (store, about) = (app.store.clone(), about.cloned());
    // On its own: a visitor who leaves does not cut a transaction in two.
    let kept = tokio::spawn(async move { keep(&store, about.as_ref(), &said).await }).await;
    let problem = match kept {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(problem)) => problem.to_string(),
        Err(cut_off) => cut_off.to_string(),
    };
    tracing::error!(%problem, "a report could not be kept");
    desk.same.forget(&digest);
    Err(Fault::NotKept)
}

async fn keep(store: &Store, about: Option<&Organization>, said: &Said) -> Result<(), StoreError> {
    let Said { report, correction, email } = said;
    let mut why = vec![report.how.clone(), report.right.clone()];
    // Whoever wants an answer, and whatever may cost people something now, has a report of its own.
    let also_report = !email.is_empty() || report.wrong.is_urgent() || correction.is_empty();
    if also_report {
        let n = report_of(store, about, said).await?;
        if correction.is_empty() {
            return Ok(());
        }
        why.push(format!("submission:{n}"));
    }
    why.retain(|words| !words.is_empty());
    let suggested = suggest::correction(store, about, correction, &why.join("\n")).await?;
    if suggested.is_none() && !also_report {
        // It says what people see already: somebody should still read why.
        report_of(store, about, said).await?;
    }
    Ok(())
}

async fn report_of(store: &Store, about: Option<&Organization>, said: &Said) -> Result<i64, StoreError> {
    let kind = if about.is_some() { SubmissionKind::Problem } else { SubmissionKind::General };
    store.submit(kind, about.map(|about| &about.id), &said.report, &said.email).await
}
