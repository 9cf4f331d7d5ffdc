//! Searches by token: codes, numbers, ids, truth values.

use super::{
    codings,
    look::{Look, Set, Spot},
    parameters::What,
    values::{System, Token},
};
use crate::{
    model::{
        id::{Id, ThingKind},
        identifier,
        kind::Kind,
    },
    r4::{ResourceType, View, ids, systems},
    register::{Key, Number},
};

impl Look<'_> {
    /// Marks what has a code or a number.
    pub fn mark_token(&self, set: &mut Set, what: What, token: &Token, public: &str) {
        let kind = set.kind;
        let own = |path: &str| format!("{public}{path}");
        let all = match what {
            What::Id => return self.mark_id(set, token.code.as_deref().unwrap_or_default()),
            What::Identifier => return self.mark_identifier(set, token, public),
            What::Type => return self.mark_type(set, token, public),
            What::Active => return self.mark_active(set, token.is(codings::SPECIAL_VALUES, "true")),
            What::Status if kind == ResourceType::Location => {
                for (code, active) in [("active", true), ("inactive", false)] {
                    if token.is(codings::LOCATION_STATUS, code) {
                        self.mark_active(set, active);
                    }
                }
                return;
            }
            What::Role => {
                if token.is(&own(systems::OWN_AFFILIATION), "access-through") {
                    self.mark_through(set);
                }
                token.is(&own(systems::OWN_AFFILIATION), "part-of")
            }
            What::Status => token.is(codings::ENDPOINT_STATUS, "active"),
            What::ConnectionType => token.is(systems::CONNECTION_TYPE, "hl7-fhir-rest"),
            What::PayloadType => match self.view {
                View::Plain => token.is(systems::PAYLOAD_TYPE, "any"),
                View::PlanNet => token.is(systems::PLAN_NET_PAYLOAD_TYPE, "NA"),
                View::Ndh => token.is(systems::DATA_ABSENT_REASON, "not-applicable"),
            },
            What::Category => token.is(&own(systems::OWN_SERVICE), "patient-portal"),
            _ => false,
        };
        if all {
            *set = self.all(kind);
        }
    }

    fn mark_active(&self, set: &mut Set, active: bool) {
        for (part, bits) in set.bits.iter_mut().enumerate() {
            let rows = &self.part(part).segment.active;
            if set.kind == ResourceType::Organization || set.kind == ResourceType::OrganizationAffiliation {
                let mut rows = rows.clone();
                if !active {
                    rows.invert();
                }
                bits.or(&rows);
                continue;
            }
            for row in 0..bits.len() {
                if rows.has(self.organization_of(set.kind, Spot { part, row })) == active {
                    bits.set(row);
                }
            }
        }
    }

    /// Affiliations with doors of the whole.
    fn mark_through(&self, set: &mut Set) {
        for (part, bits) in set.bits.iter_mut().enumerate() {
            let segment = &self.part(part).segment;
            segment.claims.iter().filter(|claim| claim.through).for_each(|claim| bits.set(claim.row as usize));
            segment.offers.iter().filter(|offer| offer.through).for_each(|offer| bits.set(offer.row as usize));
        }
    }

    fn mark_id(&self, set: &mut Set, text: &str) {
        let thing = |kind| Id::parse(text).filter(|id| id.kind() == kind).map(|id| id.bytes());
        let spot = match set.kind {
            ResourceType::Organization => thing(ThingKind::Organization).and_then(|key| self.find(&key)),
            ResourceType::OrganizationAffiliation => {
                ids::read_affiliation(text).and_then(|part| self.find(&part.bytes()))
            }
            ResourceType::Endpoint => thing(ThingKind::Endpoint)
                .and_then(|key| self.columns.endpoints.find(&key))
                .map(|row| Spot { part: 0, row }),
            ResourceType::HealthcareService => ids::read_service(text)
                .and_then(|(organization, portal)| self.find_offer(&organization.bytes(), &portal.bytes())),
            ResourceType::Location => {
                if let Some(key) = thing(ThingKind::Location) {
                    self.mark_keys(set, &key);
                }
                None
            }
        };
        if let Some(spot) = spot {
            set.mark(spot);
        }
    }

    /// Where a portal of an organization stands.
    fn find_offer(&self, organization: &Key, portal: &Key) -> Option<Spot> {
        let Spot { part, row } = self.find(organization)?;
        let segment = &self.part(part).segment;
        let row = segment.offers_of(row).find(|at| segment.offers[*at].portal == *portal)?;
        Some(Spot { part, row })
    }

    /// Marks places or services by the id of the place or portal.
    fn mark_keys(&self, set: &mut Set, key: &Key) {
        for (part, bits) in set.bits.iter_mut().enumerate() {
            let segment = &self.part(part).segment;
            if set.kind == ResourceType::Location {
                segment.places_called(key).for_each(|row| bits.set(row));
            } else {
                let same = segment.offers.iter().enumerate().filter(|(_, offer)| offer.portal == *key);
                same.for_each(|(row, _)| bits.set(row));
            }
        }
    }

    fn mark_identifier(&self, set: &mut Set, token: &Token, public: &str) {
        let own = matches!(&token.system, System::Is(system) if *system == format!("{public}{}", systems::OWN_ID));
        if own || token.system == System::Any {
            match &token.code {
                None => *set = self.all(set.kind),
                Some(code) if set.kind == ResourceType::Organization => self.mark_id(set, code),
                Some(code) => {
                    let wanted =
                        if set.kind == ResourceType::Location { ThingKind::Location } else { ThingKind::Portal };
                    if let Some(id) = Id::parse(code).filter(|id| id.kind() == wanted) {
                        self.mark_keys(set, &id.bytes());
                    }
                }
            }
        }
        if own || set.kind != ResourceType::Organization {
            return;
        }
        let system = match &token.system {
            System::Any => None,
            System::None => Some(Number::NOBODY),
            System::Is(system) => Some(number_system(system)),
        };
        let value = token.code.as_deref().map(Number::value);
        for (part, bits) in set.bits.iter_mut().enumerate() {
            let numbers = &self.part(part).segment.numbers;
            let from = value.map_or(0, |value| numbers.partition_point(|(number, _)| number.value < value));
            let same = numbers[from..].iter().take_while(|(number, _)| value.is_none_or(|value| number.value == value));
            same.filter(|(number, _)| system.is_none_or(|system| number.system == system))
                .for_each(|(_, row)| bits.set(*row as usize));
        }
    }

    fn mark_type(&self, set: &mut Set, token: &Token, public: &str) {
        let insurer = Kind::ALL.iter().position(|kind| *kind == Kind::Insurer);
        for coding in codings::of_kinds(self.view) {
            if !coding.is(token, public) {
                continue;
            }
            for (part, bits) in set.bits.iter_mut().enumerate() {
                let kinds = &self.part(part).segment.kinds;
                // What a public programme is depends on whether it insures.
                match coding.if_insurer.zip(insurer) {
                    Some((within, insurer)) => bits.or_both(&kinds[coding.kind], &kinds[insurer], within),
                    None => bits.or(&kinds[coding.kind]),
                }
            }
        }
    }
}

/// Who gives numbers of this system, as the register keeps it.
fn number_system(system: &str) -> u32 {
    let known = match system {
        systems::NPI => identifier::System::Npi,
        systems::CCN => identifier::System::Ccn,
        systems::CLIA => identifier::System::Clia,
        systems::NAIC => identifier::System::Naic,
        systems::URI => identifier::System::Web,
        _ => identifier::System::Other,
    };
    Number::system(known, system)
}
