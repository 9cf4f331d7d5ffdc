//! The program: `connector serve`, `import`, `export`, `check`, `rebuild-index`, `config`.

mod cli;

use std::process::ExitCode;

use clap::Parser as _;

/// Reading a large bundle makes and drops millions of small texts between some that stay; the system's allocator spends
/// a quarter of the time there, this one next to none.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run(cli::Cli::parse())
}
