//! Keeps the entries of all brands ready, in step with the store's log: documents in, editions out.
//!
//! What holds: an edition is whole before anybody sees it; what the log says of a recalled door is in the next one, a
//! moment later, because only what changed is written; memory holds no document beyond those that are being written. When
//! something goes wrong, no edition is shown rather than an old one.

use std::{
    collections::{BTreeMap, HashMap},
    io, mem,
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock, Weak},
    time::Duration,
};

use sha2::{Digest as _, Sha256};

use super::{
    edition::{Before, Changes, Edition, End, Moment, Row, Said, Standing, State, find, merged, under},
    pages::{Pages, Span, Writer},
    say::{self, EndpointLeftOut},
    slice::{self, Slice},
    write,
};
use crate::{
    app::App,
    model::{id::Id, id::ThingKind, organization::Organization},
    register::{Key, Marks},
    store::{SliceState, StoreError},
};

/// How often the log is looked at.
const LOOK: Duration = Duration::from_millis(500);
/// Documents that are read at once when all are.
const PAGE: u32 = 2_000;
/// Revisions that go into an edition at once.
const STEP: i64 = 5_000;
/// Bytes of entries that nobody needs any more, beyond as many as are needed, before the file is written anew.
const WASTE: u64 = 64 << 20;

/// Why there is no new edition.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file of entries could not be written.
    #[error("the entries of brands cannot be written to {0}: {1}")]
    File(String, io::Error),
    /// The work was cut off.
    #[error("the entries of brands were not written to their end: {0}")]
    CutOff(#[from] tokio::task::JoinError),
}

/// The brands of a running program.
#[derive(Default)]
pub struct Brands {
    edition: RwLock<Option<Arc<Edition>>>,
    desk: tokio::sync::Mutex<Desk>,
}

/// What only the one who writes has.
#[derive(Default)]
struct Desk {
    /// Nothing until there is a file, and while it is being written to.
    press: Option<Press>,
    /// Changed lists that are not in the store yet.
    unsaved: Changes,
}

