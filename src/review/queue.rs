//! `/review`: everything that waits for a person, in one order.

use std::collections::HashMap;

use askama::Template;
use axum::{extract::State, response::Response};
use url::form_urlencoded;

use super::words::{self, day};
use crate::{
    accounts::{Me, Need, Page, Signed, Who},
    app::App,
    model::{
        account::{PersonId, SiteRole},
        id::Id,
    },
    moderation::item::{Item, Priority, Queue, Wanted, Whose},
    site::{CachePolicy, Here, PageError, respond},
    store::QueueKind,
};

/// One row of the page.
struct Row {
    address: String,
    kind: String,
    title: String,
    why: Vec<String>,
    priority: Priority,
    weighed: String,
    since: String,
    asked: bool,
    mine: bool,
    held: bool,
}

/// A filter that can be chosen.
struct Choice {
    words: String,
    address: String,
    chosen: bool,
    count: Option<usize>,
}

#[derive(Template)]
#[template(path = "review/queue.html")]
pub struct QueuePage {
    /// May they say who moderates?
    people: bool,
    me: Me,
    here: Here,
    rows: Vec<Row>,
    kinds: Vec<Choice>,
    whose: Vec<Choice>,
    states: Vec<Choice>,
    total: usize,
    page: usize,
    pages: usize,
    previous: Option<String>,
    next: Option<String>,
}

/// The rows of this page.
pub fn pages() -> Vec<Page> {
    vec![Page::get("/review", Need::of(Who::Moderator).fresh(), show)]
}

/// What the address asks for; what it does not know is as if it were not there.
fn wanted(here: &Here) -> Wanted {
    let asked = |name: &str| here.asked(name).unwrap_or_default();
    Wanted {
        kind: QueueKind::from_word(&asked("kind")),
        asked: match asked("state").as_str() {
            "asked" => Some(true),
            "waiting" => Some(false),
            _ => None,
        },
        whose: match asked("whose").as_str() {
            "mine" => Whose::Mine,
            "free" => Whose::Free,
            _ => Whose::All,
        },
        page: asked("page").parse().unwrap_or(1).max(1),
    }
}

/// The address of the queue with these filters.
fn address(here: &Here, wanted: &Wanted) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(kind) = wanted.kind {
        query.append_pair("kind", kind.word());
    }
    if let Some(asked) = wanted.asked {
        query.append_pair("state", if asked { "asked" } else { "waiting" });
    }
    match wanted.whose {
        Whose::All => {}
        Whose::Mine => _ = query.append_pair("whose", "mine"),
        Whose::Free => _ = query.append_pair("whose", "free"),
    }
    if wanted.page > 1 {
        query.append_pair("page", &wanted.page.to_string());
    }
    let query = query.finish();
    here.link(&if query.is_empty() { "/review".to_owned() } else { format!("/review?{query}") })
}

async fn show(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let (wanted, me, now) = (wanted(&here), &signed.person.id, app.clock.micros());
    let mut queue = Queue::new(app.store.queue().await?, app.store.on_desks().await?, &wanted, me, now);
    queue.weigh(&app.store.reach(&queue.subjects()).await?);
    let titles = titles(&here, &app, queue.page(wanted.page)).await?;
    let people = signed.person.site_role == SiteRole::Administrator;
    respond(
        &QueuePage { people, ..QueuePage::new(here, signed.me(), &queue, &wanted, me, &titles) },
        CachePolicy::Never,
    )
}

/// What the things on one page are called: the names of what they are about.
async fn titles(here: &Here, app: &App, items: &[Item]) -> Result<HashMap<String, String>, PageError> {
    let ids: Vec<Id> = items.iter().filter_map(|item| item.row.subject.clone()).collect();
    let organizations = app.store.organizations_by_ids(&ids).await?;
    let mut names: HashMap<Id, String> = organizations.into_iter().map(|org| (org.id, org.name)).collect();
    names.extend(app.listed_apps().await?.iter().map(|known| (known.id.clone(), known.name.clone())));
    let mut titles = HashMap::new();
    for item in items {
        let row = &item.row;
        let known = row.subject.as_ref().and_then(|id| names.get(id)).cloned();
        let title = match (known, row.kind) {
            (Some(name), _) => name,
            (None, QueueKind::Proposal) => match app.store.proposal(row.key.parse().unwrap_or_default()).await? {
                Some(proposal) => proposal.after.name().to_owned(),
                None => String::new(),
            },
            (None, QueueKind::Motion) => match app.store.motion(row.key.parse().unwrap_or_default()).await? {
                Some(motion) => words::motion(here, &motion),
                None => String::new(),
            },
            (None, QueueKind::Load) => row.word.clone(),
            (None, _) => String::new(),
        };
        titles.insert(row.item(), title);
    }
    Ok(titles)
}

