//! What people with accounts left: rows that are worth nothing without a text go whole, words lose it.
//!
//! What holds: who somebody is stays as they are known here (their e-mail address); whoever closes an account takes it away.

use crate::store::{
    StoreError,
    db::{Tx, text},
    spelled::Wanted,
};

/// Rows that go when one of their columns holds the text: forms that are not sent, news, mails on their way, lists that a
/// profile is kept in step with, links and invitations.
const GO: &[(&str, &[&str])] = &[
    ("draft", &["body"]),
    ("notice", &["body"]),
    ("mail", &["address", "subject", "body", "error"]),
    ("in_step", &["url", "brand", "error"]),
    ("ticket", &["holder", "body"]),
];
/// Words that lose it: the table, the key of a row, the column.
const LOSE: &[(&str, &str, &str)] = &[
    ("claim", "n", "note"),
    ("claim", "n", "answer"),
    ("person", "id", "name"),
    ("passkey", "id", "name"),
    ("api_token", "hash", "name"),
];

/// Takes a text out; answers in how many places it stood.
pub(super) async fn take_out(tx: &mut Tx, wanted: &Wanted) -> Result<u64, StoreError> {
    let mut done = 0;
    for (table, columns) in GO {
        let sql = format!("DELETE FROM {table} WHERE {}", wanted.in_any(columns));
        done += wanted.query(sql).execute(&mut *tx.inner).await?.rows_affected();
    }
    // Addresses that were taken out stay out: where the text stands in one as it is, the address went from every list.
    let sql = format!(
        "DELETE FROM tombstone WHERE item NOT LIKE 'portals/%' AND item NOT LIKE 'endpoints/%' AND ({})",
        wanted.in_any(&["item"])
    );
    done += wanted.query(sql).execute(&mut *tx.inner).await?.rows_affected();
    for (table, key, column) in LOSE {
        let sql = format!("SELECT CAST({key} AS TEXT), {column} FROM {table} WHERE {}", wanted.in_any(&[column]));
        for row in &wanted.query(sql).fetch_all(&mut *tx.inner).await? {
            let sql = format!("UPDATE {table} SET {column} = $1 WHERE CAST({key} AS TEXT) = $2");
            let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(wanted.out_of(&text(row, 1)?)).bind(text(row, 0)?);
            done += query.execute(&mut *tx.inner).await?.rows_affected();
        }
    }
    Ok(done)
}
