//! Nights: what is in them agrees with the directory, with one another and with their manifests; and what was recalled or
//! redacted is in none.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read as _,
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use connector::{
    app::App,
    brands::check,
    clock::Clock,
    config::Given,
    dumps::{
        self, DumpError,
        clean::clean,
        make::{Ask, Silent, every_format, make},
        manifest::{FileEntry, Format, Manifest},
        restore::restore,
        verify::verify,
    },
    model::{
        door::Door,
        listing::{AppFacts, DoorFacts, Listing, OrganizationFacts},
        organization::Organization,
    },
    search::index::Index,
    store::Store,
};
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use serde_json::Value;
use tower::ServiceExt as _;

use crate::{
    faults::on_tiny_disk,
    lists::{bundle, day, write},
    program::{connector, ran},
    support::{app_listing, endpoint, hospital, listing, npi, open, place, portal, source},
};

const PUBLIC: &str = "https://connector.example.org";

/// A data folder with a store.
struct Room {
    folder: tempfile::TempDir,
    store: Store,
    clock: Clock,
}

impl Room {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::standing("2026-11-22T12:00:00Z".parse().unwrap());
        let store = Store::open(folder.path(), None, clock.clone()).await.unwrap();
        Self { folder, store, clock }
    }

    /// With three hospitals and an app.
    async fn filled() -> Self {
        let room = Self::new().await;
        let app = AppFacts { name: "Example Health".into(), ingests: vec!["FHIR R4".into()], ..AppFacts::default() };
        let listings = vec![
            listing("a", door("=Alder \"Hospital\", Boise", "https://alder.example.org/mychart")),
            listing("b", door("Birch Hospital", "https://birch.example.org/mychart")),
            listing("c", hospital("Cedar Hospital")),
            app_listing("app", app),
        ];
        room.load("2026-11-03", listings).await;
        room
    }

    /// What the list says on a day, however much of it is different.
    async fn load(&self, date: &str, listings: Vec<Listing>) {
        let mut intake = open(&self.store, &source("vendor", 3), date).await;
        intake.accepted_by("Ana");
        intake.take(listings).await.unwrap();
        intake.finish(false, &|_, _| {}).await.unwrap();
    }

    fn data(&self) -> &Path {
        self.folder.path()
    }

    fn night(&self, manifest: &Manifest) -> PathBuf {
        dumps::folder(self.data()).join(manifest.date.to_string())
    }

    async fn dump(&self) -> Manifest {
        self.dump_keeping(14).await
    }

    async fn dump_keeping(&self, keep: usize) -> Manifest {
        let root = dumps::folder(self.data());
        let ask = Ask {
            store: &self.store,
            root: &root,
            clock: &self.clock,
            formats: &every_format(),
            keep,
            public_url: PUBLIC,
            progress: &Silent,
        };
        make(&ask).await.unwrap()
    }

    async fn clean(&self) -> Vec<Manifest> {
        clean(&self.store, self.data(), PUBLIC, &self.clock).await.unwrap()
    }

    fn days_pass(&self, days: i64) {
        let Clock::Standing(at) = &self.clock else { panic!("a clock that is set") };
        at.fetch_add(days * 86_400_000_000, Ordering::Relaxed);
    }

    fn app(&self) -> App {
        let config = Given {
            data: Some(self.data().to_str().unwrap().to_owned()),
            public_url: Some(PUBLIC.into()),
            ..Given::default()
        };
        let index = Index::open(&self.data().join("index")).unwrap();
        App::new(self.store.clone(), index, self.clock.clone(), Arc::new(config.check().unwrap()))
    }
}

fn door(name: &str, url: &str) -> OrganizationFacts {
    OrganizationFacts {
        portals: vec![portal(url)],
        endpoints: vec![endpoint("https://fhir.example.org/r4")],
        places: vec![place("Boise", "ID", "83702")],
        identifiers: vec![npi("1234567893")].into_iter().filter(|_| name.starts_with('B')).collect(),
        ..hospital(name)
    }
}

