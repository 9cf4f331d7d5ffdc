//! Whose an address of a FHIR server is, as far as the address itself says.

use super::words::vendor_of;
use crate::model::door::{Door, registrable_domain};

/// Words of a path that name a version or a door of the same installation, not another customer.
const SAME_INSTALLATION: &[&str] =
    &["", "api", "fhir", "open", "r2", "r3", "r4", "r4b", "r5", "dstu2", "stu3", "v1", "v2", "v4", "prod"];

/// What an endpoint's address says of its owner.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tenant {
    /// A customer of a maker of records software, by the maker's own code.
    Customer {
        /// The maker.
        vendor: String,
        /// The customer's code.
        code: String,
    },
    /// An installation of its own: host and path without versions.
    Base(String),
    /// One address for every customer of a maker.
    Everyone {
        /// The maker.
        vendor: String,
    },
}

impl Tenant {
    /// Reads the address of an endpoint.
    pub fn of(door: &Door) -> Self {
        let host = door.host();
        let Some((name, vendor)) = vendor_of(host) else {
            return Self::Base(installation(door));
        };
        if vendor.everyone.iter().any(|known| known == host) {
            return Self::Everyone { vendor: name.to_owned() };
        }
        let code = door.tenant_id().or_else(|| vendor.codes.then(|| code(door)).flatten());
        match code {
            Some(code) => Self::Customer { vendor: name.to_owned(), code },
            None => Self::Base(installation(door)),
        }
    }
}

/// What tells one customer's installation from another's: the customer's id when there is one, else host and path
/// without versions.
pub fn installation(door: &Door) -> String {
    if let Some(tenant) = door.tenant_id() {
        return tenant;
    }
    let key = door.key();
    let (host, path) = key.split_once('/').unwrap_or((&key, ""));
    let path: Vec<&str> = path.split(['/', '-']).filter(|word| !SAME_INSTALLATION.contains(word)).collect();
    format!("{host}/{}", path.join("/"))
}

/// The registrable domain of an address that is its owner's alone; none on hosts that many share.
pub fn own_domain(door: &Door) -> Option<String> {
    let host = door.host();
    if door.is_shared_host() || vendor_of(host).is_some() {
        return None;
    }
    registrable_domain(host).map(str::to_owned)
}

/// The customer's code on a host of a maker: `?cust=…`, else the last part of the path that is no version.
fn code(door: &Door) -> Option<String> {
    let key = door.key();
    let (_, path) = key.split_once('/')?;
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let customer = query.split('&').find_map(|pair| pair.strip_prefix("cust="));
    let last = path.split('/').rfind(|part| !SAME_INSTALLATION.contains(part));
    customer.or(last).filter(|code| code.chars().any(|c| c.is_ascii_alphanumeric())).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(url: &str) -> Tenant {
        Tenant::of(&Door::parse_endpoint(url).unwrap())
    }

    fn customer(vendor: &str, code: &str) -> Tenant {
        Tenant::Customer { vendor: vendor.to_owned(), code: code.to_owned() }
    }

    #[test]
    fn one_code_on_every_host_of_a_maker() {
        assert_eq!(tenant("https://fhir.healow.com/FHIRServer/fhir/DGIACA"), customer("eclinicalworks", "dgiaca"));
        assert_eq!(tenant("https://fhir4.eclinicalworks.com/fhir/r4/DGIACA/"), customer("eclinicalworks", "dgiaca"));
        let id = "237789e0-8b40-4355-aefd-25694ca16391";
        assert_eq!(tenant(&format!("https://fhir-myrecord.cerner.com/dstu2/{id}/")), customer("oracle-health", id));
        assert_eq!(
            tenant("https://fhir.fhirpoint.open.allscripts.com/fhirroute/open/1421"),
            tenant("https://fhir.fhirpoint.open.allscripts.com/fhirroute/fhir/1421/metadata"),
        );
    }

    #[test]
    fn an_address_for_everyone_and_an_own_one() {
        let everyone = Tenant::Everyone { vendor: "athenahealth".to_owned() };
        assert_eq!(tenant("https://api.platform.athenahealth.com/fhir/r4"), everyone);
        assert_eq!(
            tenant("https://arrprd.kdmc.net/fhir/api/FHIR/R4"),
            tenant("https://arrprd.kdmc.net:443/fhir/api/FHIR/DSTU2/metadata")
        );
        let own = Door::parse("https://www.kdmc.net/portal").unwrap();
        assert_eq!(own_domain(&own).as_deref(), Some("kdmc.net"));
        assert_eq!(own_domain(&Door::parse("https://fhir.healow.com/x").unwrap()), None);
    }
}