impl QueuePage {
    fn new(
        here: Here,
        top: Me,
        queue: &Queue,
        wanted: &Wanted,
        me: &PersonId,
        titles: &HashMap<String, String>,
    ) -> Self {
        let row = |item: &Item| Row {
            address: here.link(&words::path(item.row.kind, &item.row.key)),
            kind: words::kind(&here, item.row.kind),
            title: titles.get(&item.row.item()).filter(|title| !title.is_empty()).cloned().unwrap_or_default(),
            why: why(&here, item),
            priority: item.priority,
            weighed: weighed(&here, item.priority),
            since: day(&here, item.row.at),
            asked: item.row.asked,
            mine: item.assigned.as_ref() == Some(me),
            held: item.assigned.as_ref().is_some_and(|person| person != me),
        };
        let (page, pages) = (wanted.page.min(queue.pages()), queue.pages());
        let to = |page: usize| address(&here, &Wanted { page, ..*wanted });
        Self {
            rows: queue.page(wanted.page).iter().map(row).collect(),
            kinds: Self::kinds(&here, queue, wanted),
            whose: Self::whose(&here, wanted),
            states: Self::states(&here, wanted),
            total: queue.len(),
            previous: (page > 1).then(|| to(page - 1)),
            next: (page < pages).then(|| to(page + 1)),
            page,
            pages,
            people: true,
            me: top,
            here,
        }
    }

    fn kinds(here: &Here, queue: &Queue, wanted: &Wanted) -> Vec<Choice> {
        let count = |kind: Option<QueueKind>| match kind {
            Some(kind) => queue.counts.get(&kind).copied().unwrap_or_default(),
            None => queue.counts.values().sum(),
        };
        let choice = |kind: Option<QueueKind>| Choice {
            words: kind.map_or_else(|| here.t("review-all"), |kind| words::kinds(here, kind)),
            address: address(here, &Wanted { kind, page: 1, ..*wanted }),
            chosen: wanted.kind == kind,
            count: Some(count(kind)),
        };
        std::iter::once(None).chain(QueueKind::ALL.map(Some)).map(choice).collect()
    }

    fn whose(here: &Here, wanted: &Wanted) -> Vec<Choice> {
        let all = [
            (Whose::All, here.t("review-whose-all")),
            (Whose::Mine, here.t("review-whose-mine")),
            (Whose::Free, here.t("review-whose-free")),
        ];
        let choice = |(whose, words)| Choice {
            words,
            address: address(here, &Wanted { whose, page: 1, ..*wanted }),
            chosen: wanted.whose == whose,
            count: None,
        };
        all.into_iter().map(choice).collect()
    }

    fn states(here: &Here, wanted: &Wanted) -> Vec<Choice> {
        let all = [
            (None, here.t("review-state-all")),
            (Some(false), here.t("review-state-waiting")),
            (Some(true), here.t("review-state-asked")),
        ];
        let choice = |(asked, words)| Choice {
            words,
            address: address(here, &Wanted { asked, page: 1, ..*wanted }),
            chosen: wanted.asked == asked,
            count: None,
        };
        all.into_iter().map(choice).collect()
    }

    /// One of a full page, and of an empty one.
    #[cfg(test)]
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        super::samples::queues(lang)
            .into_iter()
            .map(|(here, queue, me)| {
                let titles = queue.page(1).iter().map(|item| (item.row.item(), "Mercy <b>".to_owned())).collect();
                let wanted = wanted(&here);
                Self::new(here, Me::sample(), &queue, &wanted, &me, &titles)
            })
            .collect()
    }
}

/// Why it waits, and how many it is about.
fn why(here: &Here, item: &Item) -> Vec<String> {
    let count = item.row.organizations;
    let many = (count > 0).then(|| here.t1("bulk-preview", "count", count));
    words::risks(here, &item.row.risks).into_iter().chain(many).collect()
}

/// Why something stands where it stands, in words.
fn weighed(here: &Here, priority: Priority) -> String {
    let numbers = [
        ("risk", priority.risk.into()),
        ("reach", priority.reach.into()),
        ("age", priority.age.into()),
        ("score", priority.score().into()),
    ];
    here.lang.with("review-priority", &numbers)
}
