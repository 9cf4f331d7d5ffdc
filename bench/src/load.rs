//! Many connections at once, each with the next question as soon as it has its answer.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use crate::{Outcome, client::Client, machine};

/// How many connections.
const CONNECTIONS: usize = 16;
/// Memory for the calls of a thread: there is little to call.
const STACK: usize = 256 * 1024;

/// What one connection saw.
#[derive(Default)]
struct Seen {
    /// Microseconds of each answer.
    took: Vec<u32>,
    /// Answers that did not come, or were no 200.
    failed: usize,
}

/// Asks for so many seconds; a line for people.
///
/// # Errors
/// When no connection can be made.
pub fn run(base: &str, pool: &[String], seconds: u64) -> Outcome<String> {
    let clients: Result<Vec<Client>, _> = (0..CONNECTIONS).map(|_| Client::connect(base)).collect();
    let clients = clients.map_err(|why| format!("{base}: {why}"))?;
    let (next, begun, used) = (AtomicUsize::new(0), Instant::now(), machine::processor_seconds());
    let next = &next;
    let until = begun + Duration::from_secs(seconds);
    let seen: Vec<Seen> = thread::scope(|scope| {
        let start = |client| {
            let work = move || ask(client, base, pool, next, until);
            thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work)
        };
        let started: Vec<_> = clients.into_iter().filter_map(|client| start(client).ok()).collect();
        started.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    let lasted = begun.elapsed().as_secs_f64();
    let busy = (machine::processor_seconds() - used) / lasted * 100.0;
    let failed: usize = seen.iter().map(|seen| seen.failed).sum();
    let mut took: Vec<u32> = seen.into_iter().flat_map(|seen| seen.took).collect();
    took.sort_unstable();
    let at = |percent: usize| took.get((took.len() * percent / 100).min(took.len().saturating_sub(1)));
    let millis = |percent| at(percent).map_or(0.0, |micros| f64::from(*micros) / 1_000.0);
    let times = next.load(Ordering::Relaxed).div_ceil(pool.len().max(1));
    Ok(format!(
        "{CONNECTIONS} connections for {lasted:.1} s: {:.0} answers a second, {failed} failed, p50 {:.1} ms, p99 {:.1} ms, \
         most {:.1} ms; {} different questions, each at most {times} times; this client used {busy:.0} % of a core",
        took.len() as f64 / lasted,
        millis(50),
        millis(99),
        millis(100),
        pool.len(),
    ))
}

fn ask(mut client: Client, base: &str, pool: &[String], next: &AtomicUsize, until: Instant) -> Seen {
    let mut seen = Seen::default();
    while Instant::now() < until {
        let Some(text) = pool.get(next.fetch_add(1, Ordering::Relaxed) % pool.len().max(1)) else { break };
        let begun = Instant::now();
        match client.search(text).map(|answer| answer.status) {
            Ok(200) => seen.took.push(begun.elapsed().as_micros() as u32),
            Ok(_) => seen.failed += 1,
            Err(_) => {
                seen.failed += 1;
                match Client::connect(base) {
                    Ok(new) => client = new,
                    Err(_) => break,
                }
            }
        }
    }
    seen
}
