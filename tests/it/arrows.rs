//! Arrows between rooms go one way.
//!
//! The order of `pub mod` lines in `src/lib.rs` is the order in which data flows: a room may use the rooms above it and
//! no room below it. Databases are spoken to in `src/store` alone, the network in `src/fetch` alone. This test reads
//! the sources as text (words, not lines: nested `use` groups and `super::super::` count too).

use std::{
    fs,
    path::{Path, PathBuf},
};

/// What must come before what, whatever else is added to `src/lib.rs` between them: each row before the next.
const FLOW: &[&[&str]] = &[
    &["model"],
    &["clock"],
    &["geo", "fetch", "store"],
    &["sources", "search"],
    &["register"],
    &["config", "app"],
    &["web", "r4"],
    &["brands", "dumps"],
    &["site", "api"],
    &["changes", "fhir", "legacy", "mcp", "embed"],
    &["mail", "accounts"],
    &["claims", "profile", "moderation"],
    &["manage", "review"],
    &["routes"],
];

/// Crates that belong to one room.
const OWNED: &[(&str, &str)] =
    &[("sqlx", "store"), ("reqwest", "fetch"), ("hickory_resolver", "fetch"), ("rustls", "fetch"), ("lettre", "mail")];

#[test]
fn the_rooms_stand_in_the_order_of_the_data() {
    let order = order();
    let places: Vec<Vec<usize>> = FLOW
        .iter()
        .map(|row| row.iter().map(|room| place(&order, room).unwrap_or_else(|| panic!("no room {room}"))).collect())
        .collect();
    for pair in places.windows(2) {
        assert!(pair[0].iter().max() < pair[1].iter().min(), "src/lib.rs is out of order: {order:?}");
    }
}

#[test]
fn no_room_uses_a_later_one() {
    let order = order();
    let files = sources();
    assert!(files.len() > 10, "only {} source files were found", files.len());
    let wrong: Vec<String> = files.iter().flat_map(|(path, text)| faults(&order, path, text)).collect();
    assert!(wrong.is_empty(), "arrows go back:\n{}", wrong.join("\n"));
}

/// The reader of sources itself: it must see each way to reach another room.
#[test]
fn every_way_to_write_an_arrow_is_seen() {
    let order: Vec<String> = ["model", "store", "site"].map(str::to_owned).into();
    let count = |path: &str, text: &str| faults(&order, Path::new(path), text).len();
    for (path, text) in [
        ("model/a.rs", "use crate::site::page;"),
        ("model/a.rs", "use crate::{model::b, store::{Store, x::{y}}};"),
        ("model/a.rs", "fn f() { let x = crate::store::open(); }"),
        ("model/a.rs", "use super::super::site;"),
        ("model.rs", "use super::{store};"),
        ("model/mod.rs", "use super::store::Store;"),
        ("model/a.rs", "mod tests { use super::super::super::site; }"),
        ("model/a.rs", "use connector::site;"),
        ("model/a.rs", "use sqlx::Row;"),
        ("site/a.rs", "fn f(row: &sqlx::any::AnyRow) {}"),
        ("site/a.rs", "use {std::fs, ::sqlx};"),
        ("store/a.rs", "use reqwest as r;"),
        ("store/a.rs", "let s = '\"'; use crate::site; let t = '\"';"),
    ] {
        assert_eq!(count(path, text), 1, "{path}: {text}");
    }
    for (path, text) in [
        ("site/a.rs", "use crate::{model, store::Store};"),
        ("store/a.rs", "use crate::store::b; use sqlx::Row;"),
        ("model/a.rs", "// use crate::site;\n/* crate::site /* */ crate::site */"),
        ("model/a.rs", "let x = \"crate::site \\\" crate::site\"; let y = r#\"crate::site \" crate::site\"#;"),
        ("model/a.rs", "use super::site; pub(super) fn f() {}"),
        ("model/a.rs", "mod tests { use super::super::site; }"),
        ("model/a.rs", "fn f<'a>(store: &'a str) { my::sqlx::x(); }"),
    ] {
        assert_eq!(count(path, text), 0, "{path}: {text}");
    }
}

/// The rooms, in the order of `src/lib.rs`.
fn order() -> Vec<String> {
    let text = fs::read_to_string(root().join("lib.rs")).expect("src/lib.rs");
    let line = |line: &str| line.strip_prefix("pub mod ")?.strip_suffix(';').map(str::to_owned);
    text.lines().filter_map(line).collect()
}

fn place(order: &[String], room: &str) -> Option<usize> {
    order.iter().position(|known| known == room)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every source file, its path below `src/`.
fn sources() -> Vec<(PathBuf, String)> {
    let mut folders = vec![root()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder below src/") {
            let path = entry.expect("a file below src/").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = fs::read_to_string(&path).expect("a source file");
                found.push((path.strip_prefix(root()).expect("below src/").to_owned(), text));
            }
        }
    }
    found.sort();
    found
}

