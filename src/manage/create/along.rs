//! What an organization's own list says beside what the form asks. Pure.
//!
//! What holds: it is a proposal like what is typed, so the same rules judge it: doors that a person may not type are left out,
//! and so is what only lists may say of themselves (ids, old addresses, what it is part of).

use std::collections::BTreeSet;

use crate::{
    claims::create::{Typed, shows_where},
    model::{
        door::Door,
        identifier::{Identifier, System},
        listing::{Body, OrganizationFacts, PortalFacts},
        place::Place,
    },
    profile::{bundle::own_part, form::schema::LISTS, tidy},
};

/// Other names at most.
const ALIASES: usize = 20;

/// What may come along of what a list says. `recalled` are hosts that were taken out of the directory.
pub fn fit(facts: OrganizationFacts, recalled: &BTreeSet<String>) -> OrganizationFacts {
    let mut all = own_part(facts, recalled);
    all.website = all.website.filter(|site| may_be_typed(&site.door));
    all.portals.retain(|portal| may_be_typed(&portal.at.door));
    for portal in &mut all.portals {
        portal.sign_up = portal.sign_up.take().filter(may_be_typed);
        portal.endpoints.retain(|url| Door::parse_endpoint(url).is_ok());
    }
    all.endpoints.retain(|endpoint| may_be_typed(&endpoint.at));
    for endpoint in &mut all.endpoints {
        endpoint.developers = endpoint.developers.take().filter(may_be_typed);
    }
    all.aliases.truncate(ALIASES);
    all.places.truncate(most("places"));
    all.portals.truncate(most("portals"));
    all.endpoints.truncate(most("endpoints"));
    all.identifiers.truncate(most("numbers"));
    let kept = OrganizationFacts {
        name: all.name,
        aliases: all.aliases,
        kinds: all.kinds,
        description: all.description,
        website: all.website,
        phone: all.phone,
        identifiers: all.identifiers,
        places: all.places,
        areas: all.areas,
        portals: all.portals,
        endpoints: all.endpoints,
        ..OrganizationFacts::default()
    };
    match tidy(&Body::Organization(Box::new(kept))) {
        Ok(Body::Organization(facts)) => *facts,
        // Every address was read a moment ago, so that none is refused here.
        _ => OrganizationFacts::default(),
    }
}

/// As somebody who types it: read anew, whatever a list or a form says of it.
fn may_be_typed(door: &Door) -> bool {
    Door::parse(&door.url).is_ok_and(|door| shows_where(&door))
}

fn most(list: &str) -> usize {
    LISTS.iter().find(|known| known.name == list).map_or(0, |list| list.most)
}

/// Fills the fields of the form that are empty.
pub fn fill(typed: &mut Typed, facts: &OrganizationFacts) {
    let place = facts.places.first().cloned().unwrap_or_default();
    let npi = facts.identifiers.iter().find(|number| number.system == System::Npi);
    let portal = facts.portals.first().map(|portal| portal.at.door.url.clone());
    let fields = [
        (&mut typed.name, Some(facts.name.clone())),
        (&mut typed.kind, facts.kinds.first().map(|kind| kind.code().to_owned())),
        (&mut typed.street, Some(place.lines.join(", "))),
        (&mut typed.city, place.city),
        (&mut typed.state, place.state),
        (&mut typed.zip, place.zip),
        (&mut typed.phone, facts.phone.clone()),
        (&mut typed.website, facts.website.as_ref().map(|site| site.door.url.clone())),
        (&mut typed.portal, portal),
        (&mut typed.npi, npi.map(|number| number.value.clone())),
    ];
    for (field, said) in fields {
        if field.trim().is_empty() {
            *field = said.unwrap_or_default();
        }
    }
}

/// What comes beside what the form asks: everything but what stands in its fields.
pub fn beside(facts: &OrganizationFacts) -> OrganizationFacts {
    OrganizationFacts {
        aliases: facts.aliases.clone(),
        kinds: facts.kinds.iter().skip(1).copied().collect(),
        description: facts.description.clone(),
        identifiers: other_numbers(facts),
        places: facts.places.iter().skip(1).cloned().collect(),
        areas: facts.areas.clone(),
        portals: facts.portals.iter().skip(1).cloned().collect(),
        endpoints: facts.endpoints.clone(),
        ..OrganizationFacts::default()
    }
}

fn other_numbers(facts: &OrganizationFacts) -> Vec<Identifier> {
    facts.identifiers.iter().filter(|number| number.system != System::Npi).cloned().collect()
}

