//! Names and addresses that are no organization: tests, demonstrations, rows marked as dead (`junk.toml`).
//!
//! A name and an address in, the rule that catches them out. What holds: rules look at whole words only, so that
//! "Testa" and "Fademos" are names like any other.

use std::sync::LazyLock;

use serde::Deserialize;

use super::Problem;

static RULES: LazyLock<Vec<Rule>> =
    LazyLock::new(|| parse(include_str!("junk.toml")).expect("the rules shipped with the program are read by a test"));

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    rule: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    code: String,
    why: String,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    first: Vec<String>,
    #[serde(default)]
    last: Vec<String>,
    #[serde(default)]
    exact: Vec<String>,
    #[serde(default)]
    starts: Vec<String>,
    #[serde(default)]
    hosts: Vec<String>,
    #[serde(default)]
    hosts_unless: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
}

fn parse(text: &str) -> Result<Vec<Rule>, toml::de::Error> {
    toml::from_str::<Table>(text).map(|table| table.rule)
}

/// Why this name at this host is no organization, or nothing when it may well be one.
pub fn problem(field: &str, name: &str, host: &str) -> Option<Problem> {
    let whole = whole_words(name).collect::<Vec<_>>().join(" ").to_ascii_lowercase();
    let words = words(name);
    let host = host.to_ascii_lowercase();
    RULES
        .iter()
        .find_map(|rule| rule.catches(&whole, &words, &host).map(|what| (rule, what)))
        .map(|(rule, what)| Problem::new(field, &rule.code, format!("{}: {what:?}", rule.why)))
}

impl Rule {
    /// What in the row it catches.
    fn catches(&self, whole: &str, words: &[String], host: &str) -> Option<&str> {
        let found = find(words, &self.words)
            .or_else(|| self.first.iter().find(|first| words.first() == Some(first)))
            .or_else(|| self.last.iter().find(|last| ends_with(words, last)))
            .or_else(|| self.exact.iter().find(|exact| *exact == whole))
            .or_else(|| self.starts.iter().find(|start| words.iter().any(|word| word.starts_with(start.as_str()))))
            .or_else(|| {
                let real = self.hosts_unless.iter().any(|end| is_below(host, end));
                self.hosts.iter().find(|end| !real && is_below(host, end))
            })?;
        find(words, &self.unless).is_none().then_some(found)
    }
}

fn is_below(host: &str, end: &str) -> bool {
    host.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn find<'a>(words: &[String], phrases: &'a [String]) -> Option<&'a String> {
    // Millions of names go by here: nothing is made anew for a phrase.
    let stands_at = |phrase: &str, at: usize| {
        let mut rest = words[at..].iter();
        phrase.split(' ').all(|word| rest.next().is_some_and(|of_name| of_name == word))
    };
    phrases.iter().find(|phrase| (0..words.len()).any(|at| stands_at(phrase, at)))
}

/// Is this the last word (numbers do not count)?
fn ends_with(words: &[String], last: &str) -> bool {
    words.last().is_some_and(|word| word == last)
}

