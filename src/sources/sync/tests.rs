//! Whole syncs: a real store, a real client, a web server on loopback whose files change.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    net::SocketAddr,
    sync::{Arc, Mutex, atomic::Ordering},
};

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
};
use futures_util::{StreamExt as _, stream};
use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::{
    clock::Clock,
    fetch::{Client, Settings},
    sources::{registry::Registry, run::Progress},
    store::Store,
};

/// One file of the server.
#[derive(Clone, Default)]
struct File {
    status: u16,
    etag: &'static str,
    body: String,
    /// Break off after so many bytes, once.
    cut: Option<usize>,
    /// Where it leads on to.
    location: Option<String>,
}

#[derive(Clone, Default)]
struct Shelf {
    files: Arc<Mutex<BTreeMap<&'static str, File>>>,
    /// What was asked: path, and whether it was asked for only what is new.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Shelf {
    fn put(&self, path: &'static str, etag: &'static str, body: String) {
        let file = File { status: 200, etag, body, ..File::default() };
        self.files.lock().unwrap().insert(path, file);
    }

    fn change(&self, path: &'static str, change: impl FnOnce(&mut File)) {
        change(self.files.lock().unwrap().get_mut(path).unwrap());
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }

    async fn start(&self) -> SocketAddr {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        at
    }
}

async fn answer(State(shelf): State<Shelf>, uri: Uri, headers: HeaderMap) -> Response {
    let said = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let (known, range) = (said(header::IF_NONE_MATCH), said(header::RANGE));
    shelf.asked.lock().unwrap().push(format!("{} {known}{range}", uri.path()).trim_end().to_owned());
    let mut files = shelf.files.lock().unwrap();
    let Some(file) = files.get_mut(uri.path()) else { return StatusCode::NOT_FOUND.into_response() };
    if let Some(location) = &file.location {
        return (StatusCode::FOUND, [(header::LOCATION, location.clone())]).into_response();
    }
    if file.status != 200 {
        return StatusCode::from_u16(file.status).unwrap().into_response();
    }
    let tag = (header::ETAG, file.etag.to_owned());
    if !file.etag.is_empty() && known == file.etag {
        return (StatusCode::NOT_MODIFIED, [tag]).into_response();
    }
    let (body, length) = (file.body.clone().into_bytes(), file.body.len());
    if let Some(cut) = file.cut.take() {
        let pieces: Vec<Result<Vec<u8>, std::io::Error>> =
            vec![Ok(body[..cut].to_vec()), Err(std::io::Error::other("the line is cut"))];
        let long = (header::CONTENT_LENGTH, length.to_string());
        // Not at once: what was sent before a cut arrives before it.
        let slowly = stream::iter(pieces).then(async |piece| {
            tokio::time::sleep(Duration::from_millis(100)).await;
            piece
        });
        return ([tag, long], Body::from_stream(Box::pin(slowly))).into_response();
    }
    if let Some(first) = range.strip_prefix("bytes=").and_then(|range| range.strip_suffix('-')) {
        let first: usize = first.parse().unwrap();
        let part = (header::CONTENT_RANGE, format!("bytes {first}-{}/{length}", length - 1));
        return (StatusCode::PARTIAL_CONTENT, [tag, part], body[first..].to_vec()).into_response();
    }
    ([tag], body).into_response()
}

/// A list of `count` places at `host`.
fn list(count: usize, host: &str) -> String {
    let mut rows = String::new();
    for n in 0..count {
        let comma = if n == 0 { "" } else { "," };
        let _ = write!(
            rows,
            "{comma}{{\"URL\":\"https://{host}/fhir/{n}\",\"OrganizationName\":\"Elm Street Clinic {n}\",\"NPIID\":\"\",\"OrganizationZipCode\":\"83702\"}}"
        );
    }
    format!("{{\"Endpoints\":[{rows}]}}")
}

