//! Names to numbers, and only to public ones.
//!
//! A host name in, socket addresses out for the connector to dial: the addresses that were checked here are the
//! addresses that are dialled, nothing is looked up a second time (no DNS rebinding). What must hold for names of the
//! public internet: if one single number of the answer is not public, the whole name is refused, because a name that
//! points both outside and inside is an attack or a mistake.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use hickory_resolver::{
    TokioResolver,
    config::{ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolverConfig},
    net::runtime::TokioRuntimeProvider,
};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{address, guard::Way};

/// How long one name server is waited for, and how often it is asked.
const PATIENCE: (Duration, usize) = (Duration::from_secs(3), 2);

/// Why a name gave no number to dial.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// One of its numbers is not public.
    #[error("the name resolves to {0}, not to the public internet")]
    NotPublic(address::Refused),
    /// The name servers know no number for it.
    #[error("the name has no address: {0}")]
    NoAddress(String),
    /// The machine says no name servers.
    #[error("no name servers are known ({0}); look at /etc/resolv.conf")]
    NoServers(String),
}

/// Asks name servers.
#[derive(Clone)]
pub struct Dns {
    names: Result<Arc<TokioResolver>, String>,
    /// The same servers, asked anew each time.
    fresh: Result<Arc<TokioResolver>, String>,
}

impl Dns {
    /// The name servers given, or the machine's own when there are none.
    pub fn new(servers: &[SocketAddr]) -> Self {
        Self { names: Self::asking(servers, true), fresh: Self::asking(servers, false) }
    }

    fn asking(servers: &[SocketAddr], remembers: bool) -> Result<Arc<TokioResolver>, String> {
        let builder = if servers.is_empty() {
            TokioResolver::builder_tokio()
        } else {
            let provider = TokioRuntimeProvider::default();
            Ok(TokioResolver::builder_with_config(ask(servers), provider))
        };
        let resolver = builder.and_then(|mut builder| {
            let options = builder.options_mut();
            // Both families always: a name with a public IPv4 and a private IPv6 number is refused.
            options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
            (options.timeout, options.attempts) = PATIENCE;
            if !remembers {
                options.cache_size = 0;
            }
            builder.build()
        });
        resolver.map(Arc::new).map_err(|why| why.to_string())
    }

    /// Asks the servers each time.
    pub(super) fn uncached(&self) -> Result<&TokioResolver, ResolveError> {
        self.fresh.as_deref().map_err(|why| ResolveError::NoServers(why.clone()))
    }

    async fn lookup(&self, name: &str) -> Result<Vec<IpAddr>, ResolveError> {
        let resolver = self.names.as_ref().map_err(|why| ResolveError::NoServers(why.clone()))?;
        // The last dot keeps the machine's search domains out: `lists.example.com` is never `lists.example.com.corp`.
        let full = format!("{}.", name.trim_end_matches('.'));
        let answer = resolver.lookup_ip(full).await.map_err(|why| ResolveError::NoAddress(why.to_string()))?;
        let found: Vec<IpAddr> = answer.iter().collect();
        if found.is_empty() {
            return Err(ResolveError::NoAddress("the answer is empty".to_owned()));
        }
        Ok(found)
    }
}

impl Dns {
    /// The name servers of a domain, in order; none when they cannot be told.
    pub(super) async fn name_servers(&self, domain: &str) -> Vec<String> {
        let Ok(resolver) = &self.names else { return Vec::new() };
        let Ok(found) = resolver.ns_lookup(format!("{}.", domain.trim_end_matches('.'))).await else {
            return Vec::new();
        };
        let mut names: Vec<String> =
            found.answers().iter().map(|record| record.data.to_string().trim_end_matches('.').to_lowercase()).collect();
        names.sort();
        names.dedup();
        names
    }
}

fn ask(servers: &[SocketAddr]) -> ResolverConfig {
    let server = |at: &SocketAddr| {
        let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
            connection.port = at.port();
            connection
        });
        NameServerConfig::new(at.ip(), true, connections.into())
    };
    ResolverConfig::from_parts(None, Vec::new(), servers.iter().map(server).collect())
}

/// The resolver the connector is given.
#[derive(Clone)]
pub(super) struct Guarded {
    pub dns: Dns,
    pub way: Way,
}

impl Guarded {
    async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, ResolveError> {
        let found = self.dns.lookup(name).await?;
        if self.way == Way::Public {
            for ip in &found {
                address::is_public(*ip).map_err(ResolveError::NotPublic)?;
            }
        }
        Ok(found)
    }
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let this = self.clone();
        Box::pin(async move {
            let found = this.addresses(name.as_str()).await?;
            // Port 0 is "the port of the address that is opened".
            let addresses: Addrs = Box::new(found.into_iter().map(|ip| SocketAddr::new(ip, 0)));
            Ok(addresses)
        })
    }
}
