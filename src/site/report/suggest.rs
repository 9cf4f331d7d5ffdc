//! What was typed into the fields that say what is right: a [`Correction`], or what must be mended. Pure.

use super::form::{Fault, Field, Typed, WEBSITE, kept};
use crate::model::{
    door::{Door, Warning},
    id::Id,
    kind::Kind,
    listing::{DoorFacts, OrganizationFacts, PortalFacts},
    organization::{Organization, Status},
    place::Place,
    submission::Wrong,
    suggestion::Correction,
    text,
};

impl Typed {
    /// Is one of the fields filled in that say what is right?
    pub fn suggests(&self) -> bool {
        [&self.to_portal, &self.to_site, &self.to_phone, &self.to_name].iter().any(|value| !value.trim().is_empty())
            || status(&self.to_status).is_some()
    }

    /// What somebody says should change about an organization, or the place that is missing.
    pub fn correction(&self, about: Option<&Organization>) -> Result<Correction, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut take = |typed: &str, field| {
            address(typed, field).unwrap_or_else(|fault| {
                faults.push(fault);
                None
            })
        };
        let at = take(&self.to_portal, Field::Portal);
        let site = take(&self.to_site, Field::Site);
        let phone = text::phone(&self.to_phone);
        if phone.is_none() && !self.to_phone.trim().is_empty() {
            faults.push(Fault::NoPhone);
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let facts = OrganizationFacts {
            phone,
            portals: at.map(PortalFacts::at).into_iter().collect(),
            website: site.map(|door| DoorFacts { door, evidence: None }),
            ..OrganizationFacts::default()
        };
        Ok(match about {
            Some(about) => self.of_known(about, facts),
            None => self.of_missing(facts),
        })
    }

    fn of_known(&self, about: &Organization, facts: OrganizationFacts) -> Correction {
        let meant = Id::parse(&self.door);
        let door = about.portals.iter().find(|portal| Some(&portal.id) == meant.as_ref());
        // Where there is one door, it is the one that is wrong, unless the website was meant.
        let only = about.live_portals().next().filter(|_| about.live_portals().count() == 1 && self.door != WEBSITE);
        let instead_of = door.or(only).map(|portal| portal.url.clone());
        let facts = OrganizationFacts { name: name(&self.to_name), status: status(&self.to_status), ..facts };
        Correction { facts, instead_of }
    }

    /// A place of which more is known than its name; else the report alone tells of it.
    fn of_missing(&self, facts: OrganizationFacts) -> Correction {
        let place = place(&kept(&self.place));
        // This field was always words: what is no address stays in the report.
        let site = address(&self.website, Field::Website).ok().flatten();
        let facts = OrganizationFacts {
            name: name(&self.name),
            kinds: Kind::from_code(&self.kind).into_iter().collect(),
            website: facts.website.or(site.map(|door| DoorFacts { door, evidence: None })),
            places: place.into_iter().collect(),
            ..facts
        };
        let enough = self.what == Wrong::Missing.code()
            && !facts.name.is_empty()
            && (facts.website.is_some()
                || !facts.portals.is_empty()
                || facts.phone.is_some()
                || !facts.places.is_empty());
        if enough { Correction { facts, instead_of: None } } else { Correction::default() }
    }
}

/// What may have become of a place, in the words of the form.
pub const STATUSES: [(&str, Status); 2] = [("closed", Status::Closed), ("moved", Status::Moved)];

fn status(typed: &str) -> Option<Status> {
    STATUSES.into_iter().find(|(word, _)| *word == typed).map(|(_, status)| status)
}

fn name(typed: &str) -> String {
    text::clean_name(&kept(typed))
}

/// `Boise, ID`, `Boise, Idaho 83702`.
fn place(typed: &str) -> Option<Place> {
    let (city, rest) = typed.rsplit_once(',').unwrap_or(("", typed));
    let (state, zip) = match rest.trim().rsplit_once(' ') {
        Some((state, zip)) if zip.starts_with(|c: char| c.is_ascii_digit()) => (state, zip),
        _ => (rest.trim(), ""),
    };
    Place::new(&[], city, state, zip).filter(|place| place.state.is_some())
}

/// An address as people type it: with or without `https://`.
fn address(typed: &str, field: Field) -> Result<Option<Door>, Fault> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let whole = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let door = Door::parse(&whole).map_err(|_| Fault::NoAddress(field))?;
    if door.warnings.contains(&Warning::Shortener) { Err(Fault::Shortener(field)) } else { Ok(Some(door)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::samples;

    fn typed(body: &str) -> Typed {
        Typed::read(body.as_bytes())
    }

    #[test]
    fn what_is_right_is_read_field_by_field() {
        let org = samples::hospital();
        let body = format!(
            "to-portal=my.example.org%2Flogin&to-site=https%3A%2F%2Fexample.org%2Fnew&to-phone=208+555+0199&to-name=St.+Luke\
             &to-status=closed&door={}",
            org.portals[0].id
        );
        let correction = typed(&body).correction(Some(&org)).unwrap();
        assert_eq!(correction.instead_of.as_deref(), Some(org.portals[0].url.as_str()));
        let facts = correction.facts;
        assert_eq!(facts.portals[0].at.door.url, "https://my.example.org/login");
        assert_eq!((facts.phone.as_deref(), facts.name.as_str()), (Some("(208) 555-0199"), "St. Luke"));
        assert_eq!(facts.status, Some(Status::Closed));
        assert!(typed("what=other").correction(Some(&org)).unwrap().is_empty());
    }

    #[test]
    fn an_address_that_hides_or_cannot_be_is_not_taken() {
        let org = samples::hospital();
        for (value, fault) in [
            ("bit.ly/abc", Fault::Shortener(Field::Portal)),
            ("javascript:alert(1)", Fault::NoAddress(Field::Portal)),
            ("https://user:pw@example.org", Fault::NoAddress(Field::Portal)),
            ("http://10.0.0.1/", Fault::NoAddress(Field::Portal)),
            ("localhost", Fault::NoAddress(Field::Portal)),
        ] {
            let typed = Typed { to_portal: value.into(), ..Typed::default() };
            assert_eq!(typed.correction(Some(&org)), Err(vec![fault]), "{value}");
        }
        assert_eq!(typed("to-phone=call+me").correction(Some(&org)), Err(vec![Fault::NoPhone]));
    }

    #[test]
    fn a_missing_place_needs_more_than_a_name() {
        let missing =
            typed("what=missing&name=Mercy&place=Boise%2C+Idaho+83702&kind=hospital").correction(None).unwrap();
        let place = &missing.facts.places[0];
        assert_eq!((place.city.as_deref(), place.state.as_deref()), (Some("Boise"), Some("ID")));
        assert_eq!(missing.facts.kinds, [Kind::Hospital]);
        assert!(typed("what=missing&name=Mercy&site=somewhere").correction(None).unwrap().is_empty());
        let site = typed("what=missing&name=Mercy&site=mercy.org").correction(None).unwrap();
        assert_eq!(site.facts.website.unwrap().door.url, "https://mercy.org/");
    }
}
