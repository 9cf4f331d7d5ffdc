//! Asks a running server: one connection for time and rightness, then many for how much it can answer.

use std::{collections::HashSet, time::Instant};

use serde_json::Value;

use crate::{
    Outcome,
    arguments::Arguments,
    client::Client,
    corpus::{
        Corpus,
        judge::{Finder, is_right},
        queries::{Asker, Class, Query},
        score::Score,
    },
    load,
};

/// How many different questions many connections share.
const POOL: usize = 120_000;
/// Questions that are asked before anything counts: files come into memory.
const WARM: usize = 200;

/// `connector-bench ask`.
pub fn run(given: &Arguments) -> Outcome<()> {
    let (base, size, seed) = (given.need::<String>("base")?, given.need("size")?, given.or("seed", 1)?);
    let (queries, seconds, show) = (given.or("queries", 3_800_usize)?, given.or("seconds", 10)?, given.or("show", 0)?);
    let corpus = Corpus::made(size, seed);
    let questions = Asker::new(&corpus);
    let each = queries.div_ceil(Class::ALL.len());
    let asked = questions.queries(each, seed);
    let warm = questions.queries(WARM.div_ceil(Class::ALL.len()), seed + 1);
    println!(
        "{size} organizations, {} different words, {} questions of {} classes",
        questions.words(),
        asked.len(),
        Class::ALL.len()
    );
    let mut client = Client::connect(&base).map_err(|why| format!("{base}: {why}"))?;
    for query in &warm {
        client.search(&query.text).map_err(|why| format!("{base}: {why}"))?;
    }
    println!("{}", one_by_one(&mut client, &Finder::over(&corpus), &asked, show)?.table());
    if seconds > 0 {
        let pool = pool(&questions, asked.iter().chain(&warm), seed + 2);
        drop(questions);
        println!("{}", load::run(&base, &pool, seconds)?);
    }
    Ok(())
}

/// Asks on one connection, and judges each answer. The first so many whose first result is wrong are shown.
fn one_by_one(client: &mut Client, finder: &Finder<'_>, queries: &[Query], mut show: usize) -> Outcome<Score> {
    let mut score = Score::default();
    for query in queries {
        let begun = Instant::now();
        let answer = client.search(&query.text).map_err(|why| format!("{:?}: {why}", query.text))?;
        let took = begun.elapsed();
        if answer.status != 200 {
            return Err(format!("{:?}: the server answered {}", query.text, answer.status));
        }
        let answer: Value = serde_json::from_slice(answer.body).map_err(|why| format!("{:?}: {why}", query.text))?;
        let cards = answer["results"].as_array().map(Vec::as_slice).unwrap_or_default();
        let is_right = |card: &Value| {
            let text = |name: &str| card[name].as_str().unwrap_or_default();
            finder.find(text("name"), text("zip")).any(|row| is_right(query, row))
        };
        let rank = cards.iter().position(is_right);
        if rank != Some(0) && show > 0 {
            show -= 1;
            let first = cards.first().map_or("nothing", |card| card["name"].as_str().unwrap_or_default());
            println!("{}", query.missed(rank, first));
        }
        score.add(query.class, rank, took);
    }
    Ok(score)
}

/// Questions that were not asked yet, each once, of all classes in turn.
fn pool<'a>(questions: &Asker<'_>, asked: impl Iterator<Item = &'a Query>, seed: u64) -> Vec<String> {
    let mut known: HashSet<String> = asked.map(|query| query.text.clone()).collect();
    let new = questions.queries(POOL.div_ceil(Class::ALL.len()), seed).into_iter();
    new.map(|query| query.text).filter(|text| known.insert(text.clone())).collect()
}
