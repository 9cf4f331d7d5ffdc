//! Every template of the room, in both languages, with samples of everything it can show.

use super::{
    bulk, hosts,
    item::{ClaimPage, DoorPage, FrozenPage, LoadPage, ProposalPage, ReportedPage},
    join, log, motion, people,
    queue::QueuePage,
    revert,
    samples::EVIL,
    tools,
};
use crate::site::{
    Lang,
    tests::{Sampled, all_have_samples, all_keep_the_rules, dom, doms},
};

/// Template -> every sample of its page.
fn every_page(lang: Lang) -> Sampled {
    [
        ("queue.html", doms(&QueuePage::samples(lang))),
        ("item-proposal.html", doms(&ProposalPage::samples(lang))),
        ("item-claim.html", doms(&ClaimPage::samples(lang))),
        ("item-door.html", doms(&DoorPage::samples(lang))),
        ("item-load.html", doms(&LoadPage::samples(lang))),
        ("item-report.html", doms(&ReportedPage::samples(lang))),
        ("item-frozen.html", doms(&FrozenPage::samples(lang))),
        ("outcome.html", doms(&tools::OutcomePage::samples(lang))),
        ("log.html", doms(&log::LogPage::samples(lang))),
        ("hosts.html", doms(&hosts::HostsPage::samples(lang))),
        ("bulk.html", doms(&bulk::BulkPage::samples(lang))),
        ("motion.html", doms(&motion::MotionPage::samples(lang))),
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
    all_keep_the_rules(every_page);
    for lang in Lang::ALL {
        for (template, pages) in every_page(lang) {
            for page in &pages {
                assert!(!page.html().contains(EVIL), "{template}: text of others is text");
                for form in page.attributes("article form", "method") {
                    assert_eq!(form, "post", "{template}");
                }
                let first = page.attributes("article form > input:first-child", "name");
                assert!(first.iter().all(|name| name == "csrf"), "{template}: the token comes first");
            }
        }
    }
}

#[test]
fn every_template_has_samples() {
    all_have_samples("templates/review", &["parts"], every_page);
}

/// What stands at the top and takes the focus is what could lead people to a thief, never a button.
#[test]
fn nothing_is_approved_without_reading() {
    for page in ProposalPage::samples(Lang::En) {
        let page = dom(&page);
        assert!(page.attributes("[autofocus]", "id").iter().all(|id| id == "diff"));
        let doors = page.texts(".door-check").len();
        let approvals = page.texts("form[action$='/approve']").len();
        let boxes = page.attributes("form[action$='/approve'] input[type=checkbox][required]", "value").len();
        assert!(approvals == 0 || boxes == doors, "a box for each door: {}", page.html());
        assert!(page.attributes("input[type=checkbox][checked]", "name").is_empty(), "none is ticked for you");
    }
    let pages = ProposalPage::samples(Lang::En);
    let look_alike = dom(&pages[0]);
    assert!(look_alike.html().contains("stlukeshea<mark>l</mark>th.org"), "the letter is marked");
    assert!(look_alike.text(".door-check").contains("one letter away from stlukeshealth.org"));
    let shortener = dom(&pages[2]);
    assert!(shortener.texts("form[action$='/approve']").is_empty(), "a shortener has no button at all");
}

/// Words of the program's own that would stand in a page if something were shown as it is stored.
#[test]
fn pages_in_spanish_say_nothing_in_the_words_of_the_store() {
    let raw = [
        "proposal.",
        "claim.",
        "updated",
        "created",
        "restored",
        "portal:",
        "portals",
        "description",
        "status",
        "waiting",
        "yes",
        "name:",
        "moderator",
        "owner",
        "places",
        "phone",
        "would",
        "rows",
        "the ",
    ];
    for (template, pages) in every_page(Lang::Es) {
        for page in &pages {
            let text = page.text("main").to_lowercase();
            for word in raw {
                let found = text.match_indices(word).any(|(at, _)| !text[..at].ends_with(char::is_alphanumeric));
                assert!(!found, "{template} says {word:?}: {text}");
            }
        }
    }
}
