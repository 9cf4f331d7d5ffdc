//! Everything an operator can set: file < environment < flag. Nothing else reads the environment.

use std::{net::SocketAddr, path::PathBuf};

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
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// `CONNECTOR_FETCH_ALLOW`: hosts (`host:port`) inside private networks that imports may fetch from.
    pub fetch_allow: Vec<String>,
}
