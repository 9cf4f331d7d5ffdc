//! Looks at a server while something changes: is the new organization found, and do answers go on?

use std::{
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use crate::{
    Outcome,
    arguments::Arguments,
    client::Client,
    corpus::{
        Corpus, npi,
        queries::{Asker, Class},
    },
};

/// How often is asked for what is not there yet.
const LOOK: Duration = Duration::from_millis(10);
/// Questions made before it begins: at a usual rate enough for ten minutes.
const QUESTIONS: usize = 12_000;

/// `connector-bench wait`: prints the seconds until it was found.
pub fn wait(given: &Arguments) -> Outcome<()> {
    let (base, number) = (given.need::<String>("base")?, given.need::<usize>("number")?);
    let limit = Duration::from_secs(given.or("seconds", 60)?);
    let mut client = Client::connect(&base).map_err(|why| format!("{base}: {why}"))?;
    let (begun, asked) = (Instant::now(), npi(number).to_string());
    while begun.elapsed() < limit {
        let answer = client.search(&asked).map_err(|why| format!("{base}: {why}"))?;
        let nothing = b"\"results\":[]";
        if answer.status == 200 && !answer.body.windows(nothing.len()).any(|part| part == nothing) {
            println!("{:.2}", begun.elapsed().as_secs_f64());
            return Ok(());
        }
        thread::sleep(LOOK);
    }
    Err(format!("organization {number} was not found within {} s", limit.as_secs()))
}

/// `connector-bench steady`: a question is due at its time whether the one before was answered or not, and its time runs
/// from when it was due: a server that stands still is seen.
pub fn run(given: &Arguments) -> Outcome<()> {
    let (base, size, pid) = (given.need::<String>("base")?, given.need("size")?, given.need::<u32>("pid")?);
    let (rate, seed) = (given.or("rate", 20_u32)?, given.or("seed", 1)?);
    let corpus = Corpus::made(size, seed);
    let queries = Asker::new(&corpus).queries(QUESTIONS.div_ceil(Class::ALL.len()), seed + 3);
    let process = PathBuf::from(format!("/proc/{pid}"));
    let mut client = Client::connect(&base).map_err(|why| format!("{base}: {why}"))?;
    let (begun, mut failed, mut took) = (Instant::now(), 0, Vec::new());
    for (number, query) in queries.iter().enumerate() {
        let due = begun + Duration::from_secs(1) * number as u32 / rate.max(1);
        thread::sleep(due.saturating_duration_since(Instant::now()));
        if !process.exists() {
            break;
        }
        match client.search(&query.text).map(|answer| answer.status) {
            Ok(200) => took.push(due.elapsed().as_secs_f64() * 1_000.0),
            Ok(_) => failed += 1,
            Err(_) => {
                failed += 1;
                client = Client::connect(&base).map_err(|why| format!("{base}: {why}"))?;
            }
        }
    }
    took.sort_unstable_by(f64::total_cmp);
    let at = |percent: usize| took.get((took.len() * percent / 100).min(took.len().saturating_sub(1))).unwrap_or(&0.0);
    println!(
        "{} answers in {:.1} s at {rate} a second, {failed} failed, p50 {:.1} ms, p99 {:.1} ms, most {:.1} ms",
        took.len(),
        begun.elapsed().as_secs_f64(),
        at(50),
        at(99),
        at(100)
    );
    Ok(())
}
