//! Doors of an organization: which are shown, which wait for a person, which are only "also listed by".

use std::collections::BTreeSet;

use super::{
    Held, Role, Voice, door_state, is_hostile, is_suspicious, items, organization::Merge, said, trust_key, website,
};
use crate::model::{
    door::Door,
    hostile,
    id::{Id, ThingKind},
    listing::{DoorFacts, EndpointFacts, OrganizationFacts, PortalFacts},
    organization::{AlsoListed, DoorState, Endpoint, Portal, Website},
    source::Tier,
};

impl Merge<'_, '_> {
    /// May this door be shown now? `false`: it is held, because this role already has a trusted domain, or because
    /// its name could be mistaken for another one.
    fn trusts(&mut self, role: Role, door: &Door, first: bool, voice: &Voice<OrganizationFacts>) -> bool {
        let known = (role, door.trust_key());
        let known_or_said = self.memory.trusted.contains(&known) || voice.source.tier == Tier::MODERATOR;
        if known_or_said || (first && !is_suspicious(self.frame.look_alikes, door)) {
            self.memory.trusted.insert(known);
            return true;
        }
        self.held.push(Held {
            role,
            trust_key: known.1,
            url: door.url.clone(),
            source: voice.source.id.clone(),
            key: voice.key.clone(),
        });
        false
    }

    fn ever_trusted(&self, role: Role) -> bool {
        self.memory.trusted.iter().any(|(known, _)| *known == role)
    }

    pub(super) fn website(&mut self) -> Option<Website> {
        let order = self.order;
        let first = !self.ever_trusted(Role::Website);
        let mut old: Option<(Website, &Voice<OrganizationFacts>)> = None;
        for voice in order {
            let Some(DoorFacts { door, evidence }) = &voice.facts.website else {
                continue;
            };
            if is_hostile(self.frame.hostile, door) || self.is_denied("website", voice) {
                continue;
            }
            match door_state(voice.source.tier, evidence.as_ref()) {
                None => {}
                Some(DoorState::OldAddress) => {
                    old.get_or_insert_with(|| (website(door, DoorState::OldAddress), voice));
                }
                Some(_) => {
                    if self.trusts(Role::Website, door, first, voice) {
                        self.say_with("website", voice, evidence.as_ref());
                        return Some(website(door, DoorState::Live));
                    }
                    // Held: the old one stays.
                    let before = self.frame.previous.and_then(|previous| previous.website.clone());
                    let before = before.filter(|website| !self.is_recalled(&website.url));
                    if before.is_some() {
                        self.keep("website");
                    }
                    return before;
                }
            }
        }
        old.map(|(website, voice)| {
            self.say("website", voice);
            website
        })
    }

    /// Is this address of the picture as it was on a host that was declared hostile since?
    fn is_recalled(&self, url: &str) -> bool {
        hostile::is_on(self.frame.hostile, url)
    }

    /// A field of the picture as it was stays: so does who said it.
    fn keep(&mut self, field: &str) {
        if let Some(said) = self.frame.previous.and_then(|previous| previous.provenance.get(field)) {
            self.provenance.insert(field, said.clone());
        }
    }

    /// Endpoints: the union of all voices. Once a source has given a live endpoint here, one of its own on a new
    /// domain is held and the ones it gave before stay: neither in one step nor in two does a list swap a door.
    pub(super) fn endpoints(&mut self) -> Vec<Endpoint> {
        let order = self.order;
        let mut all: Vec<Endpoint> = Vec::new();
        let mut done: BTreeSet<&str> = BTreeSet::new();
        for voice in order {
            if !done.insert(voice.source.id.as_str()) {
                continue;
            }
            let same_source = || order.iter().filter(|v| v.source.id == voice.source.id);
            let before = self.endpoints_before(&voice.source.id);
            let first = !self.memory.endpoint_sources.contains(&voice.source.id);
            let mut held = false;
            for speaker in same_source() {
                for facts in &speaker.facts.endpoints {
                    held |= !self.endpoint(&mut all, speaker, facts, first);
                }
            }
            let gives_doors = door_state(voice.source.tier, None) == Some(DoorState::Live);
            if gives_doors && same_source().any(|v| !v.facts.endpoints.is_empty()) {
                self.memory.endpoint_sources.insert(voice.source.id.clone());
            }
            if held {
                for endpoint in before {
                    let id = endpoint.id.clone();
                    if !all.iter().any(|e| e.id == id) {
                        all.push(endpoint);
                        self.keep(&format!("endpoints/{id}"));
                    }
                }
            }
        }
        all
    }

