//! `/data`: the nightly files, what each is, and how to see that it came whole.

use askama::Template;
use axum::{extract::State, response::Response};

use super::{
    CachePolicy,
    here::{Here, respond},
    problem::PageError,
};
use crate::{
    app::App,
    dumps::{
        self,
        manifest::{FileEntry, Format, Manifest},
    },
};

/// A file in words.
pub struct FileView {
    name: String,
    address: String,
    /// Its name and address when it is unpacked on the way.
    plain: Option<(String, String)>,
    what: String,
    rows: String,
    size: String,
}

/// A night in words.
pub struct NightView {
    /// As it stands in addresses.
    day: String,
    date: String,
    revision: String,
    counts: String,
    notices: usize,
}

#[derive(Template)]
#[template(path = "dumps.html")]
pub struct DumpsPage {
    here: Here,
    nights: Vec<NightView>,
    /// Those of the newest night.
    files: Vec<FileView>,
    /// When the next one is written; nothing when the operator writes them by hand.
    time: Option<String>,
}

impl DumpsPage {
    fn new(here: Here, nights: &[Manifest]) -> Self {
        let night = |night: &Manifest| NightView {
            day: night.date.to_string(),
            date: here.date(night.date),
            revision: here.number(night.revision as u64),
            counts: here.t2("dumps-counts", "organizations", night.counts.organizations, "listed", night.counts.listed),
            notices: night.notices.len(),
        };
        Self {
            nights: nights.iter().map(night).collect(),
            files: nights.first().iter().flat_map(|night| &night.files).map(|file| view(&here, file)).collect(),
            time: here.config().dumps.map(|time| time.strftime("%H:%M").to_string()),
            here,
        }
    }
}

fn view(here: &Here, file: &FileEntry) -> FileView {
    let what = match file.format {
        Format::Ndjson => here.t("dumps-format-ndjson"),
        Format::Changes => here.t("dumps-format-changes"),
        Format::Csv => here.t("dumps-format-csv"),
        Format::Parquet => here.t("dumps-format-parquet"),
        Format::Sqlite => here.t("dumps-format-sqlite"),
        Format::FhirNdjson => here.t("dumps-format-fhir"),
        Format::FhirBundle => here.t("dumps-format-bundle"),
        Format::Brands => here.t("dumps-format-brands"),
    };
    FileView {
        name: file.name.clone(),
        address: file.path.clone(),
        plain: file.plain.as_ref().map(|plain| (plain.name.clone(), plain.path.clone())),
        what,
        rows: here.number(file.rows),
        size: here.t1("dumps-size", "kb", here.number(file.bytes.div_ceil(1_000))),
    }
}

/// `GET /data`
pub async fn get(here: Here, State(app): State<App>) -> Result<Response, PageError> {
    let data = app.config.data.clone();
    let read = move || -> Vec<Manifest> {
        let folder = dumps::folder(&data);
        let night = |date: jiff::civil::Date| Manifest::read(&folder.join(date.to_string())).ok();
        dumps::nights(&data).into_iter().filter_map(night).collect()
    };
    let nights = tokio::task::spawn_blocking(read).await;
    let nights = nights.map_err(|cut_off| PageError::broken("reading the nights", &cut_off))?;
    respond(&DumpsPage::new(here, &nights), CachePolicy::Page)
}

#[cfg(test)]
impl DumpsPage {
    pub fn samples(lang: super::Lang) -> Vec<Self> {
        use super::samples;
        let file = |name: &str, format| FileEntry {
            name: format!("{name}.zst"),
            path: format!("/data/2026-11-22/{name}.zst"),
            format,
            content: "organizations".into(),
            media_type: "application/zstd".into(),
            rows: 1_234,
            bytes: 56_001,
            sha256: "0".repeat(64),
            plain: Some(dumps::manifest::Plain {
                name: name.to_owned(),
                path: format!("/data/2026-11-22/{name}"),
                media_type: "text/csv".into(),
                bytes: 400_000,
                sha256: "1".repeat(64),
            }),
        };
        let night = Manifest {
            schema: dumps::manifest::SCHEMA,
            date: samples::TODAY,
            made_at: "2026-11-22T03:00:00Z".into(),
            revision: 5_678,
            software: "connector".into(),
            licence: dumps::manifest::Licence {
                ours: "CC0-1.0".into(),
                url: String::new(),
                note: String::new(),
                sources: Vec::new(),
            },
            counts: dumps::manifest::Counts { organizations: 1_234, listed: 1_000, ..Default::default() },
            previous: None,
            files: vec![file("organizations.csv", Format::Csv), file("Endpoint.ndjson", Format::FhirNdjson)],
            notices: Vec::new(),
        };
        let here = samples::here(lang, "/data");
        vec![Self::new(here.clone(), &[night]), Self::new(here, &[])]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::{Lang, tests::dom};

    #[test]
    fn each_file_leads_to_itself_packed_and_plain() {
        for lang in Lang::ALL {
            let page = dom(&DumpsPage::samples(lang)[0]);
            let links = page.attributes("main a", "href");
            for address in
                ["/data/2026-11-22/organizations.csv.zst", "/data/2026-11-22/organizations.csv", "/data/manifest.json"]
            {
                assert!(links.contains(&address.to_owned()), "{address}: {links:?}");
            }
            let row = &page.texts("#files tbody tr")[0];
            assert!(row.contains("1,234") && row.contains("57 kB"), "{row}");
        }
    }

    #[test]
    fn before_the_first_night_the_page_says_so() {
        for lang in Lang::ALL {
            let page = dom(&DumpsPage::samples(lang)[1]);
            assert!(page.texts("table").is_empty() && page.text("main").len() > 100);
        }
    }
}
