//! Which domains prove whose an organization is. Pure.
//!
//! What holds: only an address that is live today and that a source of tiers 1 to 5 gives counts: whatever was suggested, came
//! with the program or with old exports may have lapsed and been bought by anybody. A host that many share proves who runs
//! it, and never who uses it.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::model::{
    door::{Warning, host_of, public_name, registrable_domain, shared_host},
    hostile,
    organization::{App, DoorState, Organization, Said},
    source::Tier,
};

/// Sources of these tiers, best and worst, are believed about whose a domain is.
const BELIEVED: (Tier, Tier) = (Tier::OWNER, Tier::LIST);

/// Is a source of this tier believed about whose a domain is?
pub fn is_believed(tier: Tier) -> bool {
    (BELIEVED.0..=BELIEVED.1).contains(&tier)
}

/// An address of an organization or app, and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The address.
    pub url: String,
    /// The tier of whoever says it.
    pub tier: Tier,
    /// Is it its own web site? Otherwise it is a portal, which may be somebody else's.
    pub own: bool,
    /// Is it a button today?
    pub live: bool,
    /// Does something about it look odd: a name like another one's, another alphabet, a shortener?
    pub odd: bool,
}

/// Why a domain that an organization is listed with proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refused {
    /// Nobody of weight lists it.
    NotListed,
    /// It looks like another one's, or hides what it is.
    Odd,
    /// It was declared hostile.
    Hostile,
    /// Many share it.
    Shared,
}

/// What a proof of a domain would be worth.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Domains {
    /// These prove an owner.
    pub owner: BTreeSet<String>,
    /// These belong to the company behind a portal that many share: they prove a delegate, to a moderator.
    pub vendor: BTreeSet<String>,
    /// These prove nothing, and why.
    pub nothing: BTreeSet<(String, Refused)>,
}

impl Domains {
    /// Of these addresses. `shared` tells whether others who are listed have an address on a domain, `odd` whether a domain
    /// could be mistaken for another one.
    pub fn of(
        addresses: &[Address],
        hostile: &BTreeSet<String>,
        shared: &dyn Fn(&str) -> bool,
        odd: &dyn Fn(&str) -> bool,
    ) -> Self {
        let mut all = Self::default();
        let mut websites = BTreeSet::new();
        for address in addresses {
            let host = host_of(&address.url);
            let Some(domain) = registrable_domain(host).filter(|_| public_name(host).is_ok()) else { continue };
            let domain = domain.to_owned();
            let believed = is_believed(address.tier);
            let why = if hostile::is_on(hostile, &address.url) || hostile.contains(&domain) {
                Some(Refused::Hostile)
            } else if !address.live || !believed {
                Some(Refused::NotListed)
            } else if address.odd || odd(&domain) {
                Some(Refused::Odd)
            } else {
                None
            };
            match why {
                Some(why) => _ = all.nothing.insert((domain, why)),
                None if is_private_suffix(host) => _ = all.nothing.insert((domain, Refused::Shared)),
                None if shared_host(host) => _ = all.vendor.insert(domain),
                None if address.own => {
                    websites.insert(domain.clone());
                    all.owner.insert(domain);
                }
                // A portal on a domain where others are listed too is not this one's alone.
                None if shared(&domain) => _ = all.vendor.insert(domain),
                None => _ = all.owner.insert(domain),
            }
        }
        // Its own web site says whose a domain is, whatever else lies on it; what proves something is not listed as nothing.
        all.vendor.retain(|domain| !websites.contains(domain));
        let (owner, vendor) = (&all.owner, &all.vendor);
        all.nothing
            .retain(|(domain, why)| *why == Refused::Hostile || !(owner.contains(domain) || vendor.contains(domain)));
        let bad: BTreeSet<&String> =
            all.nothing.iter().filter(|(_, why)| *why == Refused::Hostile).map(|(domain, _)| domain).collect();
        all.owner.retain(|domain| !bad.contains(domain));
        all.vendor.retain(|domain| !bad.contains(domain));
        all
    }

    /// Does nothing prove anything?
    pub fn is_empty(&self) -> bool {
        self.owner.is_empty() && self.vendor.is_empty()
    }
}

/// Does a host lie below a name under which anybody gets one (`github.io`)?
fn is_private_suffix(host: &str) -> bool {
    psl::suffix(host.as_bytes()).is_some_and(|suffix| suffix.typ() == Some(psl::Type::Private))
}

/// Is an address at exactly this domain?
pub fn is_mail_at(email: &str, domain: &str) -> bool {
    crate::model::account::email_key(email).is_some_and(|key| key.rsplit_once('@').is_some_and(|(_, at)| at == domain))
}

fn odd(warnings: &[Warning]) -> bool {
    let odd = [Warning::Shortener, Warning::MixedScript, Warning::LookAlike, Warning::OddPort];
    warnings.iter().any(|warning| odd.contains(warning))
}

fn tier(said: Option<&Said>) -> Tier {
    said.map_or(Tier::LEGACY, |said| said.tier)
}

/// The addresses of an organization that may say whose it is.
pub fn of_organization(org: &Organization, today: Date) -> Vec<Address> {
    let site = org.website.iter().map(|site| Address {
        url: site.url.clone(),
        tier: tier(org.said("website")),
        own: true,
        live: site.state == DoorState::Live,
        odd: odd(&site.warnings),
    });
    let portals = org.portals.iter().map(|portal| Address {
        url: portal.url.clone(),
        tier: tier(org.said(&format!("portals/{}", portal.id))),
        own: false,
        // A door of the organization it is part of says nothing of this one.
        live: portal.is_open(today) && !portal.through_parent,
        odd: odd(&portal.warnings),
    });
    site.chain(portals).collect()
}

