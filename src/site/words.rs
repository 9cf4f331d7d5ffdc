//! Words of the pages: a key and values in, a sentence in English or Spanish out.
//!
//! What holds: every key stands in `locales/en` and `locales/es` with the same variables, and every key is used; the
//! tests below keep it so. Numbers are written with a comma between thousands in both languages, as in the US.
//! A page has a hundred sentences and most have no variable, or only texts: those are taken apart once (`Shape`).

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{LazyLock, PoisonError, RwLock},
};

use fluent_templates::{LanguageIdentifier, Loader, fluent_bundle::FluentValue, langid, static_loader};

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "en",
        customise: |bundle| {
            // Direction marks around values would stand in attributes and in text that people copy.
            bundle.set_use_isolating(false);
            bundle.set_formatter(Some(|value, _| match value {
                FluentValue::Number(number) => Some(grouped(number.value as u64)),
                _ => None,
            }));
        },
    };
}

// The languages are the folders in `locales/`: `build.rs` writes `Lang` with one variant for each.
include!(concat!(env!("OUT_DIR"), "/languages.rs"));

/// The languages as the library of sentences names them.
static IDENTIFIERS: LazyLock<Vec<LanguageIdentifier>> =
    LazyLock::new(|| CODES.iter().map(|code| code.parse().unwrap_or(langid!("en"))).collect());

/// A value put into a sentence.
#[derive(Debug, Clone)]
pub enum Value<'a> {
    /// Text as it is.
    Text(Cow<'a, str>),
    /// A count: the sentence may depend on it.
    Count(u64),
}

// Templates pass fields by reference and loop variables by reference to a reference.
impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}
impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}
impl<'a> From<&&'a String> for Value<'a> {
    fn from(text: &&'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}
impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}
impl From<u64> for Value<'_> {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}
impl From<&u64> for Value<'_> {
    fn from(count: &u64) -> Self {
        Self::Count(*count)
    }
}
impl From<usize> for Value<'_> {
    fn from(count: usize) -> Self {
        Self::Count(count as u64)
    }
}
impl From<&usize> for Value<'_> {
    fn from(count: &usize) -> Self {
        Self::Count(*count as u64)
    }
}
impl From<&&usize> for Value<'_> {
    fn from(count: &&usize) -> Self {
        Self::Count(**count as u64)
    }
}

impl Lang {
    /// Every language of the pages, English first.
    pub const ALL: [Self; LANGUAGES.len()] = LANGUAGES;

    /// The code for `lang` and `hreflang`.
    pub fn code(self) -> &'static str {
        CODES[self as usize]
    }

    /// What addresses of this language begin with.
    pub fn prefix(self) -> &'static str {
        static PREFIXES: LazyLock<Vec<String>> =
            LazyLock::new(|| Lang::ALL.iter().map(|lang| format!("/{}", lang.code())).collect());
        if self == Self::En { "" } else { &PREFIXES[self as usize] }
    }

    /// The others.
    pub fn others(self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |lang| *lang != self)
    }

    /// The sentence of a key.
    pub fn t(self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The sentence of a key with values for its variables. A key or variable that is missing shows the key;
    /// in tests and development it stops the program, before a visitor can see it.
    pub fn with(self, key: &str, values: &[(&'static str, Value<'_>)]) -> String {
        if let Some(sentence) = self.by_shape(key, values) {
            return sentence;
        }
        let arguments: HashMap<Cow<'static, str>, FluentValue<'_>> = values
            .iter()
            .map(|(name, value)| {
                let value = match value {
                    Value::Text(text) => FluentValue::from(text.as_ref()),
                    Value::Count(count) => FluentValue::from(*count),
                };
                (Cow::Borrowed(*name), value)
            })
            .collect();
        let sentence = self.lookup(key, &arguments);
        debug_assert!(sentence.is_some(), "{key} has no sentence in {} with {values:?}", self.code());
        sentence.unwrap_or_else(|| key.to_owned())
    }

    /// The sentence, when it depends on texts alone: a count may choose among several sentences.
    fn by_shape(self, key: &str, values: &[(&'static str, Value<'_>)]) -> Option<String> {
        let mut texts = Vec::with_capacity(values.len());
        for (name, value) in values {
            let Value::Text(text) = value else { return None };
            texts.push((*name, text.as_ref()));
        }
        let shapes = &SHAPES[self as usize];
        if let Some(shape) = shapes.read().unwrap_or_else(PoisonError::into_inner).get(key) {
            return shape.fill(&texts);
        }
        let marked: Vec<String> = (0..values.len()).map(|n| format!("{MARK}{n}{MARK}")).collect();
        let arguments = texts
            .iter()
            .zip(&marked)
            .map(|((name, _), mark)| (Cow::Borrowed(*name), FluentValue::from(mark.as_str())))
            .collect();
        let shape = Shape::of(&self.lookup(key, &arguments)?, &texts);
        let sentence = shape.fill(&texts);
        shapes.write().unwrap_or_else(PoisonError::into_inner).insert(key.into(), shape);
        sentence
    }

    fn lookup(self, key: &str, arguments: &HashMap<Cow<'static, str>, FluentValue<'_>>) -> Option<String> {
        let language = &IDENTIFIERS[self as usize];
        LOCALES.try_lookup_with_args(language, key, arguments)
    }
}

