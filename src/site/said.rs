//! Who says a value, in words (CONTRACT section 4): a second list is not a check, and "verified" alone is never
//! written.

use super::here::Here;
use crate::model::{
    door::{Door, Warning},
    organization::{Label, Said},
    source::Tier,
};

/// Who says a value, ready to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// The sentence.
    pub text: String,
    /// The published page an address was seen on.
    pub evidence: Option<Link>,
    /// Nobody checked it, and nobody who should know says so.
    pub unchecked: bool,
}

/// An address that may be a link, and the domain it opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The address; http or https, as the model read it.
    pub url: String,
    /// The domain a person will really open.
    pub domain: String,
}

impl Link {
    /// An address of the store as a link; text that is no door (again read by the model's rules) is none.
    pub fn new(url: &str) -> Option<Self> {
        let door = Door::parse(url).ok()?;
        Some(Self { url: url.to_owned(), domain: door.domain })
    }
}

/// Who says a value.
pub fn words(here: &Here, said: &Said) -> Words {
    let date = here.date(said.load_date);
    let evidence = said.evidence.as_ref().and_then(|evidence| Link::new(&evidence.page));
    let seen = said.evidence.as_ref().map(|evidence| here.date(evidence.seen));
    let text = match said.label {
        // Which domain it showed that it controls is said by the proof alone, never by a door.
        Label::Owner => here.t1("said-owner", "date", date),
        Label::Person => here.t1("said-person", "date", date),
        Label::Observed => here.t1("said-observed", "date", date),
        Label::Listed => match seen {
            Some(seen) if said.tier == Tier::STARTER => here.t1("said-starter-seen", "date", seen),
            _ => listed(here, said.tier.number(), &said.source_name, date),
        },
    };
    let unchecked = said.label == Label::Listed && said.tier >= Tier::STARTER;
    Words { text, evidence, unchecked }
}

/// What a list says, by its tier, name and day.
pub fn listed(here: &Here, tier: u8, source: &str, date: String) -> String {
    if tier == Tier::STARTER.number() {
        here.t1("said-starter", "date", date)
    } else if tier == Tier::LEGACY.number() {
        here.t2("said-legacy", "source", source, "date", date)
    } else {
        here.t2("said-listed", "source", source, "date", date)
    }
}

/// A warning in words.
pub fn warning(here: &Here, warning: Warning) -> String {
    match warning {
        Warning::NotHttps => here.t("warning-not-https"),
        Warning::OddPort => here.t("warning-odd-port"),
        Warning::Shortener => here.t("warning-shortener"),
        Warning::MixedScript => here.t("warning-mixed-script"),
        Warning::LookAlike => here.t("warning-look-alike"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::{Lang, samples};

    #[test]
    fn a_list_is_not_a_check() {
        let here = samples::here(Lang::En, "/");
        let mut said = samples::said("Oracle Health", Tier::VENDOR, Label::Listed);
        assert_eq!(words(&here, &said).text, "Listed by Oracle Health, 3 Nov 2026");
        said.tier = Tier::STARTER;
        said.evidence = Some(samples::evidence());
        let starter = words(&here, &said);
        assert!(starter.text.contains("Starter data, not checked") && starter.unchecked, "{starter:?}");
        assert!(starter.text.contains("22 Nov 2026"), "the day it was seen: {starter:?}");
        assert_eq!(starter.evidence.unwrap().domain, "example.org");
        said.label = Label::Owner;
        let owner = words(&here, &said).text;
        assert_eq!(owner, "The organization says so (3 Nov 2026)");
    }

    #[test]
    fn text_that_is_no_door_is_no_link() {
        for bad in ["javascript:alert(1)", "//example.org", "https://u:p@example.org/", "data:text/html,x", ""] {
            assert_eq!(Link::new(bad), None, "{bad}");
        }
    }
}
