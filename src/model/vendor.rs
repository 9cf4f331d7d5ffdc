//! Whose software a portal is: its name and address in, a [`Vendor`] of the table `vendors.toml` out.
//!
//! What holds: nothing is guessed. A vendor is named only when the address stands on one of its hosts, when the portal
//! calls itself so, or when the address carries the vendor's mark; a host weighs more than a name.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{door::host_of, organization::Organization};

/// Makes portals that many organizations use.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vendor {
    /// In addresses and files.
    pub code: String,
    /// As people know the portal.
    pub name: String,
    /// Who makes it.
    pub developer: String,
    /// In a portal's own name, letters and digits alone.
    names: Vec<String>,
    /// Hosts, and all below them.
    hosts: Vec<String>,
    /// Anywhere in the host or path of an address.
    #[serde(default)]
    marks: Vec<String>,
    /// Hosts where apps connect, and all below them.
    endpoints: Vec<String>,
}

#[derive(Deserialize)]
struct Table {
    vendor: Vec<Vendor>,
}

static VENDORS: LazyLock<Vec<Vendor>> = LazyLock::new(|| match toml::from_str::<Table>(include_str!("vendors.toml")) {
    Ok(table) => table.vendor,
    // The table is part of the program; a test reads it.
    Err(why) => panic!("vendors.toml: {why}"),
});

/// Every vendor; its place here is its number in the index.
pub fn all() -> &'static [Vendor] {
    &VENDORS
}

/// The vendor with a code.
pub fn by_code(code: &str) -> Option<&'static Vendor> {
    all().iter().find(|vendor| vendor.code == code)
}

/// The vendor of a portal, as its address and its own name show it.
pub fn of_portal(url: &str, name: Option<&str>) -> Option<&'static Vendor> {
    let name = name.map(squeezed).unwrap_or_default();
    let address = without_query(url).to_lowercase();
    by_host(url, |vendor| &vendor.hosts)
        .or_else(|| all().iter().find(|vendor| vendor.names.iter().any(|own| name.contains(own.as_str()))))
        .or_else(|| all().iter().find(|vendor| vendor.marks.iter().any(|mark| address.contains(mark.as_str()))))
}

/// The vendor on whose hosts apps connect. It shows who runs the connection, not which portal people see.
pub fn of_endpoint(address: &str) -> Option<&'static Vendor> {
    by_host(address, |vendor| &vendor.endpoints)
}

/// Where the vendors of an organization stand in [`all`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VendorsOf {
    /// Those of its live portals, a bit each.
    pub portals: u32,
    /// It has a live portal of which the vendor is not known.
    pub other: bool,
    /// Those on whose hosts apps connect, a bit each.
    pub endpoints: u32,
}

/// The vendors of an organization; only what is live counts.
pub fn of(organization: &Organization) -> VendorsOf {
    let bit = |found: &'static Vendor| {
        all().iter().position(|vendor| std::ptr::eq(vendor, found)).map_or(0, |number| 1_u32 << number)
    };
    let mut vendors = VendorsOf::default();
    for portal in organization.live_portals() {
        match of_portal(&portal.url, portal.name.as_deref()) {
            Some(vendor) => vendors.portals |= bit(vendor),
            None => vendors.other = true,
        }
    }
    for vendor in organization.live_endpoints().filter_map(|endpoint| of_endpoint(&endpoint.address)) {
        vendors.endpoints |= bit(vendor);
    }
    vendors
}

fn by_host(url: &str, hosts: impl Fn(&Vendor) -> &Vec<String>) -> Option<&'static Vendor> {
    let host = host_of(url).to_lowercase();
    let is_in =
        |known: &String| host.strip_suffix(known.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    all().iter().find(|vendor| hosts(vendor).iter().any(is_in))
}

/// Host and path; what follows is not part of whose it is.
fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}

