//! How hard a text is to read: text in, school grade (English) or ease (Spanish) out.
//!
//! English: the Flesch-Kincaid grade. Spanish: the *lecturabilidad* of Fernández Huerta (1959), whose published scale
//! is in school grades: 70 to 80 is grade 6, 60 to 70 grades 7 and 8. So the bars of grade 6 and 8 are 70 and 60
//! there; INFLESZ, the other usual measure, only tells "rather easy" from "normal". (The scale: legible.es, read
//! 2026-11-26, in the formula corrected by G. Law, 2011.)
//!
//! What counts is what people read as sentences: paragraphs and list items, with the names filled in. Headings, tables
//! and code do not, nor does the last section, Sources, nor the citation in parentheses behind a sentence. A number
//! counts as one word of one syllable: it is seen, not read.

use std::sync::LazyLock;

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

use super::reading::{MARKDOWN, citations};
use crate::site::Lang;

/// Sentences, words and syllables of a text.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    pub sentences: u32,
    pub words: u32,
    pub syllables: u32,
    /// Words of the longest sentence.
    pub longest: u32,
}

impl Count {
    /// Counts blocks of text; a block ends a sentence whether it has a full stop or not.
    pub fn of<'a>(lang: Lang, blocks: impl IntoIterator<Item = &'a str>) -> Self {
        let mut count = Self::default();
        for sentence in blocks.into_iter().flat_map(sentences) {
            let words: Vec<&str> = words(sentence).collect();
            if words.is_empty() {
                continue;
            }
            let of = if lang == Lang::Es { spanish_syllables } else { english_syllables };
            count.sentences += 1;
            count.longest = count.longest.max(words.len() as u32);
            count.words += words.len() as u32;
            count.syllables += words.iter().map(|word| of(word)).sum::<u32>();
        }
        count
    }

    fn words_a_sentence(self) -> f64 {
        f64::from(self.words) / f64::from(self.sentences.max(1))
    }

    fn syllables_a_word(self) -> f64 {
        f64::from(self.syllables) / f64::from(self.words.max(1))
    }

    /// Flesch-Kincaid: the school grade in the US.
    pub fn grade(self) -> f64 {
        0.39f64.mul_add(self.words_a_sentence(), 11.8 * self.syllables_a_word()) - 15.59
    }

    /// Fernández Huerta: the larger, the easier.
    pub fn ease(self) -> f64 {
        206.84 - 60.0 * self.syllables_a_word() - 1.02 * self.words_a_sentence()
    }

    /// Is it no harder than a school grade, 6 or 8?
    pub fn is_within(self, lang: Lang, grade: u8) -> bool {
        match (lang, grade) {
            (Lang::En, grade) => self.grade() <= f64::from(grade),
            (Lang::Es, 6) => self.ease() >= 70.0,
            (Lang::Es, 8) => self.ease() >= 60.0,
            (lang, grade) => panic!("no measure is written down for {} at grade {grade}", lang.code()),
        }
    }

    /// For a message.
    pub fn said(self, lang: Lang) -> String {
        if lang == Lang::Es { format!("ease {:.1}", self.ease()) } else { format!("grade {:.1}", self.grade()) }
    }
}

/// The blocks of a Markdown text that people read as sentences.
pub fn blocks(markdown: &str) -> Vec<String> {
    let mut blocks = vec![String::new()];
    let mut left_out = 0;
    let mut heading: Option<String> = None;
    for event in Parser::new_ext(markdown, MARKDOWN) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(level)) => {
                let title = heading.take().unwrap_or_default();
                if level == HeadingLevel::H2 && ["Sources", "Fuentes"].contains(&title.as_str()) {
                    break;
                }
            }
            Event::Start(Tag::Table(_) | Tag::CodeBlock(_)) => left_out += 1,
            Event::End(TagEnd::Table | TagEnd::CodeBlock) => left_out -= 1,
            Event::Start(Tag::Paragraph | Tag::Item) | Event::End(TagEnd::Paragraph | TagEnd::Item) => {
                blocks.push(String::new());
            }
            Event::Text(text) => match &mut heading {
                Some(title) => title.push_str(&text),
                None if left_out == 0 => blocks.last_mut().expect("there is a first").push_str(&text),
                None => {}
            },
            Event::SoftBreak | Event::HardBreak => blocks.last_mut().expect("there is a first").push(' '),
            _ => {}
        }
    }
    blocks.iter().map(|block| without_citations(block).trim().to_owned()).filter(|block| !block.is_empty()).collect()
}

