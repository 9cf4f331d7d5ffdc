//! `/manage/{subject}/kit`: what an organization puts on its own pages, walls and counters: a badge, a poster, words for the
//! front desk, a leaflet. All of it with the name and the doors that people see here.

mod poster;
mod width;

use askama::Template;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use self::poster::{Paper, Poster};
use crate::{
    accounts::{Me, Need, Page, Signed, Who},
    app::App,
    model::{account::Role, id::Id, organization::Organization},
    site::{CachePolicy, Here, Lang, PageError, respond},
    store::Found,
};

/// Doors that a leaflet names.
const DOORS: usize = 4;

/// The rows of these pages.
pub fn pages() -> Vec<Page> {
    let need = Need::of(Who::Member(Role::Viewer));
    vec![
        Page::get("/manage/{subject}/kit", need, get),
        Page::get("/manage/{subject}/kit/poster.pdf", need, poster),
        Page::get("/manage/{subject}/kit/script", need, script),
        Page::get("/manage/{subject}/kit/leaflet", need, leaflet),
    ]
}

/// What stands on everything: what people see of the organization.
struct Kit {
    id: Id,
    name: String,
    /// Name and domain of each door; the name is the domain where it has none.
    doors: Vec<(String, String)>,
    phone: Option<String>,
    /// Its page here, by the address that never changes.
    address: String,
}

impl Kit {
    async fn read(here: &Here, app: &App, signed: &Signed) -> Result<Self, PageError> {
        let id = signed.subject()?;
        let Found::Here(org) = app.store.organization(id).await? else { return Err(PageError::NotFound) };
        Ok(Self::of(here, &org))
    }

    fn of(here: &Here, org: &Organization) -> Self {
        let name = |portal: &crate::model::organization::Portal| portal.name.clone().unwrap_or(portal.domain.clone());
        let doors = org.live_portals().take(DOORS).map(|portal| (name(portal), portal.domain.clone())).collect();
        let address = here.permanent(&org.id);
        Self { id: org.id.clone(), name: org.name.clone(), doors, phone: org.phone.clone(), address }
    }

    fn page(&self, here: &Here, page: &str) -> String {
        here.link(&format!("/manage/{}/{page}", self.id))
    }

    fn home(&self, here: &Here) -> String {
        here.link(&format!("/manage/{}", self.id))
    }
}

/// The page that gives them out.
#[derive(Template)]
#[template(path = "manage/kit.html")]
pub struct KitPage {
    here: Here,
    me: Me,
    kit: Kit,
}

impl KitPage {
    /// The badge in a language: its address here.
    fn badge(&self, lang: Lang) -> String {
        format!("{}/badge/{}.svg", lang.prefix(), self.kit.id)
    }

    /// What somebody copies into their own page.
    fn snippet(&self, lang: Lang) -> String {
        let page = self.here.outside(&format!("{}/o/{}", lang.prefix(), self.kit.id));
        let picture = self.here.outside(&self.badge(lang));
        let words = lang.with("kit-badge-alt", &[("name", self.kit.name.as_str().into())]);
        let words = html_escape::encode_double_quoted_attribute(&words).into_owned();
        format!(
            "<a href=\"{page}\" lang=\"{}\"><img src=\"{picture}\" alt=\"{words}\" width=\"220\" height=\"48\"></a>",
            lang.code()
        )
    }

    /// The languages of badges and posters, with the words for each.
    fn languages(&self) -> Vec<(Lang, String)> {
        let _ = &self.here;
        Lang::ALL.into_iter().map(|lang| (lang, lang.t("language-name"))).collect()
    }

    /// A poster in this language on a paper.
    fn poster(&self, paper: &str) -> String {
        format!("{}?paper={paper}", self.kit.page(&self.here, "kit/poster.pdf"))
    }
}

async fn get(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let kit = Kit::read(&here, &app, &signed).await?;
    respond(&KitPage { here, me: signed.me(), kit }, CachePolicy::Never)
}

/// A page to print: what to say at the front desk.
#[derive(Template)]
#[template(path = "manage/kit-script.html")]
pub struct ScriptPage {
    here: Here,
    me: Me,
    kit: Kit,
}

async fn script(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let kit = Kit::read(&here, &app, &signed).await?;
    respond(&ScriptPage { here, me: signed.me(), kit }, CachePolicy::Never)
}

/// A page to print: for people who wait.
#[derive(Template)]
#[template(path = "manage/kit-leaflet.html")]
pub struct LeafletPage {
    here: Here,
    me: Me,
    kit: Kit,
    slug: String,
}

async fn leaflet(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let id = signed.subject()?;
    let Found::Here(org) = app.store.organization(id).await? else { return Err(PageError::NotFound) };
    let kit = Kit::of(&here, &org);
    respond(&LeafletPage { here, me: signed.me(), kit, slug: org.slug }, CachePolicy::Never)
}

