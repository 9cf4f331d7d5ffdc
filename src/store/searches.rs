//! Words of our own vocabulary that were searched for, by day.
//!
//! What holds: a word is published only when its day is over and it was asked for at least [`LEAST`] times on it; what
//! stays below is deleted a day later. No time of day, no address, nothing that was typed.

use jiff::{ToSpan as _, civil::Date};
use serde::Serialize;

use super::{
    Store, StoreError,
    db::{int, row, text},
};

/// The smallest count that is published.
pub const LEAST: i64 = 10;

/// How often a word was asked for on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SearchWord {
    /// The day, UTC.
    pub day: String,
    /// What sort of word: `kind`, `state`, `city`, `question`, `organization`.
    pub what: String,
    /// The word, as the vocabulary spells it.
    pub word: String,
    /// How often.
    pub n: i64,
}

impl Store {
    /// Adds counts of a day: what sort, the word, how often. Counts of days that are over and stayed below [`LEAST`] go.
    pub async fn add_search_words(&self, day: Date, words: &[(String, String, i64)]) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let day_word = day.to_string();
        let rows = words.iter().map(|(what, word, n)| row![&day_word, what, word, *n]).collect();
        let conflict = "ON CONFLICT (day, what, word) DO UPDATE SET n = search_word.n + excluded.n";
        tx.insert("search_word", &["day", "what", "word", "n"], conflict, rows).await?;
        // A day is left for another server to bring what it counted before midnight.
        let over = self.clock.today().saturating_sub(1.day());
        sqlx::query("DELETE FROM search_word WHERE day < $1 AND n < $2")
            .bind(over.to_string())
            .bind(LEAST)
            .execute(&mut *tx.inner)
            .await?;
        tx.commit().await
    }

    /// What is published: the words of days that are over, from [`LEAST`] up; the newest day first.
    pub async fn published_search_words(&self) -> Result<Vec<SearchWord>, StoreError> {
        let sql = "SELECT day, what, word, n FROM search_word WHERE day < $1 AND n >= $2 \
             ORDER BY day DESC, what, n DESC, word";
        let query = sqlx::query(sql).bind(self.clock.today().to_string()).bind(LEAST);
        let rows = query.fetch_all(&self.db.read).await?;
        rows.iter()
            .map(|row| {
                // Tens: whoever asked some times knows no better how often others did.
                let n = int(row, 3)? / LEAST * LEAST;
                Ok(SearchWord { day: text(row, 0)?, what: text(row, 1)?, word: text(row, 2)?, n })
            })
            .collect()
    }
}
