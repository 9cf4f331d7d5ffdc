//! What the serving process does for profiles by itself: counts are written down, people are told what is new, lists are
//! looked at, words grow old. Everything can be done again after a stop anywhere.

use std::time::Duration;

use futures_util::future::BoxFuture;

use super::{counts, in_step, notices};
use crate::{app::App, store::StoreError};

/// How often it is looked whether something is to be done.
const LOOK: Duration = Duration::from_mins(1);
/// How many looks pass between those that the calendar asks for.
const LOOKS: u32 = 60;

/// Looks after profiles until the program is asked to stop.
pub async fn tend(app: App) {
    for looks in 0_u32.. {
        tokio::select! {
            () = app.ready.stopped() => break,
            () = tokio::time::sleep(LOOK) => {}
        }
        told("what is new", notices::follow(&app).await.map(drop));
        told("counts of pages", counts::write_down(&app).await);
        if looks.is_multiple_of(LOOKS) {
            told("what is old", by_the_calendar(&app).await);
        }
        told("mails", notices::send(&app).await.map(drop));
    }
    told("counts of pages", counts::write_down(&app).await);
}

/// What days bring.
async fn by_the_calendar(app: &App) -> Result<(), StoreError> {
    // A step of its own: the compiler does not see through all that the store does at once.
    let aging: BoxFuture<'_, Result<usize, StoreError>> = Box::pin(app.store.age_owners());
    aging.await?;
    notices::stale(app).await?;
    in_step::look_at_due(app).await?;
    Ok(())
}

fn told(what: &str, done: Result<(), StoreError>) {
    if let Err(error) = done {
        tracing::error!("{what} could not be seen to, trying again: {error}");
    }
}