/// The poster, in the language of its address.
async fn poster(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let kit = Kit::read(&here, &app, &signed).await?;
    let paper = if here.asked("paper").as_deref() == Some("a4") { Paper::A4 } else { Paper::Letter };
    let pdf = Poster {
        lang: here.lang.code(),
        title: here.t("poster-title"),
        name: kit.name.clone(),
        steps: vec![here.t("poster-scan"), here.t("poster-choose"), here.t("poster-sign-in")],
        opens: kit.doors.iter().map(|(name, domain)| here.t2("poster-opens", "name", name, "domain", domain)).collect(),
        address: kit.address.clone(),
        foot: here.t1("poster-foot", "site", here.site_name()),
    };
    let bytes = pdf.draw(paper).ok_or_else(|| PageError::broken("a poster", &"its address is too long"))?;
    let name = format!("attachment; filename=\"poster-{}.pdf\"", here.lang.code());
    Ok(([(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, name)], bytes)
        .into_response())
}

#[cfg(test)]
impl KitPage {
    fn kit(lang: Lang) -> (Here, Kit) {
        let org = crate::site::samples::hospital();
        let here = crate::site::samples::here(lang, &format!("/manage/{}/kit", org.id));
        let kit = Kit::of(&here, &org);
        (here, kit)
    }

    /// With doors.
    pub fn samples(lang: Lang) -> Vec<Self> {
        let (here, kit) = Self::kit(lang);
        vec![Self { here, me: crate::accounts::Me::sample(), kit }]
    }
}

#[cfg(test)]
impl ScriptPage {
    /// With and without doors.
    pub fn samples(lang: Lang) -> Vec<Self> {
        let ((here, kit), (without, mut none)) = (KitPage::kit(lang), KitPage::kit(lang));
        (none.doors, none.phone) = (Vec::new(), None);
        let page = |here, kit| Self { here, me: crate::accounts::Me::sample(), kit };
        vec![page(here, kit), page(without, none)]
    }
}

#[cfg(test)]
impl LeafletPage {
    /// With and without doors.
    pub fn samples(lang: Lang) -> Vec<Self> {
        let ((here, kit), (without, mut none)) = (KitPage::kit(lang), KitPage::kit(lang));
        (none.doors, none.phone) = (Vec::new(), None);
        let page = |here, kit| Self { here, me: crate::accounts::Me::sample(), kit, slug: "st-marys".into() };
        vec![page(here, kit), page(without, none)]
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::*;
    use crate::{accounts::testing::Office, site::served::BOISE};

    #[tokio::test]
    async fn the_kit_carries_what_people_see_in_both_languages() {
        let office = Office::new(pages()).await;
        let viewer = office.person("v@example.org", false).await;
        let org = office.site.organization(BOISE).await;
        office.place(&viewer, &org.id, Role::Viewer).await;
        for prefix in ["", "/es"] {
            let base = format!("{prefix}/manage/{}/kit", org.id);
            let page = office.get(Some(&viewer), &base).await;
            assert_eq!(page.status, StatusCode::OK);
            let snippets = page.dom().texts("textarea");
            assert_eq!(snippets.len(), 2, "one a language");
            assert!(
                snippets.iter().all(|s| s.contains(&format!("/o/{}", org.id)) && s.contains("/badge/")),
                "{snippets:?}"
            );
            assert!(!page.body.to_lowercase().contains("verified"), "nothing is called verified");
            for part in ["script", "leaflet"] {
                let page = office.get(Some(&viewer), &format!("{base}/{part}")).await;
                assert_eq!(page.status, StatusCode::OK, "{part}");
                for words in ["St. Joseph’s Hospital", "MyChart", "example.org"] {
                    assert!(page.body.contains(words), "{part}: {words}");
                }
            }
            for paper in ["letter", "a4"] {
                let request = format!("{base}/poster.pdf?paper={paper}");
                let pdf = office.get(Some(&viewer), &request).await;
                assert_eq!((pdf.status, pdf.header("content-type")), (StatusCode::OK, "application/pdf"));
                assert!(pdf.body.starts_with("%PDF-"));
            }
        }
        let other = office.person("x@example.org", false).await;
        let of_another = office.get(Some(&other), &format!("/manage/{}/kit/poster.pdf", org.id)).await;
        assert_eq!(of_another.status, StatusCode::NOT_FOUND);
    }

    #[test]
    fn a_name_with_marks_stays_inside_its_attribute() {
        let (here, mut kit) = KitPage::kit(Lang::En);
        kit.name = "A \"quoted\" <b> & Co".into();
        let page = KitPage { here, me: Me::sample(), kit };
        let snippet = page.snippet(Lang::En);
        assert!(snippet.contains("A &quot;quoted&quot;") && snippet.contains("&amp; Co"), "{snippet}");
    }
}
