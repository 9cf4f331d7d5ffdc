//! Pages that lead to lists: everything, one state, one kind, all vendors.

use askama::Template;

use super::{
    Way, area_words, areas_by_name, count_words, kind_path, list_path, short_count, state_path, subject_words,
    vendor_path,
};
use crate::{
    model::{kind::Kind, vendor},
    search::catalogue::{Area, Catalogue, Count, Shelf, Subject},
    site::{here::Here, icons},
};

/// One list with how many are in it.
pub struct Line {
    pub words: String,
    pub address: String,
    /// The number in words.
    pub counts: String,
    pub icon: Option<&'static str>,
    /// More about it.
    pub more: Option<String>,
}

/// Lists of one sort.
pub struct Section {
    /// For links on the page.
    pub id: &'static str,
    pub title: String,
    pub lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "browse.html")]
pub struct BrowsePage {
    here: Here,
    /// The pages above this one.
    trail: Vec<Way>,
    title: String,
    lead: String,
    count: Option<Count>,
    sections: Vec<Section>,
    /// Where to go from here.
    further: Vec<Way>,
}

/// Every vendor who has somebody, those with most first, then portals of unknown ones.
pub fn vendors(catalogue: &Catalogue) -> Vec<(Subject, Count)> {
    let counted = |subject| (subject, catalogue.on(Shelf { subject, area: None }));
    let mut vendors: Vec<_> = vendor::all().iter().map(|vendor| counted(Subject::Vendor(vendor))).collect();
    vendors.sort_by_key(|(_, count)| std::cmp::Reverse(count.all()));
    vendors.push(counted(Subject::OtherVendor));
    vendors.retain(|(_, count)| count.all() > 0);
    vendors
}

impl BrowsePage {
    /// Everything.
    pub fn all(here: Here, catalogue: &Catalogue) -> Self {
        let most = vendors(catalogue).into_iter().take(8).map(|one| vendor_line(&here, catalogue, one));
        let all_vendors = Way { words: here.t("browse-all-vendors"), address: here.link("/browse/vendors") };
        let sections = vec![
            Section {
                id: "states",
                title: here.t("browse-by-state"),
                lines: area_lines(&here, |area| catalogue.count(None, Some(area)), state_path),
            },
            Section {
                id: "kinds",
                title: here.t("browse-by-kind"),
                lines: kind_lines(&here, |kind| catalogue.count(Some(kind), None), kind_path),
            },
            Section { id: "vendors", title: here.t("browse-by-vendor"), lines: most.collect() },
        ];
        let count = Some(catalogue.count(None, None));
        let words = (here.t("browse-title"), here.t("browse-lead"));
        Self::new(here, Vec::new(), words, count, sections, vec![all_vendors])
    }

    /// One state.
    pub fn state(here: Here, catalogue: &Catalogue, area: Area) -> Self {
        let sections = vec![Section {
            id: "kinds",
            title: here.t("browse-by-kind"),
            lines: kind_lines(&here, |kind| catalogue.count(Some(kind), Some(area)), |kind| list_path(area, kind)),
        }];
        let further = match area {
            Area::State(_) => vec![
                Way {
                    words: here.t1("browse-to-available", "state", area_words(&here, area)),
                    address: here.link(&format!("/available/{}", area.code())),
                },
                Way { words: here.t("browse-to-us"), address: here.link(&state_path(Area::Nationwide)) },
            ],
            Area::Nationwide | Area::Nowhere => Vec::new(),
        };
        let lead = match area {
            Area::State(_) => here.t("browse-lead-state"),
            Area::Nationwide => here.t("browse-lead-us"),
            Area::Nowhere => here.t("browse-lead-nowhere"),
        };
        let (count, trail) = (Some(catalogue.count(None, Some(area))), vec![top(&here)]);
        let words = (area_words(&here, area), lead);
        Self::new(here, trail, words, count, sections, further)
    }

