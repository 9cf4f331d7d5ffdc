//! What can be said of an organization in SMART User-access Brands, truthfully: pure.
//!
//! The profile wants a web site, and this directory wants a category beside it: a card without either helps nobody. An
//! endpoint needs a FHIR version and an https page for developers that somebody really gave. What is not known is left
//! out and counted; nothing is made up, and `asked-declined` is never said, because nobody was asked.

use crate::model::{
    kind::Kind,
    organization::{DoorState, Endpoint, Organization, Portal, Status, Website},
};

use super::terms::{CATEGORIES, FHIR_VERSIONS};

/// Why an organization is not among the brands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LeftOut {
    /// It moved or closed; the standard asks to list active ones only.
    NotActive,
    /// No source gives its web site.
    NoWebsite,
    /// Its web site is an old address that nobody checked.
    OldWebsite,
    /// No source says what kind of organization it is.
    NoCategory,
}

impl LeftOut {
    /// Every reason, in the order in which they are looked at: the first that fits is the one that is counted.
    pub const ALL: [Self; 4] = [Self::NotActive, Self::NoWebsite, Self::OldWebsite, Self::NoCategory];

    /// Its word in counts.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotActive => "not-active",
            Self::NoWebsite => "no-website",
            Self::OldWebsite => "old-website",
            Self::NoCategory => "no-category",
        }
    }

    /// The reason in a sentence.
    pub fn reason(self) -> &'static str {
        match self {
            Self::NotActive => "It moved or closed; the standard asks to list active brands only.",
            Self::NoWebsite => "The profile wants exactly one public web site, and no source gives one.",
            Self::OldWebsite => "The only web site that is known is an old address that nobody checked.",
            Self::NoCategory => "No source says what kind of organization it is, so it has no category.",
        }
    }
}

/// Why an endpoint of a brand is not in the Bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EndpointLeftOut {
    /// No source says which FHIR version it speaks.
    NoVersion,
    /// No source gives a page for developers.
    NoDevelopersPage,
    /// The page for developers is not https.
    DevelopersPageNotHttps,
}

impl EndpointLeftOut {
    /// Every reason, in the order in which they are looked at.
    pub const ALL: [Self; 3] = [Self::NoVersion, Self::NoDevelopersPage, Self::DevelopersPageNotHttps];

    /// Its word in counts.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoVersion => "no-fhir-version",
            Self::NoDevelopersPage => "no-configuration-url",
            Self::DevelopersPageNotHttps => "configuration-url-not-https",
        }
    }

    /// The reason in a sentence.
    pub fn reason(self) -> &'static str {
        match self {
            Self::NoVersion => "The profile wants the FHIR version, and no source says it.",
            Self::NoDevelopersPage => "The profile wants an address for developers, and no source gives one.",
            Self::DevelopersPageNotHttps => "The address for developers is not https, as the profile wants it to be.",
        }
    }
}

/// May anything of it be counted at all? What is merged or withdrawn is no organization of this directory any more.
pub fn is_counted(organization: &Organization) -> bool {
    !matches!(organization.status, Status::Merged | Status::Withdrawn)
}

/// A category: its code and its display.
pub type Category = (&'static str, &'static str);

/// The web site and the categories of a brand, or why it is none.
pub fn brand(organization: &Organization) -> Result<(&Website, Vec<Category>), LeftOut> {
    if organization.status != Status::Active {
        return Err(LeftOut::NotActive);
    }
    let site = organization.website.as_ref().ok_or(LeftOut::NoWebsite)?;
    if site.state != DoorState::Live {
        return Err(LeftOut::OldWebsite);
    }
    let categories = categories(&organization.kinds);
    if categories.is_empty() { Err(LeftOut::NoCategory) } else { Ok((site, categories)) }
}

/// The categories of kinds. A programme of the government that insures people is no provider.
fn categories(kinds: &[Kind]) -> Vec<Category> {
    let insures = kinds.contains(&Kind::Insurer);
    let mut all = Vec::new();
    for kind in kinds.iter().filter(|kind| !(insures && **kind == Kind::Government)) {
        let found = CATEGORIES.iter().find(|(code, _)| Some(*code) == kind.brand_category());
        if let Some(category) = found.filter(|category| !all.contains(*category)) {
            all.push(*category);
        }
    }
    all
}

/// The FHIR versions and the page for developers of a live endpoint, or why it cannot be said.
pub fn endpoint(endpoint: &Endpoint) -> Result<(Vec<&str>, &str), EndpointLeftOut> {
    let known = endpoint.fhir_versions.iter().map(String::as_str).filter(|version| FHIR_VERSIONS.contains(version));
    let versions: Vec<&str> = known.collect();
    if versions.is_empty() {
        return Err(EndpointLeftOut::NoVersion);
    }
    let page = endpoint.developers.as_deref().ok_or(EndpointLeftOut::NoDevelopersPage)?;
    if page.starts_with("https://") { Ok((versions, page)) } else { Err(EndpointLeftOut::DevelopersPageNotHttps) }
}

/// The live endpoints that a brand names: without those of its parent when it stands under it.
pub fn endpoints(organization: &Organization, under: bool) -> impl Iterator<Item = &Endpoint> {
    organization.live_endpoints().filter(move |endpoint| !(under && endpoint.through_parent))
}

/// The live portals that a brand names, likewise.
pub fn portals(organization: &Organization, under: bool) -> impl Iterator<Item = &Portal> {
    organization.live_portals().filter(move |portal| !(under && portal.through_parent))
}
