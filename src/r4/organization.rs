//! `Organization`.
//!
//! `identifier`: our own id and the numbers others gave it; `type`: a concept for each kind, in our own codes and, where
//! there are any, in those of `organization-type` (the categories of SMART User-access Brands) and of the view's guide;
//! `telecom`: its phone and its live web site; `address`: one for each place; `partOf`; `endpoint`: every live one, its
//! parent's too. Extensions: `organization-brand` (logos), `organization-portal` (live portals), its description, and who
//! follows it when it moved or closed. `meta.source` is who says its name.

use serde::Serialize;

use super::{
    LeftOut, Mapper, ResourceType, View,
    datatypes::{Address, CodeableConcept, Coding, ContactPoint, Extension, Identifier, Is, Meta, Reference, Uri},
    systems,
};
use crate::model::{
    identifier::{self, System},
    kind::Kind,
    organization::{self, Portal, Status},
    place::Place,
};

/// Lines of an address in US Core; what is more goes into the last one.
const LINES: usize = 4;

/// An organization as a FHIR R4 resource.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Organization<'a> {
    resource_type: &'static str,
    id: &'a str,
    meta: Meta,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    extension: Vec<Extension<'a>>,
    identifier: Vec<Identifier<'a>>,
    active: bool,
    #[serde(rename = "type", skip_serializing_if = "Vec::is_empty")]
    kind: Vec<CodeableConcept<'a>>,
    name: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    alias: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    telecom: Vec<ContactPoint<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    address: Vec<Address<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    part_of: Option<Reference<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    endpoint: Vec<Reference<'a>>,
}

impl<'a> Mapper<'a> {
    /// An organization; `at` is the time of its last revision in microseconds since 1970 UTC. Its `versionId` is its version.
    pub fn organization<'r>(
        self,
        organization: &'r organization::Organization,
        at: i64,
    ) -> Result<Organization<'r>, LeftOut>
    where
        'a: 'r,
    {
        self.takes(organization)?;
        let of = ResourceType::Organization;
        let phone = organization.phone.as_deref().map(|value| ContactPoint { system: "phone", value });
        let site = organization.live_website().map(|site| ContactPoint { system: "url", value: &site.url });
        Ok(Organization {
            resource_type: of.name(),
            id: organization.id.as_str(),
            meta: self.meta(of, &organization.version, at, organization.said("name")),
            extension: self.extensions(organization),
            identifier: self.identifiers(organization),
            active: organization.status == Status::Active,
            kind: self.kinds(&organization.kinds),
            name: &organization.name,
            alias: &organization.aliases,
            telecom: phone.into_iter().chain(site).collect(),
            address: organization.locations.iter().map(|location| address(&location.place)).collect(),
            part_of: organization.part_of.as_ref().map(related),
            endpoint: organization
                .live_endpoints()
                .map(|endpoint| Reference::to("Endpoint", endpoint.id.as_str()))
                .collect(),
        })
    }

    fn extensions<'r>(self, organization: &'r organization::Organization) -> Vec<Extension<'r>>
    where
        'a: 'r,
    {
        let mut all = Vec::new();
        if let Some(text) = organization.description.as_deref() {
            all.push(match self.view() {
                View::Plain => Extension::new(systems::R5_DESCRIPTION_EXTENSION, Is::Markdown(text)),
                View::PlanNet => Extension::new(systems::PLAN_NET_DESCRIPTION_EXTENSION, Is::String(text)),
                View::Ndh => Extension::new(systems::NDH_DESCRIPTION_EXTENSION, Is::String(text)),
            });
        }
        if let Some(successor) = &organization.successor {
            all.push(Extension { url: self.own(systems::OWN_SUCCESSOR), what: Is::Reference(related(successor)) });
        }
        for logo in &organization.logos {
            let mut parts = vec![Extension::new("brandLogo", Is::Url(&logo.url))];
            parts.extend(logo.licence.as_deref().map(|url| Extension::new("brandLogoLicense", Is::Url(url))));
            all.push(Extension::new(systems::BRAND_EXTENSION, Is::Parts(parts)));
        }
        all.extend(organization.live_portals().map(|portal| portal_extension(organization, portal)));
        all
    }

    fn identifiers<'r>(self, organization: &'r organization::Organization) -> Vec<Identifier<'r>>
    where
        'a: 'r,
    {
        let own = Identifier { kind: None, system: Some(self.own(systems::OWN_ID)), value: organization.id.as_str() };
        let given = organization.identifiers.iter().filter_map(|given| self.identifier(given));
        std::iter::once(own).chain(given).collect()
    }

    /// A number others gave it. US Core has rules for the spelling of some; in the views that are built on it a number
    /// that breaks them is left out (us-core-18 and us-core-19).
    fn identifier(self, given: &identifier::Identifier) -> Option<Identifier<'_>> {
        let strict = self.view() != View::Plain;
        let fits = match given.system {
            System::Clia => is_clia(&given.value),
            System::Naic => given.value.len() == 5 && given.value.bytes().all(|b| b.is_ascii_digit()),
            _ => true,
        };
        if strict && !fits {
            return None;
        }
        let (system, value) = systems::of(given)?;
        let npi = Coding { system: Uri::Whole(systems::IDENTIFIER_TYPE), code: "NPI", display: None };
        let kind = (given.system == System::Npi).then(|| CodeableConcept::of(npi));
        Some(Identifier { kind, system: system.map(Uri::Whole), value })
    }

    fn kinds<'r>(self, kinds: &[Kind]) -> Vec<CodeableConcept<'r>>
    where
        'a: 'r,
    {
        let insurer = kinds.contains(&Kind::Insurer);
        let concept = |kind: &Kind| {
            let mut coding = vec![Coding { system: self.own(systems::OWN_KIND), code: kind.code(), display: None }];
            let category = if *kind == Kind::Government && insurer { Some("ins") } else { kind.brand_category() };
            let public = (*kind == Kind::Government).then_some("govt");
            for code in public.into_iter().chain(category) {
                coding.push(Coding { system: Uri::Whole(systems::ORGANIZATION_TYPE), code, display: None });
            }
            let system = match self.view() {
                View::Plain => None,
                View::PlanNet => Some(systems::PLAN_NET_ORGANIZATION_TYPE),
                View::Ndh => Some(systems::NDH_ORGANIZATION_TYPE),
            };
            if let Some((system, code)) = system.zip(directory_type(*kind)) {
                coding.push(Coding { system: Uri::Whole(system), code, display: None });
            }
            CodeableConcept { coding }
        };
        kinds.iter().filter(|kind| **kind != Kind::Unknown).map(concept).collect()
    }
}

