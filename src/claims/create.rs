//! An organization or app that is not listed: what somebody typed, what would be said of it, and which listed ones it looks like.
//!
//! What holds: nothing of it is public before a person has looked: it is a proposal without an id or a readable address.

use std::collections::{BTreeMap, BTreeSet};

use url::form_urlencoded;

use super::alike;
use crate::{
    app::App,
    model::{
        account::PersonId,
        change::{Speaker, risks},
        door::{Door, Warning, host_of, registrable_domain, shared_host},
        id::Id,
        identifier::Identifier,
        kind::Kind,
        listing::{AppFacts, Body, DoorFacts, OrganizationFacts, PortalFacts},
        lookalike::{alike_names, mistaken_for},
        organization::{self, Organization},
        place::{Place, state_code},
        proposal::ProposalKind,
        text,
    },
    search::{Request, index::SearchError},
    sources::private,
    store::{NewProposal, StoreError},
};

/// Letters of a line, and of the longer text.
pub const LONGEST_LINE: usize = 200;
/// Letters of the text that says how one knows.
pub const LONGEST: usize = 2_000;
/// Others that are named.
const ALIKE: usize = 5;
/// Doors of one creation whose domains are looked up.
const DOORS: usize = 6;

/// The fields of the form, as they were typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// What people call it.
    pub name: String,
    /// The code of its kind.
    pub kind: String,
    /// Street and number.
    pub street: String,
    /// Town.
    pub city: String,
    /// State, by code or name.
    pub state: String,
    /// ZIP code.
    pub zip: String,
    /// Public phone.
    pub phone: String,
    /// Its own web site.
    pub website: String,
    /// Where patients sign in.
    pub portal: String,
    /// National Provider Identifier.
    pub npi: String,
    /// Who they are and how they know.
    pub why: String,
    /// They saw those that look like it and say that it is another one.
    pub another: bool,
}

/// What must be mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No name.
    Name,
    /// No kind.
    Kind,
    /// Neither a town and a state.
    Place,
    /// A ZIP code that is none.
    Zip,
    /// A phone that is none.
    Phone,
    /// A web site that is none, or hides where it leads.
    Website,
    /// A portal that is none, or hides where it leads.
    Portal,
    /// A number whose check digit is wrong.
    Npi,
    /// Nothing of who they are.
    Why,
}

impl Fault {
    /// The field to be mended.
    pub fn field(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Kind => "kind",
            Self::Place => "state",
            Self::Zip => "zip",
            Self::Phone => "phone",
            Self::Website => "website",
            Self::Portal => "portal",
            Self::Npi => "npi",
            Self::Why => "why",
        }
    }
}