/// A Bundle whose organizations keep their keys wherever their endpoints lie.
fn bundle(count: usize, host: &str) -> String {
    let entries = (0..count).flat_map(|n| {
        let organization = json!({ "resourceType": "Organization", "id": format!("o{n}"), "name": format!("Clinic {n}"),
            "address": [{ "city": "Boise", "state": "ID", "postalCode": "83702" }],
            "endpoint": [{ "reference": format!("Endpoint/e{n}") }] });
        let endpoint = json!({ "resourceType": "Endpoint", "id": format!("e{n}"), "status": "active",
            "connectionType": { "code": "hl7-fhir-rest" }, "address": format!("https://{host}/r4/clinic{n}") });
        [json!({ "resource": organization }), json!({ "resource": endpoint })]
    });
    json!({ "resourceType": "Bundle", "type": "collection", "entry": entries.collect::<Vec<_>>() }).to_string()
}

struct Silent;

impl Progress for Silent {
    fn rows(&self, _: &str, _: u64) {}
    fn writing(&self, _: u64, _: u64) {}
    fn line(&self, _: &str) {}
}

/// An installation that fetches from a shelf.
struct House {
    shelf: Shelf,
    at: SocketAddr,
    folder: TempDir,
    store: Store,
    registry: Registry,
    client: Client,
    clock: Clock,
}

impl House {
    /// With sources of these ids and files.
    async fn new(sources: &[(&str, &[&str])]) -> Self {
        let fetched = |(id, paths): &(&str, &[&str])| {
            let addresses: Vec<String> = paths.iter().map(|path| format!("\"http://HERE{path}\"")).collect();
            ((*id).to_owned(), format!("fetch = [{}]", addresses.join(", ")))
        };
        Self::of(&sources.iter().map(fetched).collect::<Vec<_>>()).await
    }

    /// With sources of these ids, and how they are fetched; `HERE` is where the shelf stands.
    async fn of(sources: &[(String, String)]) -> Self {
        let shelf = Shelf::default();
        let at = shelf.start().await;
        let mut own = String::new();
        for (id, fetch) in sources {
            let mode = if id.ends_with("-changes") { "delta" } else { "full" };
            let _ = write!(
                own,
                "[[source]]\nid = \"{id}\"\nname = \"List {id}\"\npublisher = \"P\"\ntier = 5\nmode = \"{mode}\"\n\
                 licence = \"L\"\nevery = \"1 day\"\n{}\n",
                fetch.replace("HERE", &at.to_string())
            );
        }
        let folder = TempDir::new().unwrap();
        let clock = Clock::standing("2026-11-23T12:00:00Z".parse().unwrap());
        let store = Store::open(folder.path(), None, clock.clone()).await.unwrap();
        let allow = vec![at.to_string(), format!("localhost:{}", at.port())];
        let settings = Settings { allow, ..Settings::default() };
        let (registry, client) = (Registry::only(&own), Client::new(settings).unwrap());
        Self { shelf, at, folder, store, registry, client, clock }
    }

    async fn ask(&self, ask: &Ask) -> Result<Vec<Line>, SyncError> {
        let scratch = self.folder.path().join("fetched");
        let importer = Importer {
            store: &self.store,
            registry: &self.registry,
            client: &self.client,
            clock: &self.clock,
            scratch: &scratch,
            progress: &Silent,
        };
        let lines = Syncer { importer, data: self.folder.path(), pauses: &[Duration::ZERO] }.run(ask).await;
        if lines.is_ok() {
            let left = std::fs::read_dir(&scratch).unwrap().filter(|e| e.as_ref().unwrap().path().is_file()).count();
            assert_eq!(left, 0, "nothing that was fetched stays");
        }
        lines
    }

    async fn sync(&self, which: Which) -> Vec<Line> {
        self.ask(&Ask { which, dry_run: false, again: false }).await.unwrap()
    }