/// The code of `OrgTypeCS` in Plan-Net and NDH; nothing where none of them says it.
fn directory_type(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Hospital | Kind::Laboratory | Kind::Imaging | Kind::Pharmacy | Kind::LongTermCare => "fac",
        Kind::Clinic | Kind::Dental | Kind::Vision | Kind::BehavioralHealth | Kind::HomeCare | Kind::PublicHealth => {
            "prvgrp"
        }
        Kind::Insurer => "payer",
        Kind::Exchange | Kind::ImmunizationRegistry | Kind::Aggregator => "bus",
        Kind::Government | Kind::Unknown => return None,
    })
}

/// A CLIA number: ten characters, a D in the third place (US Core, us-core-18).
fn is_clia(text: &str) -> bool {
    text.len() == 10 && text.bytes().enumerate().all(|(at, b)| if at == 2 { b == b'D' } else { b.is_ascii_digit() })
}

fn portal_extension<'r>(organization: &organization::Organization, portal: &'r Portal) -> Extension<'r> {
    let mut parts = Vec::new();
    parts.extend(portal.name.as_deref().map(|name| Extension::new("portalName", Is::String(name))));
    parts.extend(portal.description.as_deref().map(|text| Extension::new("portalDescription", Is::Markdown(text))));
    parts.push(Extension::new("portalUrl", Is::Url(&portal.url)));
    // Each must stand in `endpoint` too (SMART App Launch 2.2.0, uab-1), where only live ones are.
    let behind = portal.endpoints.iter().filter(|id| organization.live_endpoints().any(|endpoint| endpoint.id == **id));
    parts.extend(
        behind.map(|id| Extension::new("portalEndpoint", Is::Reference(Reference::to("Endpoint", id.as_str())))),
    );
    Extension::new(systems::PORTAL_EXTENSION, Is::Parts(parts))
}

/// The endpoints that may be shown.
pub(super) fn live_endpoints(
    organization: &organization::Organization,
) -> impl Iterator<Item = &organization::Endpoint> {
    organization.live_endpoints()
}

/// Another organization.
pub(super) fn related(other: &organization::Related) -> Reference<'_> {
    let display = Some(other.name.as_str()).filter(|name| !name.is_empty());
    Reference { display, ..Reference::to("Organization", other.id.as_str()) }
}

/// A place as an address. All that we know of lies in the United States and its territories.
pub(super) fn address(place: &Place) -> Address<'_> {
    let (own, rest) = place.lines.split_at(place.lines.len().min(LINES - 1));
    let mut line: Vec<std::borrow::Cow<'_, str>> = own.iter().map(|line| line.as_str().into()).collect();
    match rest {
        [] => {}
        [last] => line.push(last.as_str().into()),
        more => line.push(more.join(", ").into()),
    }
    Address {
        line,
        city: place.city.as_deref(),
        state: place.state.as_deref(),
        postal_code: place.zip.as_deref(),
        country: "US",
    }
}
