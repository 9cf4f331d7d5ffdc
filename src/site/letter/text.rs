//! The letters as a non-programmer writes them, in `content/letters/{language}/*.toml`: text in, paragraphs, lines to
//! fill in and boxes to tick out.
//!
//! What holds: a letter stands in every language or the program's tests fail; a name that is no line to fill in, a group
//! that is no group and a part that is nowhere are errors that say where they stand; nothing in a file is markup.

use std::{collections::BTreeMap, sync::LazyLock};

use jiff::civil::Date;
use rust_embed::RustEmbed;
use serde::Deserialize;

use crate::{model::kind::Kind, site::Lang};

/// Lines that can be filled in: the name a file uses, and whether it takes several lines on paper.
pub const FIELDS: [(&str, bool); 14] = [
    ("date", false),
    ("place", true),
    ("name", false),
    ("born", false),
    ("address", true),
    ("phone", false),
    ("email", false),
    ("number", false),
    ("patient", false),
    ("patient_born", false),
    ("basis", false),
    ("from", false),
    ("to", false),
    ("tests", true),
];

/// Lines that are filled in by hand or in the letter alone.
const BY_HAND: [(&str, bool); 2] = [("sign", false), ("other", true)];

/// Groups of boxes to tick, in the order of the form.
pub const GROUPS: [&str; 5] = ["who", "records", "format", "delivery", "more"];

#[derive(RustEmbed)]
#[folder = "content/letters/"]
#[include = "*.toml"]
struct Content;

/// A line to fill in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Room for several lines.
    pub long: bool,
}

impl Field {
    fn parse(name: &str) -> Option<Self> {
        let known = FIELDS.iter().chain(&BY_HAND).find(|(known, _)| *known == name)?;
        Some(Self { name: known.0, long: known.1 })
    }
}

/// A stretch of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Words.
    Words(String),
    /// A line to fill in.
    Blank(Field),
}

/// A box to tick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its name within its group.
    pub code: String,
    /// What the form says.
    pub label: String,
    /// What the letter says.
    pub pieces: Vec<Piece>,
}

/// A part of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// What it is about.
    Subject(String),
    /// A paragraph.
    Paragraph(Vec<Piece>),
    /// Boxes of one group.
    Choices {
        /// One of [`GROUPS`].
        group: &'static str,
        /// The boxes.
        choices: Vec<Choice>,
    },
}

/// A letter in one language.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The last part of its address.
    pub kind: String,
    /// Its place among the letters.
    pub order: u32,
    /// Kinds of organization it is for.
    pub kinds: Vec<Kind>,
    /// Who has the records, in a few words.
    pub short: String,
    /// The title of its page.
    pub title: String,
    /// For search engines.
    pub description: String,
    /// The day its statements were last checked.
    pub reviewed: Date,
    /// What is good to know, each statement with its source.
    pub know: Vec<String>,
    /// Where that was read.
    pub sources: Vec<String>,
    /// The letter.
    pub blocks: Vec<Block>,
}

impl Letter {
    /// The boxes of a group, in the order of the letter.
    pub fn choices(&self, group: &str) -> Vec<&Choice> {
        let of_group = self.blocks.iter().filter_map(|block| match block {
            Block::Choices { group: this, choices } if *this == group => Some(choices),
            _ => None,
        });
        of_group.flatten().collect()
    }