    /// How each source ended, with its code.
    async fn ends(&self, which: Which) -> Vec<(String, SyncEnd, String)> {
        let lines = self.sync(which).await;
        lines.into_iter().map(|line| (line.source, line.end, line.code.unwrap_or_default())).collect()
    }

    /// The end of the only source.
    async fn end(&self) -> (SyncEnd, String) {
        let (_, end, code) = self.ends(Which::All).await.remove(0);
        (end, code)
    }

    async fn listings(&self, source: &str) -> u64 {
        let sources = self.store.sources().await.unwrap();
        sources.iter().find(|state| state.source.id == source).map_or(0, |state| state.listings)
    }

    fn wait(&self, hours: i64) {
        let Clock::Standing(at) = &self.clock else { panic!("it stands") };
        at.fetch_add(hours * 3_600_000_000, Ordering::Relaxed);
    }
}

const LOADED: (SyncEnd, &str) = (SyncEnd::Loaded, "");
const UNCHANGED: (SyncEnd, &str) = (SyncEnd::Unchanged, "");

fn is((end, code): &(SyncEnd, String), expected: (SyncEnd, &str)) {
    assert_eq!((*end, code.as_str()), expected);
}

#[tokio::test]
async fn only_what_is_new_is_loaded() {
    let house = House::new(&[("mine", &["/a"])]).await;
    house.shelf.put("/a", "\"1\"", list(3, "a.example.org"));
    is(&house.end().await, LOADED);
    assert_eq!(house.listings("mine").await, 3);
    is(&house.end().await, UNCHANGED);
    assert_eq!(house.shelf.asked(), ["/a", "/a \"1\""]);
    let revisions = house.store.last_revision().await.unwrap();
    // Another mark, the same bytes.
    house.shelf.change("/a", |file| file.etag = "\"2\"");
    is(&house.end().await, UNCHANGED);
    is(&house.end().await, UNCHANGED);
    assert_eq!(house.shelf.asked(), ["/a \"1\"", "/a \"2\""], "the new mark is remembered");
    assert_eq!(house.store.last_revision().await.unwrap(), revisions);
    house.shelf.put("/a", "\"3\"", list(4, "a.example.org"));
    is(&house.end().await, LOADED);
    assert_eq!(house.listings("mine").await, 4);
}

#[tokio::test]
async fn what_did_not_change_is_taken_in_again_when_wanted() {
    let house = House::new(&[("mine", &["/a"])]).await;
    house.shelf.put("/a", "\"1\"", list(3, "a.example.org"));
    is(&house.end().await, LOADED);
    let again = Ask { which: Which::All, dry_run: false, again: true };
    let line = house.ask(&again).await.unwrap().remove(0);
    assert_eq!((line.end, line.counts.unchanged), (SyncEnd::Loaded, 3));
}

#[tokio::test]
async fn one_that_is_gone_stops_no_other() {
    let house = House::new(&[("a-list", &["/a"]), ("b-list", &["/b"]), ("c-list", &["/c"])]).await;
    house.shelf.put("/a", "\"1\"", list(1, "a.example.org"));
    house.shelf.put("/b", "\"1\"", list(1, "b.example.org"));
    house.shelf.put("/c", "\"1\"", list(1, "c.example.org"));
    house.sync(Which::All).await;
    let before = house.store.sync_states().await.unwrap()["b-list"].clone();
    assert_eq!((before.ok_at, before.failures), (Some(before.tried_at), 0));
    house.wait(24);
    house.shelf.put("/a", "\"2\"", list(2, "a.example.org"));
    house.shelf.change("/b", |file| file.status = 404);
    house.shelf.put("/c", "\"2\"", list(2, "c.example.org"));
    let lines = house.sync(Which::All).await;
    assert!(!all_well(&lines));
    assert_eq!(lines.iter().map(|line| line.end.word()).collect::<Vec<_>>(), ["loaded", "failed", "loaded"]);
    assert!(lines[1].message.as_ref().unwrap().contains("404"), "{lines:?}");
    assert_eq!(
        (house.listings("a-list").await, house.listings("b-list").await, house.listings("c-list").await),
        (2, 1, 2)
    );
    let after = house.store.sync_states().await.unwrap()["b-list"].clone();
    assert_eq!((after.ok_at, after.failures, after.code.as_deref()), (before.ok_at, 1, Some("not_found")));
    assert!(after.tried_at > before.tried_at);
}

