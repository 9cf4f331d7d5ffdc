//! Mails: kept in the store by whoever has something to tell, sent from here.
//!
//! Flows in: mails that are due, from the store. Flows out: mails by SMTP, or files in `outbox/` where no server is set. What
//! holds: a mail is emptied only after it went, so a stop anywhere repeats and never loses; addresses and words stand in no
//! log; one that cannot go is tried for most of a day, and then kept for the operator (`connector mail`).

mod carrier;
mod letter;
#[cfg(test)]
pub(crate) mod receiver;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use tokio::task::JoinSet;

pub use self::{
    carrier::{Carrier, NotSent, Went},
    letter::Letter,
};
use crate::{
    app::App,
    store::{MAIL_TRIES, QueuedMail, Store, StoreError},
};

/// How often the store is asked for mails.
const LOOK: Duration = Duration::from_millis(500);
/// Mails that are sent at once.
const AT_ONCE: u32 = 4;
/// How long one may take: less than the store leaves it to us.
const PATIENCE: Duration = Duration::from_secs(90);
/// How long mails that are under way may take when the program stops.
const GRACE: Duration = Duration::from_secs(15);
const MINUTE: i64 = 60 * 1_000_000;
/// The longest wait between two tries, in minutes.
const LONGEST: i64 = 6 * 60;

/// Tells the operator something on the console.
pub type Tell = Arc<dyn Fn(&str) + Send + Sync>;

/// Sends what is due until the program is asked to stop. `tell` hears where files were written.
pub async fn run(app: App, carrier: Carrier, tell: Tell) {
    let carrier = Arc::new(carrier);
    loop {
        match send_due(&app, &carrier, &tell).await {
            // There may be more.
            Ok(sent) if sent >= AT_ONCE as usize && !app.ready.is_stopping() => continue,
            Ok(_) => {}
            Err(error) => tracing::error!("mails cannot be read, trying again: {error}"),
        }
        tokio::select! {
            () = app.ready.stopped() => break,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Sends a few that are due; answers how many were tried.
async fn send_due(app: &App, carrier: &Arc<Carrier>, tell: &Tell) -> Result<usize, StoreError> {
    let due = app.store.take_mails(AT_ONCE).await?;
    let tried = due.len();
    let mut under_way = JoinSet::new();
    for mail in due {
        let (store, carrier, tell, now) = (app.store.clone(), carrier.clone(), tell.clone(), app.clock.micros());
        under_way.spawn(async move {
            let n = mail.n;
            if let Err(error) = deliver(&store, &carrier, &tell, mail, now).await {
                tracing::error!("what became of mail {n} cannot be written, it may go twice: {error}");
            }
        });
    }
    let all = async { while under_way.join_next().await.is_some() {} };
    tokio::select! {
        () = all => {}
        // Whatever is cut off here is sent again after the next start.
        () = async { app.ready.stopped().await; tokio::time::sleep(GRACE).await; } => {}
    }
    Ok(tried)
}

/// Sends one, and writes down what became of it.
async fn deliver(store: &Store, carrier: &Carrier, tell: &Tell, mail: QueuedMail, now: i64) -> Result<(), StoreError> {
    let (n, tries) = (mail.n, mail.tries);
    match attempt(carrier, &mail, now).await {
        Ok(Went::Sent) => store.mail_sent(n).await,
        Ok(Went::Written(file)) => {
            store.mail_sent(n).await?;
            tell(&format!("mail to {} written to outbox/{file}", mail.address));
            Ok(())
        }
        Err(why) => {
            let next_at = if why.is_final() || tries >= MAIL_TRIES { 0 } else { now + wait(tries) };
            // The server's words may repeat the address: they stand in the store, for `connector mail`, and in no log.
            if next_at == 0 {
                tracing::error!("mail {n} is given up ({}); `connector mail` says why", why.sort());
            } else if tries == 1 {
                tracing::warn!("mail {n} did not go and is tried again ({}); `connector mail` says why", why.sort());
            }
            store.mail_failed(n, &why.to_string(), next_at).await
        }
    }
}

/// Sends one mail.
pub async fn attempt(carrier: &Carrier, mail: &QueuedMail, now: i64) -> Result<Went, NotSent> {
    let sending = async { carrier.send(&Letter::compose(mail, carrier.from(), now, carrier.is_outbox())?).await };
    tokio::time::timeout(PATIENCE, sending)
        .await
        .unwrap_or_else(|_| Err(NotSent::Unreachable(format!("it took more than {} seconds", PATIENCE.as_secs()))))
}

/// How long to wait after so many tries, in microseconds: a minute, doubled each time up to six hours.
fn wait(tries: i64) -> i64 {
    (1_i64 << (tries - 1).clamp(0, 20)).min(LONGEST) * MINUTE
}
