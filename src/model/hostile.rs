//! Hosts that were declared hostile: what lies on them is shown nowhere, in no picture of the past either.

use std::collections::BTreeSet;

use super::{
    door::host_of,
    organization::{App, Organization, Website},
};

/// Does this address lie on one of these hosts, or below it?
pub fn is_on(hosts: &BTreeSet<String>, url: &str) -> bool {
    if hosts.is_empty() {
        return false;
    }
    let host = host_of(url).trim_end_matches('.').to_lowercase();
    let host = host.as_str();
    hosts.iter().any(|bad| host == bad || host.strip_suffix(bad.as_str()).is_some_and(|rest| rest.ends_with('.')))
}

/// Takes every address on these hosts out of a picture of an organization that was made before they were recalled.
pub fn clean(organization: &mut Organization, hosts: &BTreeSet<String>) {
    if hosts.is_empty() {
        return;
    }
    let bad = |url: &String| is_on(hosts, url);
    organization.portals.retain(|portal| !bad(&portal.url));
    for portal in &mut organization.portals {
        portal.sign_up = portal.sign_up.take().filter(|url| !bad(url));
    }
    organization.endpoints.retain(|endpoint| !bad(&endpoint.address));
    for endpoint in &mut organization.endpoints {
        endpoint.developers = endpoint.developers.take().filter(|url| !bad(url));
    }
    organization.website = website(organization.website.take(), hosts);
    organization.also_listed.retain(|door| !bad(&door.url));
    organization.logos.retain(|logo| !bad(&logo.url) && !logo.licence.as_ref().is_some_and(bad));
    let names = |text: &str| names_one(text, hosts);
    for door in &mut organization.also_listed {
        door.by.clean(&names);
    }
    organization.provenance.clean(names);
    // Addresses that stand as numbers, and words that may carry one.
    organization.identifiers.retain(|identifier| !names_one(&identifier.value, hosts));
    organization.description = organization.description.take().filter(|text| !names_one(text, hosts));
    organization.how_to_ask =
        organization.how_to_ask.take().filter(|advice| !names_one(&advice.en, hosts) && !names_one(&advice.es, hosts));
    let there: BTreeSet<String> = organization.endpoints.iter().map(|endpoint| endpoint.id.to_string()).collect();
    for portal in &mut organization.portals {
        portal.endpoints.retain(|id| there.contains(id.as_str()));
        portal.description = portal.description.take().filter(|text| !names_one(text, hosts));
    }
}

/// The same for an app.
pub fn clean_app(app: &mut App, hosts: &BTreeSet<String>) {
    for door in [&mut app.website, &mut app.privacy_policy, &mut app.app_store, &mut app.google_play] {
        *door = website(door.take(), hosts);
    }
    app.provenance.clean(|text| names_one(text, hosts));
    for text in [&mut app.description, &mut app.description_es] {
        *text = text.take().filter(|text| !names_one(text, hosts));
    }
}

fn website(site: Option<Website>, hosts: &BTreeSet<String>) -> Option<Website> {
    site.filter(|site| !is_on(hosts, &site.url))
}

fn names_one(text: &str, hosts: &BTreeSet<String>) -> bool {
    let text = text.to_lowercase();
    hosts.iter().any(|host| text.contains(host.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_and_what_lies_below_it() {
        let hosts: BTreeSet<String> = ["evil.example.org".to_owned()].into();
        assert!(is_on(&hosts, "https://evil.example.org/x") && is_on(&hosts, "https://a.EVIL.example.org./x"));
        assert!(
            !is_on(&hosts, "https://notevil.example.org/") && !is_on(&hosts, "https://example.org/evil.example.org")
        );
    }
}
