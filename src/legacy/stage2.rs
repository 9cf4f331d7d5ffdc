//! `/stage2`: the original's list of hospitals and providers that attested Meaningful Use stage 2, answered from the
//! organizations with an NPI, known ones too (it never had an address to open).

use std::collections::BTreeSet;

use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::Response,
};

use super::{
    Room,
    lists::{list, tag, unchanged},
    paging::{Asked, Page},
    problem::broken,
    record::OldProvider,
    roll::id,
};
use crate::{
    model::{
        place::{state_code, zip5},
        text::match_form,
    },
    register::{Filter, Key, Marks, area_bit},
    search::Request,
    web::problem::Problem,
};

/// Results of one search, and how many searches one name may take.
const STEP: usize = 100;
const STEPS: usize = 5;

/// The ids of a page, and how many there are in all. `state` is any of its places, `zip` that of its first.
fn page(room: &Room, asked: &Asked) -> Result<(Vec<Key>, usize), Problem> {
    let Some(wanted) = Wanted::new(asked) else { return Ok((Vec::new(), 0)) };
    let named = match asked.name.as_deref() {
        Some(name) => Some(room.named(name, wanted.state)?),
        None => None,
    };
    let found = room.app.register.with(|table| {
        let takes = |marks: &Marks| wanted.takes(marks);
        let mut page = Vec::new();
        let mut total = 0;
        let mut put = |key: Key| {
            if total >= asked.offset && page.len() < asked.limit {
                page.push(key);
            }
            total += 1;
        };
        if let Some(keys) = named {
            for key in keys {
                let marks = table.find(&id(&key)).map(|row| table.marks(row));
                if marks.is_some_and(|marks| wanted.filter.takes(marks) && takes(marks)) {
                    put(key);
                }
            }
        } else {
            let rows = table.rows(&wanted.filter, 0).filter(|row| takes(table.marks(*row)));
            rows.for_each(|row| put(table.id(row).bytes()));
        }
        (page, total)
    });
    found.ok_or_else(Problem::not_ready)
}

/// What must be true of a row.
struct Wanted {
    filter: Filter,
    state: Option<&'static str>,
    located: u64,
    zip: Option<u32>,
}

impl Wanted {
    /// Nothing when a state or ZIP code is none: the original found nobody then.
    fn new(asked: &Asked) -> Option<Self> {
        let state = match asked.state.as_deref() {
            Some(state) => Some(state_code(state)?),
            None => None,
        };
        let zip = match asked.zip.as_deref() {
            Some(zip) => Some(zip5(zip)?.parse().ok()?),
            None => None,
        };
        let located = state.map(area_bit).unwrap_or_default();
        Some(Self { filter: Filter::default(), state, located, zip })
    }

    fn takes(&self, marks: &Marks) -> bool {
        marks.npi
            && (self.located == 0 || marks.located & self.located != 0)
            && self.zip.is_none_or(|zip| zip == marks.zip)
    }
}

impl Room {
    /// Organizations whose name begins with the first word and has the second after it, or the other way round, as the
    /// original matched "Jane Doe" and "Doe, Jane"; at most [`STEP`] times [`STEPS`], in the order of ids.
    fn named(&self, name: &str, state: Option<&str>) -> Result<BTreeSet<Key>, Problem> {
        let form = match_form(name);
        let mut words = form.split(' ').filter(|word| !word.is_empty());
        let Some(first) = words.next() else { return Ok(BTreeSet::new()) };
        let second = words.next();
        let mut found = BTreeSet::new();
        for step in 0..STEPS {
            let request = Request {
                q: name.to_owned(),
                states: state.map(str::to_owned).into_iter().collect(),
                limit: STEP,
                offset: step * STEP,
                ..Request::default()
            };
            let cards = self.app.index.search(&request).map_err(broken)?.results;
            let last = cards.len() < STEP;
            found.extend(
                cards.iter().filter(|card| begins(&match_form(&card.name), first, second)).map(|c| c.id.bytes()),
            );
            if last {
                break;
            }
        }
        Ok(found)
    }
}

fn begins(name: &str, first: &str, second: Option<&str>) -> bool {
    let so = |first: &str, second: &str| name.strip_prefix(first).is_some_and(|rest| rest.contains(second));
    match second {
        None => name.starts_with(first),
        Some(second) => so(first, second) || so(second, first),
    }
}

/// `/stage2?state=&zip=&name=&limit=&offset=`
pub(super) async fn get(
    State(room): State<Room>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = Asked { category: None, ..Asked::read(query.as_deref())? };
    let roll = room.roll().await?;
    if let Some(same) = unchanged(&room, &headers, &tag(&roll)) {
        return Ok(same);
    }
    // Searches and a look at every row take a moment, which others should not wait for.
    let aside = room.clone();
    let looked = tokio::task::spawn_blocking(move || {
        let found = page(&aside, &asked);
        (asked, found)
    });
    let (asked, found) = looked.await.map_err(broken)?;
    let (keys, total) = found?;
    let filters = [("state", &asked.state), ("zip", &asked.zip), ("name", &asked.name)];
    let meta = asked.meta("/stage2", total, &filters);
    let state = asked.state.as_deref().and_then(state_code);
    let documents = room.documents(&roll, &keys).await?;
    let results = documents.iter().filter_map(|one| OldProvider::new(&one.document, state)).collect();
    Ok(list(&room, &headers, &roll, &Page { results, meta }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_begin_with_either_word() {
        for (typed, name, yes) in [
            ("St. Mary's", "St. Mary’s Hospital", true),
            ("Doe, Jane", "Jane Doe MD", true),
            ("Jane Doe", "Doe, Jane", true),
            ("Mary", "St. Mary’s Hospital", false),
            ("hospital st", "St. Mary’s Hospital", true),
        ] {
            let form = match_form(typed);
            let mut words = form.split(' ');
            let matched = begins(&match_form(name), words.next().unwrap(), words.next());
            assert_eq!(matched, yes, "{typed} in {name} ({form} in {})", match_form(name));
        }
    }
}
