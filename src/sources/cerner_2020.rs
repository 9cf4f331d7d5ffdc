//! The endpoint list Cerner published until 2020: `{"endpoints":[{name,baseUrl,type}]}`.
//!
//! One row an address in, listings out; only production addresses are kept.

use std::ops::ControlFlow;

use serde_json::Value;

use super::{
    Emit, FileError, FileFacts, Outcome, Problem, Row,
    input::{Input, text as field, walk_list},
    junk, kind_words,
    lantern::names_nothing,
    marks::{Owners, digest},
    shape::{ON, ignored, row},
};
use crate::model::{
    door::Door,
    listing::{Body, EndpointFacts, Listing, OrganizationFacts},
    text,
};

/// The list in the root object.
const LIST: &str = "endpoints";

/// Reads a list; twice, so that it is known which addresses one name has alone.
pub fn read(input: Input<'_>, emit: Emit<'_>) -> Result<FileFacts, FileError> {
    let mut owners = Owners::default();
    walk_list(input, Some(LIST), &mut |_, value| {
        if let Ok(value) = value
            && let Ok(door) = Door::parse_endpoint(&field(&value, "baseUrl"))
        {
            owners.add(&door.key(), &text::match_form(&field(&value, "name")));
        }
        ON
    })?;
    let rows = walk_list(input, Some(LIST), &mut |number, value| -> ControlFlow<()> {
        emit(match value {
            Ok(value) => one(number, &value, &owners),
            Err(problem) => ignored(number, problem),
        })
    })?;
    Ok(FileFacts { rows, suggested_source: Some("cerner-2020".to_owned()) })
}

fn one(number: u64, value: &Value, owners: &Owners) -> Row {
    let url = field(value, "baseUrl");
    let name = text::clean_name(&field(value, "name"));
    if !value.is_object() {
        return ignored(number, Problem::malformed("it is not an object"));
    }
    if names_nothing(&name, &url) {
        return ignored(number, Problem::new("name", "no_name", "the row names no organization"));
    }
    if !field(value, "type").eq_ignore_ascii_case("prod") {
        return ignored(number, Problem::new("type", "not_production", "the address is not one for production use"));
    }
    let door = match Door::parse_endpoint(&url) {
        Ok(door) => door,
        Err(refusal) => {
            let key = digest(&[&text::match_form(&name), url.trim()]);
            let problem = Problem::new("baseUrl", refusal.code(), refusal.to_string());
            return row(number, Outcome::Quarantined { key, problem }, Vec::new());
        }
    };
    let address = door.key();
    let key = digest(&["organization", &text::match_form(&name), &address]);
    if let Some(problem) = junk::problem("name", &name, door.host()) {
        return row(number, Outcome::Quarantined { key, problem }, Vec::new());
    }
    let listing = Listing {
        key,
        group: door.tenant_id().map(|tenant| digest(&[&text::match_form(&name), &tenant])),
        strong: owners.only_one(&address).then(|| format!("end:{address}")).into_iter().collect(),
        body: Body::Organization(Box::new(OrganizationFacts {
            kinds: kind_words::kind(&name).into_iter().collect(),
            name,
            endpoints: vec![EndpointFacts {
                at: door,
                fhir_versions: Vec::new(),
                name: None,
                developers: None,
                through: None,
            }],
            ..OrganizationFacts::default()
        })),
    };
    row(number, Outcome::Listing(Box::new(listing)), Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::input::tests::{real, rows, rows_at, tally};

    #[test]
    fn production_rows_become_listings() {
        let (file, rows) = rows(
            r#"{"endpoints":[
              {"name":"ABC Pediatrics","baseUrl":"https://f.org/dstu2/8004d35e-3cbe-40a8-8f64-f3def78d8499/","type":"prod"},
              {"name":"Sandbox","baseUrl":"https://f.org/dstu2/x/","type":"sandbox"},
              {"name":"","baseUrl":"https://f.org/dstu2/y/","type":"prod"},
              {"name":"Inside","baseUrl":"https://intranet/","type":"prod"}, null]}"#,
        )
        .unwrap();
        assert_eq!((file.rows, file.suggested_source.as_deref()), (5, Some("cerner-2020")));
        let tally = tally(&rows);
        assert_eq!(tally["listing"], 1);
        assert_eq!(tally["ignored not_production"], 1);
        assert_eq!(tally["ignored no_name"], 1);
        assert_eq!(tally["quarantined private_network"], 1);
        assert_eq!(tally["ignored malformed_row"], 1);
        let Outcome::Listing(listing) = &rows[0].outcome else { panic!("{rows:?}") };
        assert_eq!(listing.strong, ["end:f.org/dstu2/8004d35e-3cbe-40a8-8f64-f3def78d8499"]);
        assert!(listing.group.is_some());
    }

    #[test]
    fn real_list_of_2020() {
        let Some(path) = real("lantern/cerner-2020.json") else {
            return;
        };
        let (file, rows) = rows_at(&path).unwrap();
        println!("cerner-2020 {:?}", tally(&rows));
        assert_eq!((file.rows, rows.len()), (1194, 1194));
    }
}