    /// Does it have this line to fill in?
    pub fn asks(&self, name: &str) -> bool {
        let has =
            |pieces: &[Piece]| pieces.iter().any(|piece| matches!(piece, Piece::Blank(field) if field.name == name));
        self.blocks.iter().any(|block| match block {
            Block::Subject(_) => false,
            Block::Paragraph(pieces) => has(pieces),
            Block::Choices { choices, .. } => choices.iter().any(|choice| has(&choice.pieces)),
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    order: u32,
    kinds: Vec<String>,
    short: String,
    title: String,
    description: String,
    reviewed: String,
    know: Vec<String>,
    sources: Vec<String>,
    body: String,
}

/// What letters of a language share.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    text: BTreeMap<String, String>,
    know: BTreeMap<String, Vec<String>>,
    sources: BTreeMap<String, Vec<String>>,
}

/// Language -> its letters, in their order; a file that is not right is left out with a line in the log, and a test
/// reads them all.
static LETTERS: LazyLock<BTreeMap<Lang, Vec<Letter>>> = LazyLock::new(|| {
    Lang::ALL
        .into_iter()
        .map(|lang| {
            let mut letters: Vec<Letter> = read_all(lang)
                .into_iter()
                .filter_map(|read| read.map_err(|why| tracing::error!("a letter: {why}")).ok())
                .collect();
            letters.sort_by_key(|letter| letter.order);
            (lang, letters)
        })
        .collect()
});

/// Every letter of a language.
pub fn letters(lang: Lang) -> &'static [Letter] {
    LETTERS.get(&lang).map_or(&[], Vec::as_slice)
}

/// The letter of a name.
pub fn letter(lang: Lang, kind: &str) -> Option<&'static Letter> {
    letters(lang).iter().find(|letter| letter.kind == kind)
}

/// The letter for an organization of these kinds, when there is no doubt. A government's hospital or clinic may be of
/// the VA, the military or the Indian Health Service, each with words of its own: people choose.
pub fn for_kinds(lang: Lang, kinds: &[Kind]) -> Option<&'static Letter> {
    let first = kinds.first()?;
    let doubt = kinds.contains(&Kind::Government) && *first != Kind::Insurer;
    letters(lang).iter().find(|letter| !doubt && letter.kinds.contains(first))
}

fn read_all(lang: Lang) -> Vec<Result<Letter, String>> {
    let folder = format!("{}/", lang.code());
    let parts = match parts(&folder) {
        Ok(parts) => parts,
        Err(why) => return vec![Err(why)],
    };
    Content::iter()
        .filter_map(|name| Some(name.strip_prefix(&folder)?.strip_suffix(".toml")?.to_owned()))
        .filter(|kind| kind != "parts")
        .map(|kind| {
            let name = format!("{folder}{kind}.toml");
            read(&kind, &file(&name)?, &parts).map_err(|why| format!("content/letters/{name}: {why}"))
        })
        .collect()
}

fn parts(folder: &str) -> Result<Parts, String> {
    let name = format!("{folder}parts.toml");
    toml::from_str(&file(&name)?).map_err(|error| format!("content/letters/{name}: {error}"))
}

fn file(name: &str) -> Result<String, String> {
    let file = Content::get(name).ok_or_else(|| format!("content/letters/{name} is missing"))?;
    Ok(String::from_utf8_lossy(&file.data).into_owned())
}

fn read(kind: &str, text: &str, parts: &Parts) -> Result<Letter, String> {
    let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
    let kinds = file.kinds.iter().map(|code| Kind::from_code(code).ok_or_else(|| format!("{code} is no kind")));
    Ok(Letter {
        kind: kind.to_owned(),
        order: file.order,
        kinds: kinds.collect::<Result<_, _>>()?,
        short: file.short,
        title: file.title,
        description: file.description,
        reviewed: file.reviewed.parse().map_err(|_| format!("reviewed = {:?} is no date", file.reviewed))?,
        know: lines(file.know, &parts.know)?,
        sources: lines(file.sources, &parts.sources)?,
        blocks: blocks(&with_parts(&file.body, &parts.text)?)?,
    })
}

/// Lines, with those of a part in the place of `> part`.
fn lines(lines: Vec<String>, parts: &BTreeMap<String, Vec<String>>) -> Result<Vec<String>, String> {
    let mut out = Vec::new();
    for line in lines {
        match line.strip_prefix("> ") {
            Some(part) => out.extend(parts.get(part).ok_or_else(|| format!("there is no part {part:?}"))?.clone()),
            None => out.push(line),
        }
    }
    Ok(out)
}

fn with_parts(body: &str, parts: &BTreeMap<String, String>) -> Result<String, String> {
    let mut out = String::new();
    for line in body.lines() {
        match line.strip_prefix("> ") {
            Some(part) => out.push_str(parts.get(part).ok_or_else(|| format!("there is no part {part:?}"))?),
            None => out.push_str(line),
        }
        out.push('\n');
    }
    Ok(out)
}