/// A block without the parentheses that stand behind the end of a sentence.
fn without_citations(block: &str) -> String {
    citations(block).into_iter().filter(|(is_citation, _)| !is_citation).map(|(_, part)| part).collect()
}

/// A block, cut at the ends of its sentences.
fn sentences(block: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    for (at, c) in block.char_indices() {
        if !['.', '!', '?'].contains(&c) {
            continue;
        }
        let after = &block[at + c.len_utf8()..];
        let ends = after.trim_start_matches(['"', '”', '»', ')', '’']).starts_with(char::is_whitespace);
        // "U.S.", "EE. UU.", "No. 18": a full stop behind one or two capitals is none.
        let last = block[..at].rsplit([' ', '.', '(']).next().unwrap_or_default();
        let short =
            c == '.' && (last.chars().count() == 1 || ["EE", "UU", "No", "nov", "dic", "feb", "v"].contains(&last));
        if ends && !short {
            out.push(&block[start..at]);
            start = at + c.len_utf8();
        }
    }
    out.push(&block[start..]);
    out
}

/// The words of a sentence: runs of letters and digits, with what holds them together.
fn words(sentence: &str) -> impl Iterator<Item = &str> {
    sentence
        .split(|c: char| c.is_whitespace() || ['—', '/', '-'].contains(&c))
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
}

/// Words whose syllables the rules below get wrong and that these texts use often.
static ENGLISH_EXCEPTIONS: LazyLock<std::collections::HashMap<&str, u32>> = LazyLock::new(|| {
    [
        ("hipaa", 2),
        ("being", 2),
        ("something", 2),
        ("someone", 2),
        ("somewhere", 2),
        ("sometimes", 2),
        ("area", 3),
        ("idea", 3),
        ("science", 2),
        ("quiet", 2),
        ("diet", 2),
        ("client", 2),
        ("via", 2),
        ("people", 2),
        ("business", 2),
        ("every", 2),
        ("everyone", 3),
        ("everything", 3),
        ("website", 2),
        ("websites", 2),
        ("homepage", 2),
        ("safety", 2),
        ("safely", 2),
        ("lately", 2),
        ("therefore", 2),
        ("medicare", 3),
        ("caregiver", 3),
        ("caregivers", 3),
        ("statement", 2),
        ("agreement", 3),
        ("create", 2),
        ("created", 3),
        ("reach", 1),
        ("real", 1),
        ("once", 1),
        ("whose", 1),
        ("clothes", 1),
        ("eye", 1),
        ("medicaid", 3),
        ("judgement", 2),
        ("placement", 2),
        ("namely", 2),
        ("lifetime", 2),
    ]
    .into()
});

/// Syllables of an English word: runs of vowels, less a silent e, with the exceptions above.
fn english_syllables(word: &str) -> u32 {
    let word: String = word.to_lowercase().replace('’', "'");
    let word = word.trim_end_matches("'s");
    let letters: Vec<char> = word.chars().filter(|c| c.is_alphabetic()).collect();
    if letters.is_empty() || word.chars().any(|c| c.is_ascii_digit()) {
        return 1;
    }
    let text: String = letters.iter().collect();
    if let Some(known) = ENGLISH_EXCEPTIONS.get(text.as_str()) {
        return *known;
    }
    let is_vowel = |c: char| "aeiouy".contains(c);
    let mut count = 0u32;
    let mut before: Option<char> = None;
    for (at, &c) in letters.iter().enumerate() {
        if is_vowel(c) {
            match before {
                None => count += 1,
                Some(previous) if !is_vowel(previous) => count += 1,
                // Two syllables in one run of vowels: "radio", "various", "medium", "account"s ending, "evaluate".
                Some('i') if ['a', 'o', 'u'].contains(&c) && !soft(&letters, at) => count += 1,
                Some('u') if ['a', 'o'].contains(&c) && at >= 2 && !['q', 'g'].contains(&letters[at - 2]) => count += 1,
                Some('y') if ['i', 'e', 'a'].contains(&c) && at >= 2 => count += 1,
                Some(_) => {}
            }
        }
        before = Some(c);
    }
    let ends = |end: &str| text.ends_with(end);
    let behind_consonant = |n: usize| letters.len() > n && !is_vowel(letters[letters.len() - n - 1]);
    let silent = (ends("e") && !ends("le") && behind_consonant(1))
        || (ends("le") && letters.len() > 2 && is_vowel(letters[letters.len() - 3]))
        || (ends("ed") && behind_consonant(2) && !ends("ted") && !ends("ded"))
        || (ends("es")
            && behind_consonant(2)
            && !["ses", "ces", "ges", "xes", "zes", "ches", "shes", "les"].iter().any(|end| ends(end)))
        || (ends("les") && letters.len() > 3 && is_vowel(letters[letters.len() - 4]))
        || (ends("ely") && behind_consonant(3) && letters.len() > 4);
    if silent && count > 1 {
        count -= 1;
    }
    count.max(1)
}

