//! `/help`, `/help/…`, `/developers` and pages below it: texts that a non-programmer edits, in `content/{en,es}/*.md`.
//!
//! A page is a file of one name in both languages; what stands above its text says where it is listed
//! (docs/content.md). [`reading`] makes a page of a file; the index and the foot of every page come from the files
//! themselves.

mod own;
mod reading;

#[cfg(test)]
mod grade;

use std::{collections::BTreeMap, sync::LazyLock};

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use self::reading::{FrontMatter, Group, Names, Text, Words};
pub use self::{own::check, reading::contact_link};
use super::{
    CachePolicy, Lang,
    here::{Here, Part, respond},
    problem::PageError,
};

#[derive(RustEmbed)]
#[folder = "content/"]
#[include = "*.md"]
#[include = "names.toml"]
struct Content;

/// A page, as the lists of pages show it.
#[derive(Debug)]
pub struct Entry {
    /// The name of its file.
    name: String,
    /// Its path without the language.
    pub path: String,
    title: String,
    short: String,
    description: String,
    group: Group,
    order: u32,
    foot: bool,
}

/// What is made of the files of one language once.
struct Library {
    names: Names,
    /// In the order of the index.
    entries: Vec<Entry>,
}

static LIBRARIES: LazyLock<BTreeMap<Lang, Library>> =
    LazyLock::new(|| Lang::ALL.into_iter().map(|lang| (lang, Library::new(lang))).collect());

fn library(lang: Lang) -> &'static Library {
    &LIBRARIES[&lang]
}

fn text_of(file: &EmbeddedFile) -> String {
    String::from_utf8_lossy(&file.data).into_owned()
}

impl Library {
    /// Reads the files; what cannot be read is said in the log and left out. The tests below read every one.
    fn new(lang: Lang) -> Self {
        let names = Content::get("names.toml")
            .ok_or_else(|| "it is missing".to_owned())
            .and_then(|file| reading::names(&text_of(&file), lang))
            .unwrap_or_else(|why| {
                tracing::error!("content/names.toml: {why}");
                Names::new()
            });
        let words = Words { operator: String::new(), contact: String::new(), names: &names };
        let mut entries = Vec::new();
        for path in Content::iter() {
            let Some(name) = path.strip_prefix(lang.code()).and_then(|p| p.strip_prefix('/')?.strip_suffix(".md"))
            else {
                continue;
            };
            let file = Content::get(&path).map(|file| text_of(&file)).unwrap_or_default();
            match reading::split(&file) {
                Ok((front, _)) => entries.push(Entry::new(name, front, &words)),
                Err(why) => tracing::error!("content/{path}: {why}"),
            }
        }
        entries.sort_by(|a, b| (a.group, a.order, &a.name).cmp(&(b.group, b.order, &b.name)));
        Self { names, entries }
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name == name)
    }
}

impl Entry {
    fn new(name: &str, front: FrontMatter, words: &Words) -> Self {
        let title = words.plain(&front.title);
        Self {
            name: name.to_owned(),
            path: front.address.unwrap_or_else(|| format!("/help/{name}")),
            short: front.short.map_or_else(|| title.clone(), |short| words.plain(&short)),
            title,
            description: words.plain(&front.description),
            group: front.group,
            order: front.order,
            foot: front.foot,
        }
    }
}

/// Every page of a language, in the order of the index.
pub fn pages(lang: Lang) -> &'static [Entry] {
    &library(lang).entries
}

/// Path and words of the pages that stand at the foot of every page, the operator's last.
pub fn foot(here: &Here) -> Vec<(String, String)> {
    let own = own::entries(here);
    let ours = pages(here.lang).iter().filter(|entry| own.iter().all(|other| other.name != entry.name));
    ours.chain(&own).filter(|entry| entry.foot).map(|entry| (entry.path.clone(), entry.short.clone())).collect()
}

/// Who runs this installation, as the texts say it: what the operator set, and words that say so where nothing is set.
fn words(here: &Here) -> Words<'static> {
    let or = |set: &str, words: String| if set.trim().is_empty() { words } else { set.to_owned() };
    Words {
        operator: or(&here.config().operator, here.t("help-no-operator")),
        contact: or(&here.config().contact, here.t("help-no-contact")),
        names: &library(here.lang).names,
    }
}

/// One help page.
#[derive(Template)]
#[template(path = "help.html")]
pub struct HelpPage {
    here: Here,
    text: Text,
    /// Its language, where that is not the one of the page around it.
    foreign: Option<&'static str>,
    next: Vec<&'static Entry>,
}

