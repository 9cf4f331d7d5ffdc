//! `connector export`.

use std::{
    io::{BufWriter, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context as _;
use clap::Args;

use super::{Settings, Tools};

#[derive(Debug, Args)]
pub(super) struct Export {
    /// The file to write; without it, standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
}

impl Export {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let tools = Tools::open(self.settings.config(None)?).await?;
        let out: Box<dyn std::io::Write + Send> = match &self.output {
            Some(path) => {
                Box::new(std::fs::File::create(path).with_context(|| format!("{} cannot be written", path.display()))?)
            }
            None => Box::new(std::io::stdout()),
        };
        let mut out = BufWriter::new(out);
        let written = tools
            .store
            .export(|line| {
                serde_json::to_writer(&mut out, &line)?;
                out.write_all(b"\n")
            })
            .await?;
        match written.and_then(|()| out.flush()) {
            // The reader of a pipe had enough.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {}
            other => other.context("the export could not be written")?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
