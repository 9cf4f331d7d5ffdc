//! The Bundles that endpoints name: one file for all the endpoints that name the same, kept and asked for again only when
//! it is newer.

use std::{
    collections::BTreeMap,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::rule::Wanted;
use crate::{
    fetch::{Answer, Client, Validators},
    model::listing::{Body, Listing, hex},
    sources::{
        FileError, Outcome,
        input::Input,
        shape::{self, Shape},
    },
};

/// The folder they are kept in, inside the folder for what is fetched.
const FOLDER: &str = "bundles";

/// The versions that are kept.
#[derive(Serialize, Deserialize)]
struct Version {
    etag: Option<String>,
    last_modified: Option<String>,
}

/// Bundles of one run.
pub(super) struct Bundles<'a> {
    client: &'a Client,
    scratch: &'a Path,
    asked: BTreeMap<String, Result<PathBuf, String>>,
}

impl<'a> Bundles<'a> {
    pub fn new(client: &'a Client, scratch: &'a Path) -> Self {
        Self { client, scratch, asked: BTreeMap::new() }
    }

    /// The file of a Bundle; an error in words. Each address is asked once a run.
    pub async fn get(&mut self, url: &str) -> Result<PathBuf, String> {
        if let Some(known) = self.asked.get(url) {
            return known.clone();
        }
        let got = self.fetch(url).await;
        self.asked.insert(url.to_owned(), got.clone());
        got
    }

    async fn fetch(&self, url: &str) -> Result<PathBuf, String> {
        let folder = self.scratch.join(FOLDER);
        std::fs::create_dir_all(&folder).map_err(|why| why.to_string())?;
        let name = hex(&Sha256::digest(url.as_bytes()));
        let (kept, mark) = (folder.join(&name), folder.join(format!("{name}.json")));
        let version = std::fs::read(&mark).ok().filter(|_| kept.is_file());
        let version = version.and_then(|text| serde_json::from_slice::<Version>(&text).ok());
        let known = version.map(|v| Validators { etag: v.etag, last_modified: v.last_modified }).unwrap_or_default();
        match self.client.get_if_new(url, &known, self.scratch).await.map_err(|why| why.to_string())? {
            Answer::NotModified => {}
            Answer::New(fetched) => {
                // The mark last: without it the file is asked for as a whole.
                let _ = std::fs::remove_file(&mark);
                std::fs::rename(&fetched.path, &kept).map_err(|why| why.to_string())?;
                let version = Version { etag: fetched.etag, last_modified: fetched.last_modified };
                let text = serde_json::to_vec(&version).unwrap_or_default();
                std::fs::write(&mark, text).map_err(|why| why.to_string())?;
            }
        }
        Ok(kept)
    }
}

/// The brands of a Bundle that have an identifier.
pub(super) fn brands(path: &Path, wanted: &Wanted) -> Result<Vec<Listing>, FileError> {
    let mut found = Vec::new();
    // Nothing else has a say here, whatever lists an address may give out.
    if shape::sniff(&Input::new(path).head()?)? != Shape::Bundle {
        return Err(FileError::UnknownShape("it is no FHIR Bundle".into()));
    }
    shape::read(path, &mut |row| {
        if let Outcome::Listing(listing) = row.outcome
            && let Body::Organization(facts) = &listing.body
            && wanted.is_among(facts)
        {
            found.push(*listing);
        }
        ControlFlow::Continue(())
    })?;
    Ok(found)
}