/// Organizations of CMS's directory, each with its endpoint.
fn directory(count: usize) -> (String, String) {
    let (mut organizations, mut endpoints) = (String::new(), String::new());
    for n in 0..count {
        let organization = json!({ "resourceType": "Organization", "id": format!("Organization-{n}"), "active": true,
            "name": format!("Elm Street Clinic {n}"), "endpoint": [{ "reference": format!("Endpoint/Endpoint-{n}") }] });
        let endpoint = json!({ "resourceType": "Endpoint", "id": format!("Endpoint-{n}"), "status": "active",
            "connectionType": { "code": "hl7-fhir-rest" }, "address": format!("https://fhir.example.org/r4/{n}") });
        let _ = writeln!(organizations, "{organization}");
        let _ = writeln!(endpoints, "{endpoint}");
    }
    (organizations, endpoints)
}

const MANIFEST: &str = "/downloads/manifest.json";

/// An installation that fetches by a manifest.
async fn by_manifest(more: &str) -> House {
    House::of(&[("npd".to_owned(), format!("fetch_manifest = \"http://HERE{MANIFEST}\"\n{more}"))]).await
}

#[tokio::test]
async fn a_manifest_names_the_files_and_persons_are_left_where_they_are() {
    let house = by_manifest("").await;
    let (organizations, endpoints) = directory(3);
    let manifest = |organizations: &str| {
        json!({ "compression_algorithm": "zstd", "generated_at": "2026-09-29T00:00:00Z", "files": {
            "01-Organization.ndjson": { "compressed_bytes": organizations.len(), "original_bytes": 9 },
            "03-Endpoint.ndjson": { "original_bytes": endpoints.len() },
            "06-Practitioner.ndjson": { "compressed_bytes": 9 } } })
        .to_string()
    };
    house.shelf.put(MANIFEST, "\"m\"", manifest(&organizations));
    house.shelf.put("/downloads/01-Organization.ndjson.zst", "\"1\"", organizations);
    house.shelf.put("/downloads/03-Endpoint.ndjson.zst", "\"1\"", endpoints.clone());
    is(&house.end().await, LOADED);
    assert_eq!(house.listings("npd").await, 3);
    assert_eq!(
        house.shelf.asked(),
        [MANIFEST, "/downloads/01-Organization.ndjson.zst", "/downloads/03-Endpoint.ndjson.zst"]
    );
    is(&house.end().await, UNCHANGED);
    assert_eq!(
        house.shelf.asked(),
        [MANIFEST, "/downloads/01-Organization.ndjson.zst \"1\"", "/downloads/03-Endpoint.ndjson.zst \"1\""]
    );
    // Another release.
    let (organizations, _) = directory(4);
    house.shelf.put(MANIFEST, "\"m2\"", manifest(&organizations));
    house.shelf.put("/downloads/01-Organization.ndjson.zst", "\"2\"", organizations.clone());
    house.shelf.put("/downloads/03-Endpoint.ndjson.zst", "\"2\"", endpoints.clone());
    is(&house.end().await, LOADED);
    assert_eq!(house.listings("npd").await, 4);
    // A file of another size than the manifest says is of another release, or half of one.
    house.shelf.put("/downloads/01-Organization.ndjson.zst", "\"3\"", directory(2).0);
    is(&house.end().await, (SyncEnd::Failed, "network"));
    assert_eq!(house.listings("npd").await, 4);
    for (body, code) in [
        ("{\"files\":{}}", "unreadable"),
        ("[]", "unreadable"),
        ("{\"files\":{\"../Organization.ndjson\":{}}}", "unreadable"),
        ("<!DOCTYPE html><title>Sign in</title>", "web_page"),
    ] {
        house.shelf.put(MANIFEST, "", body.to_owned());
        is(&house.end().await, (SyncEnd::Failed, code));
    }
    assert_eq!(house.listings("npd").await, 4);
}

