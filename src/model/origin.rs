//! Who said first what a list of ours passes on: a source with its tier, as one address that stands in `meta.source`.
//!
//! What holds: whoever reads it back learns a tier and nothing else, so a list can only lower its own weight with it
//! (CONTRACT section 2: what another Connector publishes never ranks above what that Connector's own source was).

use url::form_urlencoded::{self, byte_serialize};

use super::{organization::Said, source::Tier};

/// The page of sources, where each has its entry.
const PAGE: &str = "/sources";

/// The address of who says something, below the public address: id, tier and name of the source.
pub fn address(public: &str, said: &Said) -> String {
    let (name, id): (String, String) =
        (byte_serialize(said.source_name.as_bytes()).collect(), byte_serialize(said.source.as_bytes()).collect());
    format!("{public}{PAGE}?tier={}&name={name}#{id}", said.tier.number())
}

/// The tier in such an address; nothing when it is another one. It is not asked whose address it is: a tier that is no
/// better than that of the list changes nothing.
pub fn tier(address: &str) -> Option<Tier> {
    let (page, rest) = address.split_once('?')?;
    if !page.ends_with(PAGE) {
        return None;
    }
    let query = rest.split('#').next().unwrap_or_default();
    let (_, tier) = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "tier")?;
    // What cannot be read is believed least.
    Some(tier.parse().ok().and_then(|number: u8| Tier::try_from(number).ok()).unwrap_or(Tier::LEGACY))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::organization::Label;

    fn said(name: &str, tier: Tier) -> Said {
        Said {
            source: "oracle-r4".into(),
            source_name: name.into(),
            tier,
            key: String::new(),
            load_date: jiff::civil::date(2026, 11, 3),
            label: Label::Listed,
            evidence: None,
        }
    }

    #[test]
    fn the_tier_is_read_back_and_nothing_else_is_one() {
        for number in 0..=8 {
            let tier_of = Tier::try_from(number).unwrap();
            let address = address("https://c.example.org", &said("A & B? #1 ñ", tier_of));
            assert!(url::Url::parse(&address).is_ok() && address.ends_with("#oracle-r4"), "{address}");
            assert_eq!(tier(&address), Some(tier_of), "{address}");
        }
        for other in
            ["https://ehr.example.org/fhir", "https://c.example.org/sources#x", "/sources?name=1", "", "?tier=1"]
        {
            assert_eq!(tier(other), None, "{other}");
        }
        assert_eq!(tier("https://c.example.org/sources?tier=-1"), Some(Tier::LEGACY), "made up: believed least");
    }
}