impl Brands {
    /// The edition to answer from; nothing until the first is whole.
    pub fn edition(&self) -> Option<Arc<Edition>> {
        self.edition.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn show(&self, edition: Option<Arc<Edition>>) {
        *self.edition.write().unwrap_or_else(PoisonError::into_inner) = edition;
    }

    /// Brings it up to the end of the log.
    pub async fn follow(&self, app: &App) -> Result<(), KeepError> {
        let mut desk = self.desk.lock().await;
        let done = self.write(app, &mut desk).await;
        if done.is_err() {
            self.show(None);
            desk.press = None;
        }
        done
    }

    async fn write(&self, app: &App, desk: &mut Desk) -> Result<(), KeepError> {
        loop {
            let last = app.store.last_revision().await?;
            let edition = self.edition();
            let wasted = |press: &Press, live: u64| press.writer.len() > 2 * live + WASTE;
            let (edition, press) = match (edition, desk.press.take()) {
                (Some(edition), Some(press)) if edition.revision <= last && !wasted(&press, edition.live) => {
                    (edition, press)
                }
                (edition, _) => {
                    // What is written anew begins with what the store knows.
                    self.save(app, desk).await?;
                    let known = edition.filter(|edition| edition.revision <= last);
                    self.anew(app, desk, known, last).await?;
                    continue;
                }
            };
            if edition.revision == last {
                desk.press = Some(press);
                return self.save(app, desk).await;
            }
            self.step(app, desk, press, &edition, last.min(edition.revision + STEP)).await?;
        }
    }

    /// Writes every entry into a new file. Until that is done the edition before is shown.
    async fn anew(&self, app: &App, desk: &mut Desk, known: Option<Arc<Edition>>, last: i64) -> Result<(), KeepError> {
        let stored = app.store.brand_slices().await?;
        let before = Before { slices: stored.iter().filter_map(|(name, state)| slice_state(name, state)).collect() };
        let mut press = Press::new(app, known.map_or(0, |edition| edition.revision))?;
        let mut rows: Vec<Row> = Vec::new();
        let (mut after, mut newest) = (None, 0);
        loop {
            let page = app.store.standing(after.as_ref(), PAGE).await?;
            let Some(end) = page.last().and_then(|stamped| stamped.thing.as_ref()) else { break };
            after = Some(end.id.clone());
            newest = page.iter().map(|stamped| stamped.at).fold(newest, i64::max);
            let since: HashMap<Key, (u64, i64)> = page
                .iter()
                .filter_map(|stamped| stamped.thing.as_ref())
                .filter_map(|organization| {
                    Some((organization.id.bytes(), since(stored.get(organization.id.as_str())?)?))
                })
                .collect();
            let documents = page.into_iter().filter_map(|stamped| Some((stamped.thing?, stamped.at)));
            let documents: Vec<Document> = documents
                .map(|(organization, at)| Document {
                    under: organization.part_of.is_some(),
                    since: since.get(&organization.id.bytes()).copied(),
                    organization,
                    at,
                })
                .collect();
            let written;
            (press, written) = press.print(documents).await?;
            rows.extend(written.into_iter().filter_map(|(key, standing)| Some(Row { key, standing: standing? })));
        }
        let moment = Moment { revision: newest, now: app.clock.micros() };
        self.publish(app, desk, press, rows, last, before, moment).await
    }

    /// Writes what changed up to a revision.
    async fn step(
        &self,
        app: &App,
        desk: &mut Desk,
        press: Press,
        edition: &Arc<Edition>,
        upto: i64,
    ) -> Result<(), KeepError> {
        let steps = app.store.organization_steps(edition.revision, upto).await?;
        let newest = steps.iter().map(|step| step.at).max().unwrap_or_default();
        // The last revision of each says how it is now.
        let mut changed: BTreeMap<Key, Option<Document>> = BTreeMap::new();
        for step in steps {
            let key = step.id.bytes();
            let known = find(edition.rows(), &key);
            let organization = step.after.as_deref().filter(|body| !body.is_empty());
            let organization = organization.and_then(|body| serde_json::from_str::<Organization>(body).ok());
            let document = organization.map(|organization| Document {
                under: known.map_or(organization.part_of.is_some(), |known| known.under),
                since: known.and_then(|known| known.since),
                organization,
                at: step.at,
            });
            changed.insert(key, document);
        }
        let gone: Vec<Key> = changed.iter().filter(|(_, document)| document.is_none()).map(|(key, _)| *key).collect();
        let (press, mut written) = press.print(changed.into_values().flatten().collect()).await?;
        written.extend(gone.into_iter().map(|key| (key, None)));
        written.sort_by_key(|(key, _)| *key);
        let rows = merged(edition.rows(), written);
        let before = Before { slices: edition.slices().clone() };
        let moment = Moment { revision: newest, now: app.clock.micros() };
        self.publish(app, desk, press, rows, upto, before, moment).await
    }

    /// Writes those again that stand under their parent now and did not, or the other way round; then shows the edition.
    #[expect(clippy::too_many_arguments, reason = "one step of two callers, with all they have")]
    async fn publish(
        &self,
        app: &App,
        desk: &mut Desk,
        mut press: Press,
        mut rows: Vec<Row>,
        revision: i64,
        before: Before,
        moment: Moment,
    ) -> Result<(), KeepError> {
        for batch in moved(&rows).chunks(PAGE as usize) {
            let mut documents = Vec::with_capacity(batch.len());
            for (key, said, under) in batch {
                let id = Id::new(ThingKind::Organization, uuid::Uuid::from_bytes(*key));
                let stamped = app.store.organization_at(&id, i64::MAX).await?;
                let organization = stamped.and_then(|stamped| stamped.thing);
                documents.extend(organization.map(|organization| Document {
                    organization,
                    at: said.at,
                    under: *under,
                    since: said.since,
                }));
            }
            let written;
            (press, written) = press.print(documents).await?;
            rows = merged(&rows, written);
        }
        let (edition, changes, press) = tokio::task::spawn_blocking(move || {
            press.writer.flush().map_err(|why| press.broken(why))?;
            let (edition, changes) = Edition::new(rows, press.pages.clone(), revision, &before, moment);
            Ok::<_, KeepError>((edition, changes, press))
        })
        .await??;
        self.show(Some(Arc::new(edition)));
        desk.press = Some(press);
        desk.unsaved.extend(changes);
        Ok(())
    }

    /// Writes down when lists changed. What cannot be written now is written the next time: an edition does not wait.
    async fn save(&self, app: &App, desk: &mut Desk) -> Result<(), KeepError> {
        if desk.unsaved.is_empty() {
            return Ok(());
        }
        // Of a list that changed twice the last counts; a statement may not have a row twice.
        let last: BTreeMap<String, SliceState> = mem::take(&mut desk.unsaved).into_iter().collect();
        let changes: Changes = last.into_iter().collect();
        if let Err(why) = app.store.keep_brand_slices(&changes).await {
            tracing::warn!("when brands changed could not be written down, trying again: {why}");
            desk.unsaved = changes;
        }
        Ok(())
    }
}

/// A brand that must be written again, and how.
type ToMove = (Key, Arc<Said>, bool);

/// Brands whose place under their parent is not as it must be.
fn moved(rows: &[Row]) -> Vec<ToMove> {
    let brands = rows.iter().filter_map(|row| match &row.standing {
        Standing::Said(said) if said.part_of.is_some() => Some((row.key, said)),
        _ => None,
    });
    let now = brands.map(|(key, said)| (key, said.clone(), under(rows, said)));
    now.filter(|(_, said, under)| said.under != *under).collect()
}

fn since(state: &SliceState) -> Option<(u64, i64)> {
    Some((u64::from_str_radix(&state.hash, 16).ok()?, state.at))
}

fn slice_state(name: &str, state: &SliceState) -> Option<(Slice, State)> {
    let (hash, at) = since(state)?;
    Some((Slice::from_name(name)?, State { hash, at }))
}

/// A document to be written.
struct Document {
    organization: Organization,
    at: i64,
    under: bool,
    since: Option<(u64, i64)>,
}

/// Documents by key, as they were written; nothing: it is no organization any more.
type Written = Vec<(Key, Option<Standing>)>;

/// Writes entries.
struct Press {
    public: String,
    folder: PathBuf,
    writer: Writer,
    pages: Arc<Pages>,
    /// Entries of endpoints, by their hash: thousands of organizations may say the same of one.
    known: HashMap<u64, Span>,
}

impl Press {
    fn new(app: &App, number: i64) -> Result<Self, KeepError> {
        let folder = app.config.data.join("brands");
        let broken = |why| KeepError::File(folder.display().to_string(), why);
        let writer = Writer::create(&folder, number.unsigned_abs()).map_err(broken)?;
        let pages = Arc::new(writer.pages().map_err(broken)?);
        Ok(Self { public: app.config.public_url.clone(), writer, pages, known: HashMap::new(), folder })
    }

