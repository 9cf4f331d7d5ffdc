//! Doors open and close at the turn of the day, in UTC.

use std::time::Duration;

use super::App;

/// How often is looked for what the day changes; at midnight at once.
const LOOK: Duration = Duration::from_secs(30);
const DAY: u64 = 24 * 3_600 * 1_000_000;

/// Opens and closes doors on their days, until it is aborted.
pub async fn turn(app: App) {
    loop {
        let now = app.clock.micros().unsigned_abs();
        tokio::time::sleep(LOOK.min(Duration::from_micros(DAY - now % DAY))).await;
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
