//! Files of ours to take home, under `/data`.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use super::{CachePolicy, problem::PageError};
use crate::{
    app::App,
    sources::{input::escape_formula, template},
};

/// `/data/template.csv`: the empty table that the help page explains.
pub async fn empty_table() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"connector-template.csv\""),
    ];
    CachePolicy::Page.on((headers, template::text()).into_response())
}

/// `/data/searches.csv`: words of our own vocabulary that were searched for, by day; only days that are over, only
/// counts from ten up.
pub async fn searches(State(app): State<App>) -> Result<Response, PageError> {
    let mut table = csv::Writer::from_writer(Vec::new());
    let broken = |why: &dyn std::fmt::Display| PageError::broken("a table", why);
    table.write_record(["day", "what", "word", "searches"]).map_err(|why| broken(&why))?;
    for row in app.store.published_search_words().await? {
        let row = [row.day, row.what, escape_formula(&row.word), row.n.to_string()];
        table.write_record(row).map_err(|why| broken(&why))?;
    }
    let body = table.into_inner().map_err(|why| broken(&why))?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"connector-searches.csv\""),
    ];
    Ok(CachePolicy::Page.on((headers, body).into_response()))
}

#[cfg(test)]
mod tests {
    use std::{path::Path, sync::atomic::Ordering};

    use crate::{app::write_counts, clock::Clock, site::served::Site, store::LEAST_SEARCHES};

    const HEAD: &str = "day,what,word,searches\n";

    async fn published(site: &Site) -> String {
        site.get("/data/searches.csv").await.body
    }

    fn a_day_passes(site: &Site) {
        let Clock::Standing(at) = &site.app.clock else { panic!("a clock that is set") };
        at.fetch_add(86_400_000_000, Ordering::Relaxed);
    }

    /// Every file of a data folder that holds a text.
    fn holding(folder: &Path, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.extend(holding(&path, text));
            } else if std::fs::read(&path).unwrap().windows(text.len()).any(|part| part == text.as_bytes()) {
                found.push(path.display().to_string());
            }
        }
        found
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn of_a_persons_search_only_our_own_words_are_told_from_ten_up_when_the_day_is_over() {
        let site = Site::new().await;
        site.app.counted.learn(site.app.index.towns());
        for n in 0..LEAST_SEARCHES {
            let address = ["/find?q=jane+doe+hiv+clinic+boise", "/es/find?q=jane+doe+hiv+clinic+boise"][n as usize % 2];
            site.get(address).await;
            site.get("/find?q=jane+doe+hiv+clinic+boise&page=2").await;
        }
        for _ in 1..LEAST_SEARCHES {
            site.get("/find?q=pharmacy").await;
        }
        write_counts(&site.app).await;
        assert_eq!(published(&site).await, HEAD, "the day is not over");
        a_day_passes(&site);
        let told = "2026-11-22,city,\"Boise, ID\",10\n2026-11-22,kind,clinic,10\n";
        assert_eq!(
            published(&site).await,
            format!("{HEAD}{told}"),
            "nine searches for a pharmacy are nobody's business"
        );
        a_day_passes(&site);
        site.get("/find?q=hospital").await;
        write_counts(&site.app).await;
        for typed in ["jane", "doe hiv", "hiv clinic"] {
            assert_eq!(holding(site.folder(), typed), Vec::<String>::new(), "{typed} stands nowhere");
        }
        assert!(!holding(site.folder(), "Boise, ID").is_empty(), "files are looked through");
    }
}
