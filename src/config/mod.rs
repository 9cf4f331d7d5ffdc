//! Everything an operator can set: file < environment < flag. Nothing else reads the environment.

pub mod accounts;
pub mod brand;

use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use crate::fetch;

/// Loads of a source that are kept when nobody says otherwise.
const KEEP_LOADS: u32 = crate::store::KEEP_LOADS;
/// Requests of programs in a minute when nobody says otherwise.
const RATE_LIMIT: u32 = 600;

/// When the nightly files are written, UTC, when nobody says otherwise.
const DUMPS: jiff::civil::Time = jiff::civil::time(3, 0, 0, 0);
/// Nights that are kept when nobody says otherwise.
const KEEP_DUMPS: usize = 14;

/// The settings of a running program.
#[derive(Debug, Clone)]
pub struct Config {
    /// `CONNECTOR_LISTEN`: where to answer.
    pub listen: SocketAddr,
    /// `CONNECTOR_DATA`: the data folder (connector.db, index/, blobs/, outbox/, dumps/).
    pub data: PathBuf,
    /// `CONNECTOR_DATABASE`: empty for SQLite in the data folder, or a `postgres://` address.
    pub database: Option<String>,
    /// `CONNECTOR_PUBLIC_URL`: the address people use, without a trailing slash; absolute links are made from it alone.
    pub public_url: String,
    /// `CONNECTOR_OPERATOR`: who runs this installation, for the contact page.
    pub operator: String,
    /// `CONNECTOR_CONTACT`: an e-mail address or web page for questions and corrections.
    pub contact: String,
    /// `CONNECTOR_TRUSTED_PROXIES`: addresses whose `X-Forwarded-*` headers are believed. Nothing is believed by default.
    pub trusted_proxies: Vec<IpAddr>,
    /// `CONNECTOR_FETCH_ALLOW`: hosts (`host:port`) inside private networks that imports may fetch from.
    pub fetch_allow: Vec<String>,
    /// `CONNECTOR_KEEP_LOADS`: loads of each source whose rows are kept, to be repeated or undone.
    pub keep_loads: u32,
    /// `CONNECTOR_SYNC`: does the server fetch lists that are due by itself?
    pub sync: bool,
    /// `CONNECTOR_LEGACY_HOST`: requests with this `Host` get the original Connector's API at the root.
    pub legacy_host: Option<String>,
    /// `CONNECTOR_RATE_LIMIT`: requests of programs a client may send in a minute; nothing when there is no limit.
    pub rate_limit: Option<u32>,
    /// `CONNECTOR_DUMPS`: the time of day, UTC, at which the server writes the nightly files; nothing when it does not.
    pub dumps: Option<jiff::civil::Time>,
    /// `CONNECTOR_DUMPS_KEEP`: nights that are kept.
    pub dumps_keep: usize,
    /// How people sign in and how mails go: `CONNECTOR_SMTP` and others.
    pub accounts: accounts::Accounts,
    /// `CONNECTOR_NAME_SERVERS`: whom to ask for names and records of DNS; empty = the machine's own.
    pub name_servers: Vec<SocketAddr>,
    /// `CONNECTOR_BRAND`: a folder with the name, logo, colours and pages of this installation, read at the start.
    pub brand: brand::Brand,
}

impl Config {
    /// What holds for everything that is fetched.
    pub fn fetch_settings(&self) -> fetch::Settings {
        fetch::Settings {
            public_url: self.public_url.clone(),
            allow: self.fetch_allow.clone(),
            name_servers: self.name_servers.clone(),
            ..fetch::Settings::default()
        }
    }
}

