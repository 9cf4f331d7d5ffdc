//! The making of a night: one pass over everything that is public, every file at once.

use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
};

use jiff::civil::Date;

use super::{
    DumpError, changes, files,
    manifest::{FileEntry, Format, Licence, MANIFEST, Manifest, Notice, SCHEMA, Terms},
    night::{Night, SqlRows},
    origin::{Origin, Reader},
    rules::Rules,
    shelf::{Making, Shelf},
    stamp,
    tables::TABLES,
};
use crate::{
    clock::Clock,
    clock::moment,
    store::{Pictured, SourceTold, Store, public_file::PublicFile},
};

/// What is told while a night is made.
pub trait Progress: Sync {
    /// So many organizations of so many are in.
    fn organizations(&self, done: u64, of: u64);
    /// Something else began.
    fn step(&self, what: &str);
}

/// Nothing is told.
pub struct Silent;

impl Progress for Silent {
    fn organizations(&self, _: u64, _: u64) {}
    fn step(&self, _: &str) {}
}

/// Everything a night can have.
pub fn every_format() -> BTreeSet<Format> {
    [Format::Csv, Format::Parquet, Format::Sqlite, Format::FhirNdjson, Format::FhirBundle, Format::Brands].into()
}

/// What is to be made.
pub struct Ask<'a> {
    /// Where the organizations are.
    pub store: &'a Store,
    /// The folder of nights in which it goes.
    pub root: &'a Path,
    /// Today.
    pub clock: &'a Clock,
    /// Formats beside NDJSON, which is always made.
    pub formats: &'a BTreeSet<Format>,
    /// Nights that are kept.
    pub keep: usize,
    /// The address people use, for FHIR's identifiers.
    pub public_url: &'a str,
    /// Who wants to know how far it is.
    pub progress: &'a dyn Progress,
}

/// Makes the night of today, in place of one that is there already.
pub async fn make(ask: &Ask<'_>) -> Result<Manifest, DumpError> {
    let shelf = Shelf::open(ask.root)?.ok_or(DumpError::Busy)?;
    let date = ask.clock.today();
    let making = shelf.begin(date)?;
    let previous = shelf.nights().into_iter().find(|night| *night < date);
    let previous = previous.filter(|night| Manifest::read(&shelf.night(*night)).is_ok_and(|old| old.schema == SCHEMA));
    let rules = Rules::of(ask.store).await?;
    let picture = ask.store.picture().await?;
    let (revision, all) = (picture.revision(), ask.store.searchable().await?);
    let made_at = moment(ask.clock.micros()).to_string();
    let reader = Reader::new(Origin::Now(Box::new(picture)), rules.for_now());
    let mut made = Files {
        reader,
        folder: making.folder.clone(),
        all,
        formats: ask.formats,
        public_url: ask.public_url,
        progress: ask.progress,
    };
    let (mut entries, counts, sources) = made.write().await?;
    drop(made);
    if let Some(previous) = previous {
        ask.progress.step("comparing with the night before");
        let (before, after) = (shelf.night(previous), making.folder.clone());
        entries.push(blocking(move || changes::write(&before, &after)).await?);
    }
    let manifest = Manifest {
        schema: SCHEMA,
        date,
        made_at,
        revision,
        software: format!("connector {}", env!("CARGO_PKG_VERSION")),
        licence: licence(&sources),
        counts,
        previous,
        files: placed(entries, date),
        notices: Vec::new(),
    };
    publish(making, &manifest, &rules)?;
    for gone in shelf.keep(ask.keep)? {
        ask.progress.step(&format!("the night of {gone} is not kept any more"));
    }
    Ok(manifest)
}

/// Makes a kept night again without what must not be shown any more.
pub async fn again(
    shelf: &Shelf,
    old: &Manifest,
    rules: &Rules,
    (now, public_url): (&Clock, &str),
    reason: &str,
) -> Result<Manifest, DumpError> {
    let making = shelf.begin(old.date)?;
    let from = shelf.night(old.date);
    let formats: BTreeSet<Format> = old.files.iter().map(|file| file.format).collect();
    let mut made = Files {
        reader: Reader::new(Origin::Kept(from.clone()), rules.clone()),
        folder: making.folder.clone(),
        all: old.counts.organizations,
        formats: &formats,
        public_url,
        progress: &Silent,
    };
    let (mut entries, counts, _) = made.write().await?;
    drop(made);
    if formats.contains(&Format::Changes) {
        let (to, rules) = (making.folder.clone(), rules.clone());
        entries.push(blocking(move || changes::clean(&from, &to, &rules, super::clean::line)).await?);
    }
    let mut manifest = Manifest { counts, files: placed(entries, old.date), ..old.clone() };
    let at = moment(now.micros()).to_string();
    for file in &manifest.files {
        let before = old.files.iter().find(|other| other.name == file.name);
        if let Some(before) = before.filter(|before| before.sha256 != file.sha256) {
            manifest.notices.push(Notice {
                at: at.clone(),
                file: file.name.clone(),
                old_sha256: before.sha256.clone(),
                new_sha256: file.sha256.clone(),
                reason: reason.to_owned(),
            });
        }
    }
    publish(making, &manifest, rules)?;
    Ok(manifest)
}