/// What is wrong with one file.
fn faults(order: &[String], path: &Path, text: &str) -> Vec<String> {
    let module: Vec<String> = path
        .with_extension("")
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .filter(|part| part != "mod")
        .collect();
    // The binary and the table of contents stand after everything; only the owned crates are looked for there.
    let room = module.first().cloned().unwrap_or_default();
    let own = place(order, &room).unwrap_or(order.len());
    let words = words(text);
    let mut wrong = Vec::new();
    for used in rooms_used(&words, module.len()) {
        if place(order, &used).is_some_and(|there| there > own) {
            wrong.push(format!("src/{}: {room} uses {used}, which comes after it", path.display()));
        }
    }
    for (name, owner) in OWNED {
        if room != *owner && uses_crate(&words, name) {
            wrong.push(format!("src/{}: {name} is used outside src/{owner}", path.display()));
        }
    }
    wrong
}

/// The rooms named after `crate::`, `connector::` or enough `super::`s, in a file `depth` modules deep.
fn rooms_used(words: &[String], depth: usize) -> Vec<String> {
    let mut found = Vec::new();
    // For each open brace: does it belong to a `mod x {`?
    let mut braces: Vec<bool> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match words[at].as_str() {
            "{" => braces.push(at >= 2 && words[at - 2] == "mod"),
            "}" => drop(braces.pop()),
            "crate" | "connector" if is(words, at + 1, "::") => {
                found.extend(first_names(words, at + 2));
            }
            "super" if is(words, at + 1, "::") && (at == 0 || words[at - 1] != "::") => {
                let mut supers = 0;
                while is(words, at, "super") && is(words, at + 1, "::") {
                    supers += 1;
                    at += 2;
                }
                if supers == depth + braces.iter().filter(|inline| **inline).count() {
                    found.extend(first_names(words, at));
                }
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// `a` of `a::b`; `a` and `c` of `{a::b, c::{d}}`.
fn first_names(words: &[String], at: usize) -> Vec<String> {
    if !is(words, at, "{") {
        return words.get(at).cloned().into_iter().collect();
    }
    let (mut depth, mut found) = (0, Vec::new());
    for (i, word) in words.iter().enumerate().skip(at) {
        match word.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            name if depth == 1 && matches!(words[i - 1].as_str(), "{" | ",") => found.push(name.to_owned()),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    found
}

/// Is a crate named at the start of a path?
fn uses_crate(words: &[String], name: &str) -> bool {
    words.iter().enumerate().any(|(at, word)| {
        let before = |back: usize| at.checked_sub(back).map_or("", |i| words[i].as_str());
        // `my::sqlx` is somebody else's; `::sqlx` at the start of a path is the crate.
        let continues = before(1) == "::" && before(2).chars().all(|c| c.is_alphanumeric() || c == '_');
        let continues = continues && !matches!(before(2), "" | "use");
        word == name && !continues && (is(words, at + 1, "::") || matches!(before(1), "use" | "{" | "," | "::"))
    })
}

fn is(words: &[String], at: usize, word: &str) -> bool {
    words.get(at).is_some_and(|there| there == word)
}

/// Names and marks of a source text, without comments, texts and letters in quotes.
fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            comment(rest)
        } else if c == '"' {
            quoted(rest)
        } else if let Some(length) = raw(rest) {
            length
        } else if c == '\'' {
            letter(rest)
        } else if c.is_alphanumeric() || c == '_' {
            let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
            found.push(rest[..length].to_owned());
            length
        } else {
            let length = if rest.starts_with("::") { 2 } else { c.len_utf8() };
            if !c.is_whitespace() {
                found.push(rest[..length].to_owned());
            }
            length
        };
        rest = &rest[length..];
    }
    found
}

/// The length of a comment that may hold others.
fn comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

/// The length of `"…"`.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of `r"…"`, `r#"…"#` and so on.
fn raw(text: &str) -> Option<usize> {
    let body = text.strip_prefix("br").or_else(|| text.strip_prefix('r'))?;
    let marks = body.len() - body.trim_start_matches('#').len();
    let inner = body[marks..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(marks));
    let start = text.len() - inner.len();
    Some(inner.find(&end).map_or(text.len(), |at| start + at + end.len()))
}

/// The length of `'x'` or `'\n'`; of a lifetime only its mark.
fn letter(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => text[2..].char_indices().skip(1).find(|(_, c)| *c == '\'').map_or(1, |(at, _)| at + 3),
        Some(_) => chars.next().filter(|(_, c)| *c == '\'').map_or(1, |(at, _)| at + 1),
        None => 1,
    }
}
