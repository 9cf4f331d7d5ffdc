//! How an installation shows itself: name, logo, colours, banner, whose it is, which state it serves first, pages of its
//! own. A folder in, values out; nothing is built again.
//!
//! ```text
//! brand/brand.toml            name, banner, colours, state: see `docs/brand.md`
//! brand/logo.svg or logo.png  instead of the door
//! brand/pages/en/about.md     pages of your own, as in content/; each in every language
//! brand/pages/es/about.md
//! ```
//!
//! What holds: what is wrong is told at the start, with file and reason; words and links in the strong colour can be read
//! (WCAG 2.2 success criterion 1.4.3: 4.5 to 1).

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::ConfigError;
use crate::model::{listing::hex, place::state_code};

/// The most bytes of a logo.
const LOGO_LIMIT: u64 = 100_000;
/// The least contrast between words and their ground.
const CONTRAST: f64 = 4.5;
/// Grounds words stand on, light and dark: that of the page and that of a door (`white` and `blue-warm-5v`,
/// `gray-cool-90` and `gray-cool-80` of the United States Web Design System, as in `assets/src/_own.scss`).
const LIGHT: [Colour; 2] = [Colour(0xff, 0xff, 0xff), Colour(0xec, 0xf1, 0xf7)];
const DARK: [Colour; 2] = [Colour(0x1c, 0x1d, 0x1f), Colour(0x2d, 0x2e, 0x2f)];

/// Words in several languages, by their codes; English stands in for a language that is not there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(transparent)]
pub struct Words(BTreeMap<String, String>);

impl Words {
    /// The words in a language, with the language they are in.
    pub fn in_language(&self, code: &str) -> Option<(&str, &str)> {
        let found = self.0.get_key_value(code).or_else(|| self.0.get_key_value("en"));
        found.map(|(code, words)| (code.as_str(), words.trim())).filter(|(_, words)| !words.is_empty())
    }
}

/// A file of the brand; its name carries the digest of its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrandFile {
    /// `logo.3f2a9c1b0d4e.svg`
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl BrandFile {
    fn new(stem: &str, ending: &str, bytes: Vec<u8>) -> Self {
        Self { name: format!("{stem}.{}.{ending}", hex(&Sha256::digest(&bytes)[..6])), bytes }
    }
}

/// How an installation shows itself. By default it is Connector, and no government's.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Brand {
    /// The folder it was read from.
    pub folder: PathBuf,
    /// Its name in place of "Connector".
    pub name: Option<String>,
    /// The government agency that runs it, as it names itself: then no page says "not a government website".
    pub agency: Option<Words>,
    /// A sentence at the top of every page.
    pub banner: Option<Words>,
    /// Postal code of the state it serves first.
    pub state: Option<&'static str>,
    /// Its logo.
    pub logo: Option<BrandFile>,
    /// A style sheet with its colours.
    pub styles: Option<BrandFile>,
    /// Pages of its own: name -> language -> text.
    pub pages: BTreeMap<String, BTreeMap<String, String>>,
}

/// `brand.toml` as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    name: Option<String>,
    agency: Option<Words>,
    banner: Option<Words>,
    state: Option<String>,
    colours: Colours,
}

/// The strong colour of what can be done, and the thin accent.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Colours {
    light: Ground,
    dark: Ground,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Ground {
    strong: Option<String>,
    accent: Option<String>,
}

impl Brand {
    /// Reads a brand folder.
    pub fn read(folder: &Path) -> Result<Self, ConfigError> {
        let at = folder.join("brand.toml");
        let fail = |path: &Path, why: String| ConfigError::File { path: path.display().to_string(), why };
        let text = std::fs::read_to_string(&at)
            .map_err(|error| fail(&at, format!("{error}; a brand folder has a brand.toml, see docs/brand.md")))?;
        let file: File = toml::from_str(&text).map_err(|error| fail(&at, error.to_string()))?;
        let state = match file.state {
            None => None,
            Some(given) => Some(
                state_code(&given)
                    .ok_or_else(|| fail(&at, format!("state = {given:?} is no state; write a postal code like OH")))?,
            ),
        };
        let styles = styles(&file.colours).map_err(|why| fail(&at, why))?;
        Ok(Self {
            folder: folder.to_owned(),
            name: file.name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()),
            agency: file.agency,
            banner: file.banner,
            state,
            logo: logo(folder)?,
            styles: (!styles.is_empty()).then(|| BrandFile::new("brand", "css", styles.into_bytes())),
            pages: pages(&folder.join("pages"))?,
        })
    }
}

