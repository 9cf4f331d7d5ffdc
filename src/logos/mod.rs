//! Logos: an address from a list in, a small picture of our own in the store out.
//!
//! What holds: only the guarded client asks for them, and pages never do; only where a list states a licence
//! (`brandLogoLicense`), since a logo is somebody's mark and copying it without leave is not ours to decide; one host is
//! asked one thing at a time, with a pause; whatever was done is in the store, so that it can be stopped at any moment
//! and goes on there.

pub mod picture;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use futures_util::{StreamExt as _, stream};
use serde::Serialize;

use crate::{
    fetch::{Client, FetchError},
    model::{door::host_of, text},
    store::{Store, StoreError, WantedLogo},
};

/// Hosts that are asked at the same time.
const HOSTS: usize = 4;
/// Letters of a reason that are kept.
const REASON: usize = 300;

/// The address of a logo on our own pages, by its hash ([`Store::logo_of`]).
pub fn address(hash: &str) -> String {
    format!("/logos/{hash}.png")
}

/// How logos are fetched.
pub struct Fetcher<'a> {
    /// Where they are kept.
    pub store: &'a Store,
    /// A client within [`picture::LARGEST`].
    pub client: &'a Client,
    /// A folder for what is being fetched.
    pub scratch: &'a Path,
    /// Between two questions to one host.
    pub pause: Duration,
}

/// Hears of each address when it is done: how many of how many, the address, and what was wrong.
pub type Told<'t> = dyn Fn(u64, u64, &str, Option<&str>) + Sync + 't;

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Done {
    /// Organizations that have a logo now.
    pub kept: u64,
    /// Organizations whose address gave none.
    pub failed: u64,
}

impl Fetcher<'_> {
    /// Fetches these.
    ///
    /// # Errors
    /// When the store does not work. What was done before stays.
    pub async fn run(&self, wanted: Vec<WantedLogo>, told: &Told<'_>) -> Result<Done, StoreError> {
        // Many organizations of one brand share an address: it is asked once.
        let mut hosts: BTreeMap<String, BTreeMap<String, Vec<WantedLogo>>> = BTreeMap::new();
        for one in wanted {
            let host = host_of(&one.url).to_owned();
            hosts.entry(host).or_default().entry(one.url.clone()).or_default().push(one);
        }
        let all = hosts.values().map(|urls| urls.len() as u64).sum();
        let counter = AtomicU64::new(0);
        let each = hosts.into_values().map(|urls| self.one_host(urls, all, &counter, told));
        let mut results = stream::iter(each).buffer_unordered(HOSTS);
        let mut done = Done::default();
        while let Some(host) = results.next().await {
            let host = host?;
            done.kept += host.kept;
            done.failed += host.failed;
        }
        Ok(done)
    }

    async fn one_host(
        &self,
        urls: BTreeMap<String, Vec<WantedLogo>>,
        all: u64,
        counter: &AtomicU64,
        told: &Told<'_>,
    ) -> Result<Done, StoreError> {
        let mut done = Done::default();
        for (at, (url, organizations)) in urls.into_iter().enumerate() {
            if at > 0 {
                tokio::time::sleep(self.pause).await;
            }
            let found = self.picture(&url).await.map_err(|why| text::clean(&why, REASON));
            self.store.keep_logo(&organizations, found.as_deref().map_err(String::as_str)).await?;
            let count = organizations.len() as u64;
            match found {
                Ok(_) => done.kept += count,
                Err(_) => done.failed += count,
            }
            let number = counter.fetch_add(1, Ordering::Relaxed) + 1;
            told(number, all, &text::clean(&url, REASON), found.as_ref().err().map(String::as_str));
        }
        Ok(done)
    }

    /// The logo at an address, or why there is none.
    async fn picture(&self, url: &str) -> Result<Vec<u8>, String> {
        let told = |why: FetchError| why.to_string();
        let fetched = self.client.get_to_file(url, self.scratch).await.map_err(told)?;
        // Unpacking is work, and a decoder that gives up must not take the program with it.
        let made = tokio::task::spawn_blocking(move || {
            let bytes = std::fs::read(&fetched.path).map_err(|why| why.to_string());
            let _ = std::fs::remove_file(&fetched.path);
            picture::logo(&bytes?).map_err(|unfit| unfit.to_string())
        });
        made.await.unwrap_or_else(|_| Err(picture::Unfit::Broken.to_string()))
    }
}
