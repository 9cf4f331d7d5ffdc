//! An import: files, folders and addresses in; loads into the store; a report out.
//!
//! What holds: a load goes in whole or not at all, and every row of every file is accounted for.

use std::{
    io::Read as _,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use jiff::civil::Date;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use super::{
    FileError, FileFacts, Outcome, Problem, Row, plan,
    private::Private,
    registry::Registry,
    report::{Counts, FileReport, FileStatus, Report, RowProblem},
    set, shape, starter,
};
use crate::{
    clock::Clock,
    fetch::{Client, FetchError},
    model::{
        listing::{Listing, hex},
        source::Mode,
    },
    store::{
        Store, StoreError,
        intake::{Finished, Intake, LoadFile, LoadHead, Opening, Prepared, Quarantined},
    },
};

/// Rows that travel together from the reader to the store.
const BATCH: usize = 1_000;

/// What to import.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Files, folders, `https://` addresses.
    pub inputs: Vec<String>,
    /// The source all of it belongs to; without it, `import.toml` or the content says.
    pub source: Option<String>,
    /// The date of the load; without it, `import.toml` says, or it is today.
    pub date: Option<Date>,
    /// Only show what would change.
    pub dry_run: bool,
    /// The person who looked at it and says that it is right: it does not wait, and later loads are measured by it.
    pub accepted_by: Option<String>,
}

/// Why an import could not be done at all.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Neither file, folder nor address.
    #[error("{0}: there is no such file or folder")]
    NotThere(String),
    /// The `import.toml` is wrong.
    #[error("{folder}: {error}")]
    Plan {
        /// The folder.
        folder: String,
        /// What is wrong.
        error: plan::PlanError,
    },
    /// The source id is not one.
    #[error("{0:?} is not a source id: use lower-case letters, digits and dashes")]
    SourceId(String),
    /// The address gave nothing.
    #[error("{url}: {error}")]
    Fetch {
        /// The address.
        url: String,
        /// Why.
        error: FetchError,
    },
    /// The store said no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file or folder could not be read or written.
    #[error("{path}: {error}")]
    Io {
        /// Which.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// The starter directory that the program carries is wrong.
    #[error("the starter directory: {0}")]
    Starter(#[from] starter::StarterError),
}

/// Tells how far an import is.
pub trait Progress: Sync {
    /// A file is being read; so many rows so far.
    fn rows(&self, file: &str, rows: u64);
    /// Organizations are being written: so many of so many.
    fn writing(&self, done: u64, of: u64);
    /// A line worth keeping.
    fn line(&self, line: &str);
}

/// What an import works with.
pub struct Importer<'a> {
    /// Where it goes.
    pub store: &'a Store,
    /// Known sources.
    pub registry: &'a Registry,
    /// The way out of the program, for addresses.
    pub client: &'a Client,
    /// Today.
    pub clock: &'a Clock,
    /// A folder for files that are fetched.
    pub scratch: &'a Path,
    /// Whom to tell.
    pub progress: &'a dyn Progress,
}

/// One load before it is read.
struct Job {
    source: Option<String>,
    source_from: &'static str,
    date: Date,
    mode: Option<Mode>,
    files: Vec<JobFile>,
}

/// One file of a load: its name for people, and where it lies.
struct JobFile {
    name: String,
    path: PathBuf,
}