#[tokio::test]
async fn files_dated_in_their_names_are_found_and_older_ones_are_news_when_they_go() {
    let house = by_manifest("").await;
    let manifest = |day: &str| {
        json!({ "files": { format!("Organization_{day}_2128.ndjson"): {}, format!("Endpoint_{day}_2128.ndjson"): {} } })
            .to_string()
    };
    let (organizations, endpoints) = directory(2);
    house.shelf.put(MANIFEST, "", manifest("2026-05-07"));
    house.shelf.put("/downloads/Organization_2026-05-07_2128.ndjson.zst", "\"1\"", organizations.clone());
    house.shelf.put("/downloads/Endpoint_2026-05-07_2128.ndjson.zst", "\"1\"", endpoints.clone());
    is(&house.end().await, LOADED);
    house.shelf.put(MANIFEST, "", manifest("2026-06-09"));
    is(&house.end().await, (SyncEnd::Failed, "not_found"));
    house.shelf.put("/downloads/Organization_2026-06-09_2128.ndjson.zst", "\"1\"", organizations);
    house.shelf.put("/downloads/Endpoint_2026-06-09_2128.ndjson.zst", "\"1\"", endpoints);
    is(&house.end().await, LOADED);
    assert_eq!(house.listings("npd").await, 2);
}

#[tokio::test]
async fn files_of_a_manifest_come_from_its_host_and_those_of_the_entry_alone() {
    for (more, expected) in [("", (SyncEnd::Failed, "refused")), ("fetch_hosts = [\"localhost\"]", LOADED)] {
        let house = by_manifest(more).await;
        house.shelf.put(MANIFEST, "", json!({ "files": { "01-Organization.ndjson": {} } }).to_string());
        house.shelf.put("/downloads/01-Organization.ndjson.zst", "", String::new());
        let elsewhere = format!("http://localhost:{}/signed", house.at.port());
        house.shelf.change("/downloads/01-Organization.ndjson.zst", |file| file.location = Some(elsewhere));
        house.shelf.put("/signed", "\"1\"", directory(2).0);
        is(&house.end().await, expected);
        let asked = house.shelf.asked();
        assert_eq!(asked.iter().any(|path| path == "/signed"), expected == LOADED, "{asked:?}");
    }
}

#[tokio::test]
async fn a_file_with_the_name_of_its_month_is_this_month_s_or_the_last_one_s() {
    let fetch = "fetch_dated = [\"http://HERE/x_{Month}_{Year}_V2.zip\"]".to_owned();
    let house = House::of(&[("monthly".to_owned(), fetch)]).await;
    is(&house.end().await, (SyncEnd::Failed, "not_found"));
    house.shelf.asked();
    house.shelf.put("/x_October_2026_V2.zip", "\"1\"", list(3, "a.example.org"));
    is(&house.end().await, LOADED);
    assert_eq!(house.shelf.asked(), ["/x_November_2026_V2.zip", "/x_October_2026_V2.zip"]);
    is(&house.end().await, UNCHANGED);
    assert_eq!(house.shelf.asked(), ["/x_November_2026_V2.zip", "/x_October_2026_V2.zip \"1\""]);
    // Some say that it is forbidden what is not there yet; a server's own trouble is none of that.
    house.shelf.put("/x_November_2026_V2.zip", "", String::new());
    house.shelf.change("/x_November_2026_V2.zip", |file| file.status = 403);
    is(&house.end().await, UNCHANGED);
    house.shelf.change("/x_November_2026_V2.zip", |file| file.status = 500);
    is(&house.end().await, (SyncEnd::Failed, "server"));
    house.shelf.put("/x_November_2026_V2.zip", "\"1\"", list(4, "a.example.org"));
    is(&house.end().await, LOADED);
    assert_eq!(house.listings("monthly").await, 4);
    house.wait(24 * 30);
    is(&house.end().await, UNCHANGED);
    house.wait(24 * 30);
    is(&house.end().await, (SyncEnd::Failed, "not_found"));
    assert_eq!(house.listings("monthly").await, 4);
}

