//! Many organizations at once.

use super::{
    Store, StoreError,
    db::{parse, with_list},
};
use crate::model::{id::Id, organization::Organization};

impl Store {
    /// The documents of these organizations, whatever their status; those that are not there are left out.
    pub async fn organizations_by_ids(&self, ids: &[Id]) -> Result<Vec<Organization>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let query = with_list(self.db.dialect, "SELECT body FROM organization WHERE id IN {in}", ids, &[]);
        let rows = query.fetch_all(&self.db.read).await?;
        rows.iter().map(|row| parse("an organization", sqlx::Row::try_get(row, 0)?)).collect()
    }
}