impl Importer<'_> {
    /// Imports everything that is asked for, load by load.
    pub async fn run(&self, request: &Request) -> Result<Report, ImportError> {
        if let Some(id) = request.source.as_ref().filter(|id| !plan::is_source_id(id)) {
            return Err(ImportError::SourceId(id.clone()));
        }
        let mut report = Report::default();
        let mut fetched = Vec::new();
        let jobs = self.jobs(request, &mut report, &mut fetched).await;
        let done = match jobs {
            Ok(jobs) => self.run_jobs(jobs, request, &mut report).await,
            Err(error) => Err(error),
        };
        for path in fetched {
            let _ = std::fs::remove_file(path);
        }
        done.map(|()| report)
    }

    /// Imports files that were fetched already, each with the address it came from, as one load of a source of today.
    pub async fn run_fetched(
        &self,
        source: &str,
        files: &[(String, PathBuf)],
        dry_run: bool,
    ) -> Result<Report, ImportError> {
        let files = files.iter().map(|(name, path)| JobFile { name: name.clone(), path: path.clone() }).collect();
        let (source, date) = (Some(source.to_owned()), self.clock.today());
        let job = Job { source, source_from: "named", date, mode: None, files };
        let mut report = Report::default();
        let request = Request { dry_run, ..Request::default() };
        self.run_jobs(vec![job], &request, &mut report).await?;
        Ok(report)
    }

    async fn run_jobs(&self, jobs: Vec<Job>, request: &Request, report: &mut Report) -> Result<(), ImportError> {
        for job in jobs {
            let (files, finished) = self.load(job, request).await?;
            for file in files {
                report.total.add(&file.counts);
                report.files.push(file);
            }
            report.directory.add(&finished.published);
            report.joined += finished.joined;
            report.reviewed += finished.reviewed;
        }
        Ok(())
    }

    /// Works out the loads.
    async fn jobs(
        &self,
        request: &Request,
        report: &mut Report,
        fetched: &mut Vec<PathBuf>,
    ) -> Result<Vec<Job>, ImportError> {
        let date = request.date.unwrap_or_else(|| self.clock.today());
        let (mut jobs, mut loose) = (Vec::new(), Vec::new());
        for input in &request.inputs {
            let path = Path::new(input);
            if input.starts_with("https://") || input.starts_with("http://") {
                self.progress.line(&format!("Fetching {input}"));
                match self.client.get_to_file(input, self.scratch).await {
                    Ok(got) => {
                        fetched.push(got.path.clone());
                        loose.push(JobFile { name: input.clone(), path: got.path });
                    }
                    // One of several lists that cannot be had keeps no other out, unless they are one load.
                    Err(error) if request.source.is_none() && request.inputs.len() > 1 => {
                        report.files.push(not_fetched(input, date, &error));
                    }
                    Err(error) => return Err(ImportError::Fetch { url: input.clone(), error }),
                }
            } else if path.is_dir() && path.join("import.toml").is_file() && request.source.is_none() {
                planned(path, &mut jobs, report)?;
            } else if path.is_dir() {
                loose.extend(files_of(path)?);
            } else if path.is_file() {
                loose.push(JobFile { name: input.clone(), path: path.to_owned() });
            } else {
                return Err(ImportError::NotThere(input.clone()));
            }
        }
        if let Some(source) = &request.source {
            let source_from = "named";
            jobs.push(Job { source: Some(source.clone()), source_from, date, mode: None, files: loose });
        } else {
            jobs.extend(grouped(loose).into_iter().map(|files| Job {
                source: None,
                source_from: "content",
                date,
                mode: None,
                files,
            }));
        }
        jobs.retain(|job| !job.files.is_empty());
        for job in jobs.iter_mut().filter(|job| request.date.is_none() && job.source_from != "import.toml") {
            let paths: Vec<&Path> = job.files.iter().map(|file| file.path.as_path()).collect();
            job.date = set::date(&paths).unwrap_or(job.date);
        }
        Ok(jobs)
    }

    /// One load, from its files to the store.
    async fn load(&self, job: Job, request: &Request) -> Result<(Vec<FileReport>, Finished), ImportError> {
        let mut reports: Vec<FileReport> = job
            .files
            .iter()
            .map(|file| FileReport {
                file: file.name.clone(),
                source: job.source.clone().unwrap_or_default(),
                source_from: job.source_from,
                date: job.date.to_string(),
                ..FileReport::default()
            })
            .collect();
        let source = match &job.source {
            Some(id) => id.clone(),
            None => match self.source_from_content(&job.files[0]).await? {
                Ok(id) => id,
                Err(error) => return Ok(refused(reports, 0, &error)),
            },
        };
        for report in &mut reports {
            report.source.clone_from(&source);
        }
        // A source that only the content points to may be one of several lists of one publisher: what is absent
        // from this file says nothing then.
        let guessed = job.source.is_none() && !self.registry.knows(&source);
        let source = self.registry.find(&source);
        let mode = if guessed { Mode::Delta } else { job.mode.unwrap_or(source.mode) };
        self.progress.line(&format!("{} ({}, {} on {})", source.id, source.name, mode_word(mode), job.date));
        let files = hashes(&job.files)?;
        let head = LoadHead { mode, source, date: job.date, files };
        match self.store.begin_load(head).await? {
            Opening::Open(mut intake) => {
                if let Some(person) = &request.accepted_by {
                    intake.accepted_by(person);
                }
                self.fill(*intake, &job.files, reports, request.dry_run).await
            }
            Opening::Older(last) => self.older(&job.files, reports, last).await,
        }
    }

    /// Reads the files into an open load and ends it.
    async fn fill(
        &self,
        mut intake: Intake,
        files: &[JobFile],
        mut reports: Vec<FileReport>,
        dry_run: bool,
    ) -> Result<(Vec<FileReport>, Finished), ImportError> {
        match self.read_into(&mut intake, files, &mut reports).await? {
            Ok(facts) => reports.iter_mut().zip(facts).for_each(|(report, facts)| report.rows = facts.rows),
            Err((bad, error)) => {
                intake.abandon().await?;
                return Ok(refused(reports, bad, &error));
            }
        }
        let taken: u64 = reports.iter().map(|r| r.counts.new + r.counts.changed + r.counts.unchanged).sum();
        if taken == 0 {
            // Nothing that could be listed: a list that says nothing withdraws nothing.
            intake.abandon().await?;
            for report in &mut reports {
                report.status = FileStatus::NothingToList;
                report.message = Some("No listing in it: nothing was changed.".into());
            }
            return Ok((reports, Finished::default()));
        }
        let progress = self.progress;
        let finished = intake.finish(dry_run, &|done, of| progress.writing(done, of)).await?;
        for report in &mut reports {
            if let Some(why) = &finished.held {
                report.status = FileStatus::Held;
                report.message = Some(format!(
                    "Held, nothing was changed: {why}. A person must look at this load: see `connector held`."
                ));
                report.counts = report.counts.all_ignored();
            } else if dry_run {
                report.status = FileStatus::DryRun;
            }
        }
        if let Some(last) = reports.last_mut() {
            last.counts.withdrawn = finished.withdrawn;
        }
        Ok((reports, finished))
    }

    /// Reads the files of a load into it.
    async fn read_into(
        &self,
        intake: &mut Intake,
        files: &[JobFile],
        reports: &mut [FileReport],
    ) -> Result<ReadSet, ImportError> {
        let (sender, mut batches) = mpsc::channel::<(usize, Vec<Row>)>(4);
        let paths: Vec<PathBuf> = files.iter().map(|file| file.path.clone()).collect();
        let reader = tokio::task::spawn_blocking(move || read_batches(&paths, &sender));
        let mut ready: Option<Ready> = None;
        loop {
            // The next rows are made ready while these are written.
            let next = batches
                .recv()
                .await
                .map(|(file, rows)| Ready::begin(intake, file, rows, &files[file].name, &mut reports[file]));
            let last = next.is_none();
            if let Some(ready) = std::mem::replace(&mut ready, next) {
                let (name, report) = (&files[ready.file].name, &mut reports[ready.file]);
                ready.end(intake, report).await?;
                self.progress.rows(name, report.counts.read);
            }
            if last {
                break;
            }
        }
        joined(reader.await)
    }

    /// A load older than the last one: its rows are counted and left.
    async fn older(
        &self,
        files: &[JobFile],
        mut reports: Vec<FileReport>,
        last: Date,
    ) -> Result<(Vec<FileReport>, Finished), ImportError> {
        let paths: Vec<PathBuf> = files.iter().map(|file| file.path.clone()).collect();
        let counted = tokio::task::spawn_blocking(move || {
            let mut read = vec![0; paths.len()];
            let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
            set::read(&paths, &mut |file, row| {
                read[file] += rows_of(&row);
                ControlFlow::Continue(())
            })
            .map(|facts| (read, facts))
        });
        match joined(counted.await)? {
            Ok((read, facts)) => {
                for ((report, read), facts) in reports.iter_mut().zip(read).zip(facts) {
                    report.rows = facts.rows;
                    report.counts = Counts { read, ignored: read, ..Counts::default() };
                    report.status = FileStatus::OlderLoad;
                    report.message =
                        Some(format!("Skipped: a newer load of this source, of {last}, was applied already."));
                }
                Ok((reports, Finished::default()))
            }
            Err((bad, error)) => Ok(refused(reports, bad, &error)),
        }
    }

    async fn source_from_content(&self, file: &JobFile) -> Result<Result<String, FileError>, ImportError> {
        if let Some(source) = set::family(&file.path) {
            return Ok(Ok(source.to_owned()));
        }
        let path = file.path.clone();
        let facts = tokio::task::spawn_blocking(move || shape::read(&path, &mut |_| ControlFlow::Continue(())));
        Ok(joined(facts.await)?.and_then(|facts| {
            facts.suggested_source.ok_or_else(|| {
                FileError::UnknownShape("its content does not say whose list it is: name it with --source".into())
            })
        }))
    }

    /// Puts the starter directory in, or brings it up to date. Answers how many listings are new or changed.
    pub async fn starter(&self) -> Result<u64, ImportError> {
        // What was restored from a dump shows what the other Connector had, and nothing else.
        if self.store.is_mirror().await? {
            return Ok(0);
        }
        let source = self.registry.find("starter");
        let head = LoadHead { mode: Mode::Full, source, date: starter_date(), files: Vec::new() };
        let Opening::Open(mut intake) = self.store.begin_load(head).await? else {
            return Ok(0);
        };
        let taken = intake.take(starter::listings()?).await?;
        if taken.new + taken.changed == 0 {
            intake.abandon().await?;
            return Ok(0);
        }
        intake.finish(false, &|_, _| {}).await?;
        Ok(taken.new + taken.changed)
    }
}