/// Is the run of vowels that reaches to `at` one sound, as in "nation", "special", "religious"?
fn soft(letters: &[char], at: usize) -> bool {
    at >= 2 && ['t', 'c', 's', 'g', 'x'].contains(&letters[at - 2])
}

/// Syllables of a Spanish word: its vowels, less those that are one with their neighbour.
fn spanish_syllables(word: &str) -> u32 {
    let word = word.to_lowercase();
    if word.chars().any(|c| c.is_ascii_digit()) {
        return 1;
    }
    let letters: Vec<char> = word.chars().filter(|c| c.is_alphabetic()).collect();
    let strong = |c: char| "aeoáéóíú".contains(c);
    let weak = |c: char| "iuü".contains(c);
    let mut count = 0u32;
    let mut before: Option<char> = None;
    for (at, &c) in letters.iter().enumerate() {
        let last = at + 1 == letters.len();
        // "gue", "gui", "que", "qui": the u is not heard.
        let silent = c == 'u'
            && at > 0
            && ['q', 'g'].contains(&letters[at - 1])
            && letters.get(at + 1).is_some_and(|next| "eéií".contains(*next));
        let vowel = !silent && (strong(c) || weak(c) || (c == 'y' && (last || letters.len() == 1)));
        if !vowel {
            before = None;
            continue;
        }
        let joined = before.is_some_and(|previous| !(strong(previous) && strong(c)));
        count += u32::from(!joined);
        before = Some(c);
    }
    count.max(1)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::site::{
        help::{Group, library, reading, words as operator_words},
        samples,
    };

    #[test]
    fn syllables_of_english_words() {
        for (word, expected) in [
            ("a", 1),
            ("the", 1),
            ("records", 2),
            ("health", 1),
            ("portal", 2),
            ("people", 2),
            ("table", 2),
            ("hospital", 3),
            ("information", 4),
            ("asked", 1),
            ("wanted", 2),
            ("fees", 1),
            ("places", 2),
            ("notes", 1),
            ("licensed", 2),
            ("radio", 3),
            ("special", 2),
            ("medicine", 3),
            ("insurance", 3),
            ("laboratory", 5),
            ("$6.50", 1),
            ("doctor’s", 2),
            ("you", 1),
            ("copy", 2),
            ("electronic", 4),
            ("professional", 4),
            ("paying", 2),
            ("rules", 1),
        ] {
            assert_eq!(english_syllables(word), expected, "{word}");
        }
    }

    #[test]
    fn syllables_of_spanish_words() {
        for (word, expected) in [
            ("a", 1),
            ("expediente", 4),
            ("médico", 3),
            ("guía", 2),
            ("queja", 2),
            ("país", 2),
            ("leer", 2),
            ("oficina", 4),
            ("información", 4),
            ("cuidado", 3),
            ("hoy", 1),
            ("y", 1),
            ("ley", 1),
            ("pague", 2),
            ("averigüe", 4),
            ("30", 1),
            ("atención", 3),
            ("reúne", 3),
            ("había", 3),
            ("cuota", 2),
            ("farmacia", 3),
        ] {
            assert_eq!(spanish_syllables(word), expected, "{word}");
        }
    }

    #[test]
    fn only_what_is_read_as_sentences_counts() {
        let text = "# No\n\n## Not this\n\nAsk now. (45 CFR 164.524(a)(1)) In the U.S. they (most of them) answer [here](/x).\n\n\
                    - one; (HHS, FAQ 2035)\n- two `code`\n\n| a | b |\n|---|---|\n| c | d |\n\n## Sources\n\nNever this.";
        assert_eq!(blocks(text), ["Ask now.  In the U.S. they (most of them) answer here.", "one;", "two"]);
        let count = Count::of(Lang::En, blocks(text).iter().map(String::as_str));
        assert_eq!((count.sentences, count.words, count.longest), (4, 13, 9));
    }

    #[test]
    fn the_formulas_are_those_of_the_books() {
        let count = Count { sentences: 10, words: 100, syllables: 150, longest: 0 };
        assert!((count.grade() - 6.01).abs() < 0.001, "{}", count.grade());
        assert!((count.ease() - 106.64).abs() < 0.001, "{}", count.ease());
        let hard = "The organization's interoperability infrastructure necessitates authentication.";
        assert!(Count::of(Lang::En, [hard]).grade() > 20.0);
        assert!(!Count::of(Lang::En, [hard]).is_within(Lang::En, 8));
        let hard = "La interoperabilidad organizacional necesita infraestructuras tecnológicas especializadas.";
        assert!(!Count::of(Lang::Es, [hard]).is_within(Lang::Es, 8));
    }

    /// Pages for people who make software or lists.
    const FOR_SPECIALISTS: &[&str] = &["template", "for-apps"];

    #[test]
    fn help_pages_are_easy_to_read() {
        let mut hard = Vec::new();
        for lang in Lang::ALL {
            for entry in &library(lang).entries {
                if FOR_SPECIALISTS.contains(&&*entry.name) || entry.path.starts_with("/developers") {
                    continue;
                }
                let file = fs::read_to_string(format!("content/{}/{}.md", lang.code(), entry.name)).unwrap();
                let (_, body) = reading::split(&file).unwrap();
                let filled = operator_words(&samples::here(lang, "/")).plain(body);
                let blocks = blocks(&filled);
                let count = Count::of(lang, blocks.iter().map(String::as_str));
                let bar = if entry.group == Group::Rights { 6 } else { 8 };
                println!(
                    "{} {}: {} of {} words, longest {}",
                    lang.code(),
                    entry.name,
                    count.said(lang),
                    count.words,
                    count.longest
                );
                assert!(count.words > 50, "{}: the text was read", entry.name);
                if !count.is_within(lang, bar) || count.longest > 32 {
                    hard.push(format!(
                        "{} {}: {}, longest {}",
                        lang.code(),
                        entry.name,
                        count.said(lang),
                        count.longest
                    ));
                }
            }
        }
        assert!(hard.is_empty(), "too hard: {hard:#?}");
    }

    /// The sentences of a locale file: values that end as sentences do, a word in the place of every variable.
    fn locale_sentences(ftl: &str) -> Vec<String> {
        let mut out = Vec::new();
        for line in ftl.lines().filter(|line| !line.starts_with('#')) {
            let value = match (line.split_once(" = "), line.trim_start().split_once("] ")) {
                (Some((_, value)), _) if !line.starts_with(' ') => value,
                (_, Some((_, value))) if line.starts_with(' ') => value,
                _ => continue,
            };
            let mut text = String::new();
            let mut rest = value;
            while let Some((before, after)) = rest.split_once('{') {
                let Some((variable, behind)) = after.split_once('}') else { break };
                text.push_str(before);
                text.push_str(if variable.contains('$') { "3" } else { " " });
                rest = behind;
            }
            text.push_str(rest);
            if text.ends_with(['.', '!', '?']) {
                out.push(text);
            }
        }
        out
    }

    #[test]
    fn sentences_of_the_locales_are_easy_to_read() {
        let mut hard = Vec::new();
        for lang in Lang::ALL {
            for file in fs::read_dir(format!("locales/{}", lang.code())).unwrap() {
                let path = file.unwrap().path();
                let sentences = locale_sentences(&fs::read_to_string(&path).unwrap());
                let count = Count::of(lang, sentences.iter().map(String::as_str));
                println!(
                    "{}: {} of {} words, longest {}",
                    path.display(),
                    count.said(lang),
                    count.words,
                    count.longest
                );
                // A few words say nothing about a text.
                if count.words >= 60 && !count.is_within(lang, 8) {
                    hard.push(format!("{}: {}", path.display(), count.said(lang)));
                }
            }
        }
        assert!(hard.is_empty(), "too hard: {hard:#?}");
    }

    #[test]
    fn sentences_of_a_locale_are_found() {
        let ftl = "# Not this.\na = Not a sentence\nb = Go to { $name }.\nc = { $count ->\n    [one] 1 place.\n   *[other] { $count } places.\n  }\n";
        assert_eq!(locale_sentences(ftl), ["Go to 3.", "1 place.", "3 places."]);
    }
}
