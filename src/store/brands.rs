//! When lists of brands last changed (`brand_slice`).

use std::collections::HashMap;

use super::{
    Store, StoreError,
    db::{int, row, text},
};

/// The content of a list, and since when it is that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SliceState {
    /// Hash of the content.
    pub hash: String,
    /// When it became that, in microseconds since 1970 UTC.
    pub at: i64,
}

impl Store {
    /// Every list by name, as it was written down last.
    pub async fn brand_slices(&self) -> Result<HashMap<String, SliceState>, StoreError> {
        let rows = sqlx::query("SELECT name, hash, at FROM brand_slice").fetch_all(&self.db.read).await?;
        rows.iter().map(|row| Ok((text(row, 0)?, SliceState { hash: text(row, 1)?, at: int(row, 2)? }))).collect()
    }

    /// Writes down lists that changed.
    pub async fn keep_brand_slices(&self, slices: &[(String, SliceState)]) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let rows = slices.iter().map(|(name, state)| row![name, &state.hash, state.at]).collect();
        let conflict = "ON CONFLICT (name) DO UPDATE SET hash = excluded.hash, at = excluded.at";
        tx.insert("brand_slice", &["name", "hash", "at"], conflict, rows).await?;
        tx.commit().await
    }
}
