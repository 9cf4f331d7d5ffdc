//! Questions as people type them, in classes of the same size, each with the answer that is right.

use super::{
    Corpus, Row,
    lexicon::Lexicon,
    normal,
    places::state_name,
    random::{Random, stirred},
    short,
    typing::{self, Slip},
};

/// Tries to find a question of one class before another organization is taken.
const TRIES: usize = 8;

macro_rules! classes {
    ($($variant:ident $word:literal $doc:literal;)*) => {
        /// A way to ask.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Class { $(#[doc = $doc] $variant,)* }

        impl Class {
            /// Every class, in the order of tables.
            pub const ALL: [Self; [$($word),*].len()] = [$(Self::$variant),*];

            /// Its word in tables and in `tests/relevance.toml`.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }
    };
}

classes! {
    FullName "full_name" "The whole name, as it is written or in small letters.";
    Prefix "prefix" "The first 3 to 8 letters of a word of a name.";
    TypoInsert "typo_insert" "The name with a letter too many.";
    TypoDelete "typo_delete" "The name with a letter too few.";
    TypoSubstitute "typo_substitute" "The name with a wrong letter.";
    TypoTranspose "typo_transpose" "The name with two letters in the wrong order.";
    SplitWord "split_word" "The name with a space in a word.";
    JoinedWords "joined_words" "The name without a space between two words.";
    TypoInPrefix "typo_in_prefix" "The first 5 to 8 letters of a word with a slip in them; no word that begins otherwise is as near.";
    TwoTypos "two_typos" "A name of four words or more with a slip in two of them.";
    MissingWord "missing_word" "The name without one of its words; no other name has all that are left.";
    Reordered "reordered" "The words of the name in another order.";
    Abbreviated "abbreviated" "The name with short ways to write some of its words.";
    PartialTypo "partial_typo" "Two or three words that only this name has, one of them with a slip.";
    NameCity "name_city" "The name and the city.";
    NameState "name_state" "The name and the state, as code or written out.";
    NameZip "name_zip" "The name and the ZIP code.";
    Domain "domain" "The address of the web site or portal, with or without what stands around the domain.";
    Identifier "identifier" "The National Provider Identifier.";
}

/// The place a question names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// A city.
    City(&'static str),
    /// The postal code of a state.
    State(&'static str),
    /// Five digits.
    Zip(&'static str),
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// How it asks.
    pub class: Class,
    /// What is typed.
    pub text: String,
    /// The normal form of the name asked for, the first letters, the domain, or the number.
    pub asked: String,
    /// The place asked for.
    pub place: Option<Where>,
}

impl Query {
    /// A line for people about an answer that does not begin right: where the right result stood, counted from 0, and
    /// who stood first.
    pub fn missed(&self, rank: Option<usize>, first: &str) -> String {
        let place = self.place.map(|place| format!(", {place:?}")).unwrap_or_default();
        let stood = rank.map_or("not there".to_owned(), |rank| format!("at {}", rank + 1));
        format!("{:<15} {:?}: {:?}{place} is {stood}; first is {first:?}", self.class.word(), self.text, self.asked)
    }
}

/// Makes questions about a corpus.
pub struct Asker<'a> {
    corpus: &'a Corpus,
    lexicon: Lexicon,
}

impl<'a> Asker<'a> {
    /// For a corpus, which is read once.
    pub fn new(corpus: &'a Corpus) -> Self {
        Self { corpus, lexicon: Lexicon::of(corpus) }
    }

    /// How many different words the names of the corpus have.
    pub fn words(&self) -> usize {
        self.lexicon.words()
    }

    /// So many questions of each class from a seed, the classes in turn. Each follows from the seed, its class and its
    /// number alone: a change of one class leaves the others as they are.
    pub fn queries(&self, each: usize, seed: u64) -> Vec<Query> {
        let numbers = (0..each as u64).flat_map(|number| Class::ALL.map(|class| (number, class)));
        let ask = |(number, class): (u64, Class)| {
            let own = stirred(seed ^ ((class as u64) << 56)) ^ number;
            self.query(&mut Random::new(own), class)
        };
        numbers.filter_map(ask).collect()
    }

    /// A question of a class; nothing when the corpus is too small to have one.
    fn query(&self, random: &mut Random, class: Class) -> Option<Query> {
        (0..2_000).find_map(|_| {
            let row = &self.corpus.rows[random.below(self.corpus.rows.len())];
            (0..TRIES).find_map(|_| self.about(random, class, row))
        })
    }

    fn about(&self, random: &mut Random, class: Class, row: &Row) -> Option<Query> {
        let name = match row.aliases.len() {
            0 => &row.name,
            _ if random.chance(75) => &row.name,
            aliases => &row.aliases[random.below(aliases)],
        };
        let words = normal::words(name);
        let asked = normal::form_of(&words);
        let query = |text: String| Some(Query { class, text, asked: asked.clone(), place: None });
        let at_place = |random: &mut Random, place: Where, written: &str| {
            let text = format!("{} {written}", plainly(random, name, &words));
            Some(Query { class, text, asked: asked.clone(), place: Some(place) })
        };
        match class {
            Class::FullName => query(plainly(random, name, &words)),
            Class::Prefix => {
                prefix(random, &words).map(|asked| Query { class, text: asked.clone(), asked, place: None })
            }
            Class::TypoInPrefix => self.wrong_prefix(random, &words),
            Class::TypoInsert => self.one_typo(random, Slip::Insert, &words, &asked).and_then(query),
            Class::TypoDelete => self.one_typo(random, Slip::Delete, &words, &asked).and_then(query),
            Class::TypoSubstitute => self.one_typo(random, Slip::Substitute, &words, &asked).and_then(query),
            Class::TypoTranspose => self.one_typo(random, Slip::Transpose, &words, &asked).and_then(query),
            Class::SplitWord => split(random, &words).filter(|text| self.is_new(text)).and_then(query),
            Class::JoinedWords => joined(random, &words).filter(|text| self.is_new(text)).and_then(query),
            Class::TwoTypos => self.two_typos(random, &words).and_then(query),
            Class::MissingWord => self.missing(random, &words, &asked).and_then(query),
            Class::Reordered => reordered(random, &words).and_then(query),
            Class::Abbreviated => abbreviated(random, &words).and_then(query),
            Class::PartialTypo => self.partial(random, &words, &asked).and_then(query),
            Class::NameCity => at_place(random, Where::City(row.place.city), row.place.city),
            Class::NameState => {
                let state = row.place.state;
                let written = if random.chance(50) { state } else { state_name(state) };
                at_place(random, Where::State(state), written)
            }
            Class::NameZip => at_place(random, Where::Zip(row.place.zip), row.place.zip),
            Class::Domain => {
                let domain = row.domain.clone()?;
                Some(Query { class, text: pasted(random, row, &domain), asked: domain, place: None })
            }
            Class::Identifier => {
                let number = row.npi.to_string();
                Some(Query { class, text: number.clone(), asked: number, place: None })
            }
        }
    }

    /// Is nobody called so?
    fn is_new(&self, text: &str) -> bool {
        !self.lexicon.is_name(&normal::form(text))
    }

    fn one_typo(&self, random: &mut Random, slip: Slip, words: &[String], asked: &str) -> Option<String> {
        let at = random.pick(&long_words(words, 4)?);
        let wrong = typing::slipped(random, slip, &words[at])?;
        let text = with(words, at, &wrong);
        // No other name may be as near to what was typed.
        let another = |word: &str| {
            let form = normal::form(&with(words, at, word));
            form != asked && self.lexicon.is_name(&form)
        };
        (self.is_new(&text) && !self.lexicon.near(&wrong).any(another)).then_some(text)
    }

    fn two_typos(&self, random: &mut Random, words: &[String]) -> Option<String> {
        if words.len() < 4 {
            return None;
        }
        let places = long_words(words, 4)?;
        let (one, two) = (random.pick(&places), random.pick(&places));
        if one == two {
            return None;
        }
        let mut wrong = words.to_vec();
        for at in [one, two] {
            let slip = random.pick(&Slip::ALL);
            wrong[at] = typing::slipped(random, slip, &words[at])?;
        }
        Some(wrong.join(" ")).filter(|text| self.is_new(text))
    }

    fn wrong_prefix(&self, random: &mut Random, words: &[String]) -> Option<Query> {
        let word = &words[random.pick(&long_words(words, 6)?)];
        let asked = word.get(..random.between(5, 8.min(word.len() - 1)))?.to_owned();
        let slip = random.pick(&Slip::ALL);
        let text = typing::slipped(random, slip, &asked)?;
        // No word that begins in another way may be as near to what was typed.
        let another = |letters: &str| !letters.starts_with(&asked) && self.lexicon.begins_a_word(letters);
        let clear = !another(&text) && !typing::one_slip_away(&text).any(|letters| another(&letters));
        clear.then_some(Query { class: Class::TypoInPrefix, text, asked, place: None })
    }

    fn missing(&self, random: &mut Random, words: &[String], asked: &str) -> Option<String> {
        if words.len() < 3 {
            return None;
        }
        let mut left = words.to_vec();
        if is_little(&left.remove(random.below(words.len()))) || !ends_tell(&left) {
            return None;
        }
        self.only_name_with(&left, asked).then(|| left.join(" "))
    }

    fn partial(&self, random: &mut Random, words: &[String], asked: &str) -> Option<String> {
        if words.len() < 3 {
            return None;
        }
        let count = random.between(2, 3.min(words.len() - 1));
        let first = random.between(0, words.len() - count);
        let part = &words[first..first + count];
        if !ends_tell(part) {
            return None;
        }
        let at = random.pick(&long_words(part, 4)?);
        let slip = random.pick(&Slip::ALL);
        let wrong = typing::slipped(random, slip, &part[at])?;
        let with_word = |word: &str| {
            let mut words = part.to_vec();
            word.clone_into(&mut words[at]);
            words
        };
        let clear = self.only_name_with(part, asked)
            && self
                .lexicon
                .near(&wrong)
                .chain([wrong.as_str()])
                .all(|word| self.only_name_with(&with_word(word), asked));
        clear.then(|| with(part, at, &wrong))
    }

    /// Is there no other name with all of these words?
    fn only_name_with(&self, words: &[String], name: &str) -> bool {
        let words: Vec<&str> = words.iter().map(|word| short::long(word)).collect();
        !self.lexicon.others_have(&words, name)
    }
}

/// The name as it is written, or as people type it: small letters, no punctuation.
fn plainly(random: &mut Random, name: &str, words: &[String]) -> String {
    match random.below(4) {
        0 => name.to_owned(),
        1 => name.to_lowercase(),
        _ => words.join(" "),
    }
}

/// Where words of so many letters or more stand; nothing when there is none. Numbers are none.
fn long_words(words: &[String], letters: usize) -> Option<Vec<usize>> {
    let is_long = |word: &String| word.len() >= letters && word.bytes().all(|b| b.is_ascii_lowercase());
    let places: Vec<usize> = (0..words.len()).filter(|at| is_long(&words[*at])).collect();
    (!places.is_empty()).then_some(places)
}

/// A word that nobody would begin or end with.
fn is_little(word: &str) -> bool {
    matches!(word, "of" | "and" | "for" | "the" | "y" | "de" | "del" | "la" | "los" | "las")
}

/// Do the first and the last word say something?
fn ends_tell(words: &[String]) -> bool {
    [words.first(), words.last()].into_iter().flatten().all(|word| !is_little(word))
}

/// The words with another one at a place.
fn with(words: &[String], at: usize, word: &str) -> String {
    let mut out = words.to_vec();
    word.clone_into(&mut out[at]);
    out.join(" ")
}

fn prefix(random: &mut Random, words: &[String]) -> Option<String> {
    let word = &words[random.pick(&long_words(words, 4)?)];
    word.get(..random.between(3, 8.min(word.len() - 1))).map(str::to_owned)
}

fn split(random: &mut Random, words: &[String]) -> Option<String> {
    let at = random.pick(&long_words(words, 6)?);
    let (one, two) = words[at].split_at(random.between(3, words[at].len() - 3));
    Some(with(words, at, &format!("{one} {two}")))
}

fn joined(random: &mut Random, words: &[String]) -> Option<String> {
    let pairs = words.len().checked_sub(1).filter(|pairs| *pairs > 0)?;
    let first = random.below(pairs);
    let (one, two) = (&words[first], &words[first + 1]);
    let mut out = words.to_vec();
    out[first] = format!("{one}{two}");
    out.remove(first + 1);
    (one.len() > 2 && two.len() > 2).then(|| out.join(" "))
}

fn reordered(random: &mut Random, words: &[String]) -> Option<String> {
    let mut out = words.to_vec();
    if words.len() < 4 {
        for last in (1..out.len()).rev() {
            out.swap(last, random.below(last + 1));
        }
    } else {
        let word = out.remove(random.below(words.len()));
        out.insert(random.below(words.len()), word);
    }
    (out != words).then(|| out.join(" "))
}

fn abbreviated(random: &mut Random, words: &[String]) -> Option<String> {
    let mut changed = false;
    let out: Vec<String> = words
        .iter()
        .map(|word| {
            let new = match short::short(random, word) {
                Some(short) if random.chance(80) => short.to_owned(),
                None if word.len() >= 8 && word.is_ascii() && random.chance(8) => {
                    word[..random.between(4, 5)].to_owned()
                }
                _ => word.clone(),
            };
            changed |= new != *word;
            new
        })
        .collect();
    changed.then(|| out.join(" "))
}

fn pasted(random: &mut Random, row: &Row, domain: &str) -> String {
    match (random.below(6), row.portal_address()) {
        (0, _) => format!("www.{domain}"),
        (1, _) => format!("https://www.{domain}/"),
        (2, _) => format!("https://www.{domain}/locations/main?ref=mail"),
        (3, Some(portal)) => portal,
        (4, Some(_)) => format!("portal.{domain}"),
        _ => domain.to_owned(),
    }
}
