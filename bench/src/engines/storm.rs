//! SeekStorm as its README sets it up: spelling correction at one letter (two from eight letters on), completion of
//! what is typed, all words first, any word when nothing has all.

use std::{collections::HashSet, path::Path};

use seekstorm::{
    commit::Commit as _,
    index::{
        AccessType, Clustering, Document, DocumentCompression, FieldType, FileType, FrequentwordType, IndexArc,
        IndexDocument as _, IndexMetaObject, LexicalSimilarity, NgramSet, QueryCompletion, SchemaField,
        SpellingCorrection, StemmerType, StopwordType, TokenizerType, create_index,
    },
    search::{QueryRewriting, QueryType, ResultType, Search as _, SearchMode},
    vector::Inference,
};
use serde_json::Value;
use tokio::runtime::Runtime;

use super::Engine;
use crate::{Outcome, corpus::Row};

/// How often a word must occur to be one that others are corrected to. The README's 20 is for long texts: nine of ten
/// words of names are rarer.
const COUNT_THRESHOLD: usize = 1;

/// The index, and what runs it.
pub struct Storm {
    index: IndexArc,
    runtime: Runtime,
}

impl Engine for Storm {
    const NAME: &str = "SeekStorm 4.0.1, spelling correction and query completion";

    fn build(folder: &Path, rows: &[Row]) -> Outcome<Self> {
        let runtime = Runtime::new().map_err(|why| format!("seekstorm: {why}"))?;
        let index = runtime.block_on(build(folder, rows)).map_err(|why| format!("seekstorm: {why}"))?;
        Ok(Self { index, runtime })
    }

    fn search(&self, text: &str) -> Outcome<Vec<usize>> {
        let find = async {
            let all = find(&self.index, text, QueryType::Intersection).await?;
            if all.is_empty() { find(&self.index, text, QueryType::Union).await } else { Ok(all) }
        };
        self.runtime.block_on(find).map_err(|why| format!("seekstorm, {text:?}: {why}"))
    }
}

async fn build(folder: &Path, rows: &[Row]) -> Outcome<IndexArc> {
    let text = |name: &str, boost: f32, is_name: bool| {
        SchemaField::new(name.to_owned(), false, true, false, FieldType::Text, false, is_name, boost, is_name, is_name)
    };
    let schema = vec![
        text("name", 3.0, true),
        text("aliases", 2.0, false),
        text("city", 1.5, false),
        text("state", 1.0, false),
        text("zip", 1.5, false),
        text("domain", 1.5, false),
        text("npi", 3.0, false),
        SchemaField::new("number".to_owned(), true, false, false, FieldType::U64, false, false, 1.0, false, false),
    ];
    let meta = IndexMetaObject {
        id: 0,
        name: "organizations".to_owned(),
        lexical_similarity: LexicalSimilarity::Bm25f,
        tokenizer: TokenizerType::UnicodeAlphanumericFolded,
        stemmer: StemmerType::None,
        stop_words: StopwordType::None,
        frequent_words: FrequentwordType::English,
        ngram_indexing: NgramSet::NgramFF as u8,
        document_compression: DocumentCompression::Snappy,
        access_type: AccessType::Mmap,
        spelling_correction: Some(SpellingCorrection {
            max_dictionary_edit_distance: 1,
            term_length_threshold: Some([2, 8].into()),
            count_threshold: COUNT_THRESHOLD,
            max_dictionary_entries: 500_000,
        }),
        query_completion: Some(QueryCompletion { max_completion_entries: 10_000_000 }),
        clustering: Clustering::None,
        inference: Inference::None,
        segment_number_bits: 11,
    };
    let index = create_index(folder, meta, &schema, &Vec::new(), true, None).await?;
    for (number, row) in rows.iter().enumerate() {
        let text = |name: &str, value: &str| (name.to_owned(), Value::String(value.to_owned()));
        let mut document = Document::from([
            text("name", &row.name),
            text("city", row.place.city),
            text("state", row.place.state),
            text("zip", row.place.zip),
            text("npi", &row.npi.to_string()),
            ("number".to_owned(), Value::from(number)),
        ]);
        if !row.aliases.is_empty() {
            document.extend([text("aliases", &row.aliases.join("; "))]);
        }
        if let Some(domain) = &row.domain {
            document.extend([text("domain", domain)]);
        }
        index.index_document(document, FileType::None).await;
    }
    index.commit().await;
    Ok(index)
}

async fn find(index: &IndexArc, text: &str, kind: QueryType) -> Outcome<Vec<usize>> {
    let rewriting = QueryRewriting::SearchRewrite {
        distance: 1,
        term_length_threshold: Some([2, 8].into()),
        correct: Some(2),
        complete: Some(3),
        length: Some(5),
    };
    let found = index
        .search(
            text.to_owned(),
            None,
            kind,
            SearchMode::Lexical,
            false,
            0,
            10,
            ResultType::Topk,
            false,
            Vec::new(),
            Vec::new(),
            Vec::new(),
            Vec::new(),
            rewriting,
        )
        .await;
    let index = index.read().await;
    let mut numbers = Vec::with_capacity(found.results.len());
    for result in &found.results {
        let document = index.get_document(result.doc_id, false, &None, &HashSet::new(), &Vec::new()).await?;
        numbers.push(document.get("number").and_then(Value::as_u64).unwrap_or(u64::MAX) as usize);
    }
    Ok(numbers)
}
