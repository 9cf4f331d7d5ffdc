//! A document as entries of a User-access Brands Bundle: its Organization, and each of its endpoints. No I/O.
//!
//! What holds: references are relative and spelled alike in `endpoint` and `portalEndpoint` (uab-1); `meta.source` names
//! the worst tier of those who say what stands in the resource, so nobody who reads it believes it more than they do.

use super::{json::Json, say, terms};
use crate::{
    model::{
        door::{host_of, shared_host},
        id::Id,
        identifier::{Identifier, System},
        listing::LogoFacts,
        organization::{Endpoint, Organization, Portal, Said, Website},
        origin,
        place::Place,
        text,
    },
    r4::{Instant, View, systems},
};

/// A document as a brand.
#[derive(Debug, Clone, Copy)]
pub struct Brand<'a> {
    organization: &'a Organization,
    site: &'a Website,
    categories: &'a [say::Category],
    /// It stands under the organization it is part of.
    under: bool,
    /// When it last changed, in microseconds since 1970 UTC.
    at: i64,
}

impl<'a> Brand<'a> {
    /// What [`say::brand`] found; `under` says that its parent is in the same Bundle.
    pub fn new(
        organization: &'a Organization,
        (site, categories): (&'a Website, &'a [say::Category]),
        under: bool,
        at: i64,
    ) -> Self {
        Self { organization, site, categories, under, at }
    }

    /// Its endpoints that can be said.
    pub fn endpoints(self) -> impl Iterator<Item = (&'a Endpoint, Vec<&'a str>, &'a str)> {
        let found = say::endpoints(self.organization, self.under);
        found.filter_map(|endpoint| say::endpoint(endpoint).ok().map(|(versions, page)| (endpoint, versions, page)))
    }

    /// The entry of the Organization, without a comma before it. `public` is the public address.
    pub fn organization(self, public: &str) -> Vec<u8> {
        let org = self.organization;
        let said: Vec<&Id> = self.endpoints().map(|(endpoint, ..)| &endpoint.id).collect();
        entry(public, "Organization", &org.id, |json| {
            self.meta(json, public, &self.fields());
            let portals: Vec<&Portal> = say::portals(org, self.under).collect();
            if !org.logos.is_empty() || !portals.is_empty() {
                json.name("extension").list(|list| {
                    for logo in &org.logos {
                        brand_extension(list, logo);
                    }
                    for portal in portals {
                        portal_extension(list, portal, &said);
                    }
                });
            }
            json.name("identifier").list(|list| self.identifiers(list, public));
            json.name("active").word("true");
            json.members("type", self.categories, |json, (code, display)| {
                coding_concept(json, systems::ORGANIZATION_TYPE, code, Some(display));
            });
            json.member("name", &org.name);
            json.members("alias", &org.aliases, |json, alias| json.text(alias));
            json.name("telecom").list(|list| contact(list, &self.site.url));
            json.members("address", &org.locations, |json, location| address(json, &location.place));
            if let Some(parent) = org.part_of.as_ref().filter(|_| self.under) {
                json.name("partOf").object(|json| reference(json, "Organization", &parent.id));
            }
            json.members("endpoint", &said, |json, id| json.object(|json| reference(json, "Endpoint", id)));
        })
    }

    /// The entry of one of its endpoints, likewise.
    pub fn endpoint(self, endpoint: &Endpoint, versions: &[&str], page: &str, public: &str) -> Vec<u8> {
        entry(public, "Endpoint", &endpoint.id, |json| {
            self.meta(json, public, &[format!("endpoints/{}", endpoint.id)]);
            json.members("extension", versions, |json, version| {
                json.object(|json| {
                    json.member("url", systems::FHIR_VERSION_EXTENSION);
                    json.member("valueCode", version);
                });
            });
            json.member("status", "active");
            json.name("connectionType").object(|json| {
                json.member("system", systems::CONNECTION_TYPE);
                json.member("code", terms::FHIR_REST);
            });
            if let Some(name) = &endpoint.name {
                json.member("name", name);
            }
            json.name("contact").list(|list| contact(list, page));
            json.name("payloadType").list(|list| coding_concept(list, systems::PAYLOAD_TYPE, terms::NO_PAYLOAD, None));
            json.member("address", &endpoint.address);
        })
    }

