//! All organizations of a source judged once more against the others: for data from before they were, or before rules
//! changed. It joins nothing; what it finds waits for a person.

use std::collections::{BTreeMap, HashMap};

use super::{
    claims::{Judged, Judging},
    keys,
    pairs::ask,
};
use crate::{
    model::{id::Id, listing::OrganizationFacts, source::Source},
    store::{
        Store, StoreError,
        db::{parse, text},
        redirect::Redirects,
    },
};

/// How many listings are looked at in one transaction: an import waits no longer than for these.
const PAGE: i64 = 1_000;

impl Store {
    /// Judges every organization of a source against those that other sources speak of. Answers how many pairs wait for
    /// a person that were never asked about.
    pub async fn review_again(&self, source: &str) -> Result<u64, StoreError> {
        let mut tx = self.db.begin().await?;
        let row = sqlx::query("SELECT body FROM source WHERE id = $1").bind(source.to_owned());
        let Some(row) = row.fetch_optional(&mut *tx.inner).await? else {
            return Err(StoreError::Refused(format!("there is no source {source:?} in the directory")));
        };
        let tier = parse::<Source>("a source", &text(&row, 0)?)?.tier;
        keys::fill(&mut tx).await?;
        tx.commit().await?;
        let (mut key, mut asked) = (String::new(), 0);
        loop {
            let mut tx = self.db.begin().await?;
            let sql = "SELECT key, subject_id, body FROM listing WHERE source = $1 AND key > $2 AND present = 1 \
                 AND subject = 'organization' ORDER BY key LIMIT $3";
            let query = sqlx::query(sql).bind(source.to_owned()).bind(key.clone()).bind(PAGE);
            let page = query.fetch_all(&mut *tx.inner).await?;
            if page.is_empty() {
                tx.rollback().await?;
                return Ok(asked);
            }
            let mut numbers: BTreeMap<Id, u32> = BTreeMap::new();
            let mut all = Vec::new();
            for listing in &page {
                key = text(listing, 0)?;
                let Some(id) = Id::parse(&text(listing, 1)?) else { continue };
                let facts: OrganizationFacts = parse("a listing", &text(listing, 2)?)?;
                let next = numbers.len() as u32;
                let number = *numbers.entry(id).or_insert(next);
                all.extend(keys::of(&facts, tier).into_iter().map(|short| (short, number)));
            }
            let who: HashMap<u32, Judged> =
                numbers.into_iter().map(|(id, number)| (number, Judged { id, settled: true })).collect();
            let redirects = Redirects::read(&mut tx).await?;
            let claims = Judging { source, first: false, redirects: &redirects }.judge(&mut tx, all, &who).await?;
            asked += ask(&mut tx, source, 0, self.clock.micros(), claims.unsure).await?;
            tx.commit().await?;
        }
    }
}
