//! One app from all its voices: single values from the best tier that has one. Its doors follow the rule of doors: a
//! change of domain waits for a person, and so does a first name that could be mistaken for another.

use std::collections::BTreeSet;

use super::{
    Frame, Held, Memory, Merged, Role, Voice, door_state, is_denied, is_hostile, is_suspicious, said, sort, trust_key,
    website,
};
use crate::model::{
    door::Door,
    hostile,
    listing::{AppFacts, DoorFacts},
    organization::{App, DoorState, Status, Website},
    provenance::Provenance,
    source::Tier,
};

/// Merges what the sources say of one app: single values from the best tier that has one.
pub fn app(frame: &Frame<'_, App>, voices: &[Voice<AppFacts>], memory: &Memory) -> Merged<App> {
    let mut order: Vec<&Voice<AppFacts>> = voices.iter().collect();
    sort(&mut order, frame.days.today);
    let mut out = AppMerge {
        frame,
        order: &order,
        provenance: Provenance::default(),
        held: Vec::new(),
        memory: memory.clone(),
        before: &memory.trusted,
    };
    let name = match (out.single("name", |f| Some(f.name.clone()).filter(|name| !name.is_empty())), frame.previous) {
        (Some(name), _) => name,
        (None, previous) => previous.map(|p| p.name.clone()).unwrap_or_default(),
    };
    let list = |values: &[String]| (!values.is_empty()).then(|| values.to_vec());
    let thing = App {
        id: frame.id.clone(),
        slug: frame.previous.map(|p| p.slug.clone()).unwrap_or_default(),
        version: frame.previous.map_or(0, |p| p.version),
        status: if order.is_empty() { Status::Withdrawn } else { Status::Active },
        name,
        publisher: out.single("publisher", |f| f.publisher.clone()),
        description: out.single("description", |f| f.description.clone()),
        description_es: out.single("description_es", |f| f.description_es.clone()),
        ingests: out.single("ingests", |f| list(&f.ingests)).unwrap_or_default(),
        platforms: out.single("platforms", |f| list(&f.platforms)).unwrap_or_default(),
        website: out.door("website", Role::Website, |f| f.website.as_ref(), |p| p.website.as_ref()),
        privacy_policy: out.door(
            "privacy_policy",
            Role::PrivacyPolicy,
            |f| f.privacy_policy.as_ref(),
            |p| p.privacy_policy.as_ref(),
        ),
        app_store: out.door("app_store", Role::Store, |f| f.app_store.as_ref(), |p| p.app_store.as_ref()),
        google_play: out.door("google_play", Role::Store, |f| f.google_play.as_ref(), |p| p.google_play.as_ref()),
        provenance: Provenance::default(),
    };
    Merged { thing: App { provenance: out.provenance, ..thing }, held: out.held, memory: out.memory }
}

struct AppMerge<'a> {
    frame: &'a Frame<'a, App>,
    order: &'a [&'a Voice<AppFacts>],
    provenance: Provenance,
    held: Vec<Held>,
    memory: Memory,
    /// Domains that were trusted when the merge began.
    before: &'a BTreeSet<(Role, String)>,
}

/// Shops that many know: Apple's and Google's.
const SHOPS: [&str; 2] = ["apple.com", "google.com"];

/// The shop that a domain, or a tenant's address, is in.
fn shop(trust_key: &str) -> Option<&'static str> {
    let host = trust_key.split('/').next()?;
    SHOPS.into_iter().find(|shop| host == *shop || host.strip_suffix(shop).is_some_and(|rest| rest.ends_with('.')))
}

impl AppMerge<'_> {
    fn single<T>(&mut self, field: &str, get: impl Fn(&AppFacts) -> Option<T>) -> Option<T> {
        let given = |voice: &&Voice<AppFacts>| get(&voice.facts).filter(|_| !self.is_denied(field, voice));
        let (voice, value) = self.order.iter().find_map(|voice| given(voice).map(|value| (*voice, value)))?;
        self.provenance.insert(field, said(voice, None));
        Some(value)
    }

    fn is_denied(&self, field: &str, voice: &Voice<AppFacts>) -> bool {
        is_denied(self.order, voice, field, |facts| &facts.denied)
    }

    /// Was another door of this use ever live here, before this merge? An app may be in two shops, which share a role:
    /// its first page in a known shop is no change of its page in another.
    fn ever_trusted(&self, role: Role, door: &Door) -> bool {
        let shop = shop(&door.trust_key()).filter(|_| role == Role::Store);
        let same_use = |known: &str| shop.is_none() || self::shop(known) == shop || self::shop(known).is_none();
        self.before.iter().any(|(of, known)| *of == role && same_use(known))
    }

    fn door(
        &mut self,
        field: &str,
        role: Role,
        get: impl Fn(&AppFacts) -> Option<&DoorFacts>,
        before: impl Fn(&App) -> Option<&Website>,
    ) -> Option<Website> {
        let (voice, facts, state) = self.order.iter().find_map(|voice| {
            let facts = get(&voice.facts).filter(|_| !self.is_denied(field, voice))?;
            let state = door_state(voice.source.tier, facts.evidence.as_ref())?;
            (!is_hostile(self.frame.hostile, &facts.door)).then_some((*voice, facts, state))
        })?;
        let old = self.frame.previous.and_then(before).filter(|w| w.state == DoorState::Live);
        let old = old.filter(|w| !hostile::is_on(self.frame.hostile, &w.url));
        let trust = (role, facts.door.trust_key());
        let trusted = self.memory.trusted.contains(&trust) || voice.source.tier == Tier::MODERATOR;
        // One that went is not forgotten: neither in one step nor in two does a list swap a door.
        let changes = old.is_some_and(|old| trust_key(&old.url) != trust.1) || self.ever_trusted(role, &facts.door);
        if state == DoorState::Live && !trusted && (changes || is_suspicious(self.frame.look_alikes, &facts.door)) {
            self.held.push(Held {
                role,
                trust_key: trust.1,
                url: facts.door.url.clone(),
                source: voice.source.id.clone(),
                key: voice.key.clone(),
            });
            if old.is_some()
                && let Some(said) = self.frame.previous.and_then(|p| p.provenance.get(field))
            {
                self.provenance.insert(field, said.clone());
            }
            return old.cloned();
        }
        if state == DoorState::Live {
            self.memory.trusted.insert(trust);
        }
        self.provenance.insert(field, said(voice, facts.evidence.as_ref()));
        Some(website(&facts.door, state))
    }
}