impl Typed {
    /// Reads the form; fields that it does not have are nobody's.
    pub fn read(body: &[u8]) -> Self {
        let mut typed = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            let field = match name.as_ref() {
                "name" => &mut typed.name,
                "kind" => &mut typed.kind,
                "street" => &mut typed.street,
                "city" => &mut typed.city,
                "state" => &mut typed.state,
                "zip" => &mut typed.zip,
                "phone" => &mut typed.phone,
                "website" => &mut typed.website,
                "portal" => &mut typed.portal,
                "npi" => &mut typed.npi,
                "why" => &mut typed.why,
                "another" => {
                    typed.another = value == "yes";
                    continue;
                }
                _ => continue,
            };
            let kept = value.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t'));
            *field = kept.take(LONGEST).collect();
        }
        typed
    }

    /// What would be said of it, or everything that must be mended.
    pub fn facts(&self) -> Result<OrganizationFacts, Vec<Fault>> {
        let mut faults = Vec::new();
        let name = text::clean_name(&self.name);
        if name.chars().filter(|c| c.is_alphanumeric()).count() < 3 || name.chars().count() > LONGEST_LINE {
            faults.push(Fault::Name);
        }
        let kind = Kind::from_code(&self.kind);
        if kind.is_none() {
            faults.push(Fault::Kind);
        }
        if self.city.trim().is_empty() || state_code(&self.state).is_none() {
            faults.push(Fault::Place);
        }
        let place = Place::new(&[&self.street], &self.city, &self.state, &self.zip);
        // A list may have lost a leading zero; somebody who types has not.
        let digits = self.zip.chars().filter(char::is_ascii_digit).count();
        let unread = !matches!(digits, 5 | 9) || place.as_ref().is_none_or(|place| place.zip.is_none());
        if !self.zip.trim().is_empty() && unread {
            faults.push(Fault::Zip);
        }
        let phone = optional(&self.phone, text::phone).unwrap_or_else(|()| faulty(&mut faults, Fault::Phone));
        let website = optional(&self.website, door).unwrap_or_else(|()| faulty(&mut faults, Fault::Website));
        let portal = optional(&self.portal, door).unwrap_or_else(|()| faulty(&mut faults, Fault::Portal));
        let npi = optional(&self.npi, Identifier::npi).unwrap_or_else(|()| faulty(&mut faults, Fault::Npi));
        if self.why.trim().is_empty() {
            faults.push(Fault::Why);
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(OrganizationFacts {
            name,
            kinds: kind.into_iter().collect(),
            website: website.map(|door| DoorFacts { door, evidence: None }),
            phone,
            identifiers: npi.into_iter().collect(),
            places: place.into_iter().collect(),
            portals: portal.map(PortalFacts::at).into_iter().collect(),
            ..OrganizationFacts::default()
        })
    }
}

/// What a moderator reads of who sent it, without numbers and addresses of persons.
pub fn kept_why(typed: &str) -> String {
    let clean = text::clean(typed, LONGEST);
    private::cut(&clean).map_or(clean, |(without, _)| without)
}

fn optional<T>(typed: &str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, ()> {
    if typed.trim().is_empty() { Ok(None) } else { read(typed).map(Some).ok_or(()) }
}

fn faulty<T>(faults: &mut Vec<Fault>, fault: Fault) -> Option<T> {
    faults.push(fault);
    None
}

/// An address that may become a door: https, and no shortener.
fn door(typed: &str) -> Option<Door> {
    let typed = typed.trim();
    let full = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    Door::parse(&full).ok().filter(shows_where)
}

/// May it be sent at all? Over https, and no shortener.
pub fn shows_where(door: &Door) -> bool {
    !door.warnings.iter().any(|warning| matches!(warning, Warning::NotHttps | Warning::Shortener))
}

/// In what a listed one is like the one that was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alike {
    /// The same NPI: it is the same.
    Npi,
    /// The same web site or portal.
    Domain,
    /// A web site or portal that could be mistaken for its own.
    LookAlike,
    /// The same phone.
    Phone,
    /// A name like it in the same state.
    Name,
}

/// A listed organization or app that may be the one that was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    /// Its id.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// Town and state.
    pub place: (Option<String>, Option<String>),
    /// In what.
    pub alike: Alike,
    /// Its domain that the typed one could be mistaken for.
    pub like: Option<String>,
}

impl Other {
    /// A listed organization.
    pub fn of(org: Organization, alike: Alike, like: Option<String>) -> Self {
        let place = org.main_place().map(|place| (place.city.clone(), place.state.clone())).unwrap_or_default();
        Self { id: org.id, name: org.name, place, alike, like }
    }
}

/// Whoever could not be looked for.
#[derive(Debug, thiserror::Error)]
pub enum AlikeError {
    /// In the store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// In the index.
    #[error(transparent)]
    Search(#[from] SearchError),
}

/// Registrable domains of these doors that nobody else shares.
fn own_domains<'d>(doors: impl Iterator<Item = &'d Door>) -> BTreeSet<String> {
    let hosts = doors.map(|door| host_of(&door.url)).filter(|host| !shared_host(host));
    hosts.filter_map(registrable_domain).map(str::to_owned).collect()
}