/// One setting: its key in the file, its variable, and what it means.
pub struct Key {
    /// Key in `connector.toml`.
    pub key: &'static str,
    /// Environment variable.
    pub variable: &'static str,
    /// What it is when nobody sets it.
    pub default: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

/// Every setting, as `connector config` explains it.
pub const KEYS: &[Key] = &[
    Key {
        key: "data",
        variable: "CONNECTOR_DATA",
        default: "data",
        meaning: "The data folder: connector.db, index/, blobs/, outbox/, dumps/. Made when it is not there.",
    },
    Key {
        key: "listen",
        variable: "CONNECTOR_LISTEN",
        default: "127.0.0.1:8080",
        meaning: "Address and port the server answers on.",
    },
    Key {
        key: "database",
        variable: "CONNECTOR_DATABASE",
        default: "SQLite in the data folder",
        meaning: "A postgres:// address, for many nodes on one database.",
    },
    Key {
        key: "public_url",
        variable: "CONNECTOR_PUBLIC_URL",
        default: "http:// and the listen address",
        meaning: "The address people use, without a trailing slash. Absolute links are made from it alone.",
    },
    Key {
        key: "operator",
        variable: "CONNECTOR_OPERATOR",
        default: "the people who run this installation",
        meaning: "Who runs this installation, as the contact page says it.",
    },
    Key {
        key: "contact",
        variable: "CONNECTOR_CONTACT",
        default: "none",
        meaning: "An e-mail address or https:// page for questions, corrections and security reports.",
    },
    Key {
        key: "trusted_proxies",
        variable: "CONNECTOR_TRUSTED_PROXIES",
        default: "none",
        meaning: "IP addresses of your own proxies, separated by commas; their X-Forwarded-For is believed.",
    },
    Key {
        key: "fetch_allow",
        variable: "CONNECTOR_FETCH_ALLOW",
        default: "none",
        meaning: "host:port pairs inside your network that imports may fetch from, separated by commas.",
    },
    Key {
        key: "keep_loads",
        variable: "CONNECTOR_KEEP_LOADS",
        default: "12",
        meaning: "Loads of each source whose rows are kept, to be repeated or undone; the accepted one always is.",
    },
    Key {
        key: "sync",
        variable: "CONNECTOR_SYNC",
        default: "off",
        meaning: "on: the server fetches the lists of sources.toml when they are due. off: only `connector sync` does.",
    },
    Key {
        key: "legacy_host",
        variable: "CONNECTOR_LEGACY_HOST",
        default: "none",
        meaning: "A host name of its own for the original Connector's API: what is below /legacy is at its root there.",
    },
    Key {
        key: "rate_limit",
        variable: "CONNECTOR_RATE_LIMIT",
        default: "600",
        meaning: "Requests of programs one client may send in a minute (API, FHIR and so on; never files). off: no limit.",
    },
    Key {
        key: "dumps",
        variable: "CONNECTOR_DUMPS",
        default: "03:00",
        meaning: "When the server writes the nightly files, as HH:MM in UTC. off: only `connector dump` does.",
    },
    Key {
        key: "dumps_keep",
        variable: "CONNECTOR_DUMPS_KEEP",
        default: "14",
        meaning: "Nights that are kept; the oldest goes when a new one is whole.",
    },
    Key {
        key: "smtp",
        variable: "CONNECTOR_SMTP",
        default: "none: mails are written to outbox/ in the data folder",
        meaning: "The server that takes mails: smtps://USER:PASSWORD@HOST, or smtp:// (STARTTLS; plain on loopback only).",
    },
    Key {
        key: "mail_from",
        variable: "CONNECTOR_MAIL_FROM",
        default: "the contact, if it is an e-mail address",
        meaning: "The address mails come from.",
    },
    Key {
        key: "oidc_issuer",
        variable: "CONNECTOR_OIDC_ISSUER",
        default: "none",
        meaning: "A provider of OpenID Connect that people may sign in with: its issuer, https://.",
    },
    Key {
        key: "oidc_client",
        variable: "CONNECTOR_OIDC_CLIENT",
        default: "none",
        meaning: "The client id of this installation at that provider.",
    },
    Key {
        key: "oidc_secret",
        variable: "CONNECTOR_OIDC_SECRET",
        default: "none",
        meaning: "The client secret of this installation at that provider.",
    },
    Key {
        key: "oidc_name",
        variable: "CONNECTOR_OIDC_NAME",
        default: "the host of the issuer",
        meaning: "What people call that provider, for the button to sign in.",
    },
    Key {
        key: "name_servers",
        variable: "CONNECTOR_NAME_SERVERS",
        default: "the machine's own",
        meaning: "Name servers to ask (ADDRESS:PORT, separated by commas), for lists and for proofs of domains.",
    },
    Key {
        key: "brand",
        variable: "CONNECTOR_BRAND",
        default: "none",
        meaning: "A folder with the name, logo, colours, banner and pages of this installation: see docs/brand.md.",
    },
];

/// What is wrong with the settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: {why}")]
    File {
        /// Which file.
        path: String,
        /// Why.
        why: String,
    },
    /// A value does not fit.
    #[error("{key} = {value:?}: {why}")]
    Value {
        /// Which setting.
        key: &'static str,
        /// What was given.
        value: String,
        /// What is expected.
        why: String,
    },
}