/// The parts of a letter; boxes of one group that follow each other are one list.
fn blocks(text: &str) -> Result<Vec<Block>, String> {
    let mut out: Vec<Block> = Vec::new();
    let mut paragraph = String::new();
    // One more empty line ends the last paragraph.
    for line in text.lines().map(str::trim).chain([""]) {
        let special = line.is_empty() || line.starts_with("# ") || line.starts_with("- ");
        if !special {
            paragraph.push_str(line);
            paragraph.push(' ');
            continue;
        }
        if !paragraph.is_empty() {
            out.push(Block::Paragraph(pieces(std::mem::take(&mut paragraph).trim())?));
        }
        if let Some(subject) = line.strip_prefix("# ") {
            out.push(Block::Subject(subject.to_owned()));
        } else if let Some(choice) = line.strip_prefix("- ") {
            let (group, choice) = self::choice(choice)?;
            match out.last_mut() {
                Some(Block::Choices { group: same, choices }) if *same == group => choices.push(choice),
                _ => out.push(Block::Choices { group, choices: vec![choice] }),
            }
        }
    }
    Ok(out)
}

/// `[group.code | label] text`
fn choice(text: &str) -> Result<(&'static str, Choice), String> {
    let wrong = || format!("{text:?} is no box to tick: it begins with [group.name]");
    let (head, words) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')).ok_or_else(wrong)?;
    let (name, label) = head.split_once('|').map_or((head, None), |(name, label)| (name, Some(label.trim())));
    let (group, code) = name.trim().split_once('.').ok_or_else(wrong)?;
    let group = GROUPS
        .into_iter()
        .find(|known| *known == group)
        .ok_or_else(|| format!("{group:?} is none of {}", GROUPS.join(", ")))?;
    let words = words.trim();
    let pieces = pieces(words)?;
    let label = label.unwrap_or(words).trim_end_matches('.').to_owned();
    Ok((group, Choice { code: code.to_owned(), label, pieces }))
}

