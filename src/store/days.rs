//! Days on which doors open or close: nobody says anything new on that day, so what people see is made again by the calendar.
//!
//! What holds: the state of a door is written in the document of its organization, by one rule
//! ([`crate::model::organization::Portal::state_on`]). When a day changes it, the organization has a new version and a
//! revision: index, register, pages, feeds and whoever keeps a copy follow as after any other change.

use jiff::civil::Date;

use super::{
    Store, StoreError,
    db::{Cells, Tx, parse, row, text},
    publish::{Publisher, restore},
};
use crate::{
    clock::day_number,
    model::{
        id::Id,
        organization::{Organization, Status},
        revision::Event,
    },
};

/// How many are made again at once.
const AT_ONCE: i64 = 1_000;
/// Whoever does it, in the log.
const ACTOR: &str = "system";
/// The counter that says that every document was looked at once.
const LOOKED: &str = "dated";

/// On which days an organization's doors are right as they are written; nothing when no day changes them.
pub(super) fn cells(thing: &Organization) -> Option<Cells> {
    let shown = !matches!(thing.status, Status::Merged | Status::Withdrawn);
    let (first, last) = thing.right_days().filter(|_| shown)?;
    Some(row![&thing.id, day_number(first), day_number(last)])
}

/// Writes those days; what was known of `changed` goes.
pub(super) async fn write(tx: &mut Tx, changed: &[String], rows: Vec<Cells>) -> Result<(), StoreError> {
    tx.execute_in("DELETE FROM dated WHERE id IN {in}", changed, &[]).await?;
    tx.insert("dated", &["id", "first_day", "last_day"], "", rows).await
}

impl Store {
    /// Opens and closes doors whose day has come, or is over. Answers how many organizations changed.
    pub async fn turn_day(&self) -> Result<u64, StoreError> {
        self.look_once().await?;
        let mut turned = 0;
        loop {
            if self.due(&mut *self.db.read.acquire().await?).await?.is_empty() {
                return Ok(turned);
            }
            let mut tx = self.db.begin().await?;
            let due = self.due(&mut tx.inner).await?;
            turned += self.turn(&mut tx, &due).await?;
            tx.commit().await?;
        }
    }

    /// Organizations whose doors are not those of today.
    async fn due(&self, from: &mut sqlx::AnyConnection) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT id FROM dated WHERE first_day > $1 OR last_day < $1 ORDER BY id LIMIT $2";
        let query = sqlx::query(sql).bind(day_number(self.clock.door_day())).bind(AT_ONCE);
        query.fetch_all(from).await?.iter().map(|row| text(row, 0)).collect()
    }

    async fn turn(&self, tx: &mut Tx, due: &[String]) -> Result<u64, StoreError> {
        let today = self.clock.door_day();
        let mut publisher = Publisher::new(self, ACTOR, None);
        if !restore::is_mirror(tx).await? {
            let ids = wrong(&standing(tx, due).await?, today);
            publisher.publish(tx, &ids, false, &|_| {}).await?;
        }
        // What has no listings to be made of is made of what it was.
        let left = wrong(&standing(tx, due).await?, today);
        let made = |thing: &Organization| thing.clone().on_day(today);
        let rewritten = self.rewrite(tx, &left, ACTOR, Event::Updated, made).await?;
        // Those that were right already, or are gone, are not looked at again before their day.
        let days = standing(tx, due).await?.iter().filter_map(cells).collect();
        write(tx, due, days).await?;
        Ok(publisher.published().updated + rewritten)
    }

    /// Documents from before days were kept, or from a backup of that time, are all looked at once.
    async fn look_once(&self) -> Result<(), StoreError> {
        let known = "SELECT 1 FROM counter WHERE name = $1";
        if sqlx::query(known).bind(LOOKED).fetch_optional(&self.db.read).await?.is_some() {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        // A last day before all others: each is looked at.
        let sql = "INSERT INTO dated SELECT id, 0, -1 FROM organization WHERE status NOT IN ('merged', 'withdrawn') \
             AND (body LIKE '%\"valid_from\"%' OR body LIKE '%\"valid_to\"%') ON CONFLICT (id) DO NOTHING";
        sqlx::query(sql).execute(&mut *tx.inner).await?;
        tx.insert("counter", &["name", "n"], "ON CONFLICT (name) DO NOTHING", vec![row![LOOKED, 0_i64]]).await?;
        tx.commit().await
    }
}