/// Values as they were given, before they are checked. What is absent takes its default.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Given {
    /// See [`KEYS`].
    pub data: Option<String>,
    /// See [`KEYS`].
    pub listen: Option<String>,
    /// See [`KEYS`].
    pub database: Option<String>,
    /// See [`KEYS`].
    pub public_url: Option<String>,
    /// See [`KEYS`].
    pub operator: Option<String>,
    /// See [`KEYS`].
    pub contact: Option<String>,
    /// See [`KEYS`].
    pub trusted_proxies: Option<String>,
    /// See [`KEYS`].
    pub fetch_allow: Option<String>,
    /// See [`KEYS`].
    pub keep_loads: Option<String>,
    /// See [`KEYS`].
    pub sync: Option<String>,
    /// See [`KEYS`].
    pub legacy_host: Option<String>,
    /// See [`KEYS`].
    pub rate_limit: Option<String>,
    /// See [`KEYS`].
    pub dumps: Option<String>,
    /// See [`KEYS`].
    pub dumps_keep: Option<String>,
    /// See [`KEYS`].
    pub smtp: Option<String>,
    /// See [`KEYS`].
    pub mail_from: Option<String>,
    /// See [`KEYS`].
    pub oidc_issuer: Option<String>,
    /// See [`KEYS`].
    pub oidc_client: Option<String>,
    /// See [`KEYS`].
    pub oidc_secret: Option<String>,
    /// See [`KEYS`].
    pub oidc_name: Option<String>,
    /// See [`KEYS`].
    pub name_servers: Option<String>,
    /// See [`KEYS`].
    pub brand: Option<String>,
}