/// Letters and digits, in lower case.
fn squeezed(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn portal(url: &str, name: &str) -> Option<&'static str> {
        of_portal(url, Some(name).filter(|name| !name.is_empty())).map(|vendor| vendor.code.as_str())
    }

    #[test]
    fn the_table_is_whole() {
        let codes: BTreeSet<&str> = all().iter().map(|vendor| vendor.code.as_str()).collect();
        assert_eq!(codes.len(), all().len(), "a code stands twice");
        assert!(all().len() < 32, "a bit each in the index");
        assert!(!codes.contains("other"), "that is where nobody is named");
        for vendor in all() {
            let named = vendor.names.iter().chain(&vendor.marks);
            for word in named {
                assert!(word.len() >= 6 && *word == squeezed(word), "{word} would be found by accident");
            }
            for host in vendor.hosts.iter().chain(&vendor.endpoints) {
                assert!(host.contains('.') && *host == host.to_lowercase(), "{host}");
            }
            assert!(vendor.code.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", vendor.code);
        }
    }

    #[test]
    fn the_order_is_what_the_index_was_written_with() {
        let codes: Vec<&str> = all().iter().map(|vendor| vendor.code.as_str()).collect();
        assert_eq!(
            codes.join(" "),
            "mychart followmyhealth healow athenahealth oracle-health meditech nextgen greenway patient-fusion \
             intelichart yourcare maximeyes medent onpatient kaiser-permanente myquest labcorp cvs my-healthevet",
            "raise SCHEMA in src/search/index.rs with every change"
        );
    }

    #[test]
    fn address_name_or_mark_show_the_vendor() {
        for (url, name, code) in [
            ("https://mychart.example.org/MyChart/", "", "mychart"),
            ("https://www.example.org/apps/MyChart/login", "", "mychart"),
            ("https://my.example.org/", "NYU Langone Health MyChart", "mychart"),
            ("https://my.example.org/", "Duke My Chart", "mychart"),
            ("https://www.followmyhealth.com/Login/proliance", "Patient portal", "followmyhealth"),
            ("https://1234-5.portal.athenahealth.com/", "", "athenahealth"),
            ("https://mycw12.eclinicalweb.com/portal5/jsp/login.jsp", "", "healow"),
            ("https://mercy.iqhealth.com/home", "My Mercy", "oracle-health"),
            ("https://myquest.questdiagnostics.com/", "MyQuest", "myquest"),
            ("https://healthy.kaiserpermanente.org/consumer-sign-on", "kp.org", "kaiser-permanente"),
            ("https://www.va.gov/my-health/", "My HealtheVet on VA.gov", "my-healthevet"),
            // The host says whose it is, whatever the portal is called.
            ("https://www.followmyhealth.com/mychart", "MyChart", "followmyhealth"),
        ] {
            assert_eq!(portal(url, name), Some(code), "{url} {name}");
        }
    }

    #[test]
    fn what_does_not_show_it_is_nobodys() {
        for (url, name) in [
            ("https://my.upmc.example.org/", "MyUPMC"),
            ("https://notathenahealth.com/", "Portal"),
            ("https://athenahealth.com.evil.example.org/", "Portal"),
            ("https://portal.example.org/?next=mychart", ""),
            ("https://portal.example.org/#mychart", ""),
            ("https://my.example.org/", "My health chart"),
            ("", ""),
        ] {
            assert_eq!(portal(url, name), None, "{url} {name}");
        }
    }

    #[test]
    fn a_connection_for_apps_says_nothing_of_the_portal() {
        let endpoint = |address: &str| of_endpoint(address).map(|vendor| vendor.code.as_str());
        assert_eq!(endpoint("https://fhir-myrecord.cerner.com/r4/abc"), Some("oracle-health"));
        assert_eq!(endpoint("https://api.platform.athenahealth.com/fhir/r4"), Some("athenahealth"));
        assert_eq!(endpoint("https://fhir.example.org/mychart/api/FHIR/R4"), None, "only hosts count");
        assert_eq!(portal("https://fhir-myrecord.cerner.com/", ""), None);
    }
}