/// Listed organizations that may be this one, the surest first.
pub async fn alike(app: &App, facts: &OrganizationFacts) -> Result<Vec<Other>, AlikeError> {
    let mut found: BTreeMap<Id, Alike> = BTreeMap::new();
    let mut add = |ids: Vec<Id>, alike: Alike| {
        for id in ids {
            found.entry(id).and_modify(|known| *known = alike.min(*known)).or_insert(alike);
        }
    };
    for number in &facts.identifiers {
        add(app.store.looked_up(number.system.code(), &number.value, None, ALIKE as u32).await?, Alike::Npi);
    }
    let portals = facts.portals.iter().map(|portal| &portal.at.door);
    let domains = own_domains(facts.website.iter().map(|at| &at.door).chain(portals).take(DOORS));
    for domain in &domains {
        add(app.store.looked_up("domain", domain, None, ALIKE as u32).await?, Alike::Domain);
    }
    if let Some(phone) = &facts.phone {
        add(app.store.looked_up("phone", phone, None, ALIKE as u32).await?, Alike::Phone);
    }
    let states = facts.places.iter().filter_map(|place| place.state.clone()).collect();
    let request = Request { q: facts.name.clone(), states, limit: ALIKE, ..Request::default() };
    add(app.index.search(&request)?.results.into_iter().map(|card| card.id).collect(), Alike::Name);
    let mut like = BTreeMap::new();
    for (domain, org) in beside(app, &domains).await? {
        add(vec![org.id.clone()], Alike::LookAlike);
        like.insert(org.id, domain);
    }
    let ids: Vec<Id> = found.keys().cloned().collect();
    let organizations = app.store.organizations_by_ids(&ids).await?;
    let other = |org: Organization| {
        let (alike, like) = (*found.get(&org.id)?, like.remove(&org.id));
        Some(Other::of(org, alike, like.filter(|_| alike == Alike::LookAlike)))
    };
    let mut others: Vec<Other> = organizations.into_iter().filter_map(other).collect();
    others.sort_by(|a, b| (a.alike, &a.name).cmp(&(b.alike, &b.name)));
    others.truncate(ALIKE);
    Ok(others)
}

/// Listed organizations with a domain that one of these could be mistaken for.
async fn beside(app: &App, domains: &BTreeSet<String>) -> Result<Vec<(String, Organization)>, StoreError> {
    let like: BTreeSet<String> = domains.iter().flat_map(|domain| mistaken_for(domain)).collect();
    alike::listed(app, &like, None).await
}

/// Listed apps that may be this one, and organizations with a web site that its own could be mistaken for.
pub async fn alike_app(app: &App, facts: &AppFacts) -> Result<Vec<Other>, StoreError> {
    let domains = own_domains(facts.website.iter().map(|at| &at.door));
    let stores = [&facts.app_store, &facts.google_play];
    let stores: BTreeSet<String> = stores.into_iter().flatten().map(|at| at.door.key()).collect();
    let like: BTreeSet<String> = domains.iter().flat_map(|domain| mistaken_for(domain)).collect();
    let judged = |listed: &organization::App| {
        let of = |url: &str| registrable_domain(host_of(url)).map(str::to_owned);
        let site = listed.website.as_ref().and_then(|site| of(&site.url));
        let theirs = [&listed.app_store, &listed.google_play].into_iter().flatten();
        let same_page = theirs.filter_map(|at| Door::parse(&at.url).ok()).any(|door| stores.contains(&door.key()));
        if same_page || site.as_ref().is_some_and(|site| domains.contains(site)) {
            return Some((Alike::Domain, None));
        }
        if let Some(site) = site.filter(|site| like.contains(site)) {
            return Some((Alike::LookAlike, Some(site)));
        }
        alike_names(&listed.name, &facts.name).then_some((Alike::Name, None))
    };
    let other = |listed: &organization::App| {
        let (alike, like) = judged(listed)?;
        Some(Other { id: listed.id.clone(), name: listed.name.clone(), place: (None, None), alike, like })
    };
    let mut others: Vec<Other> = app.listed_apps().await?.iter().filter_map(other).collect();
    let organizations = alike::listed(app, &like, None).await?;
    others.extend(organizations.into_iter().map(|(domain, org)| Other::of(org, Alike::LookAlike, Some(domain))));
    others.sort_by(|a, b| (a.alike, &a.name).cmp(&(b.alike, &b.name)));
    others.truncate(ALIKE);
    Ok(others)
}

