//! `connector config`.

use std::process::ExitCode;

use clap::Args;
use connector::config::KEYS;

use super::Settings;

#[derive(Debug, Args)]
pub(super) struct Explain {
    #[command(flatten)]
    settings: Settings,
}

impl Explain {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let file = self.settings.file.clone();
        let config = self.settings.config(std::env::var("CONNECTOR_LISTEN").ok())?;
        println!("Settings come from {} (if it is there), then the environment, then flags.\n", file.display());
        for key in KEYS {
            let now = match key.key {
                "data" => config.data.display().to_string(),
                "listen" => config.listen.to_string(),
                // The address may carry a password.
                "database" => config.database.as_ref().map_or_else(String::new, |_| "a postgres:// address".into()),
                "public_url" => config.public_url.clone(),
                "operator" => config.operator.clone(),
                "contact" => config.contact.clone(),
                "trusted_proxies" => {
                    config.trusted_proxies.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
                }
                "keep_loads" => config.keep_loads.to_string(),
                "rate_limit" => config.rate_limit.map_or_else(|| "off".to_owned(), |limit| limit.to_string()),
                "dumps" => config.dumps.map_or_else(|| "off".to_owned(), |time| time.strftime("%H:%M").to_string()),
                "dumps_keep" => config.dumps_keep.to_string(),
                "sync" => if config.sync { "on" } else { "off" }.to_owned(),
                "brand" => config.brand.folder.display().to_string(),
                _ => config.fetch_allow.join(","),
            };
            let now = if now.is_empty() { key.default.to_owned() } else { now };
            println!("{} / {}\n  {}\n  default: {}; now: {now}\n", key.key, key.variable, key.meaning, key.default);
        }
        Ok(ExitCode::SUCCESS)
    }
}