/// What is told of an address that gave nothing.
fn not_fetched(url: &str, date: Date, error: &FetchError) -> FileReport {
    FileReport {
        file: url.to_owned(),
        source_from: "content",
        date: date.to_string(),
        status: FileStatus::Refused,
        message: Some(error.to_string()),
        ..FileReport::default()
    }
}

/// The day the starter directory was last gone through by hand.
fn starter_date() -> Date {
    jiff::civil::date(2026, 11, 22)
}

fn mode_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Full => "full list",
        Mode::Delta => "additions",
    }
}

/// The loads of a folder with an `import.toml`.
fn planned(folder: &Path, jobs: &mut Vec<Job>, report: &mut Report) -> Result<(), ImportError> {
    let at = folder.join("import.toml");
    let text =
        std::fs::read_to_string(&at).map_err(|error| ImportError::Io { path: at.display().to_string(), error })?;
    let plans =
        plan::parse(&text).map_err(|error| ImportError::Plan { folder: folder.display().to_string(), error })?;
    let mut named = std::collections::BTreeSet::new();
    for plan in plans {
        let file = |file: &PathBuf| JobFile { name: file.display().to_string(), path: folder.join(file) };
        named.extend(plan.files.iter().map(|file| folder.join(file)));
        let files = plan.files.iter().map(file).collect();
        jobs.push(Job {
            source: Some(plan.source),
            source_from: "import.toml",
            date: plan.date,
            mode: plan.mode,
            files,
        });
    }
    for file in files_of(folder)? {
        let end = file.path.extension().and_then(|e| e.to_str());
        let is_data = matches!(end, Some("json" | "csv" | "ndjson" | "zip" | "zst" | "gz"));
        if is_data && !named.contains(&file.path) {
            report.not_named.push(file.name);
        }
    }
    Ok(())
}