/// Sends it to the queue; answers its number. An organization becomes somebody's suggestion, which whoever it belongs to claims;
/// an app speaks for itself, and whoever sent it looks after it from then on.
pub async fn send(app: &App, author: &PersonId, after: &Body, why: &str) -> Result<i64, StoreError> {
    let speaker = match after {
        Body::Organization(_) => Speaker::Suggestions,
        Body::App(_) => Speaker::Owners,
    };
    let risks = risks(None, after, &BTreeSet::new());
    let new = NewProposal {
        speaker,
        subject: None,
        author: Some(author),
        kind: ProposalKind::Form,
        before: None,
        after,
        base: 0,
        risks: &risks,
        publish_at: 0,
        why,
    };
    app.store.propose(&new, &format!("owner:{author}")).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(body: &str) -> Typed {
        Typed::read(body.as_bytes())
    }

    const WHOLE: &str = "name=Valley+Clinic&kind=clinic&street=1+Main+St&city=Boise&state=Idaho&zip=83702&phone=208-555-0100\
        &website=valleyclinic.org&portal=https%3A%2F%2Fportal.valleyclinic.org%2F&npi=1234567893&why=I+run+the+office";

    #[test]
    fn a_whole_form_is_what_would_be_said() {
        let facts = typed(WHOLE).facts().unwrap();
        assert_eq!((facts.name.as_str(), facts.kinds.as_slice()), ("Valley Clinic", &[Kind::Clinic][..]));
        assert_eq!(facts.website.unwrap().door.url, "https://valleyclinic.org/");
        assert_eq!(facts.portals[0].at.door.domain, "valleyclinic.org");
        assert_eq!(facts.places[0].state.as_deref(), Some("ID"));
        assert_eq!(facts.identifiers[0].value, "1234567893");
        assert_eq!((facts.fixed_id, facts.old_slugs.len()), (None, 0));
    }

    #[test]
    fn nobody_chooses_an_id_a_slug_or_a_status() {
        let more = format!("{WHOLE}&fixed_id=org-1&old_slugs=mercy&status=closed&subject=org-1&slug=mercy");
        assert_eq!(typed(&more).facts(), typed(WHOLE).facts());
    }

    #[test]
    fn everything_to_be_mended_is_said_at_once() {
        assert_eq!(typed("").facts().unwrap_err(), [Fault::Name, Fault::Kind, Fault::Place, Fault::Why]);
        for (change, fault) in [
            ("portal=http%3A%2F%2Fa.org", Fault::Portal),
            ("portal=https%3A%2F%2Fbit.ly%2Fx", Fault::Portal),
            ("website=javascript%3Aalert(1)", Fault::Website),
            ("website=10.0.0.1", Fault::Website),
            ("npi=1234567890", Fault::Npi),
            ("zip=8370", Fault::Zip),
            ("phone=call", Fault::Phone),
        ] {
            assert_eq!(typed(&format!("{WHOLE}&{change}")).facts().unwrap_err(), [fault], "{change}");
        }
    }

    #[test]
    fn private_numbers_are_cut_out_of_what_is_kept() {
        assert_eq!(kept_why("my ssn is 219-09-9999"), "my ssn is [removed]");
    }
}