    /// `meta`: when, and whose word it is: of those who say these fields the one that is believed least.
    fn meta(self, json: &mut Json, public: &str, fields: &[String]) {
        let said = fields.iter().filter_map(|field| self.organization.said(field));
        // The first of the worst: the field that stands first says more of the resource.
        let worst = said.fold(None, |worst: Option<&Said>, said| match worst {
            Some(known) if known.tier >= said.tier => Some(known),
            _ => Some(said),
        });
        json.name("meta").object(|json| {
            json.name("lastUpdated").plain(format_args!("{}", Instant(self.at)));
            if let Some(said) = worst {
                json.member("source", &origin::address(public, said));
            }
        });
    }

    /// Fields of which something stands in the resource, or comes to it from its parent.
    fn fields(self) -> Vec<String> {
        let org = self.organization;
        let mut fields: Vec<String> = ["name", "website", "kinds", "logos", "part_of"].map(str::to_owned).into();
        fields.extend(org.aliases.iter().map(|alias| format!("aliases/{}", text::match_form(alias))));
        fields.extend(org.identifiers.iter().map(|i| format!("identifiers/{}/{}", i.system.code(), i.value)));
        fields.extend(org.locations.iter().map(|location| format!("locations/{}", location.id)));
        fields.extend(org.live_portals().map(|portal| format!("portals/{}", portal.id)));
        fields.extend(say::endpoints(org, false).map(|endpoint| format!("endpoints/{}", endpoint.id)));
        fields
    }

    /// Our own id first: it is the one that names this brand alone.
    fn identifiers(self, json: &mut Json, public: &str) {
        json.object(|json| {
            json.name("system").plain(format_args!("{public}{}", systems::OWN_ID));
            json.member("value", self.organization.id.as_str());
        });
        let web = own_address(self.site).map(|value| Identifier { system: System::Web, value });
        let known = &self.organization.identifiers;
        for identifier in web.iter().filter(|web| !known.contains(web)).chain(known) {
            let Some((system, value)) = systems::of(identifier) else { continue };
            json.object(|json| {
                if let Some(system) = system {
                    json.member("system", system);
                }
                json.member("value", value);
            });
        }
    }
}

/// The address of the main site as an identifier: https, without `www.` and path (SMART App Launch 2.2.0, section 8). On a
/// host that many share it would name somebody else.
fn own_address(site: &Website) -> Option<String> {
    let host = host_of(&site.url);
    let plain = host.strip_prefix("www.").unwrap_or(host);
    (!plain.is_empty() && !shared_host(host)).then(|| format!("https://{plain}"))
}

fn entry(public: &str, kind: &str, id: &Id, members: impl FnOnce(&mut Json)) -> Vec<u8> {
    let mut json = Json::default();
    json.object(|json| {
        json.name("fullUrl").plain(format_args!("{public}{}/{kind}/{id}", View::Plain.path()));
        json.name("resource").object(|json| {
            json.member("resourceType", kind);
            json.member("id", id.as_str());
            members(json);
        });
    });
    json.into_bytes()
}

fn reference(json: &mut Json, kind: &str, id: &Id) {
    json.name("reference").plain(format_args!("{kind}/{id}"));
}

fn contact(json: &mut Json, url: &str) {
    json.object(|json| {
        json.member("system", "url");
        json.member("value", url);
    });
}

fn coding_concept(json: &mut Json, system: &str, code: &str, display: Option<&str>) {
    json.object(|json| {
        json.name("coding").list(|list| {
            list.object(|json| {
                json.member("system", system);
                json.member("code", code);
                if let Some(display) = display {
                    json.member("display", display);
                }
            });
        });
    });
}

fn address(json: &mut Json, place: &Place) {
    json.object(|json| {
        json.members("line", &place.lines, |json, line| json.text(line));
        for (name, part) in [("city", &place.city), ("state", &place.state), ("postalCode", &place.zip)] {
            if let Some(part) = part {
                json.member(name, part);
            }
        }
        // A place abroad has its country among its lines.
        if place.state.is_some() || place.zip.is_some() {
            json.member("country", "US");
        }
    });
}

