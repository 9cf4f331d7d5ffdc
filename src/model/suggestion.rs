//! A correction that somebody suggests, put on top of what people see and of what suggestions said before. Pure.
//!
//! What holds: risks are judged on the picture people would see; what is suggested says only what the person filled in, so that
//! nothing of another source is repeated as if they knew it too.

use std::collections::BTreeSet;

use super::{
    change::{Risk, risks},
    door::Door,
    listing::{AppFacts, Body, DoorFacts, OrganizationFacts, PortalFacts},
    merge::Role,
};

/// The longest reason that is kept with a suggestion, in characters.
pub const LONGEST_WHY: usize = 2_500;

/// A suggestion before it is sent to people who decide.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// What suggestions say of the thing now.
    pub before: Option<Body>,
    /// What they would say.
    pub after: Body,
    /// Why a person must look.
    pub risks: Vec<Risk>,
}

/// What somebody says should change: fields that are filled in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Correction {
    /// What should be said; empty fields say nothing.
    pub facts: OrganizationFacts,
    /// The address of the portal that the first portal of `facts` should take the place of; nothing when it comes beside the
    /// others.
    pub instead_of: Option<String>,
}

impl Correction {
    /// Is nothing filled in?
    pub fn is_empty(&self) -> bool {
        self.facts == OrganizationFacts::default()
    }

    /// The suggestion about an organization that is known: `standing` is what people see of it, `said` what suggestions said
    /// before, `trusted` the domains that were ever live there. Nothing when it says what people see already.
    pub fn about(
        &self,
        standing: &OrganizationFacts,
        said: Option<&OrganizationFacts>,
        trusted: &BTreeSet<(Role, String)>,
    ) -> Option<Suggestion> {
        let picture = self.on(standing);
        if picture == *standing {
            return None;
        }
        let quiet = OrganizationFacts { name: standing.name.clone(), ..OrganizationFacts::default() };
        let mut after = self.on(said.unwrap_or(&quiet));
        if !self.facts.portals.is_empty() {
            // Doors are taken from one source as a whole list: it must be whole.
            after.portals.clone_from(&picture.portals);
        }
        let risks = risks(Some(&organization(standing.clone())), &organization(picture), trusted);
        Some(Suggestion { before: said.cloned().map(organization), after: organization(after), risks })
    }

    /// The suggestion of an organization that is missing.
    pub fn of_missing(&self) -> Suggestion {
        let after = organization(self.facts.clone());
        let risks = risks(None, &after, &BTreeSet::new());
        Suggestion { before: None, after, risks }
    }

    /// Facts with what is filled in.
    fn on(&self, facts: &OrganizationFacts) -> OrganizationFacts {
        let mut all = facts.clone();
        let new = &self.facts;
        if !new.name.is_empty() {
            all.name.clone_from(&new.name);
        }
        all.status = new.status.or(all.status);
        all.description = new.description.clone().or(all.description);
        all.phone = new.phone.clone().or(all.phone);
        if let Some(site) = &new.website {
            let same = all.website.as_ref().is_some_and(|known| known.door.key() == site.door.key());
            if !same {
                all.website = Some(site.clone());
            }
        }
        if !new.kinds.is_empty() && all.kinds.first() != new.kinds.first() {
            all.kinds.clone_from(&new.kinds);
        }
        for area in &new.areas {
            if !all.areas.contains(area) {
                all.areas.push(area.clone());
            }
        }
        for place in &new.places {
            if !all.places.iter().any(|known| known.key() == place.key()) {
                all.places.push(place.clone());
            }
        }
        for portal in &new.portals {
            self.put(portal, &mut all.portals);
        }
        all.features.extend(new.features.iter().map(|(feature, answer)| (*feature, *answer)));
        all
    }

    fn put(&self, portal: &PortalFacts, portals: &mut Vec<PortalFacts>) {
        if portals.iter().any(|known| known.at.door.key() == portal.at.door.key()) {
            return;
        }
        let old = self.instead_of.as_deref().and_then(|old| Door::parse(old).ok()).map(|door| door.key());
        match portals.iter_mut().find(|known| old.as_ref() == Some(&known.at.door.key())) {
            // It keeps its name and whom it is for.
            Some(known) => *known = PortalFacts { at: portal.at.clone(), sign_up: None, ..known.clone() },
            None => portals.push(portal.clone()),
        }
    }
}

