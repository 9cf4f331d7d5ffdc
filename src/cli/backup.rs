//! `connector backup` and `connector restore`.

use std::{path::PathBuf, process::ExitCode};

use anyhow::bail;
use clap::Args;
use connector::{backup, store::BackupSum};

use super::{Settings, Tools};

#[derive(Debug, Args)]
#[command(after_help = "\
A running server may go on; what is written meanwhile is in the backup whole or not at all. It is encrypted for public
keys of age (age-encryption.org): keep the private key elsewhere, it is what opens the file.

  connector backup --make-key key.txt             once: prints the public key, writes the private one to key.txt
  connector backup monday.age --to age1…          everything but sessions, dumps and the search index
  connector backup --verify monday.age --key key.txt
  connector restore monday.age --key key.txt --data NEW

A backup can be restored into SQLite or PostgreSQL, whichever it came from. See docs/backup.md.")]
pub(super) struct Backup {
    /// The file to write; it must not be there.
    #[arg(required_unless_present_any = ["make_key", "verify"])]
    file: Option<PathBuf>,
    /// A public key it is encrypted for; may be given more than once.
    #[arg(long, value_name = "KEY")]
    to: Vec<String>,
    /// Make a pair of keys: print the public one, write the private one to a new file.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["file", "verify"])]
    make_key: Option<PathBuf>,
    /// Read a backup whole and compare it with its own sums.
    #[arg(long, value_name = "FILE", requires = "key", conflicts_with = "file")]
    verify: Option<PathBuf>,
    /// The file with the private key.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
}

impl Backup {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        if let Some(path) = self.make_key {
            println!("{}", backup::make_key(&path)?);
            return Ok(ExitCode::SUCCESS);
        }
        if let (Some(file), Some(key)) = (&self.verify, &self.key) {
            println!("{} is whole: {}", file.display(), words(&backup::verify(file, key)?));
            return Ok(ExitCode::SUCCESS);
        }
        let Some(file) = self.file else { bail!("say where to write it") };
        let tools = Tools::open(self.settings.config(None)?).await?;
        let sum = backup::write(&tools.store, &file, &self.to).await?;
        println!("{}: {}", file.display(), words(&sum));
        Ok(ExitCode::SUCCESS)
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Everything is put back in one step, or nothing; then every table is read again and must have as many rows, and the same
sum over them, as when the backup was made. People sign in again; the search index is made by the next `connector serve`.")]
pub(super) struct Restore {
    /// The backup.
    file: PathBuf,
    /// The file with the private key.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    #[command(flatten)]
    settings: Settings,
}

impl Restore {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let tools = Tools::open(self.settings.config(None)?).await?;
        let sum = backup::restore(&tools.store, &self.file, &self.key).await?;
        println!("Restored: {}", words(&sum));
        let audit = tools.store.audit_verify().await?;
        match audit.broken {
            None => println!("The audit log is whole: {} entries, head {}.", audit.entries, audit.head),
            Some((n, why)) => bail!("the audit log is broken at entry {n}: {why}"),
        }
        let complaints = tools.store.check().await?;
        for complaint in &complaints {
            eprintln!("{}: {}", complaint.at, complaint.what);
        }
        Ok(if complaints.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn words(sum: &BackupSum) -> String {
    let rows: u64 = sum.tables.values().map(|table| table.rows).sum();
    format!("{} tables, {rows} rows, {} files", sum.tables.len(), sum.blobs)
}