#[tokio::test]
async fn a_source_may_have_larger_files_than_others() {
    let mut house = House::of(&[
        ("large".to_owned(), "fetch = [\"http://HERE/a\"]\nat_most = \"1 MB\"".to_owned()),
        ("usual".to_owned(), "fetch = [\"http://HERE/b\"]".to_owned()),
    ])
    .await;
    let allow = vec![house.at.to_string()];
    house.client = Client::new(Settings { allow, max_bytes: 10_000, ..Settings::default() }).unwrap();
    house.shelf.put("/a", "\"1\"", list(200, "a.example.org"));
    house.shelf.put("/b", "\"1\"", list(200, "b.example.org"));
    let ends = house.ends(Which::All).await;
    assert_eq!((ends[0].1, ends[1].1, ends[1].2.as_str()), (SyncEnd::Loaded, SyncEnd::Failed, "too_large"), "{ends:?}");
}

/// The main file of NPPES with these organizations; its columns in one name or another.
fn register(npis: &[&str], last_column: &str) -> String {
    let place = "Provider Business Practice Location Address";
    let mut table = format!(
        "NPI,Entity Type Code,Provider Organization Name (Legal Business Name),\
         Provider First Line Business Practice Location Address,{place} City Name,{place} State Name,\
         {place} Postal Code,{last_column}\n"
    );
    for npi in npis {
        let _ = writeln!(table, "{npi},2,ELM STREET CLINIC {npi},1 ELM ST,BOISE,ID,83702,");
    }
    table
}

#[tokio::test]
async fn a_list_whose_column_went_waits_and_a_better_one_ends_that() {
    for source in ["register", "register-changes"] {
        let house = House::new(&[(source, &["/n"])]).await;
        let good = register(&["1234567893", "1992856819"], "NPI Deactivation Date");
        let bad = register(&["1234567893", "1992856819"], "Deactivated On");
        house.shelf.put("/n", "\"0\"", bad.clone());
        is(&house.end().await, (SyncEnd::Failed, "unreadable"));
        house.shelf.put("/n", "\"1\"", good.clone());
        is(&house.end().await, LOADED);
        let revisions = house.store.last_revision().await.unwrap();
        house.shelf.put("/n", "\"2\"", bad.clone());
        is(&house.end().await, (SyncEnd::Held, "held"));
        is(&house.end().await, (SyncEnd::Held, "held"));
        house.shelf.put("/n", "\"3\"", format!("{bad}\n"));
        is(&house.end().await, (SyncEnd::Held, "held"));
        let states = |loads: Vec<crate::store::LoadState>| loads.into_iter().map(|l| l.state).collect::<Vec<_>>();
        let loads = house.store.loads(Some(source)).await.unwrap();
        assert!(loads[0].unreadable.as_deref().unwrap().contains("no column \"NPI Deactivation Date\""), "{loads:?}");
        assert!(!loads[0].files[0].sha256.is_empty());
        assert_eq!(states(loads.clone()), ["held", "committed"], "it waits once");
        assert_eq!((house.listings(source).await, house.store.last_revision().await.unwrap()), (2, revisions));
        let overview = house.store.source_overviews().await.unwrap();
        let overview = overview.iter().find(|overview| overview.source.id == source).unwrap();
        assert_eq!((overview.waiting_loads, overview.last_try.as_ref().unwrap().end), (1, SyncEnd::Held));
        let why = house.store.accept_held(loads[0].n, "ana").await.unwrap_err().to_string();
        assert!(why.contains("cannot be accepted") && why.contains("no column"), "{why}");
        house.shelf.put("/n", "\"4\"", "{\"moved\": true}".to_owned());
        is(&house.end().await, (SyncEnd::Held, "held"));
        let waits = house.store.loads(Some(source)).await.unwrap();
        assert_eq!(
            states(waits.clone()),
            ["held", "passed", "committed"],
            "another trouble takes the place of the first"
        );
        assert!(waits[0].unreadable.as_deref().unwrap().contains("no known shape"));
        house.shelf.put("/n", "\"5\"", good);
        is(&house.end().await, LOADED);
        let states = states(house.store.loads(Some(source)).await.unwrap());
        assert_eq!(states, ["committed", "passed", "passed", "committed"]);
        assert!(!house.store.load_waits(source).await.unwrap());
    }
}