/// `logo.svg` or `logo.png`, as the operator gave it.
fn logo(folder: &Path) -> Result<Option<BrandFile>, ConfigError> {
    for ending in ["svg", "png"] {
        let path = folder.join(format!("logo.{ending}"));
        let fail = |why: String| ConfigError::File { path: path.display().to_string(), why };
        match std::fs::metadata(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(fail(error.to_string())),
            Ok(found) if found.len() > LOGO_LIMIT => {
                return Err(fail(format!("it has {} bytes; a logo has at most {LOGO_LIMIT}", found.len())));
            }
            Ok(_) => {
                let bytes = std::fs::read(&path).map_err(|error| fail(error.to_string()))?;
                return Ok(Some(BrandFile::new("logo", ending, bytes)));
            }
        }
    }
    Ok(None)
}

/// `pages/{language}/{name}.md`
fn pages(folder: &Path) -> Result<BTreeMap<String, BTreeMap<String, String>>, ConfigError> {
    let mut pages: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for language in entries(folder)? {
        let code = name_of(&language);
        for path in entries(&language)?.into_iter().filter(|path| path.extension().is_some_and(|it| it == "md")) {
            let fail = |why: String| ConfigError::File { path: path.display().to_string(), why };
            let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
            let fits =
                !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
            if !fits {
                return Err(fail(
                    "the name of a page has small letters, digits and - only, like opening-hours.md".into(),
                ));
            }
            let text = std::fs::read_to_string(&path).map_err(|error| fail(error.to_string()))?;
            pages.entry(name.to_owned()).or_default().insert(code.clone(), text);
        }
    }
    Ok(pages)
}

/// What is in a folder, in the order of names; nothing when there is no such folder.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, ConfigError> {
    let fail = |error: std::io::Error| ConfigError::File { path: folder.display().to_string(), why: error.to_string() };
    let read = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(fail)?,
    };
    let mut paths = read.map(|entry| entry.map(|entry| entry.path()).map_err(fail)).collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    Ok(paths)
}

fn name_of(path: &Path) -> String {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned()
}

/// The style sheet of the colours that are given. It comes after the site's own, whose dark colours must not be lost to
/// a light one.
fn styles(colours: &Colours) -> Result<String, String> {
    let light = rules(&colours.light, LIGHT, "colours.light")?;
    let mut dark = rules(&colours.dark, DARK, "colours.dark")?;
    if colours.light.strong.is_some() && colours.dark.strong.is_none() {
        dark.insert(0, DARK_AS_BEFORE.to_owned());
    }
    let sheet = |rules: &[String]| format!(":root{{{}}}", rules.join(";"));
    let mut styles = String::new();
    if !light.is_empty() {
        styles.push_str(&sheet(&light));
    }
    if !dark.is_empty() {
        styles.push_str("@media(prefers-color-scheme:dark){");
        styles.push_str(&sheet(&dark));
        styles.push('}');
    }
    Ok(styles)
}

/// What can be done on the dark ground, as the site's own sheet has it.
const DARK_AS_BEFORE: &str = "--do:#adcdff;--do-hover:#d4e5ff;--on-do:#1c1d1f;--focus:#ffbe2e";

fn rules(given: &Ground, grounds: [Colour; 2], at: &str) -> Result<Vec<String>, String> {
    let mut rules = Vec::new();
    if let Some(text) = &given.strong {
        let strong = Colour::parse(text).ok_or_else(|| format!("{at}.strong = {text:?}: write it like \"#005ea2\""))?;
        for ground in grounds {
            let contrast = strong.contrast(ground);
            if contrast < CONTRAST {
                return Err(format!(
                    "{at}.strong = {text:?} cannot be read on {}: the contrast is {contrast:.1} to 1, at least {CONTRAST} is needed",
                    ground.css()
                ));
            }
        }
        let (do_, hover, on) = (strong.css(), strong.away_from(grounds[0]).css(), grounds[0].css());
        rules.push(format!("--do:{do_};--do-hover:{hover};--on-do:{on};--focus:{do_}"));
    }
    if let Some(text) = &given.accent {
        let accent = Colour::parse(text).ok_or_else(|| format!("{at}.accent = {text:?}: write it like \"#fee685\""))?;
        rules.push(format!("--light:{}", accent.css()));
    }
    Ok(rules)
}