/// The suggestion about an app, of which people see `standing`. Nothing when it says what people see already.
pub fn about_app(
    new: &AppFacts,
    standing: Option<&AppFacts>,
    said: Option<&AppFacts>,
    trusted: &BTreeSet<(Role, String)>,
) -> Option<Suggestion> {
    let Some(standing) = standing else {
        let after = app(new.clone());
        return Some(Suggestion { before: None, risks: risks(None, &after, trusted), after });
    };
    let picture = app_on(new, standing);
    if picture == *standing {
        return None;
    }
    let quiet = AppFacts { name: standing.name.clone(), ..AppFacts::default() };
    let after = app(app_on(new, said.unwrap_or(&quiet)));
    let risks = risks(Some(&app(standing.clone())), &app(picture), trusted);
    Some(Suggestion { before: said.cloned().map(app), after, risks })
}

fn app_on(new: &AppFacts, facts: &AppFacts) -> AppFacts {
    let mut all = facts.clone();
    all.name.clone_from(&new.name);
    all.publisher = new.publisher.clone().or(all.publisher);
    all.description = new.description.clone().or(all.description);
    for (door, new) in [
        (&mut all.website, &new.website),
        (&mut all.app_store, &new.app_store),
        (&mut all.google_play, &new.google_play),
    ] {
        let key = |door: &Option<DoorFacts>| door.as_ref().map(|door| door.door.key());
        if new.is_some() && key(door) != key(new) {
            door.clone_from(new);
        }
    }
    all
}

fn organization(facts: OrganizationFacts) -> Body {
    Body::Organization(Box::new(facts))
}

fn app(facts: AppFacts) -> Body {
    Body::App(Box::new(facts))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(url: &str) -> PortalFacts {
        PortalFacts::at(Door::parse(url).unwrap())
    }

    fn standing() -> OrganizationFacts {
        OrganizationFacts {
            name: "Mercy".into(),
            phone: Some("(208) 555-0100".into()),
            portals: vec![
                PortalFacts { name: Some("MyChart".into()), ..at("https://mychart.mercy.org/") },
                at("https://kids.mercy.org/"),
            ],
            ..OrganizationFacts::default()
        }
    }

    fn facts(body: &Body) -> &OrganizationFacts {
        match body {
            Body::Organization(facts) => facts,
            Body::App(_) => panic!("an app"),
        }
    }

    #[test]
    fn only_what_is_filled_in_is_said_and_only_that_is_a_risk() {
        let phone = OrganizationFacts { phone: Some("(208) 555-0199".into()), ..OrganizationFacts::default() };
        let correction = Correction { facts: phone, instead_of: None };
        let suggestion = correction.about(&standing(), None, &BTreeSet::new()).unwrap();
        assert_eq!(suggestion.risks, [Risk::Phone], "no door is said to be gone");
        let after = facts(&suggestion.after);
        assert_eq!((after.name.as_str(), after.portals.len()), ("Mercy", 0));
    }

    #[test]
    fn a_portal_takes_the_place_of_the_one_that_was_meant() {
        let new = OrganizationFacts { portals: vec![at("https://evil.example.org/")], ..OrganizationFacts::default() };
        let correction = Correction { facts: new, instead_of: Some("https://mychart.mercy.org/".into()) };
        let suggestion = correction.about(&standing(), None, &BTreeSet::new()).unwrap();
        let urls: Vec<&str> = facts(&suggestion.after).portals.iter().map(|p| p.at.door.url.as_str()).collect();
        assert_eq!(urls, ["https://evil.example.org/", "https://kids.mercy.org/"]);
        assert!(
            suggestion.risks.iter().any(|risk| matches!(risk, Risk::Door { domain, .. } if domain == "example.org"))
        );
        assert!(suggestion.risks.iter().any(|risk| matches!(risk, Risk::DoorGone { .. })));
    }

    #[test]
    fn what_people_see_already_is_no_suggestion() {
        let correction = Correction { facts: standing(), instead_of: None };
        assert_eq!(correction.about(&standing(), None, &BTreeSet::new()), None);
        assert!(Correction::default().is_empty());
    }

    #[test]
    fn an_earlier_suggestion_stays_beside_the_next() {
        let said =
            OrganizationFacts { name: "Mercy".into(), phone: Some("(208) 555-0111".into()), ..Default::default() };
        let new = OrganizationFacts { description: Some("A hospital.".into()), ..OrganizationFacts::default() };
        let suggestion =
            Correction { facts: new, instead_of: None }.about(&standing(), Some(&said), &BTreeSet::new()).unwrap();
        assert_eq!(facts(&suggestion.after).phone.as_deref(), Some("(208) 555-0111"));
        assert_eq!(suggestion.before, Some(organization(said)));
    }
}