    /// One kind.
    pub fn kind(here: Here, catalogue: &Catalogue, kind: Kind) -> Self {
        let sections = vec![Section {
            id: "states",
            title: here.t("browse-by-state"),
            lines: area_lines(&here, |area| catalogue.count(Some(kind), Some(area)), |area| list_path(area, kind)),
        }];
        let address = here.link(&format!("/available?kind={}", kind.code()));
        let further = vec![Way { words: here.t("browse-to-available-kind"), address }];
        let (count, trail) = (Some(catalogue.count(Some(kind), None)), vec![top(&here)]);
        let words = (here.kinds(kind), here.t("browse-lead-kind"));
        Self::new(here, trail, words, count, sections, further)
    }

    /// All vendors.
    pub fn vendors(here: Here, catalogue: &Catalogue) -> Self {
        let lines = vendors(catalogue).into_iter().map(|one| vendor_line(&here, catalogue, one)).collect();
        let sections = vec![Section { id: "vendors", title: here.t("browse-vendors-list"), lines }];
        let trail = vec![top(&here)];
        let words = (here.t("browse-vendors-title"), here.t("browse-lead-vendors"));
        Self::new(here, trail, words, None, sections, Vec::new())
    }

    fn new(
        here: Here,
        trail: Vec<Way>,
        (title, lead): (String, String),
        count: Option<Count>,
        mut sections: Vec<Section>,
        further: Vec<Way>,
    ) -> Self {
        sections.retain(|section| !section.lines.is_empty());
        Self { here, trail, title, lead, count, sections, further }
    }

    fn count_words(&self, count: &Count) -> String {
        count_words(&self.here, *count)
    }
}

/// The way to the first of these pages.
pub fn top(here: &Here) -> Way {
    Way { words: here.t("browse-title"), address: here.link("/browse") }
}

fn area_lines(here: &Here, count: impl Fn(Area) -> Count, path: impl Fn(Area) -> String) -> Vec<Line> {
    let line = |area| {
        let (words, address) = (area_words(here, area), here.link(&path(area)));
        Line { words, address, counts: short_count(here, count(area)), icon: None, more: None }
    };
    areas_by_name(here).into_iter().filter(|area| count(*area).all() > 0).map(line).collect()
}

fn kind_lines(here: &Here, count: impl Fn(Kind) -> Count, path: impl Fn(Kind) -> String) -> Vec<Line> {
    let line = |kind: &Kind| Line {
        words: here.kinds(*kind),
        address: here.link(&path(*kind)),
        counts: short_count(here, count(*kind)),
        icon: Some(icons::kind(*kind)),
        more: None,
    };
    Kind::ALL.iter().filter(|kind| count(**kind).all() > 0).map(line).collect()
}

fn vendor_line(here: &Here, catalogue: &Catalogue, (subject, count): (Subject, Count)) -> Line {
    let portals = catalogue.portals(subject);
    Line {
        words: subject_words(here, subject),
        address: here.link(&vendor_path(subject)),
        counts: short_count(here, count),
        icon: None,
        more: Some(here.t2(
            "browse-vendor-count",
            "portals",
            u64::from(portals),
            "apps",
            u64::from(count.all() - portals),
        )),
    }
}

#[cfg(test)]
impl BrowsePage {
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        use crate::site::samples;
        let catalogue = super::list::tests::catalogue();
        let empty = super::list::tests::catalogue_of(Vec::new());
        let here = |path: &str| samples::here(lang, path);
        let idaho = Area::from_code("ID").unwrap();
        vec![
            Self::all(here("/browse"), &catalogue),
            Self::all(here("/browse"), &empty),
            Self::state(here("/browse/states/ID"), &catalogue, idaho),
            Self::state(here("/browse/states/US"), &catalogue, Area::Nationwide),
            Self::state(here("/browse/states/none"), &catalogue, Area::Nowhere),
            Self::kind(here("/browse/kinds/clinic"), &catalogue, Kind::Clinic),
            Self::kind(here("/browse/kinds/dental"), &empty, Kind::Dental),
            Self::vendors(here("/browse/vendors"), &catalogue),
            Self::vendors(here("/browse/vendors"), &empty),
        ]
    }
}
