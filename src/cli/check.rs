//! `connector check` and `connector rebuild-index`.

use std::{process::ExitCode, sync::Arc, time::Duration};

use clap::Args;
use connector::{
    app::{index_folder, renew},
    search::index::{Index, SearchError},
    store::Complaint,
};

use super::{Settings, Tools};

/// Complaints printed in full.
const SHOWN: usize = 50;

#[derive(Debug, Args)]
pub(super) struct Check {
    /// Print the findings as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

impl Check {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let tools = Tools::open(self.settings.config(None)?).await?;
        let swept = tools.store.sweep().await?;
        let mut complaints = tools.store.check().await?;
        let last = tools.store.last_revision().await?;
        let folder = index_folder(&tools.config);
        let note = if folder.exists() {
            let index = Index::open_to_read(&folder)?;
            let (at, known, searchable) = (index.at(), index.count(), tools.store.searchable().await?);
            if at > last {
                let what =
                    format!("it stands at revision {at}, but the log ends at {last}; run `connector rebuild-index`");
                complaints.push(Complaint { at: "index".into(), what });
            } else if at == last && known != searchable {
                let what =
                    format!("it knows {known} organizations, the store {searchable}; run `connector rebuild-index`");
                complaints.push(Complaint { at: "index".into(), what });
            }
            match last - at {
                behind if behind > 0 => {
                    format!("the index is {behind} revisions behind and catches up when the server runs")
                }
                _ => format!("the index stands at revision {at} with {known} organizations"),
            }
        } else {
            "there is no index yet; the server makes it".to_owned()
        };
        if self.json {
            println!(
                "{}",
                serde_json::json!({ "ok": complaints.is_empty(), "revisions": last, "index": note, "removed": swept, "complaints": complaints })
            );
        } else {
            for complaint in complaints.iter().take(SHOWN) {
                println!("{}: {}", complaint.at, complaint.what);
            }
            if complaints.len() > SHOWN {
                println!("… and {} more", complaints.len() - SHOWN);
            }
            if swept > 0 {
                println!("{swept} files that killed imports left were removed.");
            }
            let verdict = if complaints.is_empty() { "Store, log and index agree" } else { "They do not agree" };
            println!("{verdict}: {last} revisions; {note}.");
        }
        Ok(if complaints.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

#[derive(Debug, Args)]
pub(super) struct Rebuild {
    #[command(flatten)]
    settings: Settings,
}

impl Rebuild {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let tools = Tools::open(self.settings.config(None)?).await?;
        let folder = index_folder(&tools.config);
        match Index::open(&folder) {
            Ok(index) => {
                let index = Arc::new(index);
                let at = renew(&tools.store, &index).await?;
                println!("The index was made again: {} organizations, up to revision {at}.", index.count());
            }
            Err(SearchError::Locked(_)) => {
                let mark = Index::ask_to_renew(&folder)?;
                println!("A running server has the index; it makes it again and goes on answering meanwhile.");
                while mark.exists() {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                println!("The index was made again.");
            }
            Err(problem) => return Err(problem.into()),
        }
        Ok(ExitCode::SUCCESS)
    }
}