/// What was typed, and what comes beside it. What was typed stands before what a list says.
pub fn together(mut typed: OrganizationFacts, facts: &OrganizationFacts) -> OrganizationFacts {
    let more = beside(facts);
    for kind in more.kinds {
        if !typed.kinds.contains(&kind) {
            typed.kinds.push(kind);
        }
    }
    // The first place and the first portal are in the form: when they were left as they were, all that the list says of them
    // comes with them.
    let first = |typed: &PortalFacts, listed: &PortalFacts| typed.at.door.key() == listed.at.door.key();
    if let (Some(portal), Some(listed)) = (typed.portals.first_mut(), facts.portals.first())
        && first(portal, listed)
    {
        *portal = listed.clone();
    }
    if let (Some(place), Some(listed)) = (typed.places.first_mut(), facts.places.first())
        && (&place.city, &place.zip) == (&listed.city, &listed.zip)
    {
        place.name.clone_from(&listed.name);
        place.landmark.clone_from(&listed.landmark);
    }
    typed.aliases = more.aliases.into_iter().filter(|alias| *alias != typed.name).collect();
    typed.description = more.description;
    typed.areas = more.areas;
    typed.identifiers.extend(more.identifiers);
    let keys: BTreeSet<String> = typed.places.iter().map(Place::key).collect();
    typed.places.extend(more.places.into_iter().filter(|place| !keys.contains(&place.key())));
    let keys: BTreeSet<String> = typed.portals.iter().map(|portal| portal.at.door.key()).collect();
    typed.portals.extend(more.portals.into_iter().filter(|portal| !keys.contains(&portal.at.door.key())));
    typed.endpoints = more.endpoints;
    typed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        kind::Kind,
        listing::{EndpointFacts, LogoFacts},
        organization::Status,
        source::Tier,
    };

    fn portal(url: &str) -> PortalFacts {
        PortalFacts::at(Door::parse(url).unwrap())
    }

    fn endpoint(url: &str) -> EndpointFacts {
        let at = Door::parse_endpoint(url).unwrap();
        EndpointFacts { at, fhir_versions: vec!["4.0.1".into()], name: None, developers: None, through: None }
    }

    fn listed() -> OrganizationFacts {
        OrganizationFacts {
            name: "Lakeside Hospital".into(),
            aliases: vec!["Lakeside".into()],
            kinds: vec![Kind::Hospital, Kind::Clinic],
            website: Some(Door::parse("https://lakeside-hospital.org/").unwrap().into()),
            identifiers: vec![Identifier::npi("1234567893").unwrap()],
            places: ["83702", "83703"].map(|zip| Place::new(&["1 Main St"], "Boise", "ID", zip).unwrap()).into(),
            portals: vec![
                PortalFacts { name: Some("MyChart".into()), ..portal("https://mychart.lakeside-hospital.org/") },
                portal("https://kids.lakeside-hospital.org/"),
            ],
            endpoints: vec![endpoint("https://fhir.lakeside-hospital.org/r4")],
            ..OrganizationFacts::default()
        }
    }

    #[test]
    fn what_a_list_says_fills_the_form_and_comes_along() {
        let facts = fit(listed(), &BTreeSet::new());
        let mut typed = Typed { why: "I run it".into(), ..Typed::default() };
        fill(&mut typed, &facts);
        let all = together(typed.facts().unwrap(), &facts);
        assert_eq!(all, listed());
        // What somebody typed stands, and what they took out of the form is gone.
        let typed = Typed { name: "Lakeside".into(), portal: String::new(), zip: "83704".into(), ..typed };
        let all = together(typed.facts().unwrap(), &facts);
        assert_eq!((all.name.as_str(), all.aliases.len()), ("Lakeside", 0));
        let portals: Vec<&str> = all.portals.iter().map(|portal| portal.at.door.url.as_str()).collect();
        assert_eq!(portals, ["https://kids.lakeside-hospital.org/"]);
        assert_eq!(all.places.iter().filter_map(|place| place.zip.as_deref()).collect::<Vec<_>>(), ["83704", "83703"]);
    }

    #[test]
    fn doors_that_nobody_may_type_come_along_from_no_list() {
        let mut facts = listed();
        facts.portals.push(portal("http://plain.lakeside-hospital.org/"));
        facts.portals.push(portal("https://bit.ly/lakeside"));
        facts.portals.push(portal("https://evil.example.com/login"));
        facts.portals.push(PortalFacts { through: Some("parent".into()), ..portal("https://parent.example.org/") });
        facts.endpoints.push(endpoint("http://fhir.lakeside-hospital.org/plain"));
        let mut forged = portal("https://good.example.org/");
        forged.at.door.url = "javascript:alert(1)".into();
        facts.portals.push(forged);
        let kept = fit(facts, &BTreeSet::from(["evil.example.com".to_owned()]));
        assert_eq!((kept.portals, kept.endpoints), (listed().portals, listed().endpoints));
    }

    #[test]
    fn what_only_lists_may_say_comes_along_from_nobody() {
        let facts = OrganizationFacts {
            status: Some(Status::Closed),
            fixed_id: Some("org-1".into()),
            old_slugs: vec!["mercy".into()],
            part_of: Some("org-1".into()),
            part_of_name: Some("Mercy".into()),
            at_best: Some(Tier::LEGACY),
            shared_portal: true,
            logos: vec![LogoFacts { url: "https://mercy.org/logo.png".into(), licence: None }],
            ..listed()
        };
        assert_eq!(fit(facts, &BTreeSet::new()), listed());
    }
}