/// Stands around the number of a variable in a sentence that is taken apart; no text has it.
const MARK: char = '\u{1}';

/// Sentences by key, taken apart; a map for each language.
static SHAPES: LazyLock<[Shapes; Lang::ALL.len()]> = LazyLock::new(Default::default);
type Shapes = RwLock<HashMap<Box<str>, Shape>>;

/// A sentence taken apart: texts, and the names of the variables between them.
#[derive(Debug)]
struct Shape {
    first: Box<str>,
    rest: Box<[(&'static str, Box<str>)]>,
}

impl Shape {
    /// Takes a sentence apart in which a number between marks stands for each variable.
    fn of(marked: &str, variables: &[(&'static str, &str)]) -> Self {
        let mut parts = marked.split(MARK);
        let first = parts.next().unwrap_or_default().into();
        let mut rest = Vec::new();
        while let (Some(number), Some(text)) = (parts.next(), parts.next()) {
            let name = number.parse::<usize>().ok().and_then(|n| variables.get(n)).map_or("", |(name, _)| *name);
            rest.push((name, text.into()));
        }
        Self { first, rest: rest.into() }
    }

    /// The sentence with these values; nothing when one is missing.
    fn fill(&self, values: &[(&'static str, &str)]) -> Option<String> {
        let mut sentence = self.first.to_string();
        for (variable, text) in &self.rest {
            let (_, value) = values.iter().find(|(name, _)| name == variable)?;
            sentence.push_str(value);
            sentence.push_str(text);
        }
        Some(sentence)
    }
}

/// A whole number with a comma between thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use std::{
        collections::{BTreeMap, BTreeSet},
        fs,
        path::{Path, PathBuf},
    };

    use super::*;
    use crate::model::{features, kind::Kind, place};

    /// Every file under a folder.
    fn files(folder: &Path) -> Vec<PathBuf> {
        let mut out = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                out.extend(files(&path));
            } else {
                out.push(path);
            }
        }
        out
    }

    /// Key -> the variables its sentence uses.
    fn messages(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
        let mut out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for file in files(&Path::new("locales").join(lang.code())) {
            let mut key = String::new();
            for line in fs::read_to_string(&file).unwrap().lines() {
                if line.starts_with(|c: char| c.is_ascii_lowercase()) {
                    key = line.split('=').next().unwrap().trim().to_owned();
                    let double = out.insert(key.clone(), BTreeSet::new());
                    assert!(double.is_none(), "{key} stands twice in {}", lang.code());
                }
                for part in line.split('$').skip(1) {
                    let variable: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                    out.get_mut(&key).unwrap().insert(variable);
                }
            }
        }
        out
    }

    /// Keys that are put together from a code.
    fn put_together() -> BTreeSet<String> {
        let kinds =
            Kind::ALL.iter().flat_map(|kind| [format!("kind-{}", kind.code()), format!("kinds-{}", kind.code())]);
        let features = features::MENU.iter().map(|code| format!("feature-{}", code.replace(['.', '_'], "-")));
        let months = (1..=12).map(|month| format!("month-{month}"));
        let states = place::STATES.iter().map(|(code, _)| format!("state-{}", code.to_lowercase()));
        let tiers = (0..=8).map(|tier| format!("tier-{tier}"));
        let codes = crate::fetch::FetchError::CODES.iter().chain(crate::sources::sync::CODES);
        let troubles = codes.map(|code| format!("sources-trouble-{}", code.replace('_', "-")));
        let outside = crate::site::open_data::outside_keys().map(|key| format!("complete-outside-{key}"));
        let rules = crate::brands::check::Rule::ALL.iter().map(|rule| rule.code());
        let rules = rules.flat_map(|code| [format!("brands-rule-{code}"), format!("brands-mend-{code}")]);
        let troubles = troubles.chain(outside).chain(rules).chain(crate::site::developers::keys());
        kinds.chain(features).chain(months).chain(states).chain(tiers).chain(troubles).collect()
    }

    #[test]
    fn all_languages_have_the_same_keys_and_variables() {
        let english = messages(Lang::En);
        for lang in Lang::En.others() {
            let (other, code) = (messages(lang), lang.code());
            for (key, variables) in &english {
                assert_eq!(Some(variables), other.get(key), "{key}: variables differ, or it is missing in {code}");
            }
            for key in other.keys() {
                assert!(english.contains_key(key), "{key} is missing in English");
            }
        }
        assert!(english.len() > 250, "the locales were read");
    }

    #[test]
    fn every_key_that_is_used_exists_and_every_key_is_used() {
        let known = messages(Lang::En);
        let mut sources = files(Path::new("templates"));
        // Feeds say what changed in the words of pages.
        sources.extend(files(Path::new("src/changes")));
        sources.extend(files(Path::new("src/site")).into_iter().filter(|file| !file.ends_with("words.rs")));
        for room in ["embed", "mail", "accounts", "claims", "profile", "moderation", "manage", "review"] {
            sources.extend(files(&Path::new("src").join(room)));
        }
        // The build writes its sentences into it.
        sources.push("assets/src/picker-1.js".into());
        let mut used = put_together();
        for key in &used {
            assert!(known.contains_key(key), "{key} is put together by the program and stands in no locale");
        }
        for file in sources {
            let text = fs::read_to_string(&file).unwrap();
            for call in [".t(", ".t1(", ".t2(", ".with(", ".around("] {
                for part in text.split(call).skip(1) {
                    // Calls whose key is put together are among those above.
                    let Some(part) = part.trim_start().strip_prefix('"') else {
                        continue;
                    };
                    let key = part.split('"').next().unwrap();
                    assert!(known.contains_key(key), "{} uses {key:?}, which stands in no locale", file.display());
                    used.insert(key.to_owned());
                }
            }
        }
        let unused: Vec<_> = known.keys().filter(|key| !used.contains(*key)).collect();
        assert!(unused.is_empty(), "no page uses {unused:?}");
    }

    #[test]
    fn every_sentence_can_be_made() {
        for lang in Lang::ALL {
            for (key, variables) in messages(lang) {
                let values: Vec<_> =
                    variables.iter().map(|name| (&*name.clone().leak(), Value::from("«value»"))).collect();
                let sentence = lang.with(&key, &values);
                assert_ne!(sentence, key, "{key} in {}", lang.code());
                assert_eq!(sentence.contains("«value»"), !values.is_empty(), "{key} in {}", lang.code());
            }
        }
    }

    #[test]
    fn a_sentence_taken_apart_is_the_same_sentence() {
        for lang in Lang::ALL {
            for (key, variables) in messages(lang) {
                let names: Vec<&'static str> = variables.iter().map(|name| &*name.clone().leak()).collect();
                let values: Vec<_> = names.iter().map(|name| (*name, Value::from("«value»"))).collect();
                let arguments = names.iter().map(|name| (Cow::Borrowed(*name), FluentValue::from("«value»"))).collect();
                let whole = lang.lookup(&key, &arguments).unwrap();
                assert_eq!(lang.by_shape(&key, &values).unwrap(), whole, "{key}, taken apart now");
                assert_eq!(lang.by_shape(&key, &values).unwrap(), whole, "{key}, taken apart before");
            }
        }
        assert_eq!(Lang::En.by_shape("find-count", &[("count", Value::from(1_u64))]), None, "a count may choose");
    }

    #[test]
    fn numbers_and_plurals() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(4812), "4,812");
        assert_eq!(grouped(1_234_567), "1,234,567");
        let places = |lang: Lang, n: u64| lang.with("find-count", &[("count", Value::from(n))]);
        assert_eq!(places(Lang::En, 1), "1 place");
        assert_eq!(places(Lang::En, 4812), "4,812 places");
        assert_eq!(places(Lang::Es, 1), "1 lugar");
        assert_eq!(places(Lang::Es, 4812), "4,812 lugares");
    }
}
