//! What was recalled or redacted is cut out of nights that are kept, with a notice in their manifests.
//!
//! What holds: a night that may still show it is not given out until it was looked through (`serve` asks [`stamp`]).

use std::{io, path::Path};

use super::{
    DumpError,
    changes::Key,
    files, folder, line,
    make::{again, blocking},
    manifest::Manifest,
    nights,
    out::Lines,
    rules::Rules,
    shelf::Shelf,
    stamp,
};
use crate::{
    clock::Clock,
    model::id::Id,
    store::{Retired, Store},
};

/// Why a file is not what it was, as its manifest says it.
const REASON: &str = "An address was recalled, or a text redacted: what showed it was cut out.";

/// Looks through every kept night that was not held against the rules of now, the newest first; answers those that were
/// written again.
pub async fn clean(store: &Store, data: &Path, public_url: &str, clock: &Clock) -> Result<Vec<Manifest>, DumpError> {
    let rules = Rules::of(store).await?;
    let digest = rules.digest();
    let root = folder(data);
    let stale = |date: &jiff::civil::Date| !stamp::keeps(&root.join(date.to_string()), &digest);
    let stale: Vec<_> = nights(data).into_iter().filter(stale).collect();
    if stale.is_empty() {
        return Ok(Vec::new());
    }
    let shelf = Shelf::open(&root)?.ok_or(DumpError::Busy)?;
    let mut written = Vec::new();
    for date in stale {
        let night = shelf.night(date);
        let (from, held) = (night.clone(), rules.clone());
        if blocking(move || touched(&from, &held)).await? {
            let old = Manifest::read(&night)?;
            written.push(again(&shelf, &old, &rules, (clock, public_url), REASON).await?);
        } else {
            stamp::write(&night, &rules)?;
        }
    }
    Ok(written)
}

/// May the night in a folder show what it must not?
fn touched(night: &Path, rules: &Rules) -> io::Result<bool> {
    for name in files::WHOLE.into_iter().chain([files::CHANGES]) {
        if !night.join(name).exists() {
            continue;
        }
        let mut lines = Lines::open(&night.join(name))?;
        while let Some(line) = lines.next()? {
            let key: Key = serde_json::from_slice(line)?;
            if rules.touch(line, Id::parse(&key.id).as_ref(), key.version) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// A line as it may be shown; nothing when it may not.
pub fn line(text: &[u8], rules: &Rules) -> io::Result<Option<Vec<u8>>> {
    let key: Key = serde_json::from_slice(text)?;
    match key.kind.as_str() {
        "organization" => rules.organization(line::read(text)?).map(|of| line::organization(&of)).transpose(),
        "app" => rules.app(line::read(text)?).map(|of| line::app(&of)).transpose(),
        "retired" => {
            let of: Retired = serde_json::from_slice(text)?;
            rules.retired(of).map(|of| line::retired(&of)).transpose()
        }
        _ => Ok(Some(text.to_owned())),
    }
}