/// Words and lines to fill in.
fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or_else(|| format!("{text:?} has a {{ without its }}"))?;
        if !before.is_empty() {
            out.push(Piece::Words(before.to_owned()));
        }
        out.push(Piece::Blank(Field::parse(name).ok_or_else(|| format!("{{{name}}} is no line to fill in"))?));
        rest = after;
    }
    if !rest.is_empty() {
        out.push(Piece::Words(rest.to_owned()));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Names of the lines, groups and boxes of a letter, in its order.
    fn bones(letter: &Letter) -> Vec<String> {
        let blanks = |pieces: &[Piece]| -> Vec<String> {
            let name = |piece: &Piece| match piece {
                Piece::Blank(field) => Some(field.name.to_owned()),
                Piece::Words(_) => None,
            };
            pieces.iter().filter_map(name).collect()
        };
        let bone = |block: &Block| match block {
            Block::Subject(_) => vec!["#".to_owned()],
            Block::Paragraph(pieces) => [vec!["paragraph".to_owned()], blanks(pieces)].concat(),
            Block::Choices { group, choices } => choices
                .iter()
                .flat_map(|choice| [vec![format!("{group}.{}", choice.code)], blanks(&choice.pieces)].concat())
                .collect(),
        };
        letter.blocks.iter().flat_map(bone).collect()
    }

    #[test]
    fn every_letter_is_right_in_every_language() {
        for lang in Lang::ALL {
            let read = read_all(lang);
            for letter in &read {
                assert!(letter.is_ok(), "{:?}", letter.as_ref().err());
            }
            let names: BTreeSet<&str> = letters(lang).iter().map(|letter| letter.kind.as_str()).collect();
            let wanted = ["provider", "plan", "pharmacy", "lab", "registry", "va", "military", "ihs", "school"].into();
            assert_eq!(names, wanted, "{}", lang.code());
            let orders: BTreeSet<u32> = letters(lang).iter().map(|letter| letter.order).collect();
            assert_eq!(orders.len(), names.len(), "each has its own place");
        }
    }

    #[test]
    fn a_letter_asks_the_same_in_every_language() {
        for english in letters(Lang::En) {
            for lang in Lang::ALL {
                let other = letter(lang, &english.kind).unwrap();
                assert_eq!(bones(english), bones(other), "{} in {}", english.kind, lang.code());
                assert_eq!(english.kinds, other.kinds, "{}", english.kind);
                assert_eq!(english.reviewed, other.reviewed, "{}", english.kind);
                assert_eq!(english.know.len(), other.know.len(), "{}", english.kind);
                assert_eq!(english.sources.len(), other.sources.len(), "{}", english.kind);
            }
            for name in ["date", "place", "name", "address", "sign"] {
                assert!(english.asks(name), "{} has no {name}", english.kind);
            }
            assert!(!english.choices("who").is_empty() && !english.choices("records").is_empty(), "{}", english.kind);
        }
    }

    #[test]
    fn letters_say_what_the_law_says_for_their_kind_and_no_more() {
        let all = |lang, kind: &str| format!("{:?}", letter(lang, kind).unwrap());
        for lang in Lang::ALL {
            for hipaa in ["provider", "plan", "pharmacy", "lab", "va", "military", "ihs"] {
                assert!(all(lang, hipaa).contains("45 CFR 164.524") && all(lang, hipaa).contains("30 d"), "{hipaa}");
            }
            for other in ["registry", "school"] {
                assert!(!format!("{:?}", letter(lang, other).unwrap().blocks).contains("164.524"), "{other}");
            }
            assert!(all(lang, "school").contains("34 CFR 99.10") && all(lang, "school").contains("45 d"));
            for (kind, form) in [("va", "10-5345a"), ("military", "DD Form 2870"), ("ihs", "IHS-810")] {
                assert!(all(lang, kind).contains(form) && all(lang, kind).contains("552a"), "{kind}");
            }
            let provider = all(lang, "provider");
            assert!(
                provider.contains("Ciox") && provider.contains("17935(e)(1)") && provider.contains("170.315(b)(10)")
            );
            for letter in letters(lang) {
                let text = format!("{letter:?}").to_lowercase();
                for wrong in [" free", " gratis", "60 days", "60 días", "6.50", "sin costo"] {
                    assert!(!text.contains(wrong), "{} says {wrong:?}", letter.kind);
                }
            }
        }
    }

    #[test]
    fn the_kind_of_an_organization_gives_its_letter_or_none_in_doubt() {
        let kind = |kinds: &[Kind]| for_kinds(Lang::Es, kinds).map(|letter| letter.kind.as_str());
        assert_eq!(kind(&[Kind::Hospital, Kind::Laboratory]), Some("provider"));
        assert_eq!(kind(&[Kind::Insurer, Kind::Government]), Some("plan"), "Medicaid is a plan");
        assert_eq!(kind(&[Kind::Laboratory]), Some("lab"));
        assert_eq!(kind(&[Kind::Pharmacy]), Some("pharmacy"));
        assert_eq!(kind(&[Kind::ImmunizationRegistry]), Some("registry"));
        for doubt in
            [&[Kind::Government][..], &[Kind::Hospital, Kind::Government], &[Kind::Unknown], &[Kind::Exchange], &[]]
        {
            assert_eq!(kind(doubt), None, "{doubt:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, why) in [
            ("Dear {nobody}", "{nobody}"),
            ("a { b", "without its }"),
            ("- [what.ever] x", "none of who"),
            ("- no box", "no box to tick"),
        ] {
            assert!(blocks(text).is_err_and(|error| error.contains(why)), "{text}");
        }
        let none = BTreeMap::new();
        assert!(with_parts("> nothing", &none).is_err_and(|error| error.contains("nothing")));
        assert_eq!(
            blocks("<b>a</b>\nb {name}.\n\n- [who.self | Me.] I\n- [who.child] It").unwrap(),
            [
                Block::Paragraph(vec![
                    Piece::Words("<b>a</b> b ".into()),
                    Piece::Blank(Field { name: "name", long: false }),
                    Piece::Words(".".into())
                ]),
                Block::Choices {
                    group: "who",
                    choices: vec![
                        Choice { code: "self".into(), label: "Me".into(), pieces: vec![Piece::Words("I".into())] },
                        Choice { code: "child".into(), label: "It".into(), pieces: vec![Piece::Words("It".into())] },
                    ]
                }
            ]
        );
    }
}