/// `GET /help/{page}`
pub async fn get(here: Here, Part(page): Part) -> Result<Response, PageError> {
    let ours = library(here.lang).entry(&page).filter(|_| own::file(&here, &page).is_none());
    if let Some(entry) = ours.filter(|entry| entry.path != format!("/help/{page}")) {
        return Ok(Redirect::permanent(&here.link(&entry.path)).into_response());
    }
    respond(&HelpPage::named(here, &page)?, CachePolicy::Page)
}

/// The addresses of pages that have one of their own, without the language.
pub fn addresses() -> impl Iterator<Item = &'static str> {
    let at_its_name = |entry: &&Entry| entry.path == format!("/help/{}", entry.name);
    pages(Lang::En).iter().filter(move |entry| !at_its_name(entry)).map(|entry| entry.path.as_str())
}

/// `GET` of one of [`addresses`].
pub async fn at_address(here: Here) -> Result<Response, PageError> {
    let entry = pages(here.lang).iter().find(|entry| here.is_at(&here.link(&entry.path))).ok_or(PageError::NotFound)?;
    respond(&HelpPage::named(here, &entry.name)?, CachePolicy::Page)
}

impl HelpPage {
    /// The operator's page of a name, else ours.
    fn named(here: Here, name: &str) -> Result<Self, PageError> {
        if let Some((lang, file)) = own::file(&here, name) {
            let text = reading::read(file, &words(&here));
            let text =
                text.map_err(|why| PageError::broken("a page of the brand folder", &format!("{name}: {why}")))?;
            return Ok(Self::of(here, text, lang));
        }
        let path = format!("{}/{name}.md", here.lang.code());
        let file = library(here.lang).entry(name).and_then(|_| Content::get(&path)).ok_or(PageError::NotFound)?;
        let text = reading::read(&text_of(&file), &words(&here))
            .map_err(|why| PageError::broken("a help page", &format!("content/{path}: {why}")))?;
        let lang = here.lang;
        Ok(Self::of(here, text, lang))
    }

    fn of(here: Here, text: Text, lang: Lang) -> Self {
        let library = library(here.lang);
        let next = text.front.next.iter().filter_map(|name| library.entry(name)).collect();
        let foreign = (lang != here.lang).then(|| lang.code());
        Self { here, text, foreign, next }
    }

    /// Is it about getting records, so that a place and a letter are where to go next?
    fn is_for_patients(&self) -> bool {
        matches!(self.text.front.group, Group::Rights | Group::Records | Group::Safe)
    }
}

/// All help pages.
#[derive(Template)]
#[template(path = "help-index.html")]
pub struct HelpIndex {
    here: Here,
    groups: Vec<(String, Vec<&'static Entry>)>,
    /// The operator's.
    own: Vec<Entry>,
}

/// `GET /help`
pub async fn index(here: Here) -> Result<Response, PageError> {
    respond(&HelpIndex::new(here), CachePolicy::Page)
}

impl HelpIndex {
    fn new(here: Here) -> Self {
        let own = own::entries(&here);
        let ours = pages(here.lang).iter().filter(|entry| own.iter().all(|other| other.name != entry.name));
        let of = |group| ours.clone().filter(|entry| entry.group == group).collect::<Vec<_>>();
        let groups = Group::ALL.into_iter().map(|group| (heading(&here, group), of(group)));
        let groups = groups.filter(|(_, entries)| !entries.is_empty()).collect();
        Self { here, groups, own }
    }
}

fn heading(here: &Here, group: Group) -> String {
    match group {
        Group::Rights => here.t("help-group-rights"),
        Group::Records => here.t("help-group-records"),
        Group::Safe => here.t("help-group-safe"),
        Group::Organizations => here.t("help-group-organizations"),
        Group::Site => here.t("help-group-site"),
    }
}

#[cfg(test)]
impl HelpPage {
    pub fn samples(lang: Lang) -> Vec<Self> {
        let page = |entry: &Entry| Self::named(super::samples::here(lang, &entry.path), &entry.name).unwrap();
        pages(lang).iter().map(page).collect()
    }
}

#[cfg(test)]
impl HelpIndex {
    pub fn samples(lang: Lang) -> Vec<Self> {
        vec![Self::new(super::samples::here(lang, "/help"))]
    }
}

#[cfg(test)]
mod tests;
