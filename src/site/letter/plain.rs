//! A letter as plain text, for programs that write it for a person.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::{
    To,
    text::{self, Block, FIELDS, Letter, Piece},
};
use crate::{
    model::{kind::Kind, organization::Organization},
    site::Lang,
};

/// A letter of ours without a word of anybody else's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain {
    /// Which letter it is: the last part of its address.
    pub kind: &'static str,
    /// The title of its page.
    pub title: &'static str,
    /// The day its statements were last checked.
    pub reviewed: Date,
    /// The letter; `[name]` is a line to fill in, `[ ]` a box to tick.
    pub text: String,
    /// Lines to fill in: the name in the text, and what belongs there.
    pub lines: Vec<(&'static str, String)>,
    /// What is good to know, each statement with its source.
    pub know: &'static [String],
}

/// The letter of a kind.
pub fn of_kind(lang: Lang, kind: &str) -> Option<Plain> {
    text::letter(lang, kind).map(|letter| plain(lang, letter))
}

/// The letter for an organization of these kinds; nothing in doubt.
pub fn for_kinds(lang: Lang, kinds: &[Kind]) -> Option<Plain> {
    text::for_kinds(lang, kinds).map(|letter| plain(lang, letter))
}

/// Name, address and phone of whom a letter goes to, a line each: words of others.
pub fn addressee(org: &Organization) -> String {
    To::new(org.clone()).lines
}

fn plain(lang: Lang, letter: &'static Letter) -> Plain {
    let label = |name: &str| lang.t(&format!("letter-field-{}", name.replace('_', "-")));
    // The day is written by whoever signs.
    let asked = FIELDS.iter().map(|(name, _)| *name).filter(|name| *name != "date" && letter.asks(name));
    Plain {
        kind: &letter.kind,
        title: &letter.title,
        reviewed: letter.reviewed,
        text: letter.blocks.iter().map(block).collect::<Vec<_>>().join("\n\n"),
        lines: asked.map(|name| (name, label(name))).collect(),
        know: &letter.know,
    }
}

fn block(block: &Block) -> String {
    match block {
        Block::Subject(words) => words.clone(),
        Block::Paragraph(pieces) => line(pieces),
        Block::Choices { choices, .. } => {
            choices.iter().map(|choice| format!("[ ] {}", line(&choice.pieces))).collect::<Vec<_>>().join("\n")
        }
    }
}

fn line(pieces: &[Piece]) -> String {
    pieces.iter().fold(String::new(), |mut line, piece| {
        match piece {
            Piece::Words(words) => line.push_str(words),
            Piece::Blank(field) => {
                let _ = write!(line, "[{}]", field.name);
            }
        }
        line
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::samples;

    #[test]
    fn every_letter_is_plain_text_whose_lines_are_named() {
        for lang in Lang::ALL {
            for kind in super::super::kinds() {
                let letter = of_kind(lang, kind).unwrap();
                assert!(letter.text.starts_with("[date]\n\n") && letter.text.contains("\n[ ] "), "{}", letter.text);
                assert!(!letter.text.contains('{') && !letter.text.contains('<'), "{}", letter.text);
                for (name, label) in &letter.lines {
                    assert!(letter.text.contains(&format!("[{name}]")) && !label.starts_with("letter-"), "{label}");
                }
            }
            let hospital = for_kinds(lang, &samples::hospital().kinds).unwrap();
            assert_eq!(hospital.kind, "provider");
            assert!(hospital.text.contains("45 CFR 164.524") && !hospital.know.is_empty());
        }
        assert_eq!(for_kinds(Lang::En, &[Kind::Government]), None, "in doubt people choose");
    }

    #[test]
    fn whom_it_goes_to_stands_apart() {
        let to = addressee(&samples::hospital());
        assert_eq!(to, "St. Mary’s Hospital\n1 Main St\nBoise, ID 83702\n(208) 555-0100");
    }
}
