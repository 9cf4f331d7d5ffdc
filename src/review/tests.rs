//! Every template of the room, in both languages, with samples of everything it can show.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;

use super::{bulk, hosts, join, log, people, revert, tools};
use crate::site::{
    Lang,
    tests::{Dom, check, dom},
};

/// Template -> every sample of its page.
fn every_page(lang: Lang) -> BTreeMap<&'static str, Vec<Dom>> {
    fn doms(pages: &[impl Template]) -> Vec<Dom> {
        pages.iter().map(dom).collect()
    }
    [
        ("outcome.html", doms(&tools::OutcomePage::samples(lang))),
        ("log.html", doms(&log::LogPage::samples(lang))),
        ("hosts.html", doms(&hosts::HostsPage::samples(lang))),
        ("bulk.html", doms(&bulk::BulkPage::samples(lang))),
        ("motion.html", doms(&bulk::MotionPage::samples(lang))),
        ("revisions.html", doms(&revert::RevisionsPage::samples(lang))),
        ("revert.html", doms(&revert::RevertPage::samples(lang))),
        ("undo.html", doms(&revert::UndoPage::samples(lang))),
        ("join.html", doms(&join::JoinPage::samples(lang))),
        ("split.html", doms(&join::SplitPage::samples(lang))),
        ("people.html", doms(&people::PeoplePage::samples(lang))),
    ]
    .into()
}

#[test]
fn every_page_keeps_the_rules_in_both_languages() {
    for lang in Lang::ALL {
        for (template, pages) in every_page(lang) {
            assert!(!pages.is_empty());
            for page in &pages {
                check(template, lang, page);
            }
        }
    }
}

#[test]
fn every_template_has_samples() {
    let pages: BTreeSet<String> = std::fs::read_dir("templates/review")
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !["base.html", "parts"].contains(&name.as_str()))
        .collect();
    let sampled: BTreeSet<String> = every_page(Lang::En).into_keys().map(str::to_owned).collect();
    assert_eq!(pages, sampled);
}