    fn broken(&self, why: io::Error) -> KeepError {
        KeepError::File(self.folder.display().to_string(), why)
    }

    /// Writes documents, beside everything else.
    async fn print(mut self, documents: Vec<Document>) -> Result<(Self, Written), KeepError> {
        tokio::task::spawn_blocking(move || {
            let written: Result<Written, io::Error> = documents.iter().map(|document| self.one(document)).collect();
            let written = written.map_err(|why| self.broken(why))?;
            Ok((self, written))
        })
        .await?
    }

    fn one(&mut self, document: &Document) -> io::Result<(Key, Option<Standing>)> {
        let Document { organization, at, under, since } = document;
        let key = organization.id.bytes();
        if !say::is_counted(organization) {
            return Ok((key, None));
        }
        let (site, categories) = match say::brand(organization) {
            Ok(found) => found,
            Err(why) => return Ok((key, Some(Standing::Left(why)))),
        };
        let brand = write::Brand::new(organization, (site, &categories), *under, *at);
        let mut ends = Vec::new();
        for (endpoint, versions, page) in brand.endpoints() {
            let entry = brand.endpoint(endpoint, &versions, page, &self.public);
            let print = print_of(&entry);
            let span = match self.known.get(&print) {
                Some(span) => *span,
                None => self.writer.add(&entry)?,
            };
            self.known.insert(print, span);
            ends.push(End { key: endpoint.id.bytes(), span, print });
        }
        let mut left = [0; EndpointLeftOut::ALL.len()];
        for why in say::endpoints(organization, *under).filter_map(|endpoint| say::endpoint(endpoint).err()) {
            left[EndpointLeftOut::ALL.iter().position(|known| *known == why).unwrap_or_default()] += 1;
        }
        let entry = brand.organization(&self.public);
        let (areas, vendors) = slice::marks(&Marks::of(organization));
        let said = Said {
            areas,
            vendors,
            span: self.writer.add(&entry)?,
            print: print_of(&entry),
            part_of: organization.part_of.as_ref().map(|parent| parent.id.bytes()),
            under: *under,
            ends: ends.into(),
            left,
            at: *at,
            since: *since,
        };
        Ok((key, Some(Standing::Said(Arc::new(said)))))
    }
}

/// The first 64 bits of the SHA-256 of an entry: content that differs must not look alike, even on purpose.
fn print_of(entry: &[u8]) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&Sha256::digest(entry)[..8]);
    u64::from_be_bytes(first)
}

/// Keeps the brands in step with the log for as long as somebody else has them.
pub async fn keep(brands: Weak<Brands>, app: App) {
    while let Some(brands) = brands.upgrade() {
        if let Err(why) = brands.follow(&app).await {
            tracing::error!("the brands could not follow the log, trying again: {why}");
        }
        drop(brands);
        tokio::time::sleep(LOOK).await;
    }
}