/// The address of an app that says whose it is: its web site.
pub fn of_app(app: &App) -> Vec<Address> {
    let site = app.website.iter().map(|site| Address {
        url: site.url.clone(),
        tier: tier(app.provenance.get("website").map(AsRef::as_ref)),
        own: true,
        live: site.state == DoorState::Live,
        odd: odd(&site.warnings),
    });
    site.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::organization::Label,
        site::samples::{self, TODAY},
    };

    fn address(url: &str, tier: Tier, own: bool) -> Address {
        Address { url: url.into(), tier, own, live: true, odd: false }
    }

    fn domains(addresses: &[Address]) -> Domains {
        Domains::of(addresses, &BTreeSet::new(), &|domain| domain == "many.example.com", &|domain| {
            domain == "rnercy.org"
        })
    }

    fn proves(url: &str, tier: Tier, own: bool) -> bool {
        !domains(&[address(url, tier, own)]).owner.is_empty()
    }

    #[test]
    fn only_lists_of_weight_say_whose_a_domain_is() {
        for tier in [Tier::OWNER, Tier::WELL_KNOWN, Tier::VENDOR, Tier::GOVERNMENT, Tier::LIST] {
            assert!(proves("https://www.mercy.org/", tier, true), "{tier:?}");
            assert!(proves("https://mychart.mercy.org/", tier, false), "{tier:?}");
        }
        // A lapsed domain that only an old export, the starter rows or somebody's suggestion names was bought by a thief.
        for tier in [Tier::SUGGESTION, Tier::STARTER, Tier::LEGACY] {
            assert!(!proves("https://www.mercy.org/", tier, true), "{tier:?}");
            let all = domains(&[address("https://www.mercy.org/", tier, true)]);
            assert_eq!(all.nothing, [("mercy.org".to_owned(), Refused::NotListed)].into());
        }
        let old = Address { live: false, ..address("https://mercy.org/", Tier::VENDOR, true) };
        assert!(domains(&[old]).is_empty(), "an old address is nobody's");
    }

    #[test]
    fn a_portal_that_many_share_proves_its_vendor_and_never_an_owner() {
        let all = domains(&[address("https://mercy.cerner.com/portal", Tier::VENDOR, false)]);
        assert!(all.owner.is_empty());
        assert_eq!(all.vendor, ["cerner.com".to_owned()].into());
        let own = domains(&[address("https://mercy.cerner.com/", Tier::VENDOR, true)]);
        assert!(own.owner.is_empty(), "not even when it is called the web site");
        let listed = Domains::of(
            &[address("https://portal.newvendor.com/mercy", Tier::VENDOR, false)],
            &BTreeSet::new(),
            &|domain| domain == "newvendor.com",
            &|_| false,
        );
        assert!(listed.owner.is_empty() && listed.vendor.contains("newvendor.com"), "others are listed there too");
        let anybody = domains(&[address("https://mercy.github.io/", Tier::VENDOR, true)]);
        assert!(anybody.is_empty());
        assert_eq!(anybody.nothing, [("mercy.github.io".to_owned(), Refused::Shared)].into());
    }

    #[test]
    fn names_like_anothers_and_hostile_hosts_prove_nothing() {
        assert!(domains(&[address("https://rnercy.org/", Tier::VENDOR, true)]).is_empty());
        let odd = Address { odd: true, ..address("https://mercy.org/", Tier::VENDOR, true) };
        assert!(domains(&[odd]).is_empty());
        let hostile = BTreeSet::from(["login.mercy.org".to_owned()]);
        let both = [
            address("https://login.mercy.org/", Tier::VENDOR, false),
            address("https://www.mercy.org/", Tier::VENDOR, true),
        ];
        assert!(Domains::of(&both, &hostile, &|_| false, &|_| false).is_empty(), "one bad host spoils the domain");
    }

    #[test]
    fn an_organizations_own_addresses_are_read_with_who_says_them() {
        let org = samples::hospital();
        let all = Domains::of(&of_organization(&org, TODAY), &BTreeSet::new(), &|_| false, &|_| false);
        assert!(all.owner.contains("example.org"), "{all:?}");
        let mut parent = org.clone();
        parent.website = None;
        for portal in &mut parent.portals {
            portal.through_parent = true;
        }
        let all = Domains::of(&of_organization(&parent, TODAY), &BTreeSet::new(), &|_| false, &|_| false);
        assert!(all.is_empty(), "a door of the parent proves nothing of a part");
        let mut starter = org;
        let said = samples::said("Starter", Tier::STARTER, Label::Listed);
        for field in starter.portals.iter().map(|portal| format!("portals/{}", portal.id)).collect::<Vec<_>>() {
            starter.provenance.insert(field, said.clone());
        }
        starter.provenance.insert("website", said);
        let all = Domains::of(&of_organization(&starter, TODAY), &BTreeSet::new(), &|_| false, &|_| false);
        assert!(all.is_empty());
    }

    #[test]
    fn mail_counts_at_exactly_the_domain() {
        assert!(is_mail_at("Ann@Mercy.org", "mercy.org"));
        for wrong in
            ["ann@mail.mercy.org", "ann@mercy.org.evil.com", "mercy.org", "ann@notmercy.org", "ann@mercy.org\n"]
        {
            assert_eq!(is_mail_at(wrong, "mercy.org"), wrong.ends_with('\n'), "{wrong:?}");
        }
    }
}
