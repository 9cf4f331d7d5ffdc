//! What a running server can be asked for: lists of paths, one file for each kind of page.

use std::{
    collections::{HashSet, VecDeque},
    fs,
    path::Path,
};

use serde_json::Value;

use crate::{
    Outcome,
    arguments::Arguments,
    client::{Client, encoded},
    corpus::random::Random,
};

/// Organizations in one answer of the API: the most it gives.
const PAGE: usize = 100;
/// Addresses of a kind that is found by following links: more say nothing new.
const LINKED: usize = 3_000;
/// Questions: more say nothing new.
const QUESTIONS: usize = 10_000;

/// What is needed of an organization to ask for it.
struct Known {
    id: String,
    slug: String,
    name: String,
    city: String,
    state: String,
}

/// `connector-bench addresses`.
pub fn run(given: &Arguments) -> Outcome<()> {
    let (base, out, seed) = (given.need::<String>("base")?, given.need::<String>("out")?, given.or("seed", 1)?);
    let out = Path::new(&out);
    fs::create_dir_all(out).map_err(|why| format!("{}: {why}", out.display()))?;
    let mut client = Client::connect(&base).map_err(|why| format!("{base}: {why}"))?;
    let mut all = match given.or("known", String::new())?.as_str() {
        "" => organizations(&mut client)?,
        file => kept(Path::new(file), &mut client)?,
    };
    shuffle(&mut all, &mut Random::new(seed));
    let some = &all[..all.len().min(QUESTIONS)];
    let lists: [(&str, Vec<String>); 12] = [
        ("home", vec!["/".to_owned(), "/es".to_owned()]),
        ("organization", all.iter().map(|one| format!("/organizations/{}", one.slug)).collect()),
        ("find", some.iter().enumerate().map(|(n, one)| format!("/find?q={}", encoded(&question(one, n)))).collect()),
        ("browse", linked(&mut client, "/browse")?),
        ("available", linked(&mut client, "/available")?),
        ("help", linked(&mut client, "/help")?),
        ("api-read", all.iter().map(|one| format!("/api/v1/organizations/{}", one.id)).collect()),
        ("fhir-read", all.iter().map(|one| format!("/fhir/Organization/{}", one.id)).collect()),
        ("fhir-search", some.iter().enumerate().map(|(n, one)| fhir_search(one, n)).collect()),
        ("api-organization", some.iter().map(|one| format!("/api/v1/organizations/{}", one.id)).collect()),
        ("api-search", some.iter().map(|one| format!("/api/v1/search?q={}", encoded(&one.name))).collect()),
        ("api-suggest", some.iter().enumerate().map(|(n, one)| suggestion(one, n)).collect()),
    ];
    for (name, paths) in lists {
        let mut distinct = HashSet::new();
        let mut text = String::new();
        for path in paths.iter().filter(|path| distinct.insert(path.as_str())) {
            text.push_str(path);
            text.push('\n');
        }
        let path = out.join(format!("{name}.txt"));
        fs::write(&path, text).map_err(|why| format!("{}: {why}", path.display()))?;
        println!("{name}: {} addresses", distinct.len());
    }
    Ok(())
}

/// Every organization the API lists, or listed when the file was written: a million take minutes to list.
fn kept(file: &Path, client: &mut Client) -> Outcome<Vec<Known>> {
    let told = |why: csv::Error| format!("{}: {why}", file.display());
    if file.exists() {
        let mut table = csv::ReaderBuilder::new().has_headers(false).from_path(file).map_err(told)?;
        let rows = table.deserialize::<(String, String, String, String, String)>();
        return rows
            .map(|row| row.map(|(id, slug, name, city, state)| Known { id, slug, name, city, state }).map_err(told))
            .collect();
    }
    let all = organizations(client)?;
    let mut table = csv::Writer::from_path(file).map_err(told)?;
    for one in &all {
        table.write_record([&one.id, &one.slug, &one.name, &one.city, &one.state]).map_err(told)?;
    }
    table.flush().map_err(|why| told(why.into()))?;
    Ok(all)
}