/// The words of a name, numbers among them.
fn whole_words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Lower-case words, without the digits at their ends and without numbers.
fn words(name: &str) -> Vec<String> {
    whole_words(name)
        .map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()))
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(name: &str) -> Option<String> {
        problem("name", name, "").map(|problem| problem.code)
    }

    #[test]
    fn the_shipped_rules_can_be_read() {
        assert!(parse(include_str!("junk.toml")).is_ok_and(|rules| rules.len() > 5));
        assert!(parse("[[rule]]\ncode = 'x'\nwhy = 'y'\nwords = ['a']").is_ok());
        assert!(parse("[[rule]]\ncode = 'x'\nwhy = 'y'\nwrods = ['a']").is_err());
        assert!(parse("[[rule]]\ncode = 'x'\nwords = ['a']").is_err(), "every rule says why");
    }

    #[test]
    fn a_rule_says_why_it_caught_a_name() {
        let problem = problem("name", "Old Clinic - DO NOT USE", "").unwrap();
        assert!(problem.reason.contains("no longer in use") && problem.reason.contains("do not use"), "{problem:?}");
    }

    /// A word that no name can have any more was written in a way that rules cannot look for.
    #[test]
    fn rules_are_written_as_names_are_compared() {
        for rule in RULES.iter() {
            let words = [&rule.words, &rule.first, &rule.last, &rule.starts, &rule.unless];
            for phrase in words.into_iter().flatten() {
                assert_eq!(super::words(phrase).join(" "), *phrase, "{}", rule.code);
            }
            for exact in &rule.exact {
                assert_eq!(whole_words(exact).collect::<Vec<_>>().join(" ").to_lowercase(), *exact);
            }
        }
    }

    #[test]
    fn tests_and_demonstrations_are_caught() {
        for name in [
            "Test Clinic",
            "Albany Med Health System - Test",
            "FHIR - eCW (demo) Facility(TEST)",
            "Practice Fusion Test",
            "Medhost General Hospital - Demo01",
            "Aetna Sandbox V2",
            "Northwell Health QA 22.1",
            "Blessing Hospital -DEV",
            "Northwell DEV 18.4",
            "Sample Client 001",
            "Phoenix Children's Hospital - Mock",
        ] {
            assert_eq!(code(name).as_deref(), Some("test_organization"), "{name}");
        }
    }

    #[test]
    fn dead_rows_and_placeholders_are_caught() {
        assert_eq!(code("XX_DO NOT USE_XXX").as_deref(), Some("marked_dead"));
        assert_eq!(code("zzzDelete-Seattle").as_deref(), Some("marked_dead"));
        assert_eq!(code("Women's Center LLC (TERMED)").as_deref(), Some("marked_dead"));
        for name in
            ["ZZ Boise Clinic", "zz_Old Practice", "XX Main St", "Boise Clinic - Duplicate", "Boise Clinic (OBSOLETE)"]
        {
            assert_eq!(code(name).as_deref(), Some("marked_dead"), "{name}");
        }
        assert_eq!(code("Other").as_deref(), Some("placeholder_name"));
    }

    #[test]
    fn real_names_are_not_caught() {
        for name in [
            "Testa Family Practice",
            "Fademos Clinic",
            "Any Lab Test Now",
            "ARCpoint Drug Testing",
            "Genetic Testing Center of Ohio",
            "Regional Health and Testing Center",
            "HIV Testing and Counseling",
            "Dream Sleep Testing",
            "CA - Dev Mishra M.D.",
            "Anita Dev MD",
            "Robert D. Mock, MD",
            "Northside Center for Child Development",
            "Sandbox Pediatrics",
            "Other Side Recovery",
            "Clinic 24",
            "Old Naples Concierge Medicine",
            "The Training Room",
            "ExampleHealth Community Hospital",
            "Automation Direct",
            "Contest Medical Group",
            "Test Valley Surgery",
            "Pizzazz Dental",
            "Dr. Zz Wang",
            "Duplicate Bridge Wellness Center",
            "Closed Loop Medicine",
        ] {
            assert_eq!(code(name), None, "{name}");
        }
    }

    #[test]
    fn machines_of_a_vendor_are_caught_by_their_host() {
        assert!(problem("name", "FHIR_182COREES60", "inscmqaes60.rd.allscripts.com").is_some());
        assert!(problem("name", "A Clinic", "notrd.allscripts.com").is_none());
        assert!(problem("name", "A Clinic", "tw171.open.allscripts.com").is_some());
        assert!(problem("name", "A Clinic", "fhir.fhirpoint.open.allscripts.com").is_none());
    }

    /// Names and addresses of the real lists, whatever their shape.
    fn real_names() -> Option<Vec<(String, String, String)>> {
        use crate::sources::input::{Input, tests::real, text as field, walk_list};
        let folder = real("")?;
        let mut names = Vec::new();
        for (file, list, name, address) in [
            ("connector/organizations.json", None, "organization", "url"),
            ("connector/apps-2017.json", None, "name", "url"),
            ("lantern/altera.json", Some("Endpoints"), "OrganizationName", "URL"),
            ("lantern/athenahealth.json", Some("Endpoints"), "OrganizationName", "URL"),
            ("lantern/athenaclinicals.json", Some("Endpoints"), "OrganizationName", "URL"),
            ("lantern/cerner.json", Some("Endpoints"), "OrganizationName", "URL"),
            ("lantern/cerner-2020.json", Some("endpoints"), "name", "baseUrl"),
            ("lantern/eclinicalworks.json", Some("Endpoints"), "OrganizationName", "URL"),
            ("lantern/epic.json", Some("Endpoints"), "OrganizationName", "URL"),
            ("lantern/first-insight.json", Some("Endpoints"), "OrganizationName", "URL"),
            ("lantern/medhost.json", Some("Endpoints"), "OrganizationName", "URL"),
            ("lantern/oneup.json", Some("Endpoints"), "OrganizationName", "URL"),
            ("lantern/practice-fusion.json", Some("Endpoints"), "OrganizationName", "URL"),
            ("lantern/veradigm.json", Some("Endpoints"), "OrganizationName", "URL"),
        ] {
            walk_list(Input::new(&folder.join(file)), list, &mut |_, value| {
                let value = value.unwrap();
                let host = crate::model::door::Door::parse(&field(&value, address)).map(|door| door.host().to_owned());
                names.push((file.to_owned(), field(&value, name), host.unwrap_or_default()));
                std::ops::ControlFlow::Continue(())
            })
            .unwrap();
        }
        Some(names)
    }

    #[test]
    fn real_names_each_rule_catches() {
        let Some(names) = real_names() else { return };
        let mut caught = std::collections::BTreeMap::<String, std::collections::BTreeSet<String>>::new();
        let mut outside_altera = 0;
        for (file, name, host) in &names {
            if let Some(problem) = problem("name", name, host) {
                outside_altera += usize::from(!file.contains("altera"));
                caught.entry(problem.reason).or_default().insert(format!("{name} [{file}]"));
            }
        }
        for (rule, names) in &caught {
            println!("{rule} {}", names.len());
            for name in names {
                println!("    {name}");
            }
        }
        assert!(caught.len() > 10, "the rules catch nothing");
        assert!(outside_altera * 200 < names.len(), "more than half a percent: {outside_altera}");
    }
}
