//! What owners said more than a year ago weighs less (CONTRACT section 2): nobody says anything new on that day, so what
//! people see is merged again by the calendar.

use jiff::{ToSpan as _, civil::Date};

use super::{
    Store, StoreError,
    db::{int, text},
    publish::Publisher,
};
use crate::{clock::day_number, model::id::Id};

/// Days before and after that are merged again too: leap days, and a server whose clock was wrong. Where nothing is
/// different nothing is written.
const SLACK: i64 = 2;
/// How many are merged again at once.
const AT_ONCE: i64 = 2_000;

impl Store {
    /// Merges again what people see of those whose owners said something a year ago, since the last time this was done.
    /// Answers how many were looked at.
    pub async fn age_owners(&self) -> Result<usize, StoreError> {
        let today = self.clock.today();
        let a_year_ago = today.saturating_sub(1.year());
        let row = sqlx::query("SELECT n FROM counter WHERE name = 'owners.aged'").fetch_one(&self.db.read).await?;
        let last = int(&row, 0)?;
        if last >= day_number(today) {
            return Ok(0);
        }
        let from = Date::constant(1970, 1, 1).saturating_add(last.days()).saturating_sub(1.year());
        let from = from.saturating_sub(SLACK.days()).max(Date::constant(1970, 1, 1));
        let upto = a_year_ago.saturating_add(SLACK.days());
        let (mut after, mut looked) = (String::new(), 0);
        loop {
            let sql = "SELECT l.key FROM listing l JOIN load d ON d.id = l.changed_load WHERE l.source = 'owners' \
                 AND l.present = 1 AND d.date >= $1 AND d.date <= $2 AND l.key > $3 ORDER BY l.key LIMIT $4";
            let query =
                sqlx::query(sql).bind(from.to_string()).bind(upto.to_string()).bind(after.clone()).bind(AT_ONCE);
            let rows = query.fetch_all(&self.db.read).await?;
            let keys = rows.iter().map(|row| text(row, 0)).collect::<Result<Vec<_>, _>>()?;
            let Some(reached) = keys.last() else { break };
            after.clone_from(reached);
            let ids: Vec<Id> = keys.iter().filter_map(|key| Id::parse(key)).collect();
            let mut tx = self.db.begin().await?;
            Publisher::new(self, "system", None).publish(&mut tx, &ids, false, &|_| {}).await?;
            tx.commit().await?;
            looked += ids.len();
        }
        let mut tx = self.db.begin().await?;
        let done = sqlx::query("UPDATE counter SET n = $1 WHERE name = 'owners.aged'").bind(day_number(today));
        done.execute(&mut *tx.inner).await?;
        tx.commit().await?;
        Ok(looked)
    }
}