/// Every organization the API lists.
fn organizations(client: &mut Client) -> Outcome<Vec<Known>> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/organizations?limit={PAGE}{after}");
        let answer = client.get(&path).map_err(|why| format!("{path}: {why}"))?;
        if answer.status != 200 {
            return Err(format!("{path}: the server answered {}", answer.status));
        }
        let page: Value = serde_json::from_slice(answer.body).map_err(|why| format!("{path}: {why}"))?;
        for one in page["results"].as_array().map(Vec::as_slice).unwrap_or_default() {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let (id, slug, name) = (text(&one["id"]), text(&one["slug"]), text(&one["name"]));
            if id.is_empty() || slug.is_empty() || name.is_empty() {
                return Err(format!("{path}: an organization without id, slug or name"));
            }
            all.push(Known {
                id,
                slug,
                name,
                city: text(&one["locations"][0]["city"]),
                state: text(&one["locations"][0]["state"]),
            });
        }
        match page["next_after"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return Ok(all),
        }
    }
}

/// Fisher and Yates: neighbours in the store must not be neighbours in time.
fn shuffle<T>(all: &mut [T], random: &mut Random) {
    for last in (1..all.len()).rev() {
        all.swap(last, random.below(last + 1));
    }
}

/// What somebody types who looks for it: its name, its name in its city, its first words, its name with an error.
fn question(one: &Known, number: usize) -> String {
    match number % 4 {
        1 => format!("{} {}", one.name, one.city).trim_end().to_owned(),
        2 => one.name.split_whitespace().take(2).collect::<Vec<_>>().join(" "),
        3 => {
            let mut letters: Vec<char> = one.name.chars().collect();
            if letters.len() > 5 {
                letters.swap(3, 4);
            }
            letters.into_iter().collect()
        }
        _ => one.name.clone(),
    }
}

/// What a FHIR client searches: a whole name, the beginning of one in a state, a city in a state, a kind in a state.
fn fhir_search(one: &Known, number: usize) -> String {
    let (name, city) = (encoded(&one.name), encoded(&one.city));
    let begun: String = one.name.chars().take(6).collect();
    let asked = match number % 4 {
        1 => format!("name={}&address-state={}", encoded(begun.trim_end()), one.state),
        2 => format!("address-city={city}&address-state={}", one.state),
        3 => format!("type=prov&address-state={}", one.state),
        _ => format!("name={name}"),
    };
    format!("/fhir/Organization?_count=20&{asked}")
}

/// The suggestions for the first letters.
fn suggestion(one: &Known, number: usize) -> String {
    let begun: String = one.name.chars().take(3 + number % 8).collect();
    format!("/api/v1/suggest?q={}", encoded(begun.trim_end()))
}

/// Every address below a path that its pages link to; none when the server does not know the path.
fn linked(client: &mut Client, first: &str) -> Outcome<Vec<String>> {
    let mut known = HashSet::new();
    // Help has no page of its own in every version: whatever the front page links to counts too.
    let mut waiting = VecDeque::from(["/".to_owned(), first.to_owned()]);
    let mut found = Vec::new();
    while let Some(path) = waiting.pop_front() {
        let answer = client.get(&path).map_err(|why| format!("{path}: {why}"))?;
        if answer.status != 200 {
            continue;
        }
        if path != "/" {
            found.push(path);
        }
        for link in links(&String::from_utf8_lossy(answer.body), first) {
            if known.len() < LINKED && link != first && known.insert(link.clone()) {
                waiting.push_back(link);
            }
        }
    }
    Ok(found)
}

/// The links of a page to a path or below it.
fn links(page: &str, first: &str) -> Vec<String> {
    let all = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    all.map(|link| link.split('#').next().unwrap_or_default().replace("&amp;", "&"))
        .filter(|link| link.strip_prefix(first).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?'])))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_those_below_a_path() {
        let page = r#"<a href="/help/rights#fees">a</a> <a class="x" href="/help?a=1&amp;b=2">b</a> <a href="/helpers">c</a>
            <a href="https://example.org/help/">d</a>"#;
        assert_eq!(links(page, "/help"), ["/help/rights", "/help?a=1&b=2"]);
    }
}
