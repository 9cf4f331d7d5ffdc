//! The daily look at every proof.
//!
//! What holds: a proof is not lost by one bad day, nor by a day on which nothing at all could be reached from here.

use std::time::Duration;

use super::{
    Subject,
    look::{Sight, look},
    mails::{Owners, Told},
};
use crate::{
    app::App,
    fetch::Client,
    model::claim::Claim,
    site::renew_pages,
    store::{Seen, StoreError},
};

/// How long ago a proof was looked at before it is looked at again, in microseconds: a little less than a day, so that it
/// does not slip to a later hour every time.
const DAY: i64 = 22 * 3_600 * 1_000_000;
/// How many are looked at in one round.
const ROUND: u32 = 200;
/// From so many on, a round in which nobody answered says something of us and nothing of them.
const ENOUGH: usize = 3;
/// Between rounds, and at most so much more by chance.
const REST: Duration = Duration::from_mins(20);
const JITTER: u64 = 10 * 60;
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(250);

/// What a round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Proofs that were looked at.
    pub looked: usize,
    /// Those that stand.
    pub stand: usize,
    /// Those that are missing.
    pub missing: usize,
    /// Those that were lost in this round.
    pub lost: usize,
    /// Those that came back.
    pub back: usize,
    /// Nobody answered at all: nothing was written down.
    pub cut_off: bool,
}

/// Looks at proofs that were not looked at today.
pub async fn round(app: &App, client: &Client, all: bool) -> Result<Round, StoreError> {
    let now = app.clock.micros();
    let before = if all { now } else { now - DAY };
    let due = app.store.proofs_to_check(before, ROUND).await?;
    let mut sights: Vec<(Claim, Sight)> = Vec::with_capacity(due.len());
    for claim in due {
        let sight = look(client, &claim, claim.method).await;
        sights.push((claim, sight));
        tokio::time::sleep(PAUSE).await;
    }
    let mut round = Round { looked: sights.len(), ..Round::default() };
    let silent = sights.iter().all(|(_, sight)| *sight == Sight::Unreachable);
    if silent && sights.len() >= ENOUGH {
        tracing::warn!(
            "no name server or web site of {} proofs could be reached; nothing is written down",
            sights.len()
        );
        return Ok(Round { cut_off: true, ..round });
    }
    for (claim, sight) in &sights {
        let seen = checked(app, claim, *sight == Sight::Found).await;
        if claim.failing_since != 0 || !matches!(seen, Ok(Seen::Stands)) {
            renew_pages(app, &claim.subject).await;
        }
        match seen {
            Ok(Seen::Stands) => round.stand += 1,
            Ok(Seen::Missing) => round.missing += 1,
            Ok(Seen::Lost) => round.lost += 1,
            Ok(Seen::Back) => round.back += 1,
            // Decided or left meanwhile.
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(round)
}

/// Writes down what was seen, and to the owners what came of it.
async fn checked(app: &App, claim: &Claim, found: bool) -> Result<Seen, StoreError> {
    let owners = Owners::of(app, &claim.subject).await?;
    let name =
        Subject::find(app, &claim.subject).await?.map_or_else(|| claim.subject.to_string(), |subject| subject.name);
    let letters = |seen| {
        let what = match seen {
            Seen::Missing if claim.failing_since == 0 => Told::ProofMissing,
            Seen::Lost => Told::ProofLost,
            Seen::Back => Told::ProofBack,
            Seen::Stands | Seen::Missing => return Vec::new(),
        };
        owners.letters(app, &name, what, |_| true)
    };
    app.store.proof_checked_and_tell(claim.n, found, &letters).await
}

/// Looks at proofs until it is aborted.
pub async fn run(app: App) {
    loop {
        let chance = u64::from(crate::clock::secret()[0]) * JITTER / 255;
        tokio::time::sleep(REST + Duration::from_secs(chance)).await;
        let done = match app.client() {
            Ok(client) => round(&app, client, false).await.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = done {
            tracing::error!("proofs could not be looked at, trying again: {error}");
        }
    }
}
