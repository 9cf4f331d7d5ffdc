//! `/apps` and `/apps/{slug}`: programs that hold health records for their users. Listed is not endorsed, not
//! screened for safety, and no money changes hands either way.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    CachePolicy, Lang,
    here::{Here, Part, respond},
    problem::PageError,
    proof,
    said::{self, Link},
};
use crate::{
    app,
    model::organization::{App, DoorState, Website},
    store::Found,
};

/// One app in words.
pub struct AppView {
    pub address: String,
    pub name: String,
    pub publisher: Option<String>,
    pub description: Option<Described>,
    pub ingests: Vec<String>,
    pub platforms: Vec<String>,
}

/// A description, and its language when that is not the one of the page.
pub struct Described {
    pub text: String,
    pub lang: Option<&'static str>,
}

impl AppView {
    fn new(here: &Here, app: &App) -> Self {
        let english = app.description.as_ref();
        let description = match (here.lang, &app.description_es) {
            (Lang::Es, Some(text)) => Some(Described { text: text.clone(), lang: None }),
            (Lang::En, _) => english.map(|text| Described { text: text.clone(), lang: None }),
            _ => english.map(|text| Described { text: text.clone(), lang: Some("en") }),
        };
        Self {
            address: here.app(&app.slug),
            name: app.name.clone(),
            publisher: app.publisher.clone().filter(|publisher| *publisher != app.name),
            description,
            ingests: app.ingests.clone(),
            platforms: app.platforms.iter().map(|platform| platform_words(here, platform)).collect(),
        }
    }
}

fn platform_words(here: &Here, platform: &str) -> String {
    match platform {
        "ios" => here.t("platform-ios"),
        "android" => here.t("platform-android"),
        "web" => here.t("platform-web"),
        "desktop" => here.t("platform-desktop"),
        other => other.to_owned(),
    }
}

#[derive(Template)]
#[template(path = "apps.html")]
pub struct AppsPage {
    here: Here,
    current: Vec<AppView>,
    older: Vec<AppView>,
}

impl AppsPage {
    fn new(here: Here, apps: &[App]) -> Self {
        let view = |current: bool| {
            apps.iter().filter(move |app| app.is_current() == current).map(|app| AppView::new(&here, app)).collect()
        };
        Self { current: view(true), older: view(false), here }
    }
}

/// `GET /apps`
pub async fn list(here: Here, State(app): State<app::App>) -> Result<Response, PageError> {
    let apps = app.listed_apps().await?;
    respond(&AppsPage::new(here, &apps), CachePolicy::Doors)
}

/// One address of an app.
pub struct Address {
    pub words: String,
    /// A link, or nothing when it may not be one.
    pub link: Option<Link>,
    pub text: String,
    pub warnings: Vec<String>,
}

#[derive(Template)]
#[template(path = "app.html")]
pub struct AppPage {
    here: Here,
    app: AppView,
    /// Its feed of changes.
    feed: String,
    current: bool,
    addresses: Vec<Address>,
    said: Option<said::Words>,
    /// Shown to whoever edits it, before it is so.
    preview: bool,
    /// As narrow as on a phone.
    narrow: bool,
    /// How its maker showed that it is theirs, in words.
    proof: Option<String>,
    /// Where its maker goes.
    mine: String,
}

impl AppPage {
    pub(super) fn new(here: Here, app: &App) -> Self {
        let current = app.is_current();
        let address = |words: String, at: &Option<Website>| {
            at.as_ref().map(|at| Address {
                words,
                // What is only history is never a link: nobody looked after it for years.
                link: (current && at.state == DoorState::Live).then(|| Link::new(&at.url)).flatten(),
                text: at.domain.clone(),
                warnings: at
                    .warnings
                    .iter()
                    .filter(|_| current)
                    .map(|warning| said::warning(&here, *warning))
                    .collect(),
            })
        };
        let addresses = [
            address(here.t("app-privacy-policy"), &app.privacy_policy),
            address(here.t("app-website"), &app.website),
            address(here.t("app-app-store"), &app.app_store),
            address(here.t("app-google-play"), &app.google_play),
        ];
        Self {
            app: AppView::new(&here, app),
            feed: here.feed("apps", app.id.as_str()),
            current,
            addresses: addresses.into_iter().flatten().collect(),
            said: app.provenance.get("name").map(|said| said::words(&here, said)),
            preview: false,
            narrow: false,
            proof: None,
            mine: proof::mine(&here, &app.id),
            here,
        }
    }

    /// The same page, marked as what is not published.
    pub(super) fn into_preview(self) -> Self {
        let narrow = self.here.asked("width").is_some_and(|width| width == "phone");
        Self { preview: true, narrow, ..self }
    }

    fn has_privacy_policy(&self) -> bool {
        let words = self.here.t("app-privacy-policy");
        self.addresses.iter().any(|address| address.words == words)
    }
}

/// `GET /apps/{slug}`
pub async fn get(here: Here, State(app): State<app::App>, Part(slug): Part) -> Result<Response, PageError> {
    match app.store.app_by_slug(&slug).await? {
        Found::Here(found) => {
            let proof = app.store.public_proof(&found.id).await?.map(|shown| proof::words(&here, &shown));
            respond(&AppPage { proof, ..AppPage::new(here, &found) }, CachePolicy::Doors)
        }
        Found::Renamed(slug) => Ok(CachePolicy::Doors.on(Redirect::permanent(&here.app(&slug)).into_response())),
        Found::Merged(slug) => Ok(CachePolicy::Revalidate.on(Redirect::temporary(&here.app(&slug)).into_response())),
        Found::Nothing => Err(PageError::NotFound),
    }
}

#[cfg(test)]
impl AppsPage {
    pub fn samples(lang: Lang) -> Vec<Self> {
        let here = super::samples::here(lang, "/apps");
        vec![Self::new(here.clone(), &super::samples::apps()), Self::new(here, &[])]
    }
}

#[cfg(test)]
impl AppPage {
    pub fn samples(lang: Lang) -> Vec<Self> {
        let page = |app: &App| Self::new(super::samples::here(lang, &format!("/apps/{}", app.slug)), app);
        super::samples::apps().iter().map(page).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::tests::dom;

    #[test]
    fn only_apps_that_take_in_structured_data_are_current() {
        let page = dom(&AppsPage::samples(Lang::En)[0]);
        assert_eq!(page.texts(".app h2"), ["Example Health"]);
        assert_eq!(page.texts(".history li").len(), 1);
        for words in ["does not mean endorsed", "not tested these apps for safety", "No money"] {
            assert!(page.text("main").contains(words), "{words}");
        }
    }

    #[test]
    fn an_app_page_says_what_it_takes_in_and_where_its_policy_is() {
        for lang in Lang::ALL {
            let page = dom(&AppPage::samples(lang)[0]);
            let words = page.text("main");
            assert!(words.contains("FHIR R4") && words.contains("C-CDA"), "{words}");
            let links = page.attributes("main a[rel~=nofollow]", "href");
            assert!(links.contains(&"https://example.org/privacy".to_owned()), "{links:?}");
        }
        assert!(dom(&AppPage::samples(Lang::Es)[0]).text("main").contains("Guarda sus datos"));
    }

    #[test]
    fn history_has_no_outside_links() {
        let page = dom(&AppPage::samples(Lang::En)[1]);
        assert!(page.attributes("main a[rel~=nofollow]", "href").is_empty());
        assert!(page.text("main").contains("old.example.org"));
    }
}
