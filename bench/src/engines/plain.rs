//! Tantivy as it comes: its usual text index, each word as typed, with one wrong letter, and the last one unfinished.

use std::path::Path;

use tantivy::{
    Index, IndexReader, TantivyDocument, TantivyError, Term,
    collector::TopDocs,
    query::{BooleanQuery, BoostQuery, FuzzyTermQuery, Occur, Query, TermQuery},
    schema::{FAST, Field, IndexRecordOption, STORED, Schema, TEXT, Value as _},
    tokenizer::{TextAnalyzer, TokenStream as _},
};

use super::Engine;
use crate::{Outcome, corpus::Row};

/// Memory of the writer in bytes.
const WRITER_BYTES: usize = 200_000_000;
/// Words of fewer letters have no wrong ones.
const SHORT: usize = 4;
/// Fields of words and how much they weigh.
const FIELDS: [(&str, f32); 7] =
    [("name", 3.0), ("aliases", 2.0), ("city", 1.5), ("state", 1.0), ("zip", 1.5), ("domain", 1.5), ("npi", 3.0)];

/// The index.
pub struct Plain {
    reader: IndexReader,
    /// Each with its weight.
    fields: Vec<(Field, f32)>,
    number: Field,
    analyzer: TextAnalyzer,
}

impl Engine for Plain {
    const NAME: &str = "Tantivy 0.27, text fields, fuzzy words and a prefix";

    fn build(folder: &Path, rows: &[Row]) -> Outcome<Self> {
        build(folder, rows).map_err(|why| format!("tantivy: {why}"))
    }

    fn search(&self, text: &str) -> Outcome<Vec<usize>> {
        self.find(text).map_err(|why| format!("tantivy, {text:?}: {why}"))
    }
}

fn build(folder: &Path, rows: &[Row]) -> Result<Plain, TantivyError> {
    let mut schema = Schema::builder();
    let fields: Vec<(Field, f32)> =
        FIELDS.into_iter().map(|(name, boost)| (schema.add_text_field(name, TEXT), boost)).collect();
    let number = schema.add_u64_field("number", STORED | FAST);
    let index = Index::create_in_dir(folder, schema.build())?;
    let mut writer = index.writer(WRITER_BYTES)?;
    for (at, row) in rows.iter().enumerate() {
        let mut document = TantivyDocument::default();
        let place = row.place;
        let (aliases, npi) = (row.aliases.join("; "), row.npi.to_string());
        let domain = row.domain.as_deref().unwrap_or_default();
        let texts = [row.name.as_str(), &aliases, place.city, place.state, place.zip, domain, &npi];
        for ((field, _), text) in fields.iter().zip(texts).filter(|(_, text)| !text.is_empty()) {
            document.add_text(*field, text);
        }
        document.add_u64(number, at as u64);
        writer.add_document(document)?;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    let analyzer = index.tokenizer_for_field(fields[0].0)?;
    Ok(Plain { reader: index.reader()?, fields, number, analyzer })
}

impl Plain {
    fn find(&self, text: &str) -> Result<Vec<usize>, TantivyError> {
        let words = self.words(text);
        let last = words.len().saturating_sub(1);
        let parts: Vec<Box<dyn Query>> =
            words.iter().enumerate().map(|(at, word)| self.word(word, at == last)).collect();
        let all = BooleanQuery::new(parts.iter().map(|part| (Occur::Must, part.box_clone())).collect());
        let found = self.top(&all)?;
        if !found.is_empty() {
            return Ok(found);
        }
        self.top(&BooleanQuery::new(parts.into_iter().map(|part| (Occur::Should, part)).collect()))
    }

    fn words(&self, text: &str) -> Vec<String> {
        let mut analyzer = self.analyzer.clone();
        let mut stream = analyzer.token_stream(text);
        let mut words = Vec::new();
        while stream.advance() {
            words.push(stream.token().text.clone());
        }
        words
    }

    /// One word in any field: as typed, with one wrong letter, and unfinished when it is the last.
    fn word(&self, word: &str, last: bool) -> Box<dyn Query> {
        let mut ways: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for (field, boost) in &self.fields {
            let term = Term::from_field_text(*field, word);
            let mut add = |query: Box<dyn Query>, boost: f32| {
                ways.push((Occur::Should, Box::new(BoostQuery::new(query, boost)) as Box<dyn Query>));
            };
            add(Box::new(TermQuery::new(term.clone(), IndexRecordOption::WithFreqs)), *boost);
            if word.len() >= SHORT {
                add(Box::new(FuzzyTermQuery::new(term.clone(), 1, true)), boost * 0.3);
            }
            if last {
                add(Box::new(FuzzyTermQuery::new_prefix(term, 0, true)), boost * 0.5);
            }
        }
        Box::new(BooleanQuery::new(ways))
    }

    fn top(&self, query: &dyn Query) -> Result<Vec<usize>, TantivyError> {
        let searcher = self.reader.searcher();
        let found = searcher.search(query, &TopDocs::with_limit(10).order_by_score())?;
        let number = |at| {
            let document: TantivyDocument = searcher.doc(at)?;
            Ok(document.get_first(self.number).and_then(|value| value.as_u64()).unwrap_or(u64::MAX) as usize)
        };
        found.into_iter().map(|(_, at)| number(at)).collect()
    }
}
