//! Lists that come in, for tests of the rooms behind the store.

use jiff::civil::Date;

use super::{
    Store,
    intake::{Finished, Intake, LoadHead, Opening},
};
use crate::model::{
    listing::Listing,
    source::{Mode, Source, Tier},
};

/// A source of whole lists, called by its id.
pub fn source(id: &str, tier: Tier) -> Source {
    Source {
        id: id.into(),
        name: id.into(),
        publisher: id.into(),
        tier,
        mode: Mode::Full,
        licence: "CC0".into(),
        address: None,
        every: None,
    }
}

/// A list of a source on its way in.
pub async fn open(store: &Store, source: Source, day: Date) -> Box<Intake> {
    let head = LoadHead { mode: source.mode, source, date: day, files: Vec::new() };
    match store.begin_load(head).await.unwrap() {
        Opening::Open(intake) => intake,
        Opening::Older(last) => panic!("older than {last}"),
    }
}

/// Takes in a list of a source.
pub async fn take_in(store: &Store, source: Source, day: Date, listings: Vec<Listing>) -> Finished {
    let mut intake = open(store, source, day).await;
    intake.take(listings).await.unwrap();
    intake.finish(false, &|_, _| {}).await.unwrap()
}
