//! The program: `connector serve`, `import`, `export`, `check`, `rebuild-index`, `config`.

mod cli;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    cli::run(cli::Cli::parse())
}