#[tokio::test]
async fn what_is_no_list_changes_nothing_and_is_asked_for_again() {
    let house = House::new(&[("mine", &["/a"])]).await;
    house.shelf.put("/a", "\"1\"", list(3, "a.example.org"));
    is(&house.end().await, LOADED);
    for (body, code) in [
        ("<!DOCTYPE html><title>Sign in</title>".to_owned(), "web_page"),
        (list(3, "a.example.org")[..150].to_owned(), "unreadable"),
        (String::new(), "unreadable"),
        ("{\"Endpoints\":[]}".to_owned(), "nothing_to_list"),
    ] {
        house.shelf.put("/a", "\"2\"", body);
        is(&house.end().await, (SyncEnd::Failed, code));
        assert_eq!(house.listings("mine").await, 3, "{code}");
    }
    house.shelf.asked();
    house.shelf.put("/a", "\"2\"", list(5, "a.example.org"));
    is(&house.end().await, LOADED);
    assert_eq!(house.shelf.asked(), ["/a \"1\""], "a version that did not go in is not known");
    assert_eq!(house.store.sync_states().await.unwrap()["mine"].failures, 0);
}

#[tokio::test]
async fn a_cut_download_goes_on_in_the_same_run() {
    let house = House::new(&[("mine", &["/a"])]).await;
    house.shelf.put("/a", "\"1\"", list(30, "a.example.org"));
    house.shelf.change("/a", |file| file.cut = Some(500));
    is(&house.end().await, LOADED);
    assert_eq!(house.shelf.asked(), ["/a", "/a bytes=500-"]);
    assert_eq!(house.listings("mine").await, 30);
}

#[tokio::test]
async fn all_files_of_a_source_are_one_load() {
    let house = House::new(&[("mine", &["/a", "/b"])]).await;
    house.shelf.put("/a", "\"1\"", list(2, "a.example.org"));
    house.shelf.put("/b", "\"1\"", list(3, "b.example.org"));
    is(&house.end().await, LOADED);
    assert_eq!(house.listings("mine").await, 5);
    house.shelf.asked();
    house.shelf.put("/b", "\"2\"", list(4, "b.example.org"));
    is(&house.end().await, LOADED);
    assert_eq!(house.listings("mine").await, 6, "what /a says is still said");
    assert_eq!(house.shelf.asked(), ["/a \"1\"", "/b \"1\"", "/a"]);
    // One is gone: half a list would withdraw the other half.
    house.shelf.put("/a", "\"9\"", list(1, "a.example.org"));
    house.shelf.change("/b", |file| file.status = 410);
    is(&house.end().await, (SyncEnd::Failed, "not_found"));
    assert_eq!(house.listings("mine").await, 6);
    is(&house.end().await, (SyncEnd::Failed, "not_found"));
}