fn whole(night: &Path) {
    let (_, wrong) = verify(night, |_| {}).unwrap();
    assert_eq!(wrong, Vec::<String>::new());
}

fn unpacked(night: &Path, name: &str) -> Vec<u8> {
    let mut plain = Vec::new();
    zstd::Decoder::new(std::fs::File::open(night.join(name)).unwrap()).unwrap().read_to_end(&mut plain).unwrap();
    plain
}

fn lines(night: &Path, name: &str) -> Vec<Value> {
    let text = String::from_utf8(unpacked(night, name)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The files of a night of a format, by name, with the sums of what is in them.
fn sums(manifest: &Manifest, formats: &[Format]) -> BTreeMap<String, String> {
    let sum = |file: &FileEntry| file.plain.as_ref().map_or(&file.sha256, |plain| &plain.sha256).clone();
    let of = manifest.files.iter().filter(|file| formats.contains(&file.format));
    of.map(|file| (file.name.clone(), sum(file))).collect()
}

/// Files of a night that hold a text, in whatever way they keep it.
fn holding(night: &Path, manifest: &Manifest, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for file in &manifest.files {
        let bytes = match file.format {
            Format::Parquet => {
                let reader = SerializedFileReader::new(std::fs::File::open(night.join(&file.name)).unwrap()).unwrap();
                reader.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect::<String>().into_bytes()
            }
            _ => unpacked(night, &file.name),
        };
        if memchr_find(&bytes, text.as_bytes()) {
            found.push(file.name.clone());
        }
    }
    found
}

fn memchr_find(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|part| part.eq_ignore_ascii_case(text))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_night_is_as_its_manifest_says_and_every_format_shows_the_same() {
    let room = Room::filled().await;
    let made = room.dump().await;
    let night = room.night(&made);
    whole(&night);
    assert_eq!(dumps::newest(room.data()).unwrap(), made);
    let counts = &made.counts;
    assert_eq!((counts.organizations, counts.listed, counts.apps, counts.sources), (3, 2, 1, 1));
    assert_eq!((counts.locations, counts.portals, counts.endpoints), (2, 2, 2));
    assert_eq!(made.revision, room.store.last_revision().await.unwrap());
    assert_eq!(made.licence.ours, "CC0-1.0");
    assert_eq!(made.licence.sources[0].licence, "CC0", "the terms of each source");

    let organizations = lines(&night, "organizations.ndjson.zst");
    assert!(organizations.iter().any(|line| line["name"] == "=Alder \"Hospital\", Boise"));
    assert_eq!(organizations.len(), 3);
    let table = unpacked(&night, "organizations.csv.zst");
    let names: Vec<String> =
        csv::Reader::from_reader(&*table).into_records().map(|row| row.unwrap()[6].to_owned()).collect();
    let alder = names.iter().find(|name| name.contains("Alder")).unwrap();
    assert_eq!(alder, "'=Alder \"Hospital\", Boise", "no spreadsheet runs it");
    for table in ["organizations", "portals", "endpoints", "identifiers"] {
        let file = std::fs::File::open(night.join(format!("{table}.parquet"))).unwrap();
        let rows = SerializedFileReader::new(file).unwrap().metadata().file_metadata().num_rows();
        let csv = csv::Reader::from_reader(&*unpacked(&night, &format!("{table}.csv.zst"))).into_records().count();
        assert_eq!(rows as usize, csv, "{table}");
        assert!(csv > 0, "{table}");
    }
    for (kind, count) in [("Organization", 3), ("Endpoint", 1), ("Location", 2), ("HealthcareService", 2)] {
        let resources = lines(&night, &format!("{kind}.ndjson.zst"));
        assert_eq!(resources.len(), count, "{kind}: an endpoint that two share is one");
        assert!(resources.iter().all(|resource| resource["resourceType"] == kind));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sqlite_file_is_one_to_ask() {
    let room = Room::filled().await;
    let made = room.dump().await;
    let file = write(room.data(), "taken/home.sqlite", unpacked(&room.night(&made), "connector.sqlite.zst"));
    let copy = tempfile::tempdir().unwrap();
    std::fs::copy(&file, copy.path().join("connector.db")).unwrap();
    let head = std::fs::read(&file).unwrap();
    assert!(head.starts_with(b"SQLite format 3\0"));
    for word in ["organizations", "portals_domain", "Birch Hospital", "https://birch.example.org/mychart"] {
        assert!(memchr_find(&head, word.as_bytes()), "{word}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_night_and_the_changes_make_the_next_one() {
    let room = Room::filled().await;
    let first = room.dump().await;
    assert_eq!(first.previous, None);
    assert!(first.file("changes.ndjson.zst").is_none());
    room.days_pass(1);
    let listings = vec![
        listing("a", door("Alder Hospital", "https://alder.example.org/mychart")),
        listing("c", hospital("Cedar Hospital")),
        listing("d", hospital("Dogwood Hospital")),
    ];
    room.load("2026-11-04", listings).await;
    let second = room.dump().await;
    assert_eq!(second.previous, Some(first.date));
    let (before, after) = (room.night(&first), room.night(&second));
    whole(&after);
    let key = |line: &Value| (line["type"].as_str().unwrap().to_owned(), line["id"].as_str().unwrap().to_owned());
    let all = ["organizations", "apps", "sources", "retired"].map(|name| format!("{name}.ndjson.zst"));
    let read = |night: &Path| -> BTreeMap<_, Value> {
        all.iter().flat_map(|name| lines(night, name)).map(|line| (key(&line), line)).collect()
    };
    let mut made = read(&before);
    let changes = lines(&after, "changes.ndjson.zst");
    for mut change in changes.clone() {
        let op = change.as_object_mut().unwrap().remove("op").unwrap();
        match op.as_str().unwrap() {
            "upsert" => made.insert(key(&change), change),
            _ => made.remove(&key(&change)),
        };
    }
    assert_eq!(made, read(&after));
    let of = |op: &str, kind: &str| changes.iter().filter(|line| line["op"] == op && line["type"] == kind).count();
    assert_eq!(of("upsert", "organization"), 2, "a changed one and a new one: {changes:?}");
    assert_eq!((of("remove", "organization"), of("remove", "app")), (1, 1), "one of each is withdrawn");
    assert_eq!(of("upsert", "retired"), 2);
    assert!(!changes.iter().any(|line| line["name"] == "Cedar Hospital"), "what is the same is not in it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recalled_door_is_cut_out_of_kept_nights_with_a_notice() {
    let room = Room::filled().await;
    let first = room.dump().await;
    room.days_pass(1);
    let listings = vec![
        listing("a", door("Alder Hospital", "https://alder.example.org/mychart")),
        listing("b", door("Birch Hospital of Idaho", "https://birch.example.org/mychart")),
    ];
    room.load("2026-11-04", listings).await;
    let second = room.dump().await;
    assert!(room.clean().await.is_empty(), "nothing was recalled");
    let host = "birch.example.org";
    for night in [&first, &second] {
        assert!(holding(&room.night(night), night, host).len() >= 6, "the door is in it");
    }
    room.store.recall_host(host, "Ana").await.unwrap();
    let written = room.clean().await;
    assert_eq!(written.iter().map(|night| night.date).collect::<Vec<_>>(), [second.date, first.date], "newest first");
    for (night, old) in written.iter().zip([&second, &first]) {
        assert_eq!(holding(&room.night(night), night, host), Vec::<String>::new());
        whole(&room.night(night));
        assert_eq!(&Manifest::read(&room.night(night)).unwrap(), night);
        assert_eq!(night.revision, old.revision);
        let notice = night.notices.iter().find(|notice| notice.file == "organizations.ndjson.zst").unwrap();
        let now = night.file("organizations.ndjson").unwrap();
        assert_eq!(notice.old_sha256, old.file("organizations.ndjson").unwrap().sha256);
        assert_eq!(notice.new_sha256, now.sha256);
        assert!(!notice.reason.contains(host), "the host is not told again");
        assert!(!night.notices.iter().any(|notice| notice.file == "apps.csv.zst"), "what is the same has no notice");
    }
    assert!(room.clean().await.is_empty(), "done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_night_has_the_brands_without_those_that_were_recalled() {
    let room = Room::new().await;
    let named = |name: &str, host: &str| {
        let site = DoorFacts { door: Door::parse(&format!("https://{host}/")).unwrap(), evidence: None };
        OrganizationFacts { website: Some(site), ..door(name, &format!("https://{host}/mychart")) }
    };
    let listings = vec![
        listing("a", named("Alder Hospital", "alder.example.com")),
        listing("b", named("Birch Hospital", "birch.example.net")),
        listing("c", hospital("Cedar Hospital")),
    ];
    room.load("2026-11-03", listings).await;
    let made = room.dump().await;
    let brands = |night: &Manifest| {
        let bytes = unpacked(&room.night(night), "brands.json.zst");
        let report = check::check(&bytes, room.clock.micros());
        assert_eq!(report.count(check::Severity::Error), 0, "{:?}", report.findings);
        let bundle: Value = serde_json::from_slice(&bytes).unwrap();
        let entries = bundle["entry"].as_array().unwrap().clone();
        assert_eq!(entries.len() as u64, night.file("brands.json").unwrap().rows);
        let all = entries.iter().filter_map(|entry| entry["resource"]["name"].as_str());
        all.map(str::to_owned).collect::<BTreeSet<_>>()
    };
    assert_eq!(brands(&made), ["Alder Hospital", "Birch Hospital"].map(str::to_owned).into(), "Cedar has no site");
    whole(&room.night(&made));
    room.store.recall_host("birch.example.net", "Ana").await.unwrap();
    let [cleaned] = &*room.clean().await else { panic!("one night") };
    assert_eq!(brands(cleaned), ["Alder Hospital".to_owned()].into());
    let notice = cleaned.notices.iter().find(|notice| notice.file == "brands.json.zst").unwrap();
    assert_eq!(notice.new_sha256, cleaned.file("brands.json").unwrap().sha256);
    whole(&room.night(cleaned));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redacted_text_is_in_no_kept_night() {
    let room = Room::new().await;
    let secret = "Zebulon Quill";
    let said = format!("Office of {secret}");
    let first = vec![listing("a", hospital(&said)), listing("b", hospital("Birch Hospital"))];
    room.load("2026-11-03", first).await;
    let one = room.dump().await;
    room.days_pass(1);
    let second = vec![listing("a", hospital("Alder Hospital")), listing("b", hospital("Birch Hospital"))];
    room.load("2026-11-04", second).await;
    let two = room.dump().await;
    assert!(!holding(&room.night(&two), &two, "zebulon-quill").is_empty(), "its old address");
    room.store.redact_text(secret, room.data(), "Ana").await.unwrap();
    let written = room.clean().await;
    assert!(!written.is_empty());
    for date in [one.date, two.date] {
        let night = dumps::folder(room.data()).join(date.to_string());
        let manifest = Manifest::read(&night).unwrap();
        whole(&night);
        for text in [secret, "zebulon-quill"] {
            assert_eq!(holding(&night, &manifest, text), Vec::<String>::new(), "{date}");
        }
        assert!(!holding(&night, &manifest, "Birch").is_empty(), "the others stay");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_newest_nights_are_kept() {
    let room = Room::filled().await;
    for _ in 0..3 {
        room.dump_keeping(2).await;
        room.days_pass(1);
    }
    let days: Vec<String> = dumps::nights(room.data()).iter().map(ToString::to_string).collect();
    assert_eq!(days, ["2026-11-24", "2026-11-23"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_night_gives_the_same_night_again() {
    let room = Room::filled().await;
    // Something renamed, something withdrawn, something merged.
    let listings = vec![
        listing("a", door("Alder Hospital", "https://alder.example.org/mychart")),
        listing("c", hospital("Cedar Hospital")),
        listing("d", door("Dogwood Hospital", "https://dogwood.example.org/mychart")),
        app_listing("app", AppFacts { name: "Example Health".into(), ..AppFacts::default() }),
    ];
    room.days_pass(1);
    room.load("2026-11-04", listings).await;
    let all = room.store.organizations(None, 10).await.unwrap();
    let named = |name: &str| all.iter().find(|org| org.name == name).unwrap().id.clone();
    room.store.merge_organizations(&named("Cedar Hospital"), &named("Alder Hospital"), "Ana").await.unwrap();
    let made = room.dump().await;
    assert_eq!((made.counts.organizations, made.counts.retired), (2, 2), "one is withdrawn, one merged");

    let mirror = Room::new().await;
    restore(&mirror.store, &room.night(&made), &Silent).await.unwrap();
    mirror.days_pass(1);
    let again = mirror.dump().await;
    assert_eq!(again.counts, made.counts);
    let formats = [Format::Ndjson, Format::Csv, Format::Parquet, Format::FhirNdjson];
    assert_eq!(sums(&again, &formats), sums(&made, &formats));
    assert_eq!(mirror.store.check().await.unwrap(), []);

    let birch = mirror.store.organization_by_slug("cedar-hospital").await.unwrap();
    assert!(matches!(birch, connector::store::Found::Merged(_)), "{birch:?}");
    let refused = restore(&mirror.store, &room.night(&made), &Silent).await.unwrap_err().to_string();
    assert!(refused.contains("empty"), "{refused}");
    let merged = mirror.store.merge_organizations(&named("Alder Hospital"), &named("Dogwood Hospital"), "Ana").await;
    assert!(merged.unwrap_err().to_string().contains("restored from a dump"));
    // A host can be recalled there all the same, and the organization stays.
    assert_eq!(mirror.store.recall_host("dogwood.example.org", "Ana").await.unwrap(), 1);
    let left: Vec<Organization> = mirror.store.organizations(None, 10).await.unwrap();
    assert_eq!(left.len(), 2);
    assert!(!serde_json::to_string(&left).unwrap().contains("dogwood.example.org"));
    assert_eq!(mirror.store.check().await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_night_that_was_changed_is_not_restored() {
    let room = Room::filled().await;
    let made = room.dump().await;
    let night = room.night(&made);
    let file = night.join("organizations.ndjson.zst");
    let other = String::from_utf8(unpacked(&night, "organizations.ndjson.zst")).unwrap();
    let other = other.replace("birch.example.org", "evil1.example.org");
    std::fs::write(&file, zstd::encode_all(other.as_bytes(), 5).unwrap()).unwrap();
    let mirror = Room::new().await;
    let error = restore(&mirror.store, &night, &Silent).await.unwrap_err();
    assert!(matches!(error, DumpError::NotAsItSays { .. }), "{error}");
    assert!(error.to_string().contains("organizations.ndjson.zst"), "{error}");
    assert_eq!(mirror.store.last_revision().await.unwrap(), 0);
    let nowhere = restore(&mirror.store, room.data(), &Silent).await.unwrap_err().to_string();
    assert!(nowhere.contains("manifest.json"), "{nowhere}");
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

/// The addresses of nights over HTTP.
struct Web(axum::Router);

impl Web {
    async fn ask(&self, method: &str, address: &str, headers: &[(header::HeaderName, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(address);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let answer = self.0.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = answer.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    async fn get(&self, address: &str) -> Answer {
        self.ask("GET", address, &[]).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_given_out_whole_in_parts_and_unpacked() {
    let room = Room::filled().await;
    let web = Web(connector::routes::router(&room.app()));
    assert_eq!(web.get("/data/manifest.json").await.status, StatusCode::NOT_FOUND, "none yet");
    let made = room.dump().await;
    let night = room.night(&made);
    let newest = web.get("/data/manifest.json").await;
    assert_eq!(serde_json::from_slice::<Manifest>(&newest.body).unwrap(), made);
    assert_eq!(web.get("/data/2026-11-22/manifest.json").await.body, newest.body);
    let listed: Value = serde_json::from_slice(&web.get("/data/nights.json").await.body).unwrap();
    assert_eq!(listed["nights"][0]["manifest"], "/data/2026-11-22/manifest.json");

    for file in &made.files {
        let answer = web.get(&file.path).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", file.name);
        assert_eq!(answer.body, std::fs::read(night.join(&file.name)).unwrap(), "{}", file.name);
        assert_eq!(answer.header(header::ETAG), format!("\"{}\"", file.sha256));
        assert_eq!(answer.header(header::CONTENT_TYPE), file.media_type);
        assert_eq!(answer.header(header::ACCEPT_RANGES), "bytes");
        assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");
        assert!(answer.header(header::CACHE_CONTROL).contains("max-age=60"));
        if let Some(plain) = &file.plain {
            let answer = web.get(&plain.path).await;
            assert_eq!(answer.body, unpacked(&night, &file.name), "{}", plain.name);
            assert_eq!(answer.header(header::CONTENT_LENGTH), plain.bytes.to_string());
            assert_eq!(answer.header(header::CONTENT_TYPE), plain.media_type);
            let packed = web.ask("GET", &plain.path, &[(header::ACCEPT_ENCODING, "gzip, zstd")]).await;
            assert_eq!(packed.header(header::CONTENT_ENCODING), "zstd");
            assert_eq!(packed.header(header::VARY), "accept-encoding");
            assert_eq!(zstd::decode_all(&*packed.body).unwrap(), answer.body);
            assert_ne!(packed.header(header::ETAG), answer.header(header::ETAG));
        }
    }

    let entry = made.file("organizations.parquet").unwrap();
    let all = std::fs::read(night.join(&entry.name)).unwrap();
    let part = web.ask("GET", &entry.path, &[(header::RANGE, "bytes=4-9")]).await;
    assert_eq!((part.status, part.body.as_slice()), (StatusCode::PARTIAL_CONTENT, &all[4..=9]));
    assert_eq!(part.header(header::CONTENT_RANGE), format!("bytes 4-9/{}", all.len()));
    assert_eq!(part.header(header::CONTENT_LENGTH), "6");
    let end = web.ask("GET", &entry.path, &[(header::RANGE, "bytes=-4")]).await;
    assert_eq!(end.body, b"PAR1", "the end of a Parquet file, as its readers ask for it");
    let beyond = web.ask("GET", &entry.path, &[(header::RANGE, "bytes=99999999-")]).await;
    assert_eq!(beyond.status, StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(beyond.header(header::CONTENT_RANGE), format!("bytes */{}", all.len()));
    let many = (0..500).map(|n| format!("{n}-{n}")).collect::<Vec<_>>().join(",");
    for headers in [
        vec![(header::RANGE, format!("bytes={many}"))],
        vec![(header::RANGE, "bytes=0-1".into()), (header::IF_RANGE, "\"other\"".into())],
    ] {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (name.clone(), value.as_str())).collect();
        let answer = web.ask("GET", &entry.path, &headers).await;
        assert_eq!((answer.status, answer.body.len()), (StatusCode::OK, all.len()));
    }
    let tag = format!("\"{}\"", entry.sha256);
    let known = web.ask("GET", &entry.path, &[(header::IF_NONE_MATCH, &tag), (header::RANGE, "bytes=0-1")]).await;
    assert_eq!((known.status, known.body.len()), (StatusCode::NOT_MODIFIED, 0));
    let head = web.ask("HEAD", &entry.path, &[]).await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    assert_eq!(head.header(header::CONTENT_LENGTH), all.len().to_string());

    let latest = web.get("/data/latest/organizations.csv").await;
    assert_eq!(latest.status, StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(latest.header(header::LOCATION), "/data/2026-11-22/organizations.csv");
    for missing in [
        "/data/2026-11-21/manifest.json",
        "/data/2026-11-22/nothing.csv",
        "/data/2026-11-22/.rules",
        "/data/2026-11-22/..%2F..%2Fconnector.db",
        "/data/..%2F/connector.db",
        "/data/20261122/manifest.json",
        "/data/latest/nothing",
        "/data/%FF/x",
    ] {
        let answer = web.get(missing).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{missing}");
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json", "{missing}");
    }
    let posted = web.ask("POST", &entry.path, &[]).await;
    assert_eq!((posted.status, posted.header(header::ALLOW)), (StatusCode::METHOD_NOT_ALLOWED, "GET,HEAD"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_night_is_not_given_out_between_a_recall_and_its_cleaning() {
    let room = Room::filled().await;
    let web = Web(connector::routes::router(&room.app()));
    let made = room.dump().await;
    let addresses = [made.files[0].path.clone(), "/data/manifest.json".into(), "/data/latest/portals.csv".into()];
    for address in &addresses {
        assert_ne!(web.get(address).await.status, StatusCode::SERVICE_UNAVAILABLE);
    }
    room.store.recall_host("birch.example.org", "Ana").await.unwrap();
    let Clock::Standing(at) = &room.clock else { panic!("a clock that is set") };
    at.fetch_add(3_000_000, Ordering::Relaxed);
    for address in &addresses {
        let answer = web.get(address).await;
        assert_eq!((answer.status, answer.header(header::RETRY_AFTER)), (StatusCode::SERVICE_UNAVAILABLE, "60"));
    }
    room.clean().await;
    let portals = web.get("/data/2026-11-22/portals.csv").await;
    assert_eq!(portals.status, StatusCode::OK);
    let portals = String::from_utf8(portals.body).unwrap();
    assert!(portals.contains("alder.example.org") && !portals.contains("birch.example.org"), "{portals}");
}

#[test]
fn a_dump_that_is_killed_leaves_no_half_night() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let list = write(folder.path(), "list.json", bundle(1_500, 0));
    ran(&data, &["import", "--no-starter", "--source", "list", "--date", &day(0), list.to_str().unwrap()]).ok();
    let mut killed = 0;
    for n in 1..8 {
        let mut child = connector(&data, &["dump"]).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(n * 60));
        if child.try_wait().unwrap().is_none() {
            killed += 1;
        }
        let _ = child.kill();
        child.wait().unwrap();
        for date in dumps::nights(&data) {
            whole(&dumps::folder(&data).join(date.to_string()));
        }
    }
    assert!(killed > 2, "it was never killed in its work");
    let said = ran(&data, &["dump"]).ok().out;
    assert!(said.contains("1500 organizations"), "{said}");
    let left: Vec<String> = std::fs::read_dir(dumps::folder(&data))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name != ".writing.lock")
        .collect();
    assert_eq!(left.len(), 1, "{left:?}");
    let said = ran(&data, &["dump", "verify"]).ok().out;
    assert!(said.contains("All ") && said.contains("as the manifest says"), "{said}");
    // Two at once do not mix.
    let lock = std::fs::File::create(dumps::folder(&data).join(".writing.lock")).unwrap();
    lock.lock().unwrap();
    let busy = ran(&data, &["dump"]);
    assert!(busy.code == Some(1) && busy.err.contains("another program is writing"), "{busy:?}");
}

#[test]
fn a_full_disk_is_told_and_the_night_before_stays() {
    let room = tempfile::tempdir().unwrap();
    write(room.path(), "list.json", bundle(2_500, 0));
    let words = format!(
        r#"
        export CONNECTOR_DATA="$3/data"
        "$2" import --no-starter --source list --date {} "$3/list.json" >/dev/null || exit 1
        "$2" dump --out "$1" --only ndjson >/dev/null || exit 2
        ls "$1"
        "$2" dump --out "$1" 2> "$3/said"
        echo "code $?"
        "$2" dump verify "$1"/20* || exit 3
        ls -a "$1"
        "#,
        day(0)
    );
    let Some(output) = on_tiny_disk(room.path(), 1, &words) else { return };
    let out = String::from_utf8_lossy(&output.stdout);
    let said = std::fs::read_to_string(room.path().join("said")).unwrap_or_default();
    assert!(output.status.success(), "{out}\n{}\n{said}", String::from_utf8_lossy(&output.stderr));
    assert!(out.contains("code 1"), "the whole dump fits on the disk: make it larger\n{out}");
    assert!(said.contains("full") && said.contains("Make room"), "{said}");
    assert!(out.contains("as the manifest says") && !out.contains(".making"), "{out}");
}
