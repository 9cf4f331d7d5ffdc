//! Where a night is made from: the store as it stands, or a night that is kept.

use std::path::{Path, PathBuf};

use super::{DumpError, files, line, out::Lines, rules::Rules};
use crate::{
    model::{
        id::Id,
        organization::{App, Organization},
    },
    store::{Picture, Pictured, Retired, SourceTold},
};

/// Things that are read at once.
const PAGE: u32 = 1_000;

/// Where a night is made from.
pub enum Origin {
    /// The store, at one revision.
    Now(Box<Picture>),
    /// The files of a night.
    Kept(PathBuf),
}

/// Reads page by page, without what must not be shown.
pub struct Reader {
    origin: Origin,
    rules: Rules,
    after: Option<Id>,
    lines: Option<Lines>,
}

impl Reader {
    /// Begins at the beginning.
    pub fn new(origin: Origin, rules: Rules) -> Self {
        Self { origin, rules, after: None, lines: None }
    }

    /// The next organizations in the order of ids; none when that were all.
    pub async fn organizations(&mut self) -> Result<Option<Vec<Pictured<Organization>>>, DumpError> {
        let page = match &mut self.origin {
            Origin::Now(picture) => picture.organizations(self.after.as_ref(), PAGE).await?,
            Origin::Kept(folder) => lines(&mut self.lines, &folder.join(files::ORGANIZATIONS), line::read).await?,
        };
        let Some(last) = page.last() else {
            (self.after, self.lines) = (None, None);
            return Ok(None);
        };
        self.after = Some(last.thing.id.clone());
        Ok(Some(page.into_iter().filter_map(|of| self.rules.organization(of)).collect()))
    }

    /// Every app, in the order of ids.
    pub async fn apps(&mut self) -> Result<Vec<Pictured<App>>, DumpError> {
        let all = match &mut self.origin {
            Origin::Now(picture) => picture.apps().await?,
            Origin::Kept(folder) => every(&folder.join(files::APPS), line::read).await?,
        };
        Ok(all.into_iter().filter_map(|of| self.rules.app(of)).collect())
    }

    /// Every source, in the order of ids.
    pub async fn sources(&mut self) -> Result<Vec<SourceTold>, DumpError> {
        match &mut self.origin {
            Origin::Now(picture) => Ok(picture.sources().await?),
            Origin::Kept(folder) => every(&folder.join(files::SOURCES), json).await,
        }
    }

    /// The next ids that lead elsewhere, in their order; none when that were all.
    pub async fn retired(&mut self) -> Result<Option<Vec<Retired>>, DumpError> {
        let page = match &mut self.origin {
            Origin::Now(picture) => picture.retired(self.after.as_ref(), PAGE).await?,
            Origin::Kept(folder) => lines(&mut self.lines, &folder.join(files::RETIRED), json).await?,
        };
        let Some(last) = page.last() else {
            (self.after, self.lines) = (None, None);
            return Ok(None);
        };
        self.after = Some(last.id.clone());
        Ok(Some(page.into_iter().filter_map(|of: Retired| self.rules.retired(of)).collect()))
    }
}

fn json<T: serde::de::DeserializeOwned>(line: &[u8]) -> std::io::Result<T> {
    Ok(serde_json::from_slice(line)?)
}

/// The next page of a file, which is opened when it is not yet.
async fn lines<T: Send + 'static>(
    open: &mut Option<Lines>,
    file: &Path,
    read: fn(&[u8]) -> std::io::Result<T>,
) -> Result<Vec<T>, DumpError> {
    let (from, file) = (open.take(), file.to_owned());
    let (from, page) = tokio::task::spawn_blocking(move || -> std::io::Result<_> {
        let mut from = match from {
            Some(from) => from,
            None => Lines::open(&file)?,
        };
        let mut page = Vec::new();
        while page.len() < PAGE as usize {
            match from.next()? {
                Some(line) => page.push(read(line)?),
                None => break,
            }
        }
        Ok((from, page))
    })
    .await
    .map_err(std::io::Error::other)??;
    *open = Some(from);
    Ok(page)
}

/// Everything in a file; only for files that are small.
async fn every<T: Send + 'static>(file: &Path, read: fn(&[u8]) -> std::io::Result<T>) -> Result<Vec<T>, DumpError> {
    let (mut all, mut open) = (Vec::new(), None);
    loop {
        let page = lines(&mut open, file, read).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}
