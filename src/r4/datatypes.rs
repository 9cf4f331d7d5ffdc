//! Data types of FHIR R4, as far as our resources use them. Texts are borrowed from the document a resource is made of.

use serde::{Serialize, Serializer, ser::SerializeMap};

/// A moment as FHIR writes an `instant`: microseconds since 1970 UTC, written to the millisecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant(pub i64);

impl std::fmt::Display for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let millis = self.0.div_euclid(1_000);
        write!(f, "{:.3}", jiff::Timestamp::from_millisecond(millis).unwrap_or_default())
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// An address of somebody else, or one of our own below the public address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Uri<'a> {
    /// As it is.
    Whole(&'a str),
    /// The public address and a path below it.
    Own(&'a str, &'a str),
}

impl Serialize for Uri<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Whole(whole) => to.serialize_str(whole),
            Self::Own(public, path) => to.collect_str(&format_args!("{public}{path}")),
        }
    }
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Meta {
    pub version_id: String,
    pub last_updated: Instant,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<[Profile; 1]>,
}

/// A profile of an implementation guide.
#[derive(Debug, Clone, Copy)]
pub(super) struct Profile {
    pub guide: &'static str,
    pub name: &'static str,
    pub resource: &'static str,
}

impl Serialize for Profile {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{}/StructureDefinition/{}-{}", self.guide, self.name, self.resource))
    }
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct Coding<'a> {
    pub system: Uri<'a>,
    pub code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display: Option<&'a str>,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct CodeableConcept<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub coding: Vec<Coding<'a>>,
}

impl<'a> CodeableConcept<'a> {
    pub fn of(coding: Coding<'a>) -> Self {
        Self { coding: vec![coding] }
    }
}

/// A relative reference within the view.
#[derive(Debug, Clone)]
pub(super) struct Reference<'a> {
    pub kind: &'static str,
    pub id: std::borrow::Cow<'a, str>,
    pub display: Option<&'a str>,
}

impl<'a> Reference<'a> {
    pub fn to(kind: &'static str, id: &'a str) -> Self {
        Self { kind, id: id.into(), display: None }
    }
}

impl Serialize for Reference<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        struct Relative<'a>(&'a Reference<'a>);
        impl Serialize for Relative<'_> {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(&format_args!("{}/{}", self.0.kind, self.0.id))
            }
        }
        let mut map = to.serialize_map(Some(1 + usize::from(self.display.is_some())))?;
        map.serialize_entry("reference", &Relative(self))?;
        if let Some(display) = self.display {
            map.serialize_entry("display", display)?;
        }
        map.end()
    }
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct Identifier<'a> {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<CodeableConcept<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<Uri<'a>>,
    pub value: &'a str,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct ContactPoint<'a> {
    pub system: &'static str,
    pub value: &'a str,
}

#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Address<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub line: Vec<std::borrow::Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<&'a str>,
    pub country: &'static str,
}

#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Period {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<jiff::civil::Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<jiff::civil::Date>,
}

/// An extension: parts of its own, or a value.
#[derive(Debug, Clone)]
pub(super) struct Extension<'a> {
    pub url: Uri<'a>,
    pub what: Is<'a>,
}

/// What an extension holds.
#[derive(Debug, Clone)]
pub(super) enum Is<'a> {
    Parts(Vec<Extension<'a>>),
    Url(&'a str),
    Code(&'a str),
    String(&'a str),
    Markdown(&'a str),
    Reference(Reference<'a>),
}

impl<'a> Extension<'a> {
    pub fn new(url: &'a str, what: Is<'a>) -> Self {
        Self { url: Uri::Whole(url), what }
    }
}

impl Serialize for Extension<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(2))?;
        map.serialize_entry("url", &self.url)?;
        match &self.what {
            Is::Parts(parts) => map.serialize_entry("extension", parts)?,
            Is::Url(value) => map.serialize_entry("valueUrl", value)?,
            Is::Code(value) => map.serialize_entry("valueCode", value)?,
            Is::String(value) => map.serialize_entry("valueString", value)?,
            Is::Markdown(value) => map.serialize_entry("valueMarkdown", value)?,
            Is::Reference(value) => map.serialize_entry("valueReference", value)?,
        }
        map.end()
    }
}
