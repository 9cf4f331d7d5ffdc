//! Doors open and close at the turn of their day ([`crate::clock::Clock::door_day`]).

use std::time::Duration;

use super::App;
use crate::clock::door_day_begins;

/// How often is looked for what the day changes; where it turns at once.
const LOOK: Duration = Duration::from_secs(30);

/// Opens and closes doors on their days, until it is aborted.
pub async fn turn(app: App) {
    loop {
        let tomorrow = app.clock.door_day().tomorrow().map_or(i64::MAX, door_day_begins);
        let left = tomorrow.saturating_sub(app.clock.micros()).unsigned_abs();
        tokio::time::sleep(LOOK.min(Duration::from_micros(left))).await;
        look(&app).await;
    }
}

/// Opens and closes doors whose day has come, or is over.
pub async fn look(app: &App) {
    match app.store.turn_day().await {
        Ok(0) => {}
        Ok(turned) => tracing::info!(turned, "organizations have other doors since today"),
        Err(error) => tracing::error!("doors could not be opened and closed on their day, trying again: {error}"),
    }
}
