//! `/manage/{subject}/confirm`: "Everything is still correct", one button. The link in the mail that asks for it leads here.

use askama::Template;
use axum::{extract::State, response::Response};
use jiff::civil::Date;

use super::{Done, Of};
use crate::{
    accounts::{Me, Need, Page, Signed, Who},
    app::App,
    model::{account::Role, change::doors, listing::Body, notice::is_stale},
    profile::attest::{attest, words},
    site::{CachePolicy, Here, PageError, respond},
};

/// Doors that are listed.
const DOORS: usize = 20;

/// The rows of this page.
pub fn pages() -> Vec<Page> {
    let need = Need::of(Who::Member(Role::Delegate));
    vec![Page::get("/manage/{subject}/confirm", need, get), Page::post("/manage/{subject}/confirm", need, post)]
}

/// The page.
#[derive(Template)]
#[template(path = "manage/confirm.html")]
pub struct ConfirmPage {
    of: Of,
    me: Me,
    here: Here,
    /// What people find there, each in a line.
    lines: Vec<String>,
    /// The day it was confirmed last.
    last: Option<Date>,
    stale: bool,
    done: Option<Done>,
}

fn lines(here: &Here, body: &Body) -> Vec<String> {
    let mut lines: Vec<String> =
        doors(body).iter().take(DOORS).map(|(_, door)| here.t1("confirm-door", "domain", &door.domain)).collect();
    lines.dedup();
    if let Body::Organization(facts) = body {
        lines.extend(facts.phone.as_ref().map(|phone| here.t1("confirm-phone", "phone", phone)));
        if let Some(main) = facts.places.first() {
            let address = [main.lines.join(", "), main.town()].join(", ");
            lines.push(here.t2("confirm-places", "count", facts.places.len() as u64, "address", address));
        }
        lines.push(here.t1("confirm-features", "count", facts.features.len() as u64));
    }
    lines
}

async fn get(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let (of, _) = Of::read(here.clone(), &app, &signed).await?;
    let (_, body, last) = words(&app, &of.id).await?.ok_or(PageError::NotFound)?;
    let stale = last.is_none_or(|day| is_stale(day, app.clock.today()));
    let page =
        ConfirmPage { lines: lines(&here, &body), done: Done::asked(&here), me: signed.me(), of, here, last, stale };
    respond(&page, CachePolicy::Never)
}

async fn post(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let subject = signed.subject()?;
    let done = Done::of(attest(&app, subject, &signed.person.id).await)?;
    Ok(done.at(&here.link(&format!("/manage/{subject}/confirm"))))
}

#[cfg(test)]
impl ConfirmPage {
    /// Before and after.
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let page = |done, last| {
            let of = Of::sample(lang, "confirm");
            let here = of.here.clone();
            Self {
                of,
                me: crate::accounts::Me::sample(),
                here,
                lines: vec!["opens example.org".into()],
                last,
                stale: true,
                done,
            }
        };
        vec![
            page(None, None),
            page(Some(Done::Live), Some(crate::site::samples::TODAY)),
            page(Some(Done::Conflict), None),
        ]
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use axum::http::StatusCode;

    use super::*;
    use crate::{
        accounts::testing::Office,
        clock::Clock,
        model::{change::Speaker, revision::Event},
        site::served::BOISE,
    };

    #[tokio::test]
    async fn one_click_says_the_same_again_from_today() {
        let office = Office::new(pages()).await;
        let (owner, viewer) =
            (office.person("o@example.org", false).await, office.person("v@example.org", false).await);
        let before = office.site.organization(BOISE).await;
        let id = before.id.clone();
        office.place(&owner, &id, Role::Owner).await;
        office.place(&viewer, &id, Role::Viewer).await;
        let address = format!("/manage/{id}/confirm");
        assert_eq!(office.get(Some(&viewer), &address).await.status, StatusCode::NOT_FOUND);
        assert_eq!(office.post(Some(&viewer), &address, &[]).await.status, StatusCode::NOT_FOUND);
        let page = office.get(Some(&owner), &address).await;
        assert_eq!(page.dom().texts("main form[method=post] button").len(), 1, "one button");
        let sent = office.post(Some(&owner), &address, &[]).await;
        assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, format!("{address}?done=live").as_str()));
        let after = office.site.organization(BOISE).await;
        assert_eq!(after.portals, before.portals, "nothing that people see is another");
        assert_eq!(after.said("name").unwrap().load_date, office.app().clock.today());
        let store = &office.app().store;
        let last = store.last_revision_of(&id).await.unwrap().unwrap();
        let (logged, _) = store.logged_of(&id, 0, 100).await.unwrap();
        let newest = logged.iter().rfind(|logged| logged.revision.id == id).unwrap();
        assert_eq!(
            (newest.revision.event, newest.revision.actor.as_str()),
            (Event::Attested, &*format!("owner:{}", owner.person.id))
        );
        drop(last);
        // Some months later the same click counts from that day.
        let Clock::Standing(at) = &office.app().clock else { panic!("a clock that is set") };
        at.fetch_add(200 * 86_400_000_000, Ordering::Relaxed);
        let owner = office.person("o@example.org", false).await;
        office.post(Some(&owner), &address, &[]).await;
        let said = store.said_by(Speaker::Owners, &id).await.unwrap().unwrap();
        assert_eq!(said.date, office.app().clock.today());
    }

    #[tokio::test]
    async fn after_a_year_a_click_confirms_what_people_see_and_brings_no_old_door_back() {
        let office = Office::new(pages()).await;
        let owner = office.person("o@example.org", false).await;
        let id = office.site.organization(BOISE).await.id;
        office.place(&owner, &id, Role::Owner).await;
        let address = format!("/manage/{id}/confirm");
        office.post(Some(&owner), &address, &[]).await;
        let Clock::Standing(at) = &office.app().clock else { panic!("a clock that is set") };
        at.fetch_add(400 * 86_400_000_000, Ordering::Relaxed);
        // The vendor's list, newer than the owner's word of last year, has another page of the same domain.
        let mut listing = crate::site::served::hospital("a", "Boise", "ID", "83702");
        if let Body::Organization(facts) = &mut listing.body {
            facts.portals[0].at.door =
                crate::model::door::Door::parse("https://boise.example.org/mychart/new").unwrap();
        }
        office
            .site
            .load(vec![listing, crate::site::served::hospital("b", "Tampa", "FL", "33607"), crate::site::served::app()])
            .await;
        assert!(office.app().store.age_owners().await.unwrap() > 0);
        let seen = office.site.organization(BOISE).await;
        assert_eq!(seen.portals[0].url, "https://boise.example.org/mychart/new", "the year-old word weighs less");
        let owner = office.person("o@example.org", false).await;
        office.post(Some(&owner), &address, &[]).await;
        let after = office.site.organization(BOISE).await;
        assert_eq!(after.portals[0].url, "https://boise.example.org/mychart/new");
        assert_eq!(after.said("name").unwrap().source, "owners");
        assert_eq!(office.app().store.age_owners().await.unwrap(), 0, "once a day");
    }
}