#[tokio::test]
async fn what_waits_for_a_person_waits_until_something_newer_comes() {
    let house = House::new(&[("mine", &["/a"])]).await;
    house.shelf.put("/a", "\"1\"", bundle(300, "a.example.org"));
    is(&house.end().await, LOADED);
    // Every door of the list leads somewhere else.
    house.shelf.put("/a", "\"2\"", bundle(300, "elsewhere.example.net"));
    is(&house.end().await, (SyncEnd::Held, "held"));
    let states = house.store.sync_states().await.unwrap();
    assert!(states["mine"].message.is_some(), "{states:?}");
    is(&house.end().await, (SyncEnd::Held, "held"));
    let asked = house.shelf.asked();
    assert_eq!(asked.last().unwrap(), "/a \"2\"", "it is not held twice");
}

#[tokio::test]
async fn sources_are_asked_when_they_are_due() {
    let house = House::new(&[("a-list", &["/a"]), ("b-list", &["/b"])]).await;
    house.shelf.put("/a", "\"1\"", list(1, "a.example.org"));
    let due = async |hours| {
        house.wait(hours);
        house.ends(Which::Due).await.into_iter().map(|(source, end, _)| format!("{source} {}", end.word())).collect()
    };
    let none: Vec<String> = Vec::new();
    let first: Vec<String> = due(0).await;
    assert_eq!(first, ["a-list loaded", "b-list failed"]);
    assert_eq!(due(0).await, none);
    assert_eq!(due(1).await, ["b-list failed"], "a failure is tried again sooner");
    assert_eq!(due(1).await, none, "and then less and less often");
    assert_eq!(due(22).await, ["a-list unchanged", "b-list failed"]);
    let unknown = Ask { which: Which::Named(vec!["other".to_owned()]), dry_run: false, again: false };
    let why = house.ask(&unknown).await.unwrap_err().to_string();
    assert!(why.contains("a-list, b-list"), "{why}");
}

#[tokio::test]
async fn a_dry_run_remembers_nothing() {
    let house = House::new(&[("mine", &["/a"])]).await;
    house.shelf.put("/a", "\"1\"", list(2, "a.example.org"));
    let dry = Ask { which: Which::All, dry_run: true, again: false };
    let line = house.ask(&dry).await.unwrap().remove(0);
    assert_eq!((line.end, line.counts.new), (SyncEnd::Loaded, 2));
    assert!(house.store.sync_states().await.unwrap().is_empty());
    assert_eq!(house.listings("mine").await, 0);
    is(&house.end().await, LOADED);
    assert_eq!(house.listings("mine").await, 2);
}

#[tokio::test]
async fn two_do_not_run_at_once() {
    let house = House::new(&[("mine", &["/a"])]).await;
    house.shelf.put("/a", "\"1\"", list(2, "a.example.org"));
    let lock = house.store.lock_sync(house.folder.path()).await.unwrap().unwrap();
    let all = Ask { which: Which::All, dry_run: false, again: false };
    assert!(matches!(house.ask(&all).await.unwrap_err(), SyncError::Running));
    assert!(house.shelf.asked().is_empty());
    drop(lock);
    is(&house.end().await, LOADED);
}

#[tokio::test]
async fn what_killed_runs_left_is_swept() {
    let house = House::new(&[("mine", &["/a"])]).await;
    house.shelf.put("/a", "\"1\"", list(2, "a.example.org"));
    let scratch = house.folder.path().join("fetched");
    std::fs::create_dir_all(scratch.join("partial")).unwrap();
    std::fs::write(scratch.join("fetch-1-1"), "left behind").unwrap();
    std::fs::write(scratch.join("partial/young.part"), "kept").unwrap();
    is(&house.end().await, LOADED);
    assert!(scratch.join("partial/young.part").exists(), "parts are kept for a while");
}
