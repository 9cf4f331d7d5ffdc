//! Reads files through their readers alone, without a store, and tells how many rows a second that is.
//!
//! `cargo run --release --example read_rows -- FILE...`

use std::{collections::BTreeMap, ops::ControlFlow, path::Path, process::ExitCode, time::Instant};

use connector::sources::{Outcome, shape};

fn main() -> ExitCode {
    let files: Vec<String> = std::env::args().skip(1).collect();
    if files.is_empty() {
        eprintln!("usage: read_rows FILE...");
        return ExitCode::from(2);
    }
    let mut code = ExitCode::SUCCESS;
    for file in files {
        match read(Path::new(&file)) {
            Ok(words) => println!("{file}: {words}"),
            Err(error) => {
                eprintln!("{file}: {error}");
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}

fn read(path: &Path) -> Result<String, connector::sources::FileError> {
    let begun = Instant::now();
    let mut became: BTreeMap<String, u64> = BTreeMap::new();
    let facts = shape::read(path, &mut |row| {
        let (what, rows) = match row.outcome {
            Outcome::Listing(_) => ("listings".to_owned(), 1),
            Outcome::Quarantined { problem, .. } => (format!("quarantined {}", problem.code), 1),
            Outcome::Ignored(problem) => (format!("ignored {}", problem.code), 1),
            Outcome::ManyIgnored { problem, rows } => (format!("ignored {}", problem.code), rows),
            Outcome::Closed { .. } => ("closed".to_owned(), 1),
        };
        *became.entry(what).or_default() += rows;
        ControlFlow::Continue(())
    })?;
    let seconds = begun.elapsed().as_secs_f64();
    let became: Vec<String> = became.iter().map(|(what, count)| format!("{count} {what}")).collect();
    Ok(format!(
        "{} rows in {seconds:.2} s, {:.0} rows/s ({})",
        facts.rows,
        facts.rows as f64 / seconds,
        became.join(", ")
    ))
}