/// Those whose doors are not those of a day.
fn wrong(things: &[Organization], day: Date) -> Vec<Id> {
    let wrong = |thing: &&Organization| (*thing).clone().on_day(day) != **thing;
    things.iter().filter(wrong).map(|thing| thing.id.clone()).collect()
}

/// The documents as they are in the store.
async fn standing(tx: &mut Tx, ids: &[String]) -> Result<Vec<Organization>, StoreError> {
    let rows = tx.select_in("SELECT body FROM organization WHERE id IN {in}", ids, &[]).await?;
    rows.iter().map(|row| parse("an organization", &text(row, 0)?)).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use jiff::civil::date;

    use super::*;
    use crate::{
        clock::Clock,
        model::{
            door::Door,
            listing::{Body, DoorFacts, Listing, OrganizationFacts, PortalFacts},
            organization::DoorState,
            source::Tier,
        },
        store::testing,
    };

    async fn state(store: &Store) -> DoorState {
        store.organizations(None, 1).await.unwrap()[0].portals[0].state
    }

    async fn run(store: &Store, sql: &'static str) {
        let mut tx = store.db.begin().await.unwrap();
        sqlx::query(sql).execute(&mut *tx.inner).await.unwrap();
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn days_turn_for_what_was_there_before_and_where_there_are_no_listings() {
        let folder = tempfile::tempdir().unwrap();
        let at = |moment: &str| moment.parse::<jiff::Timestamp>().unwrap();
        let clock = Clock::standing(at("2026-11-22T12:00:00Z"));
        let Clock::Standing(hand) = &clock else { panic!("a clock that is set") };
        let store = Store::open(folder.path(), None, clock.clone()).await.unwrap();
        let door = DoorFacts { door: Door::parse("https://portal.example.org/").unwrap(), evidence: None };
        let valid = Some((Some(date(2026, 12, 1)), Some(date(2026, 12, 31))));
        let facts = OrganizationFacts {
            name: "Mercy".into(),
            portals: vec![PortalFacts { valid, ..PortalFacts::at(door) }],
            ..OrganizationFacts::default()
        };
        let body = Body::Organization(Box::new(facts));
        let listing = Listing { key: "a".into(), group: None, strong: Vec::new(), body };
        testing::take_in(&store, testing::source("vendor", Tier::VENDOR), date(2026, 11, 3), vec![listing]).await;
        assert_eq!((state(&store).await, store.turn_day().await.unwrap()), (DoorState::NotYet, 0));
        // As in a store from before days were kept, or put back from a backup of one.
        run(&store, "DELETE FROM dated").await;
        run(&store, "DELETE FROM counter WHERE name = 'dated'").await;
        hand.store(at("2026-12-01T10:00:00Z").as_microsecond(), Ordering::Relaxed);
        assert_eq!((store.turn_day().await.unwrap(), state(&store).await), (1, DoorState::Live));
        assert_eq!(store.turn_day().await.unwrap(), 0);
        // A mirror has documents alone.
        run(&store, "INSERT INTO counter (name, n) VALUES ('mirror', 1)").await;
        hand.store(at("2027-01-01T10:00:00Z").as_microsecond(), Ordering::Relaxed);
        assert_eq!((store.turn_day().await.unwrap(), state(&store).await), (1, DoorState::Closed));
        assert_eq!(store.turn_day().await.unwrap(), 0);
        assert_eq!(store.check().await.unwrap(), vec![], "store and log agree");
    }
}
