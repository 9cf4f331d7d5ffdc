//! Who may do what, in full: every row of the router × everybody there is × with and without a passkey shown just now, each
//! really asked for. What is expected stands in `authorization.txt`, written by hand; a row that does not stand there fails.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;

use crate::{
    accounts::{
        Method, Page,
        testing::{Answer, Office, Visitor},
    },
    manage,
    model::{
        account::{Role, SiteRole},
        change::Speaker,
        id::Id,
        listing::{Body, OrganizationFacts},
        proposal::ProposalKind,
        submission::{Report, SubmissionKind, Wrong},
    },
    review,
    site::{Lang, served::BOISE},
    store::NewProposal,
};

const EXPECTED: &str = include_str!("authorization.txt");

/// Whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asker {
    Nobody,
    Stranger,
    Member(Role),
    OwnerOfAnother,
    Site(SiteRole),
}

const ASKERS: [Asker; 9] = [
    Asker::Nobody,
    Asker::Stranger,
    Asker::Member(Role::Viewer),
    Asker::Member(Role::Delegate),
    Asker::Member(Role::Editor),
    Asker::Member(Role::Owner),
    Asker::OwnerOfAnother,
    Asker::Site(SiteRole::Moderator),
    Asker::Site(SiteRole::Administrator),
];

/// Who is let in, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Expected {
    who: String,
    fresh: bool,
    missing: bool,
}

impl Expected {
    fn admits(&self, asker: Asker) -> bool {
        let role = |least: Role| matches!(asker, Asker::Member(role) if role >= least);
        match self.who.as_str() {
            "anyone" => true,
            "signed-in" => asker != Asker::Nobody,
            "moderator" => matches!(asker, Asker::Site(_)),
            "administrator" => asker == Asker::Site(SiteRole::Administrator),
            word => role(Role::from_word(word).unwrap_or_else(|| panic!("authorization.txt: who is {word:?}?"))),
        }
    }
}

fn expected() -> BTreeMap<String, Expected> {
    let mut all = BTreeMap::new();
    for line in EXPECTED.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [method, path, who, marks @ ..] = words.as_slice() else { panic!("authorization.txt: {line}") };
        let unknown = marks.iter().find(|mark| !["fresh", "missing"].contains(mark));
        assert_eq!(unknown, None, "authorization.txt: {line}");
        let row =
            Expected { who: (*who).to_owned(), fresh: marks.contains(&"fresh"), missing: marks.contains(&"missing") };
        assert!(all.insert(format!("{method} {path}"), row).is_none(), "authorization.txt: twice: {line}");
    }
    all
}

fn all_pages() -> Vec<Page> {
    manage::pages().into_iter().chain(review::pages()).collect()
}

fn name(page: &Page) -> String {
    let method = match page.method {
        Method::Get => "GET",
        Method::Post => "POST",
    };
    format!("{method} {}", page.path)
}

/// A running site in which there is something to ask for: an organization, a proposal and a report.
struct Town {
    office: Office,
    subject: Id,
    another: Id,
}

impl Town {
    async fn new() -> Self {
        let office = Office::new(all_pages()).await;
        let boise = office.site.organization(BOISE).await;
        let another = office.site.organization("st-josephs-hospital-tampa-fl").await.id;
        let after = OrganizationFacts { name: "St. Joe".into(), ..OrganizationFacts::default() };
        let after = Body::Organization(Box::new(after));
        let new = NewProposal {
            speaker: Speaker::Suggestions,
            subject: Some(&boise.id),
            author: None,
            kind: ProposalKind::Suggestion,
            before: None,
            after: &after,
            base: boise.version,
            risks: &[],
            publish_at: 0,
            why: "",
        };
        let report = Report {
            wrong: Wrong::Other,
            door: None,
            name: String::new(),
            place: String::new(),
            website: String::new(),
            right: "x".into(),
            how: String::new(),
            lang: "en".into(),
        };
        let store = &office.app().store;
        assert_eq!(store.propose(&new, "test").await.unwrap(), 1);
        assert_eq!(store.submit(SubmissionKind::Problem, Some(&boise.id), &report, "").await.unwrap(), 1);
        Self { office, subject: boise.id, another }
    }

    /// Somebody with a session that just began.
    async fn visitor(&self, asker: Asker, fresh: bool) -> Option<Visitor> {
        let email = format!("{}@example.org", format!("{asker:?}").replace(['(', ')'], "-").to_lowercase());
        match asker {
            Asker::Nobody => return None,
            Asker::Stranger => {}
            Asker::Member(role) => {
                let visitor = self.office.person(&email, false).await;
                self.office.place(&visitor, &self.subject, role).await;
            }
            Asker::OwnerOfAnother => {
                let visitor = self.office.person(&email, false).await;
                self.office.place(&visitor, &self.another, Role::Owner).await;
            }
            Asker::Site(role) => _ = self.office.of_site(&email, role).await,
        }
        Some(self.office.person(&email, fresh).await)
    }

    /// The path of a row, with what there is in the place of its parts.
    fn address(&self, path: &str) -> String {
        let part = |part: &str| match part {
            "{subject}" | "{id}" => self.subject.to_string(),
            "{n}" => "1".to_owned(),
            other if other.starts_with('{') => "x".to_owned(),
            other => other.to_owned(),
        };
        path.split('/').map(part).collect::<Vec<_>>().join("/")
    }

