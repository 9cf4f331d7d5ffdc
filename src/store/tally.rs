//! How often what was decided, month by month: for the public log.

use std::collections::BTreeMap;

use super::{
    Store, StoreError,
    db::{int, text, with_list},
};

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

impl Store {
    /// How often each of these actions stands in the record, by year and month.
    pub async fn audit_tally(
        &self,
        actions: &[&str],
    ) -> Result<BTreeMap<(i16, i8), BTreeMap<String, u64>>, StoreError> {
        let sql = format!(
            "SELECT at / {DAY}, action, CAST(COUNT(*) AS BIGINT) FROM audit WHERE action IN {{in}} GROUP BY at / {DAY}, action"
        );
        let query = with_list(self.db.dialect, &sql, actions, &[]);
        let mut all: BTreeMap<(i16, i8), BTreeMap<String, u64>> = BTreeMap::new();
        for row in &query.fetch_all(&self.db.read).await? {
            let day = crate::clock::moment(int(row, 0)? * DAY).to_zoned(jiff::tz::TimeZone::UTC).date();
            let month = all.entry((day.year(), day.month())).or_default();
            *month.entry(text(row, 1)?).or_default() += int(row, 2)? as u64;
        }
        Ok(all)
    }
}