    fn endpoints_before(&self, source: &str) -> Vec<Endpoint> {
        let Some(previous) = self.frame.previous else {
            return Vec::new();
        };
        let of_source =
            |e: &&Endpoint| previous.said(&format!("endpoints/{}", e.id)).is_some_and(|s| s.source == source);
        let live = previous.endpoints.iter().filter(|e| e.state == DoorState::Live).filter(of_source);
        live.filter(|e| !self.is_recalled(&e.address)).map(|e| self.without_recalled_page(e)).collect()
    }

    /// An endpoint as it was, without a page for developers on a hostile host.
    fn without_recalled_page(&self, endpoint: &Endpoint) -> Endpoint {
        let developers = endpoint.developers.clone().filter(|url| !self.is_recalled(url));
        Endpoint { developers, ..endpoint.clone() }
    }

    /// Adds one endpoint; `false` when it is held.
    fn endpoint(
        &mut self,
        all: &mut Vec<Endpoint>,
        voice: &Voice<OrganizationFacts>,
        facts: &EndpointFacts,
        first: bool,
    ) -> bool {
        let buried = self.is_out(&items::endpoint(&facts.at), voice);
        let Some(state) = door_state(voice.source.tier, None) else {
            return true;
        };
        if buried || is_hostile(self.frame.hostile, &facts.at) {
            return true;
        }
        if state == DoorState::Live && !self.trusts(Role::Endpoint, &facts.at, first, voice) {
            return false;
        }
        let id = self.names.shared(ThingKind::Endpoint, &facts.at);
        if all.iter().any(|e| e.id == id) {
            return true;
        }
        self.say(&format!("endpoints/{id}"), voice);
        all.push(Endpoint {
            id,
            address: facts.at.url.clone(),
            domain: facts.at.domain.clone(),
            state,
            warnings: facts.at.warnings.clone(),
            fhir_versions: facts.fhir_versions.clone(),
            name: facts.name.clone(),
            developers: facts.developers.as_ref().filter(|d| !is_hostile(self.frame.hostile, d)).map(|d| d.url.clone()),
            through_parent: facts.through.is_some(),
        });
        true
    }

    /// Portals: the whole list of the best source that has any; the others are "also listed by".
    pub(super) fn portals(&mut self, endpoints: &[Endpoint]) -> (Vec<Portal>, Vec<AlsoListed>) {
        let order = self.order;
        let first = !self.ever_trusted(Role::Portal);
        let usable = |voice: &Voice<OrganizationFacts>, live: bool| {
            voice.facts.portals.iter().any(|p| {
                door_state(voice.source.tier, p.at.evidence.as_ref()).is_some_and(|s| (s == DoorState::Live) == live)
            })
        };
        let best = order.iter().find(|v| usable(v, true)).or_else(|| order.iter().find(|v| usable(v, false)));
        let Some(source) = best.map(|voice| voice.source.id.as_str()) else {
            return (Vec::new(), Vec::new());
        };
        let (mut portals, mut also, mut held) = (Vec::new(), Vec::new(), false);
        for voice in order {
            for facts in &voice.facts.portals {
                if voice.source.id != source {
                    self.also(&mut also, &portals, voice, facts);
                    continue;
                }
                held |= !self.portal(&mut portals, voice, facts, endpoints, first);
            }
        }
        if held {
            for portal in self.portals_before() {
                if !portals.iter().any(|p| p.id == portal.id) {
                    self.keep(&format!("portals/{}", portal.id));
                    portals.push(portal);
                }
            }
        }
        also.retain(|other: &AlsoListed| portals.iter().all(|p| p.url != other.url));
        for portal in &mut portals {
            portal.state = portal.state_on(self.frame.days.doors);
        }
        (portals, also)
    }

