//! Every listing of the folder of real lists, as the readers give it.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use connector::{
    model::listing::{Body, Listing, OrganizationFacts},
    sources::{Outcome, marks::Seen, plan, shape, starter},
};
use jiff::civil::Date;

/// One listing of an organization, and where it comes from.
pub struct Listed {
    /// Id of the source.
    pub source: String,
    /// Day of its load.
    pub date: Date,
    /// What the reader made of the row.
    pub listing: Listing,
}

impl Listed {
    /// What it says.
    pub fn facts(&self) -> &OrganizationFacts {
        match &self.listing.body {
            Body::Organization(facts) => facts,
            Body::App(_) => unreachable!("apps are left out when listings are read"),
        }
    }
}

/// The folder of real lists, or nothing (said aloud) when there is none.
pub fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("CONNECTOR_REAL_DATA");
    if folder.is_none() {
        eprintln!("skipped: CONNECTOR_REAL_DATA is not set");
    }
    folder.map(PathBuf::from)
}

/// Every listing of an organization in the folder, and those of the starter directory.
pub fn all(folder: &Path) -> Vec<Listed> {
    let mut listed = Vec::new();
    for listing in starter::listings().unwrap() {
        keep(&mut listed, starter::SOURCE, jiff::civil::date(2026, 1, 1), listing);
    }
    let text = std::fs::read_to_string(folder.join("import.toml")).unwrap();
    for load in plan::parse(&text).unwrap() {
        let mut seen = Seen::default();
        for file in &load.files {
            // An empty file says nothing; it is there to be refused.
            let _ = shape::read(&folder.join(file), &mut |row| {
                if let Outcome::Listing(listing) = seen.check(row).outcome {
                    keep(&mut listed, &load.source, load.date, *listing);
                }
                ControlFlow::Continue(())
            });
        }
    }
    listed
}

fn keep(listed: &mut Vec<Listed>, source: &str, date: Date, listing: Listing) {
    if matches!(listing.body, Body::Organization(_)) {
        listed.push(Listed { source: source.to_owned(), date, listing });
    }
}