/// Every file below a folder, in order of names; hidden ones and those for people are left out.
fn files_of(folder: &Path) -> Result<Vec<JobFile>, ImportError> {
    let io = |error| ImportError::Io { path: folder.display().to_string(), error };
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .map_err(io)?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<Result<_, _>>()
        .map_err(io)?;
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        let for_people = path.extension().is_some_and(|e| e == "md" || e == "toml");
        if name.starts_with('.') || for_people {
            continue;
        }
        if path.is_dir() {
            files.extend(files_of(&path)?);
        } else {
            files.push(JobFile { name: path.display().to_string(), path });
        }
    }
    Ok(files)
}

fn hashes(files: &[JobFile]) -> Result<Vec<LoadFile>, ImportError> {
    files
        .iter()
        .map(|file| {
            let io = |error| ImportError::Io { path: file.name.clone(), error };
            let mut hasher = Sha256::new();
            let mut input = std::fs::File::open(&file.path).map_err(io)?;
            let mut buffer = vec![0_u8; 1 << 16];
            loop {
                match input.read(&mut buffer).map_err(io)? {
                    0 => break,
                    n => hasher.update(&buffer[..n]),
                }
            }
            Ok(LoadFile { name: file.name.clone(), sha256: hex(&hasher.finalize()) })
        })
        .collect()
}