fn brand_extension(json: &mut Json, logo: &LogoFacts) {
    json.object(|json| {
        json.member("url", systems::BRAND_EXTENSION);
        json.name("extension").list(|list| {
            part(list, "brandLogo", |json| json.member("valueUrl", &logo.url));
            match logo.licence.as_deref() {
                Some(page) if page.starts_with("https://") => {
                    part(list, "brandLogoLicense", |json| json.member("valueUrl", page));
                }
                Some(code) => part(list, "brandLogoLicenseType", |json| {
                    json.name("valueCoding").object(|json| {
                        json.member("system", terms::SPDX);
                        json.member("code", code);
                    });
                }),
                None => {}
            }
        });
    });
}

fn portal_extension(json: &mut Json, portal: &Portal, said: &[&Id]) {
    json.object(|json| {
        json.member("url", systems::PORTAL_EXTENSION);
        json.name("extension").list(|list| {
            if let Some(name) = &portal.name {
                part(list, "portalName", |json| json.member("valueString", name));
            }
            if let Some(words) = &portal.description {
                part(list, "portalDescription", |json| json.member("valueMarkdown", &markdown(words)));
            }
            part(list, "portalUrl", |json| json.member("valueUrl", &portal.url));
            for id in portal.endpoints.iter().filter(|id| said.contains(id)) {
                part(list, "portalEndpoint", |json| {
                    json.name("valueReference").object(|json| reference(json, "Endpoint", id));
                });
            }
        });
    });
}

fn part(json: &mut Json, url: &str, value: impl FnOnce(&mut Json)) {
    json.object(|json| {
        json.member("url", url);
        value(json);
    });
}

/// Plain text of one line as Markdown that says the same (CommonMark 0.31, section 2.4).
fn markdown(plain: &str) -> String {
    let mut marked = String::with_capacity(plain.len());
    let starts_list = {
        let digits = plain.trim_start_matches(|c: char| c.is_ascii_digit());
        plain.starts_with(['#', '+', '-', '=', '~']) || (digits.len() < plain.len() && digits.starts_with(['.', ')']))
    };
    for (at, c) in plain.char_indices() {
        let first = at == 0 && starts_list && !c.is_ascii_digit();
        let number = starts_list && matches!(c, '.' | ')') && plain[..at].bytes().all(|b| b.is_ascii_digit());
        if first || number || matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&') {
            marked.push('\\');
        }
        marked.push(c);
    }
    marked
}

/// A Bundle up to its first entry, and what stands behind the last; `empty` Bundles have no list. `at` is the moment of
/// the last change of its content, in microseconds since 1970 UTC.
pub fn frame(at: i64, empty: bool) -> (Vec<u8>, &'static [u8]) {
    let mut json = Json::default();
    json.object(|json| {
        json.member("resourceType", "Bundle");
        json.name("meta").object(|json| {
            json.name("lastUpdated").plain(format_args!("{}", Instant(at)));
            json.name("profile").list(|list| list.text(terms::BUNDLE_PROFILE));
        });
        json.member("type", "collection");
        json.name("timestamp").plain(format_args!("{}", Instant(at)));
        if !empty {
            json.name("entry").list(|_| {});
        }
    });
    let mut head = json.into_bytes();
    let end: &[u8] = if empty { b"}" } else { b"\n]}\n" };
    head.truncate(head.len() - if empty { 1 } else { 2 });
    (head, end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::bundle::plain_text;

    #[test]
    fn markdown_says_what_the_plain_text_says() {
        for plain in [
            "Plain words.",
            "# 1 in care",
            "5 < 6 & more *stars* _here_ [x](y) `code` \\ end",
            "1. First things",
            "1) First things",
            "- a dash",
            "+ plus",
            "10.5 miles away",
            "<b>bold</b>",
            "___",
            "Ñandú — “quoted”",
        ] {
            assert_eq!(plain_text(&markdown(plain)), plain, "{}", markdown(plain));
        }
    }

    #[test]
    fn a_frame_is_a_bundle() {
        for empty in [true, false] {
            let (mut head, end) = frame(1_000_000, empty);
            head.extend_from_slice(end);
            let bundle: serde_json::Value = serde_json::from_slice(&head).unwrap();
            assert_eq!(bundle["timestamp"], "1970-01-01T00:00:01.000Z");
            assert_eq!(bundle.get("entry").is_none(), empty);
        }
    }
}