/// The files of a night, made from a reader.
struct Files<'a> {
    reader: Reader,
    folder: PathBuf,
    all: u64,
    formats: &'a BTreeSet<Format>,
    public_url: &'a str,
    progress: &'a dyn Progress,
}

impl Files<'_> {
    async fn write(&mut self) -> Result<(Vec<FileEntry>, super::manifest::Counts, Vec<SourceTold>), DumpError> {
        let mut night = Night::create(&self.folder, self.formats, self.public_url)?;
        let sqlite = if self.formats.contains(&Format::Sqlite) {
            let shapes = TABLES.iter().map(|table| table.shape()).collect();
            Some(PublicFile::create(&self.folder.join(files::SQLITE), shapes).await?)
        } else {
            None
        };
        let mut done = 0;
        let mut next = self.reader.organizations().await?;
        while let Some(page) = next.take() {
            done += page.len() as u64;
            // While this page is written the next one is read.
            let writing = writing(night, page, Night::organizations);
            let (written, read) = tokio::join!(writing, self.reader.organizations());
            let rows;
            (night, rows) = written?;
            next = read?;
            insert(sqlite.as_ref(), rows).await?;
            self.progress.organizations(done, self.all);
        }
        let apps = self.reader.apps().await?;
        let (mut night, rows) = writing(night, apps, Night::apps).await?;
        insert(sqlite.as_ref(), rows).await?;
        let sources = self.reader.sources().await?;
        let rows = night.sources(&sources)?;
        insert(sqlite.as_ref(), rows).await?;
        while let Some(page) = self.reader.retired().await? {
            night.retired(&page)?;
        }
        self.progress.step("indexes and sums");
        if let Some(sqlite) = sqlite {
            sqlite.finish().await?;
        }
        let (entries, counts) = blocking(move || night.finish()).await?;
        Ok((entries, counts, sources))
    }
}

type Adding<T> = fn(&mut Night, &[Pictured<T>]) -> io::Result<SqlRows>;

async fn writing<T: Send + Sync + 'static>(
    mut night: Night,
    page: Vec<Pictured<T>>,
    add: Adding<T>,
) -> Result<(Night, SqlRows), DumpError> {
    blocking(move || {
        let rows = add(&mut night, &page)?;
        Ok((night, rows))
    })
    .await
}

async fn insert(sqlite: Option<&PublicFile>, rows: SqlRows) -> Result<(), DumpError> {
    if let Some(sqlite) = sqlite {
        for (table, rows) in rows.into_iter().enumerate() {
            sqlite.insert(table, rows).await?;
        }
    }
    Ok(())
}

/// Work that keeps a processor or a disk busy, beside whatever else runs.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, DumpError> {
    Ok(tokio::task::spawn_blocking(work).await.map_err(io::Error::other)??)
}

/// Writes the manifest last and puts the night in its place.
fn publish(making: Making, manifest: &Manifest, rules: &Rules) -> Result<(), DumpError> {
    stamp::write(&making.folder, rules)?;
    let mut text = serde_json::to_vec_pretty(manifest).map_err(io::Error::from)?;
    text.push(b'\n');
    let file = making.folder.join(MANIFEST);
    std::fs::write(&file, text)?;
    std::fs::File::open(&file)?.sync_all()?;
    Ok(making.publish()?)
}

/// The entries in the order of their names, with their addresses.
fn placed(mut entries: Vec<FileEntry>, date: Date) -> Vec<FileEntry> {
    entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    for entry in &mut entries {
        entry.path = files::path(date, &entry.name);
        if let Some(plain) = &mut entry.plain {
            plain.path = files::path(date, &plain.name);
        }
    }
    entries
}

fn licence(sources: &[SourceTold]) -> Licence {
    let terms = |told: &SourceTold| Terms {
        id: told.source.id.clone(),
        name: told.source.name.clone(),
        publisher: told.source.publisher.clone(),
        licence: told.source.licence.clone(),
        address: told.source.address.clone(),
    };
    Licence {
        ours: "CC0-1.0".to_owned(),
        url: "https://creativecommons.org/publicdomain/zero/1.0/".to_owned(),
        note:
            "CC0 covers what is ours: the selection, the matching, the ids and the layout. Each value stays under the \
               terms of the source that says it; names and logos belong to their owners."
                .to_owned(),
        sources: sources.iter().map(terms).collect(),
    }
}
