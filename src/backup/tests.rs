use std::io::Read as _;

use jiff::civil::date;
use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::{
    clock::Clock,
    model::{
        listing::{Body, Listing, OrganizationFacts},
        source::Tier,
    },
    store::testing,
};

struct Room {
    folder: TempDir,
    store: Store,
}

impl Room {
    async fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::standing("2026-11-22T12:00:00Z".parse().unwrap());
        let store = Store::open(folder.path(), None, clock).await.unwrap();
        Self { folder, store }
    }

    /// With a list that came in, and people.
    async fn full() -> Self {
        let room = Self::empty().await;
        let facts = |name: &str| {
            let facts = OrganizationFacts { name: name.into(), ..OrganizationFacts::default() };
            Listing { key: name.into(), group: None, strong: Vec::new(), body: Body::Organization(Box::new(facts)) }
        };
        let listings = ["Mercy", "Clínica Niños", "\u{1f6aa} Door"].map(facts).into();
        testing::take_in(&room.store, testing::source("vendor", Tier::VENDOR), date(2026, 11, 3), listings).await;
        let person = room.store.person_with_email("ann@example.org", "en").await.unwrap();
        room.store.open_session(&person.id, "link", "", 1_000_000, false).await.unwrap();
        room.store.audit("system", "x", "y", &json!({})).await.unwrap();
        room
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

#[tokio::test]
async fn what_was_backed_up_comes_back_whole() {
    let full = Room::full().await;
    let (key, file) = (full.path("key.txt"), full.path("b.age"));
    let public = make_key(&key).unwrap();
    let sum = write(&full.store, &file, &[public]).await.unwrap();
    assert!(sum.tables["organization"].rows == 3 && sum.tables["person"].rows == 1 && sum.blobs > 0, "{sum:?}");
    assert_eq!(verify(&file, &key).unwrap(), sum);
    let again = Room::empty().await;
    assert_eq!(restore(&again.store, &file, &key).await.unwrap(), sum);
    assert_eq!(again.store.check().await.unwrap(), []);
    assert_eq!(again.store.audit_verify().await.unwrap(), full.store.audit_verify().await.unwrap());
    assert_eq!(again.store.organizations(None, 10).await.unwrap(), full.store.organizations(None, 10).await.unwrap());
    let ann = again.store.person_by_email("ann@example.org").await.unwrap().unwrap();
    assert!(again.store.sessions_of(&ann.id).await.unwrap().is_empty(), "nobody is signed in by a backup");
    // What comes next goes on where it was.
    again.store.audit("system", "x", "y", &json!({})).await.unwrap();
    assert_eq!(again.store.audit_verify().await.unwrap().broken, None);
}

#[tokio::test]
async fn nothing_is_put_over_what_is_there() {
    let full = Room::full().await;
    let (key, file) = (full.path("key.txt"), full.path("b.age"));
    let public = make_key(&key).unwrap();
    write(&full.store, &file, std::slice::from_ref(&public)).await.unwrap();
    assert!(matches!(restore(&full.store, &file, &key).await, Err(BackupError::Store(StoreError::Refused(_)))));
    assert!(matches!(write(&full.store, &file, &[public]).await, Err(BackupError::There(_))));
    assert!(matches!(make_key(&key), Err(BackupError::There(_))));
}

#[tokio::test]
async fn only_its_key_opens_it_and_a_changed_one_is_refused() {
    let full = Room::full().await;
    let (key, file, other) = (full.path("key.txt"), full.path("b.age"), full.path("other.txt"));
    let public = make_key(&key).unwrap();
    write(&full.store, &file, &[public]).await.unwrap();
    make_key(&other).unwrap();
    assert!(matches!(verify(&file, &other), Err(BackupError::Closed { .. })));
    let mut bytes = Vec::new();
    File::open(&file).unwrap().read_to_end(&mut bytes).unwrap();
    assert!(!bytes.windows(15).any(|part| part == b"ann@example.org"));
    for (at, cut) in [(bytes.len() / 2, bytes.len()), (bytes.len(), bytes.len() - 40)] {
        let broken = full.path("broken.age");
        let mut bytes = bytes[..cut].to_vec();
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= 1;
        }
        fs::write(&broken, bytes).unwrap();
        let empty = Room::empty().await;
        assert!(restore(&empty.store, &broken, &key).await.is_err());
        assert!(empty.store.organizations(None, 10).await.unwrap().is_empty(), "everything or nothing");
        fs::remove_file(&broken).unwrap();
    }
}

#[tokio::test]
async fn without_a_key_nothing_is_written() {
    let full = Room::full().await;
    let file = full.path("b.age");
    assert!(matches!(write(&full.store, &file, &[]).await, Err(BackupError::NoKey)));
    assert!(matches!(write(&full.store, &file, &["age1x".into()]).await, Err(BackupError::Key { .. })));
    let left = fs::read_dir(full.folder.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().contains("b.age"));
    assert_eq!(left.count(), 0);
}
