//! The doors of an organization in words: which may be a button, which is only text, and whose site it runs on.

use jiff::civil::Date;

use crate::{
    model::{
        organization::{DoorState, Organization, Portal},
        vendor,
    },
    search::Shared,
    site::{
        here::Here,
        said::{self, Link, Words},
    },
};

/// A door in words.
pub struct DoorView {
    /// The portal's name, or the domain.
    pub name: String,
    pub link: Link,
    pub audience: Option<String>,
    pub description: Option<String>,
    pub sign_up: Option<Link>,
    pub warnings: Vec<String>,
    /// "Works until …".
    pub dates: Vec<String>,
    /// Name of the organization whose door it is, when it is the parent's.
    pub through: Option<String>,
    /// Whose site it runs on, or that others use the site too.
    pub shared: Option<String>,
    pub said: Option<Words>,
}

/// An address that is shown as text.
pub struct OldAddress {
    pub text: String,
    /// Why it is no link.
    pub why: String,
    pub said: Option<Words>,
}

/// Portals that are doors on the day whose states the organization has ([`Organization::on_day`]), and those that are only text. `shared` says what else runs on the site of a portal.
pub fn doors(
    here: &Here,
    org: &Organization,
    shared: &dyn Fn(&Portal) -> Option<Shared>,
) -> (Vec<DoorView>, Vec<OldAddress>) {
    let mut doors = Vec::new();
    let mut old = Vec::new();
    for portal in &org.portals {
        let by = org.said(&format!("portals/{}", portal.id));
        let link = Link::new(&portal.url).map(|link| Link { domain: portal.domain.clone(), ..link });
        let why = match (portal.state, portal.valid_from, portal.valid_to) {
            (DoorState::Live, ..) if link.is_some() => None,
            (DoorState::NotYet, Some(day), _) => Some(here.t1("door-not-yet", "date", here.date(day))),
            (DoorState::Closed, _, Some(end)) => Some(closed_words(here, org, portal, end)),
            _ => Some(here.t("door-old")),
        };
        let said = by.map(|by| said::words(here, by));
        match (link, why) {
            (Some(link), None) => doors.push(DoorView {
                said,
                shared: shared(portal).and_then(|shared| shared_words(here, org, portal, &shared)),
                ..door(here, org, portal, link)
            }),
            (_, why) => old.push(OldAddress { text: portal.url.clone(), why: why.unwrap_or_default(), said }),
        }
    }
    (doors, old)
}

fn door(here: &Here, org: &Organization, portal: &Portal, link: Link) -> DoorView {
    let closes = portal.valid_to.map(|day| here.t1("door-closes-on", "date", here.date(day)));
    DoorView {
        name: portal.name.clone().unwrap_or_else(|| portal.domain.clone()),
        link,
        audience: portal.audience.clone(),
        description: portal.description.clone(),
        sign_up: portal.sign_up.as_deref().and_then(Link::new),
        warnings: portal.warnings.iter().map(|warning| said::warning(here, *warning)).collect(),
        dates: closes.into_iter().collect(),
        through: org.part_of.as_ref().filter(|_| portal.through_parent).map(|parent| parent.name.clone()),
        shared: None,
        said: None,
    }
}

/// A door that closed, and the one that follows it when it stands on the same page.
fn closed_words(here: &Here, org: &Organization, portal: &Portal, end: Date) -> String {
    let follows = portal.successor.as_ref().and_then(|id| org.live_portals().find(|other| other.id == *id));
    match follows {
        Some(next) => here.t2("door-closed-for", "date", here.date(end), "domain", &next.domain),
        None => here.t1("door-closed", "date", here.date(end)),
    }
}

/// What people call the portal: its own name, else that of the vendor whose portal it shows itself to be.
fn portal_name(here: &Here, portal: &Portal) -> String {
    let vendor = || vendor::of_portal(&portal.url, None).map(|vendor| vendor.name.clone());
    portal.name.clone().or_else(vendor).unwrap_or_else(|| here.t("door-portal"))
}

/// A site that is not its own: whose it is, or how many others use it. Its own site, its parent's and its siblings'
/// need no word.
fn shared_words(here: &Here, org: &Organization, portal: &Portal, shared: &Shared) -> Option<String> {
    let own = org.website.as_ref().is_some_and(|site| site.domain == portal.domain);
    if own || portal.through_parent {
        return None;
    }
    let kin = |id| Some(id) == org.part_of.as_ref().map(|parent| &parent.id);
    match &shared.owner {
        Some(owner) if kin(&owner.id) => None,
        Some(owner) => {
            let portal = portal_name(here, portal);
            Some(here.t2("door-runs-on", "name", &owner.name, "portal", portal))
        }
        None if shared.others > 0 => Some(here.t1("door-shared", "count", shared.others)),
        None => None,
    }
}
