//! Asking the index: an [`Understood`] query and filters in, an index query out.
//!
//! The index scores every fuzzy match alike, so each way to match a word is a layer with a fixed worth (the shares of
//! `ranking`), and the best layer counts. What holds: the filters always hold.

use tantivy::{
    Term,
    query::{
        AllQuery, BooleanQuery, ConstScoreQuery, DisjunctionMaxQuery, FuzzyTermQuery, Occur, Query, TermQuery,
        TermSetQuery,
    },
    schema::{Field, IndexRecordOption},
};

use super::{
    document::Fields,
    query::{Meaning, Part, Understood, Word},
    ranking::{Share, WHOLE_POINTS, WORD_POINTS, typos_allowed},
};
use crate::{
    geo::Cell,
    model::{id::Id, kind::Kind},
};

/// How much is forgiven. Each stage finds at least what the one before it finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// As typed; words may be unfinished.
    Typed,
    /// One typing error in a word.
    OneTypo,
    /// Two in a long word.
    TwoTypos,
}

/// What every result must satisfy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Filters<'a> {
    /// Any of these kinds; empty = all.
    pub kinds: &'a [Kind],
    /// Any of these states, or the whole country; empty = all.
    pub states: &'a [String],
    /// Only parts of this organization.
    pub part_of: Option<&'a Id>,
}

impl Filters<'_> {
    /// Nothing is left out.
    pub const NONE: Self = Self { kinds: &[], states: &[], part_of: None };
}

/// Makes index queries.
pub struct Asker<'a> {
    /// Fields of the index.
    pub fields: &'a Fields,
    /// What always holds.
    pub filters: Filters<'a>,
    /// The text is being typed: even a kind word may be the beginning of a name.
    pub typing: bool,
}

type Asked = Box<dyn Query>;