    async fn ask(&self, page: &Page, by: Option<&Visitor>) -> Answer {
        let address = self.address(page.path);
        match page.method {
            Method::Get => self.office.get(by, &address).await,
            Method::Post => self.office.post(by, &address, &[]).await,
        }
    }
}

/// What is wrong with an answer, if anything is.
fn wrong(row: &Expected, method: Method, asker: Asker, fresh: bool, answer: &Answer) -> Option<String> {
    let got = answer.status;
    let sends = method == Method::Post;
    let to = |path: &str| got == StatusCode::SEE_OTHER && answer.location().starts_with(path);
    let says = |key: &str| answer.body.contains(&Lang::En.t(key));
    let (fits, meant) = if asker == Asker::Nobody && row.who != "anyone" {
        (if sends { got == StatusCode::UNAUTHORIZED } else { to("/sign-in?") }, "to be asked to sign in")
    } else if !row.admits(asker) {
        (got == StatusCode::NOT_FOUND, "no such page")
    } else if row.fresh && !fresh && asker != Asker::Nobody {
        let denied = got == StatusCode::FORBIDDEN && says("denied-confirm-title");
        (if sends { denied } else { to("/account/confirm?") }, "to be asked for a passkey")
    } else {
        let turned_away = got == StatusCode::UNAUTHORIZED
            || to("/sign-in?next")
            || to("/account/confirm?next")
            || (got == StatusCode::FORBIDDEN && (says("denied-confirm-title") || says("denied-foreign-title")))
            || (got == StatusCode::NOT_FOUND && !row.missing)
            || got == StatusCode::METHOD_NOT_ALLOWED
            || got.is_server_error();
        (!turned_away, "to be let in")
    };
    (!fits).then(|| format!("{asker:?}, fresh: {fresh}: expected {meant}, got {got} {}", answer.location()))
}

#[test]
fn every_row_of_the_router_has_an_expectation_and_every_expectation_a_row() {
    let expected = expected();
    let rows: BTreeSet<String> = all_pages().iter().map(name).collect();
    let missing: Vec<&String> = rows.iter().filter(|row| !expected.contains_key(*row)).collect();
    assert!(missing.is_empty(), "say in src/routes/authorization.txt who may ask for: {missing:#?}");
    let gone: Vec<&String> = expected.keys().filter(|row| !rows.contains(*row)).collect();
    assert!(gone.is_empty(), "src/routes/authorization.txt speaks of rows that are not there: {gone:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_gets_what_is_written_of_every_row_and_nobody_may_frame_it() {
    let expected = expected();
    let (mut faults, mut asked) = (Vec::new(), 0);
    let reading = Town::new().await;
    for page in all_pages() {
        // A row without an expectation is told by the test above.
        let Some(row) = expected.get(&name(&page)) else { continue };
        // Forms change things: each has a town of its own.
        let own = if page.method == Method::Post { Some(Town::new().await) } else { None };
        let town = own.as_ref().unwrap_or(&reading);
        for asker in ASKERS {
            for fresh in [false, true] {
                let visitor = town.visitor(asker, fresh).await;
                let answer = town.ask(&page, visitor.as_ref()).await;
                asked += 1;
                let kept = !answer.header("cache-control").contains("no-store");
                let fault = wrong(row, page.method, asker, fresh, &answer);
                let fault = fault.or_else(|| kept.then(|| format!("{asker:?}: the answer may be kept by others")));
                let framed = !answer.header("content-security-policy").ends_with("frame-ancestors 'none'");
                let fault = fault.or_else(|| framed.then(|| format!("{asker:?}: others may frame the answer")));
                faults.extend(fault.map(|fault| format!("{}: {fault}", name(&page))));
            }
        }
    }
    assert!(faults.is_empty(), "{} of {asked} answers are not as written:\n{}", faults.len(), faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_form_is_taken_without_its_token_or_from_another_site() {
    let expected = expected();
    let town = Town::new().await;
    let mut faults = Vec::new();
    for page in all_pages().into_iter().filter(|page| page.method == Method::Post) {
        let Some(row) = expected.get(&name(&page)) else { continue };
        let Some(asker) = ASKERS.into_iter().filter(|asker| *asker != Asker::Nobody).find(|asker| row.admits(*asker))
        else {
            continue;
        };
        let visitor = town.visitor(asker, true).await.unwrap();
        let cookie = format!("{}={}", crate::accounts::cookie::NAME, visitor.secret);
        for (site, body) in [("same-origin", ""), ("same-origin", "csrf=x"), ("cross-site", "token")] {
            let token = crate::accounts::access::token(&visitor.secret);
            let request = axum::http::Request::post(town.address(page.path))
                .header("content-type", "application/x-www-form-urlencoded")
                .header("sec-fetch-site", site)
                .header("cookie", &cookie);
            let body = if body == "token" { format!("csrf={token}") } else { body.to_owned() };
            let answer = town.office.ask(request.body(body.into()).unwrap()).await;
            if answer.status != StatusCode::FORBIDDEN {
                faults.push(format!("{}: {site} was answered {}", name(&page), answer.status));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