impl Given {
    /// Reads a `connector.toml`; a missing file gives nothing.
    pub fn file(path: &Path) -> Result<Self, ConfigError> {
        let fail = |why: String| ConfigError::File { path: path.display().to_string(), why };
        match std::fs::read_to_string(path) {
            Ok(text) => toml::from_str(&text).map_err(|error| fail(error.to_string())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(fail(error.to_string())),
        }
    }

    /// Takes from `weaker` what this does not say.
    #[must_use]
    pub fn over(self, weaker: Self) -> Self {
        Self {
            data: self.data.or(weaker.data),
            listen: self.listen.or(weaker.listen),
            database: self.database.or(weaker.database),
            public_url: self.public_url.or(weaker.public_url),
            operator: self.operator.or(weaker.operator),
            contact: self.contact.or(weaker.contact),
            trusted_proxies: self.trusted_proxies.or(weaker.trusted_proxies),
            fetch_allow: self.fetch_allow.or(weaker.fetch_allow),
            keep_loads: self.keep_loads.or(weaker.keep_loads),
            sync: self.sync.or(weaker.sync),
            legacy_host: self.legacy_host.or(weaker.legacy_host),
            rate_limit: self.rate_limit.or(weaker.rate_limit),
            dumps: self.dumps.or(weaker.dumps),
            dumps_keep: self.dumps_keep.or(weaker.dumps_keep),
            smtp: self.smtp.or(weaker.smtp),
            mail_from: self.mail_from.or(weaker.mail_from),
            oidc_issuer: self.oidc_issuer.or(weaker.oidc_issuer),
            oidc_client: self.oidc_client.or(weaker.oidc_client),
            oidc_secret: self.oidc_secret.or(weaker.oidc_secret),
            oidc_name: self.oidc_name.or(weaker.oidc_name),
            name_servers: self.name_servers.or(weaker.name_servers),
            brand: self.brand.or(weaker.brand),
        }
    }

    /// Checks every value.
    #[expect(clippy::too_many_lines, reason = "one setting after the other")]
    pub fn check(self) -> Result<Config, ConfigError> {
        let wrong = |key, value: &str, why: &str| ConfigError::Value { key, value: value.into(), why: why.into() };
        let listen = self.listen.unwrap_or_else(|| "127.0.0.1:8080".into());
        let listen: SocketAddr = listen
            .replace("localhost:", "127.0.0.1:")
            .parse()
            .map_err(|_| wrong("listen", &listen, "give an IP address and a port, for example 127.0.0.1:8080"))?;
        let public_url = self.public_url.unwrap_or_else(|| format!("http://{listen}"));
        let web = |url: &str| url.starts_with("http://") || url.starts_with("https://");
        if !web(&public_url) {
            return Err(wrong("public_url", &public_url, "it begins with https:// (or http:// on your own machine)"));
        }
        if let Some(database) = self.database.as_deref().filter(|d| !d.is_empty()) {
            let known = database.starts_with("postgres://") || database.starts_with("postgresql://");
            if !known {
                let scheme = database.split("://").next().unwrap_or_default();
                return Err(wrong(
                    "database",
                    scheme,
                    "only a postgres:// address stands here; leave it out for SQLite",
                ));
            }
        }
        let proxies = self.trusted_proxies.unwrap_or_default();
        let trusted_proxies = list(&proxies)
            .map(|one| one.parse().map_err(|_| wrong("trusted_proxies", one, "it is no IP address")))
            .collect::<Result<_, _>>()?;
        let keep_loads = match self.keep_loads.filter(|n| !n.is_empty()) {
            None => KEEP_LOADS,
            Some(n) => n
                .parse()
                .ok()
                .filter(|n| (2..=10_000).contains(n))
                .ok_or_else(|| wrong("keep_loads", &n, "give a number from 2 to 10000"))?,
        };
        let sync = match self.sync.as_deref().map(str::trim) {
            None | Some("" | "off") => false,
            Some("on") => true,
            Some(other) => return Err(wrong("sync", other, "write on or off")),
        };
        let legacy_host = legacy_host(self.legacy_host.as_deref().unwrap_or_default(), &public_url)?;
        let rate_limit = match self.rate_limit.as_deref().map(str::trim) {
            None | Some("") => Some(RATE_LIMIT),
            Some("off") => None,
            Some(n) => Some(
                n.parse()
                    .ok()
                    .filter(|n| (10..=1_000_000).contains(n))
                    .ok_or_else(|| wrong("rate_limit", n, "give a number from 10 to 1000000, or off"))?,
            ),
        };
        let dumps = match self.dumps.as_deref().map(str::trim) {
            None | Some("") => Some(DUMPS),
            Some("off") => None,
            Some(time) => {
                let read = jiff::civil::Time::strptime("%H:%M", time);
                Some(read.map_err(|_| wrong("dumps", time, "write a time of day as HH:MM (UTC), or off"))?)
            }
        };
        let dumps_keep = match self.dumps_keep.filter(|n| !n.is_empty()) {
            None => KEEP_DUMPS,
            Some(n) => n
                .parse()
                .ok()
                .filter(|n| (1..=10_000).contains(n))
                .ok_or_else(|| wrong("dumps_keep", &n, "give a number from 1 to 10000"))?,
        };
        let servers = self.name_servers.unwrap_or_default();
        let name_servers = list(&servers)
            .map(|one| {
                one.parse().map_err(|_| wrong("name_servers", one, "give an IP address and a port: 192.0.2.1:53"))
            })
            .collect::<Result<_, _>>()?;
        let contact = self.contact.unwrap_or_default();
        let accounts = accounts::Given {
            smtp: self.smtp.as_deref().unwrap_or_default(),
            mail_from: self.mail_from.as_deref().unwrap_or_default(),
            issuer: self.oidc_issuer.as_deref().unwrap_or_default(),
            client: self.oidc_client.as_deref().unwrap_or_default(),
            secret: self.oidc_secret.as_deref().unwrap_or_default(),
            name: self.oidc_name.as_deref().unwrap_or_default(),
        }
        .check(&contact)?;
        Ok(Config {
            listen,
            data: self.data.unwrap_or_else(|| "data".into()).into(),
            database: self.database.filter(|d| !d.is_empty()),
            public_url: public_url.trim_end_matches('/').to_owned(),
            operator: self.operator.unwrap_or_default(),
            contact,
            trusted_proxies,
            fetch_allow: list(&self.fetch_allow.unwrap_or_default()).map(str::to_owned).collect(),
            keep_loads,
            sync,
            legacy_host,
            rate_limit,
            dumps,
            dumps_keep,
            accounts,
            name_servers,
            brand: match self.brand.filter(|folder| !folder.is_empty()) {
                Some(folder) => brand::Brand::read(Path::new(&folder))?,
                None => brand::Brand::default(),
            },
        })
    }
}

/// The host of the original's API: a name, with a port if need be, and not the one people use.
fn legacy_host(text: &str, public_url: &str) -> Result<Option<String>, ConfigError> {
    let host = text.trim().to_lowercase();
    if host.is_empty() {
        return Ok(None);
    }
    let wrong = |why: &str| ConfigError::Value { key: "legacy_host", value: text.to_owned(), why: why.to_owned() };
    let whole = url::Url::parse(&format!("http://{host}/")).ok();
    if !whole.is_some_and(|url| url.path() == "/" && url.as_str() == format!("http://{host}/")) {
        return Err(wrong("give a host name as clients send it, for example api.example.org"));
    }
    let ours = public_url.to_lowercase();
    let ours = ours.split("://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
    if ours == host || ours.split(':').next() == Some(host.as_str()) {
        return Err(wrong("it is the host of public_url: the pages would be gone"));
    }
    Ok(Some(host))
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|one| !one.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stronger_values_win() {
        let flags = Given { listen: Some("127.0.0.1:1".into()), ..Given::default() };
        let file = Given { listen: Some("127.0.0.1:2".into()), operator: Some("A clinic".into()), ..Given::default() };
        let config = flags.over(file).check().unwrap();
        assert_eq!((config.listen.port(), config.operator.as_str()), (1, "A clinic"));
        assert_eq!(config.public_url, "http://127.0.0.1:1");
        assert!(!config.sync, "nothing is fetched unless somebody wants it");
    }

    #[test]
    fn wrong_values_say_what_is_expected() {
        for given in [
            Given { listen: Some("eighty".into()), ..Given::default() },
            Given { public_url: Some("example.org".into()), ..Given::default() },
            Given { database: Some("mysql://x".into()), ..Given::default() },
            Given { trusted_proxies: Some("10.0.0.1, proxy".into()), ..Given::default() },
            Given { keep_loads: Some("0".into()), ..Given::default() },
            Given { sync: Some("daily".into()), ..Given::default() },
            Given { dumps: Some("nightly".into()), ..Given::default() },
            Given { dumps_keep: Some("0".into()), ..Given::default() },
            Given { legacy_host: Some("https://api.example.org".into()), ..Given::default() },
            Given { legacy_host: Some("127.0.0.1".into()), ..Given::default() },
            Given { legacy_host: Some("a.example.org/x".into()), ..Given::default() },
            Given { rate_limit: Some("0".into()), ..Given::default() },
            Given { name_servers: Some("192.0.2.1".into()), ..Given::default() },
            Given { smtp: Some("mail.example.org".into()), ..Given::default() },
            Given { oidc_issuer: Some("https://login.example.org".into()), ..Given::default() },
        ] {
            assert!(given.check().is_err());
        }
    }

    #[test]
    fn a_secret_in_the_database_address_is_not_repeated() {
        let given = Given { database: Some("mysql://root:secret@host".into()), ..Given::default() };
        assert!(!given.check().unwrap_err().to_string().contains("secret"));
    }

    #[test]
    fn every_key_of_the_file_is_explained() {
        let lines: Vec<String> = KEYS.iter().map(|k| format!("{} = \"x\"", k.key)).collect();
        let text = lines.join("\n");
        toml::from_str::<Given>(&text).unwrap();
        assert!(toml::from_str::<Given>("colour = \"blue\"").is_err());
    }
}