impl Asker<'_> {
    /// Everything the filters leave.
    pub fn everything(&self) -> Asked {
        self.filtered(worth(AllQuery, 0.0))
    }

    /// What has a place in one of these cells.
    pub fn in_cells(&self, cells: Vec<Cell>) -> Asked {
        let terms = cells.into_iter().map(|cell| Term::from_field_u64(self.fields.cell, cell));
        self.filtered(worth(TermSetQuery::new(terms), 0.0))
    }

    /// What has one of these numbers.
    pub fn numbers(&self, numbers: &[String]) -> Asked {
        self.filtered(worth(
            TermSetQuery::new(numbers.iter().map(|n| Term::from_field_text(self.fields.number, n))),
            1.0,
        ))
    }

    /// What has a door with this address term.
    pub fn address(&self, level: &str) -> Asked {
        self.filtered(term(self.fields.address, level, 1.0))
    }

    /// What has exactly this name.
    pub fn named(&self, whole: &str) -> Asked {
        self.filtered(term(self.fields.whole, whole, 1.0))
    }

    /// What satisfies every part of a query.
    pub fn words(&self, understood: &Understood, stage: Stage) -> Asked {
        self.satisfying(understood, stage, |_| true)
    }

    /// What satisfies one part of a query, and as many of the others as can be; typing errors are forgiven.
    pub fn words_around(&self, understood: &Understood, needed: usize) -> Asked {
        self.satisfying(understood, Stage::TwoTypos, |at| at == needed)
    }

    /// What satisfies one part alone, typing errors forgiven.
    pub fn part_alone(&self, part: &Part) -> Asked {
        self.filtered(self.part(part, Stage::TwoTypos, 1.0))
    }

    fn satisfying(&self, understood: &Understood, stage: Stage, needed: impl Fn(usize) -> bool) -> Asked {
        let per_weight = WORD_POINTS / understood.weight();
        let asked = |(at, part): (usize, &Part)| {
            let occur = if needed(at) { Occur::Must } else { Occur::Should };
            (occur, self.part(part, stage, (per_weight * part.weight) as f32))
        };
        let mut clauses: Vec<(Occur, Asked)> = understood.parts.iter().enumerate().map(asked).collect();
        let whole = term(self.fields.whole, &understood.whole, WHOLE_POINTS as f32);
        clauses.push((Occur::Should, whole));
        self.filtered(Box::new(BooleanQuery::new(clauses)))
    }

    fn filtered(&self, asked: Asked) -> Asked {
        let mut clauses = vec![(Occur::Must, asked)];
        if !self.filters.kinds.is_empty() {
            let terms = self.filters.kinds.iter().map(|kind| Term::from_field_text(self.fields.kind, kind.code()));
            clauses.push((Occur::Must, worth(TermSetQuery::new(terms), 0.0)));
        }
        if let Some(id) = self.filters.part_of {
            clauses.push((Occur::Must, term(self.fields.part_of, id.as_str(), 0.0)));
        }
        if !self.filters.states.is_empty() {
            let states = self.filters.states.iter().map(String::as_str).chain(["US"]);
            let terms = states.map(|state| Term::from_field_text(self.fields.state, state));
            clauses.push((Occur::Must, worth(TermSetQuery::new(terms), 0.0)));
        }
        Box::new(BooleanQuery::new(clauses))
    }

    /// One part: its words, or what they mean.
    fn part(&self, part: &Part, stage: Stage, points: f32) -> Asked {
        let per_word = points / part.words.len().max(1) as f32;
        let unfinished = self.typing || matches!(part.meaning, Meaning::Plain);
        let words = part.words.iter().map(|word| (Occur::Must, self.word(word, stage, per_word, unfinished)));
        let mut ways: Vec<Asked> = vec![Box::new(BooleanQuery::new(words.collect()))];
        match &part.meaning {
            Meaning::Plain => {}
            Meaning::Kinds(kinds) => {
                let terms = kinds.iter().map(|kind| Term::from_field_text(self.fields.kind, kind.code()));
                ways.push(worth(TermSetQuery::new(terms), points * Share::Kind.worth()));
            }
            Meaning::State(code) => {
                ways.push(term(self.fields.state, code, points * Share::State.worth()));
                ways.push(term(self.fields.state, "US", points * Share::Country.worth()));
            }
        }
        best_of(ways)
    }

    /// One word: every way to match it, each with its worth.
    fn word(&self, word: &Word, stage: Stage, points: f32, unfinished: bool) -> Asked {
        let fields = self.fields;
        let of = |share: Share| points * share.worth();
        let mut ways = vec![
            term(fields.name, &word.form, of(Share::Exact)),
            term(fields.place, &word.form, of(Share::Place)),
            term(fields.portal, &word.form, of(Share::Portal)),
        ];
        if word.surface != word.form {
            ways.push(term(fields.name, &word.surface, of(Share::Exact)));
        }
        ways.extend(word.joins.iter().map(|joined| term(fields.name, joined, of(Share::Exact))));
        ways.extend(word.english.iter().map(|english| term(fields.name, english, of(Share::English))));
        if word.surface.len() >= 4 && word.surface.bytes().any(|b| b.is_ascii_digit()) {
            ways.push(term(fields.number, &word.surface, of(Share::Exact)));
        }
        if unfinished && (word.last || word.surface.len() >= 3) {
            ways.push(beginning(fields.name, &word.surface, 0, of(Share::Begins)));
            if word.last {
                ways.push(beginning(fields.place, &word.surface, 0, of(Share::PlaceBegins)));
            }
        }
        let typos = match stage {
            Stage::Typed => 0,
            Stage::OneTypo => typos_allowed(&word.form).min(1),
            Stage::TwoTypos => typos_allowed(&word.form),
        };
        for typos in 1..=typos {
            let share = if typos == 1 { Share::OneTypo } else { Share::TwoTypos };
            for field in [fields.name, fields.place] {
                ways.push(resembling(field, &word.form, typos, of(share)));
                if word.last && unfinished {
                    ways.push(beginning(field, &word.surface, typos, of(share) * 0.9));
                }
            }
        }
        best_of(ways)
    }
}

fn worth(query: impl Query, points: f32) -> Asked {
    Box::new(ConstScoreQuery::new(Box::new(query), points))
}

fn term(field: Field, text: &str, points: f32) -> Asked {
    worth(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic), points)
}

fn resembling(field: Field, text: &str, typos: u8, points: f32) -> Asked {
    worth(FuzzyTermQuery::new(Term::from_field_text(field, text), typos, true), points)
}

fn beginning(field: Field, text: &str, typos: u8, points: f32) -> Asked {
    worth(FuzzyTermQuery::new_prefix(Term::from_field_text(field, text), typos, true), points)
}

fn best_of(ways: Vec<Asked>) -> Asked {
    Box::new(DisjunctionMaxQuery::new(ways))
}
