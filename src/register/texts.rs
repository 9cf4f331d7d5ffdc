//! Texts of rows, to be searched by how they begin, by what is in them, and letter for letter.
//!
//! What holds: each text is kept once, folded and in order, so its number is its rank; how it was spelled is kept as a
//! digest of 32 bits beside each use.

use std::{
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher},
    ops::Range,
};

/// Between two texts; no folded text has it.
const END: u8 = b'\n';

/// A text in the form in which it is compared: without case and accents, words of letters and digits with one space
/// between them, apostrophes gone (FHIR R4, Search, "string": punctuation and white space are of no weight).
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    let mut take = |c: char| {
        if c.is_ascii_alphanumeric() {
            if gap && !folded.is_empty() {
                folded.push(' ');
            }
            gap = false;
            folded.push(c.to_ascii_lowercase());
        } else if c != '\'' {
            gap = true;
        }
    };
    if text.is_ascii() {
        text.chars().for_each(&mut take);
    } else {
        deunicode::deunicode(text).chars().for_each(&mut take);
    }
    folded
}

/// The digest of a spelling, the same in each run.
pub fn spelling(text: &str) -> u32 {
    digest(text) as u32
}

/// 64 bits of a text, the same in each run.
pub fn digest(text: &str) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(text)
}

/// One text on its way into a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// How it is compared.
    pub folded: String,
    /// How it was spelled.
    pub spelled: u32,
}

impl Text {
    /// A text to be compared by its words.
    pub fn new(text: &str) -> Self {
        Self { folded: fold(text), spelled: spelling(text) }
    }

    /// A text whose every character counts, such as an address.
    pub fn verbatim(text: &str) -> Self {
        Self { folded: text.to_owned(), spelled: spelling(text) }
    }
}

/// The texts of the rows of a table; a row may have any number of them.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    /// The distinct texts in order, [`END`] behind each.
    bytes: Vec<u8>,
    /// Where each begins, and where the last one ends.
    begins: Vec<u32>,
    /// For each use, in the order of rows: which text, how it was spelled, whose.
    words: Vec<u32>,
    spelled: Vec<u32>,
    owners: Vec<u32>,
    /// For each text, where its uses begin in `uses`.
    firsts: Vec<u32>,
    uses: Vec<u32>,
}