/// The whole load is refused because of one file.
fn refused(mut reports: Vec<FileReport>, bad: usize, error: &FileError) -> (Vec<FileReport>, Finished) {
    let name = reports[bad].file.clone();
    for (i, report) in reports.iter_mut().enumerate() {
        let why =
            if i == bad { error.to_string() } else { format!("another file of this load cannot be used: {name}") };
        report.status = FileStatus::Refused;
        report.message = Some(format!("Refused, nothing was changed: {why}."));
        report.counts = report.counts.all_ignored();
    }
    (reports, Finished::default())
}

/// What was learned of each file, or which is bad and why.
type ReadSet = Result<Vec<FileFacts>, (usize, FileError)>;

/// Loads of loose files: one each, but files of a format that spreads over several are one together.
fn grouped(loose: Vec<JobFile>) -> Vec<Vec<JobFile>> {
    let mut groups: Vec<(Option<&'static str>, Vec<JobFile>)> = Vec::new();
    for file in loose {
        let family = set::family(&file.path);
        match groups.iter_mut().find(|(known, _)| family.is_some() && *known == family) {
            Some((_, files)) => files.push(file),
            None => groups.push((family, vec![file])),
        }
    }
    groups.into_iter().map(|(_, files)| files).collect()
}

fn read_batches(paths: &[PathBuf], sender: &mpsc::Sender<(usize, Vec<Row>)>) -> ReadSet {
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    let (mut of, mut batch) = (0, Vec::with_capacity(BATCH));
    let facts = set::read(&paths, &mut |file, row| {
        if (file == of || batch.is_empty()) && batch.len() < BATCH {
            of = file;
            batch.push(row);
            return ControlFlow::Continue(());
        }
        let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
        batch.push(row);
        match sender.blocking_send((std::mem::replace(&mut of, file), full)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    })?;
    let _ = sender.blocking_send((of, batch));
    Ok(facts)
}

/// How many rows of the file it stands for.
fn rows_of(row: &Row) -> u64 {
    match row.outcome {
        Outcome::ManyIgnored { rows, .. } => rows,
        _ => 1,
    }
}

/// Closes what the rows say is no more. A row that closes something changes it; one that has nothing to close says
/// nothing.
async fn close(intake: &mut Intake, keys: Vec<(u64, String)>, report: &mut FileReport) -> Result<(), StoreError> {
    if keys.is_empty() {
        return Ok(());
    }
    let mut open = intake.close(&keys.iter().map(|(_, key)| key.clone()).collect::<Vec<_>>()).await?;
    for (row, key) in keys {
        if open.remove(&key) {
            report.counts.changed += 1;
            continue;
        }
        report.counts.ignored += 1;
        report.note(RowProblem {
            row,
            field: String::new(),
            code: "not_listed".to_owned(),
            reason: "the publisher closes what is not listed here".to_owned(),
            what: "ignored",
        });
    }
    Ok(())
}

/// What a reader's thread gave; a panic of it goes on in ours.
fn joined<T>(result: Result<T, tokio::task::JoinError>) -> Result<T, ImportError> {
    result.map_err(|error| ImportError::Io { path: "the reader".into(), error: std::io::Error::other(error) })
}

/// A batch that is made ready in a thread of its own.
struct Ready {
    file: usize,
    listings: tokio::task::JoinHandle<Prepared>,
    closed: Vec<(u64, String)>,
    quarantined: Vec<Quarantined>,
}

impl Ready {
    fn begin(intake: &Intake, file: usize, rows: Vec<Row>, name: &str, report: &mut FileReport) -> Self {
        let Sorted { listings, quarantined, closed } = sorted(rows, name, report);
        let preparer = intake.preparer();
        let listings = tokio::task::spawn_blocking(move || preparer.prepare(listings));
        Self { file, listings, closed, quarantined }
    }

    async fn end(self, intake: &mut Intake, report: &mut FileReport) -> Result<(), ImportError> {
        let taken = intake.take_prepared(joined(self.listings.await)?).await?;
        report.counts.new += taken.new;
        report.counts.changed += taken.changed;
        report.counts.unchanged += taken.unchanged;
        report.counts.ignored += taken.repeated;
        if taken.repeated > 0 {
            *report.reasons.entry("ignored: repeated".into()).or_default() += taken.repeated;
        }
        close(intake, self.closed, report).await?;
        intake.quarantine(&self.quarantined).await?;
        Ok(())
    }
}

fn sorted(rows: Vec<Row>, file: &str, report: &mut FileReport) -> Sorted {
    let mut sorted = Sorted::default();
    for row in rows {
        sort_row(row, file, report, &mut sorted);
    }
    sorted
}

/// Rows of a batch by what became of them.
#[derive(Default)]
struct Sorted {
    listings: Vec<Listing>,
    quarantined: Vec<Quarantined>,
    /// Row and key.
    closed: Vec<(u64, String)>,
}

/// Puts a row where it belongs and counts it.
fn sort_row(row: Row, file: &str, report: &mut FileReport, sorted: &mut Sorted) {
    let rows = rows_of(&row);
    report.counts.read += rows;
    let number = row.number;
    let told = |problem: Problem, what| RowProblem {
        row: number,
        field: problem.field,
        code: problem.code,
        reason: problem.reason,
        what,
    };
    let keep = |key: &str, problem: &Problem| Quarantined {
        file: file.to_owned(),
        line: number,
        key: key.to_owned(),
        field: problem.field.clone(),
        code: problem.code.clone(),
        reason: problem.reason.clone(),
    };
    let key = match &row.outcome {
        Outcome::Listing(listing) => listing.key.clone(),
        Outcome::Quarantined { key, .. } | Outcome::Closed { key } => key.clone(),
        Outcome::Ignored(_) | Outcome::ManyIgnored { .. } => String::new(),
    };
    for note in row.notes {
        sorted.quarantined.push(keep(&key, &note));
        let what = if Private::is_code(&note.code) { "removed" } else { "left_out" };
        report.note(told(note, what));
    }
    match row.outcome {
        Outcome::Listing(listing) => sorted.listings.push(*listing),
        Outcome::Quarantined { key, problem } => {
            report.counts.quarantined += 1;
            sorted.quarantined.push(keep(&key, &problem));
            report.note(told(problem, "quarantined"));
        }
        Outcome::Ignored(problem) => {
            report.counts.ignored += 1;
            report.note(told(problem, "ignored"));
        }
        Outcome::ManyIgnored { problem, rows } => {
            report.counts.ignored += rows;
            *report.reasons.entry(format!("ignored: {}", problem.code)).or_default() += rows.saturating_sub(1);
            report.note(told(problem, "ignored"));
        }
        Outcome::Closed { key } => sorted.closed.push((number, key)),
    }
}