    /// Portals of the picture as it was that are no old addresses, without what is on a hostile host.
    fn portals_before(&self) -> Vec<Portal> {
        let before = self.frame.previous.iter().flat_map(|previous| previous.door_portals());
        let open = before.filter(|portal| !self.is_recalled(&portal.url));
        let as_it_was = |portal: &Portal| {
            let sign_up = portal.sign_up.clone().filter(|url| !self.is_recalled(url));
            Portal { sign_up, ..portal.clone() }
        };
        open.map(as_it_was).collect()
    }

    /// Where to make an account: a door like the portal it belongs to. While it is held, the one before stays.
    fn sign_up(
        &mut self,
        voice: &Voice<OrganizationFacts>,
        facts: &PortalFacts,
        id: &Id,
        state: DoorState,
        first: bool,
    ) -> Option<String> {
        let door = facts.sign_up.as_ref().filter(|door| !is_hostile(self.frame.hostile, door))?;
        if state != DoorState::Live {
            // A link to make an account is a button, which an old address never is.
            return None;
        }
        let same = |portal: &&Portal| portal.id == *id && portal.audience == facts.audience;
        let before = self.frame.previous.and_then(|p| p.door_portals().find(same)).and_then(|p| p.sign_up.clone());
        // It may have been live before this rule was.
        if before.as_deref().is_some_and(|before| trust_key(before) == door.trust_key()) {
            self.memory.trusted.insert((Role::Portal, door.trust_key()));
        }
        if self.trusts(Role::Portal, door, first, voice) {
            return Some(door.url.clone());
        }
        before.filter(|url| !self.is_recalled(url))
    }

    fn also(
        &self,
        also: &mut Vec<AlsoListed>,
        portals: &[Portal],
        voice: &Voice<OrganizationFacts>,
        facts: &PortalFacts,
    ) {
        let door = &facts.at.door;
        let known = portals.iter().any(|p| p.url == door.url) || also.iter().any(|other| other.url == door.url);
        let buried = self.is_out(&items::portal(door), voice);
        if !known && !buried && !is_hostile(self.frame.hostile, door) {
            let by = said(voice, facts.at.evidence.as_ref());
            also.push(AlsoListed { url: door.url.clone(), domain: door.domain.clone(), by });
        }
    }

    /// Adds one portal; `false` when it is held.
    fn portal(
        &mut self,
        portals: &mut Vec<Portal>,
        voice: &Voice<OrganizationFacts>,
        facts: &PortalFacts,
        endpoints: &[Endpoint],
        first: bool,
    ) -> bool {
        let door = &facts.at.door;
        let buried = self.is_out(&items::portal(door), voice);
        let Some(state) = door_state(voice.source.tier, facts.at.evidence.as_ref()) else {
            return true;
        };
        if buried || is_hostile(self.frame.hostile, door) {
            return true;
        }
        if state == DoorState::Live && !self.trusts(Role::Portal, door, first, voice) {
            return false;
        }
        let id = self.names.shared(ThingKind::Portal, door);
        if portals.iter().any(|p| p.id == id && p.audience == facts.audience) {
            return true;
        }
        self.say_with(&format!("portals/{id}"), voice, facts.at.evidence.as_ref());
        let sign_up = self.sign_up(voice, facts, &id, state, first);
        let behind = endpoints.iter().filter(|e| facts.endpoints.contains(&e.address)).map(|e| e.id.clone()).collect();
        portals.push(Portal {
            id,
            url: door.url.clone(),
            domain: door.domain.clone(),
            state,
            warnings: door.warnings.clone(),
            name: facts.name.clone(),
            description: facts.description.clone(),
            audience: facts.audience.clone(),
            sign_up,
            endpoints: behind,
            through_parent: facts.through.is_some(),
            valid_from: facts.valid.and_then(|(from, _)| from),
            valid_to: facts.valid.and_then(|(_, to)| to),
            successor: None,
        });
        true
    }
}
