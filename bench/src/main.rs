//! Measures the Connector's search on organizations made up from a seed (`corpus`).
//!
//! `connector-bench corpus` writes a list for `connector import`; `ask` asks a running server; `wait` and `steady` look
//! at it while something changes; `engines` asks other search engines the same. `script/bench search` calls all of them.
//! `addresses`, `pages`, `rate` and `save` are about the pages of any server: `script/bench pages` calls them.

mod addresses;
mod arguments;
mod ask;
mod client;
#[allow(dead_code, reason = "the tests of the program use the rest of it")]
mod corpus;
#[cfg(feature = "engines")]
mod engines;
mod list;
mod load;
mod machine;
mod pages;
mod steady;

use std::process::ExitCode;

use arguments::Arguments;

/// What went wrong, in words for whoever runs it.
type Outcome<T> = Result<T, String>;

/// How to call it.
const USAGE: &str = "usage:
  connector-bench corpus  --size N --out DIR [--first 0] [--seed 1]
      writes tables of N organizations, numbered from --first on, and sources.toml for the data folder
  connector-bench ask     --base http://127.0.0.1:PORT --size N [--queries 3800] [--seconds 10] [--show 0] [--seed 1]
      asks a server that knows this corpus: how often it is right, how long it takes, how many answers a second;
      --show tells the first so many questions whose first result is wrong
  connector-bench wait    --base http://127.0.0.1:PORT --number N [--seconds 60]
      asks for the organization of a number until it is found
  connector-bench steady  --base http://127.0.0.1:PORT --size N --pid PID [--rate 20] [--seed 1]
      asks at a steady rate while a process runs
  connector-bench engines --size N [--queries 3800] [--only tantivy|seekstorm] [--seed 1]
      asks other engines the same (built with --features engines)
  connector-bench addresses --base http://127.0.0.1:PORT --out DIR [--known FILE] [--seed 1]
      writes lists of paths that the server knows, one list for each kind of page; --known keeps its organizations
  connector-bench pages   --base http://127.0.0.1:PORT --paths FILE [--pid PID] [--skip 0] [--take N]
      asks for each path once, one after the other on one connection: how long it takes, and with the server's process
      its processor time
  connector-bench rate    --base http://127.0.0.1:PORT --pid PID --paths FILE [--skip 0] [--take N] [--connections 64] [--seconds 10] [--unchanged true]
      asks on many connections at once: how many answers a second, and the processor time of the server for each; without --seconds each path once, with it all of them
      once before it counts, then again and again; with --unchanged true each is asked for with the entity tag it has
  connector-bench stream  --base http://127.0.0.1:PORT --pid PID --path PATH
      reads one answer to its end: how fast
  connector-bench save    --base http://127.0.0.1:PORT --paths FILE --out DIR [--skip 0] [--take N]
      writes the body of each answer into a file of that name, for another server";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<()> {
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_default();
    let given = Arguments::read(words)?;
    match command.as_str() {
        "corpus" => list::run(&given),
        "ask" => ask::run(&given),
        "wait" => steady::wait(&given),
        "steady" => steady::run(&given),
        "addresses" => addresses::run(&given),
        "pages" => pages::times(&given),
        "rate" => pages::rate(&given),
        "save" => pages::save(&given),
        "stream" => pages::stream(&given),
        #[cfg(feature = "engines")]
        "engines" => engines::run(&given),
        #[cfg(not(feature = "engines"))]
        "engines" => Err("this program was built without them: build it with --features engines".to_owned()),
        _ => Err(USAGE.to_owned()),
    }
}