impl Texts {
    /// A column of these texts; rows come in order.
    pub fn new(texts: &[(u32, Text)]) -> Self {
        let head = |text: &str| {
            let mut head = [0; 8];
            let len = text.len().min(8);
            head[..len].copy_from_slice(&text.as_bytes()[..len]);
            u64::from_be_bytes(head)
        };
        let mut order: Vec<(u64, u32)> =
            texts.iter().enumerate().map(|(at, (_, text))| (head(&text.folded), at as u32)).collect();
        let text = |at: u32| texts[at as usize].1.folded.as_str();
        order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| text(a.1).cmp(text(b.1))).then(a.1.cmp(&b.1)));
        let mut column = Self { words: vec![0; texts.len()], ..Self::default() };
        let mut last: Option<&str> = None;
        for (at, (_, usage)) in order.iter().enumerate() {
            let folded = text(*usage);
            if last != Some(folded) {
                column.begins.push(column.bytes.len() as u32);
                column.bytes.extend_from_slice(folded.as_bytes());
                column.bytes.push(END);
                column.firsts.push(at as u32);
                last = Some(folded);
            }
            column.words[*usage as usize] = column.begins.len() as u32 - 1;
        }
        column.begins.push(column.bytes.len() as u32);
        column.firsts.push(order.len() as u32);
        column.uses = order.into_iter().map(|(_, usage)| usage).collect();
        (column.owners, column.spelled) = texts.iter().map(|(owner, text)| (*owner, text.spelled)).unzip();
        for part in [&mut column.begins, &mut column.firsts] {
            part.shrink_to_fit();
        }
        column.bytes.shrink_to_fit();
        column
    }

    /// How many distinct texts there are.
    pub fn distinct(&self) -> usize {
        self.begins.len().saturating_sub(1)
    }

    /// A text by its rank.
    pub fn word(&self, rank: usize) -> &str {
        let text = &self.bytes[self.begins[rank] as usize..self.begins[rank + 1] as usize - 1];
        std::str::from_utf8(text).unwrap_or_default()
    }

    /// The rank of the first text that is not before this one, and whether it is this one.
    pub fn rank(&self, folded: &str) -> (usize, bool) {
        let at = self.partition(|word| word < folded);
        (at, at < self.distinct() && self.word(at) == folded)
    }

    /// The ranks of texts that begin so.
    pub fn beginning(&self, folded: &str) -> Range<usize> {
        let from = self.partition(|word| word < folded);
        from..self.partition(|word| word < folded || word.starts_with(folded))
    }

    fn partition(&self, before: impl Fn(&str) -> bool) -> usize {
        let (mut low, mut high) = (0, self.distinct());
        while low < high {
            let middle = usize::midpoint(low, high);
            if before(self.word(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// Takes the rows that have a text of these ranks.
    pub fn having(&self, ranks: Range<usize>, mut take: impl FnMut(usize)) {
        if ranks.is_empty() {
            return;
        }
        for usage in &self.uses[self.firsts[ranks.start] as usize..self.firsts[ranks.end] as usize] {
            take(self.owners[*usage as usize] as usize);
        }
    }

    /// Takes the rows that have a text with this in it.
    pub fn containing(&self, folded: &str, mut take: impl FnMut(usize)) {
        let mut done = 0;
        for at in memchr::memmem::find_iter(&self.bytes, folded.as_bytes()) {
            if at < done {
                continue;
            }
            let rank = self.begins.partition_point(|begin| *begin as usize <= at) - 1;
            done = self.begins[rank + 1] as usize;
            self.having(rank..rank + 1, &mut take);
        }
    }

    /// Takes the rows that have exactly this text.
    pub fn exactly(&self, text: &Text, mut take: impl FnMut(usize)) {
        let (rank, there) = self.rank(&text.folded);
        if !there {
            return;
        }
        for usage in &self.uses[self.firsts[rank] as usize..self.firsts[rank + 1] as usize] {
            if self.spelled[*usage as usize] == text.spelled {
                take(self.owners[*usage as usize] as usize);
            }
        }
    }

    /// Takes all rows that have any text.
    pub fn any(&self, mut take: impl FnMut(usize)) {
        self.owners.iter().for_each(|owner| take(*owner as usize));
    }

    /// The rank of the first text of each row of a table with so many; the greatest number where there is none.
    pub fn first_ranks(&self, rows: usize) -> Vec<u32> {
        let mut ranks = vec![u32::MAX; rows];
        for (owner, word) in self.owners.iter().zip(&self.words).rev() {
            ranks[*owner as usize] = *word;
        }
        ranks
    }

    /// The texts of a row, in the order in which they came.
    pub fn of(&self, row: usize) -> impl Iterator<Item = Text> + '_ {
        let from = self.owners.partition_point(|owner| (*owner as usize) < row);
        let uses = self.owners[from..].iter().take_while(move |owner| **owner as usize == row).count();
        (from..from + uses).map(|usage| Text {
            folded: self.word(self.words[usage] as usize).to_owned(),
            spelled: self.spelled[usage],
        })
    }

    /// The first text of a row, folded.
    pub fn first(&self, row: usize) -> Option<&str> {
        let at = self.owners.partition_point(|owner| (*owner as usize) < row);
        (self.owners.get(at).copied() == Some(row as u32)).then(|| self.word(self.words[at] as usize))
    }

    /// The bytes it takes.
    pub fn size(&self) -> usize {
        let numbers = [&self.begins, &self.words, &self.spelled, &self.owners, &self.firsts, &self.uses];
        self.bytes.len() + 4 * numbers.iter().map(|column| column.len()).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column() -> Texts {
        let names = ["St. Joseph’s Hospital", "Clínica Niños", "ST JOSEPHS HOSPITAL", "Stanford", "joseph"];
        Texts::new(&names.iter().enumerate().map(|(row, name)| (row as u32 / 2, Text::new(name))).collect::<Vec<_>>())
    }

    fn rows(look: impl FnOnce(&Texts, &mut dyn FnMut(usize))) -> Vec<usize> {
        let mut rows = std::collections::BTreeSet::new();
        look(&column(), &mut |row| {
            rows.insert(row);
        });
        rows.into_iter().collect()
    }

    #[test]
    fn texts_are_folded() {
        for (text, folded) in [
            ("St. Joseph's  Hosp", "st josephs hosp"),
            ("ÁÉÍ-ñ", "aei n"),
            ("  (A) & B!", "a b"),
            ("!?", ""),
            ("1st", "1st"),
        ] {
            assert_eq!(fold(text), folded);
        }
    }

    #[test]
    fn a_column_finds_by_beginning_middle_and_letter() {
        assert_eq!(rows(|texts, take| texts.having(texts.beginning("st"), take)), [0, 1]);
        assert_eq!(rows(|texts, take| texts.having(texts.beginning("joseph"), take)), [2]);
        assert_eq!(rows(|texts, take| texts.having(texts.beginning("x"), take)), [0_usize; 0]);
        assert_eq!(rows(|texts, take| texts.containing("joseph", take)), [0, 1, 2]);
        assert_eq!(rows(|texts, take| texts.exactly(&Text::new("ST JOSEPHS HOSPITAL"), take)), [1]);
        assert_eq!(rows(|texts, take| texts.exactly(&Text::new("St Josephs Hospital"), take)), [0_usize; 0]);
        let texts = column();
        assert_eq!((texts.distinct(), texts.first(0), texts.first(9)), (4, Some("st josephs hospital"), None));
        assert_eq!(texts.rank("k"), (2, false));
        assert_eq!(texts.of(0).map(|text| text.folded).collect::<Vec<_>>(), ["st josephs hospital", "clinica ninos"]);
        let ranks = texts.first_ranks(4);
        assert!(ranks[2] < ranks[1] && ranks[0] == ranks[1] && ranks[3] == u32::MAX, "{ranks:?}");
        let empty = Texts::new(&[]);
        assert_eq!((empty.distinct(), empty.beginning("a"), empty.first(0)), (0, 0..0, None));
    }
}