/// Red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Colour(u8, u8, u8);

impl Colour {
    /// `#rrggbb`
    fn parse(text: &str) -> Option<Self> {
        let digits = text.trim().strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
        let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        Some(Self(part(0)?, part(2)?, part(4)?))
    }

    fn css(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// A fifth darker on a light ground, a fifth lighter on a dark one.
    fn away_from(self, ground: Self) -> Self {
        let to = if ground.luminance() > 0.5 { 0.0 } else { 255.0 };
        let move_part = |part: u8| (f64::from(part) * 0.8 + to * 0.2).round() as u8;
        Self(move_part(self.0), move_part(self.1), move_part(self.2))
    }

    /// WCAG 2.2, "relative luminance".
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// WCAG 2.2, "contrast ratio".
    fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(brand: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("brand.toml"), brand).unwrap();
        folder
    }

    #[test]
    fn a_state_agency_shows_itself() {
        let brand = "name = \"Ohio Record Finder\"\nstate = \"ohio\"\n\
             [agency]\nen = \"Ohio Department of Health\"\n[banner]\nen = \"Now in Ohio\"\nes = \"Ya en Ohio\"\n\
             [colours.light]\nstrong = \"#0b5d1e\"\n";
        let folder = folder(brand);
        std::fs::write(folder.path().join("logo.svg"), "<svg/>").unwrap();
        for language in ["en", "es"] {
            let pages = folder.path().join("pages").join(language);
            std::fs::create_dir_all(&pages).unwrap();
            std::fs::write(pages.join("about.md"), "+++\n").unwrap();
        }
        let brand = Brand::read(folder.path()).unwrap();
        assert_eq!((brand.name.as_deref(), brand.state), (Some("Ohio Record Finder"), Some("OH")));
        assert_eq!(brand.banner.as_ref().unwrap().in_language("es"), Some(("es", "Ya en Ohio")));
        let agency = brand.agency.as_ref().unwrap();
        assert_eq!(agency.in_language("es"), Some(("en", "Ohio Department of Health")), "its language is said");
        assert!(brand.logo.as_ref().unwrap().name.starts_with("logo."));
        let styles = String::from_utf8(brand.styles.unwrap().bytes).unwrap();
        assert!(styles.starts_with(":root{--do:#0b5d1e;"), "{styles}");
        assert!(styles.contains("prefers-color-scheme:dark"), "dark pages keep their own colours");
        assert_eq!(brand.pages["about"].len(), 2);
    }

    #[test]
    fn what_is_wrong_says_where_and_how_to_mend_it() {
        let why = |brand: &str| Brand::read(folder(brand).path()).unwrap_err().to_string();
        assert!(why("colour = \"blue\"").contains("unknown field"));
        assert!(why("state = \"Ontario\"").contains("postal code like OH"));
        assert!(why("[colours.light]\nstrong = \"blue\"").contains("#005ea2"));
        let pale = why("[colours.light]\nstrong = \"#ffe000\"");
        assert!(pale.contains("contrast is 1.3") && pale.contains("brand.toml"), "{pale}");
        assert!(why("[colours.dark]\nstrong = \"#0b1020\"").contains("contrast"));
        let none = Brand::read(Path::new("/nowhere")).unwrap_err().to_string();
        assert!(none.contains("docs/brand.md"), "{none}");
        let odd = folder("");
        std::fs::create_dir_all(odd.path().join("pages/en")).unwrap();
        std::fs::write(odd.path().join("pages/en/../en/About us.md"), "").unwrap();
        assert!(Brand::read(odd.path()).unwrap_err().to_string().contains("small letters"));
    }

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        let (black, white) = (Colour(0, 0, 0), Colour(255, 255, 255));
        assert!((black.contrast(white) - 21.0).abs() < 1e-9);
        assert!((Colour(0x76, 0x76, 0x76).contrast(white) - 4.54).abs() < 0.01, "the grey everybody knows");
    }
}
