//! Where a page of a list ended: opaque to clients, bound to the list it belongs to, right however much is written meanwhile.
//!
//! A cursor is the digest of the query in eight hex digits, then the key of the last thing: things stand in the order of
//! their keys, so those that come or go meanwhile move nobody else.

use super::given::Given;
use crate::{
    model::id::{Id, ThingKind},
    web::problem::{Kind, Problem},
};

/// Characters of a cursor behind an id.
pub const AFTER_ID: usize = 40;
/// Characters of a cursor behind a number.
pub const AFTER_NUMBER: usize = 24;

/// The cursor behind a thing.
pub fn behind(given: &Given, id: &Id) -> String {
    format!("{:08x}{}", given.bound(), id.as_str().get(4..).unwrap_or_default())
}

/// The cursor behind a revision.
pub fn behind_number(given: &Given, n: i64) -> String {
    format!("{:08x}{n:016x}", given.bound())
}

/// The thing a page begins behind.
pub fn after(given: &Given, kind: ThingKind) -> Result<Option<Id>, Problem> {
    let Some(key) = key(given)? else { return Ok(None) };
    Ok(Some(Id::parse(&format!("{}{key}", kind.prefix())).ok_or_else(foreign)?))
}

/// The number a page begins behind.
pub fn after_number(given: &Given) -> Result<Option<i64>, Problem> {
    let Some(key) = key(given)? else { return Ok(None) };
    Ok(Some(i64::from_str_radix(key, 16).map_err(|_| foreign())?))
}

/// The key of the cursor of a request, when it belongs to the list.
fn key(given: &Given) -> Result<Option<&str>, Problem> {
    let Some(text) = given.one("after") else { return Ok(None) };
    let (bound, key) = text.split_at_checked(8).ok_or_else(foreign)?;
    if bound == format!("{:08x}", given.bound()) { Ok(Some(key)) } else { Err(foreign()) }
}

fn foreign() -> Problem {
    let detail = "after is the next_after of another list: its parameters were different. Begin again without it, or repeat \
         the parameters of the first page";
    Problem::new(Kind::WrongCursor, detail).parameter("after")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::table;

    #[test]
    fn a_cursor_leads_back_and_only_where_it_came_from() {
        let id = Id::parse("org-0198f1a2b3c47d5e8f90123456789abc").unwrap();
        let read = |query: &str| Given::read(&table::ORGANIZATIONS, Some(query)).unwrap();
        let cursor = behind(&read("kind=hospital"), &id);
        assert_eq!(cursor.len(), AFTER_ID);
        let again = read(&format!("kind=hospital&limit=3&after={cursor}"));
        assert_eq!(after(&again, ThingKind::Organization).unwrap(), Some(id));
        let other = read(&format!("kind=clinic&after={cursor}"));
        assert_eq!(after(&other, ThingKind::Organization).unwrap_err().kind(), Kind::WrongCursor);
        let log = Given::read(&table::REVISIONS, None).unwrap();
        let cursor = behind_number(&log, 77);
        assert_eq!(cursor.len(), AFTER_NUMBER);
        let again = Given::read(&table::REVISIONS, Some(&format!("after={cursor}"))).unwrap();
        assert_eq!(after_number(&again).unwrap(), Some(77));
    }
}
