//! Why two are the same, or not, in plain words.

use std::fmt;

use super::key::{Class, Key};

/// One reason of a verdict.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Both carry this key, and few others do.
    Shares(Key),
    /// The names are the same after normalising.
    SameName,
    /// The names are one letter apart.
    LetterApart,
    /// The telling words of one name stand in the other.
    NameContained,
    /// The same street and number.
    SameStreet,
    /// The same ZIP code.
    SameZip,
    /// The same city and state.
    SameCity,
    /// ZIP codes that begin with the same three digits.
    SameArea,
    /// The same state; one side says no more.
    SameState,
    /// One side says no place.
    NoPlace,
    /// The name is made of more than common words.
    Distinctive,
    /// Nobody else in either list carries what they share.
    NobodyElse,
    /// Only one organization of this name in each of the two lists of this maker.
    OnlyOne(String),
    /// The names have nothing telling in common.
    OtherName,
    /// Some words of the names are the same, others not.
    NamesDiffer,
    /// The name is made of common words.
    CommonName,
    /// Other cities or ZIP codes.
    Elsewhere,
    /// Places in different states.
    OtherState,
    /// Two numbers of the same registry; the registry's code.
    OtherNumber(String),
    /// Two customers of one maker.
    OtherCustomer(String),
    /// A pharmacy, an insurer and a hospital are not one.
    OtherKind,
    /// Several of this name in a list of this maker.
    NotAlone(String),
    /// The only one of this name in each list of this maker, and no state is said: only the name is left.
    OnlyName(String),
    /// One is a hospital, the other is not, and only some words of their names are the same.
    HouseAndGroup,
    /// Only the owner says so.
    OwnersWord,
    /// Several organizations fit equally well.
    SeveralFit,
    /// Nothing in common that would tell.
    NothingShared,
}

impl Reason {
    /// A short code, for counts: `customer`, `same_zip`, `other_state` …
    pub fn code(&self) -> &'static str {
        match self {
            Self::Shares(key) => match key.class {
                Class::Number => "number",
                Class::Customer => "customer",
                Class::Base => "base_address",
                Class::Domain => "domain",
                Class::Slug => "old_address",
                Class::Street => "street",
                Class::Phone => "phone",
                Class::NamePlace | Class::NameAtVendor => "name",
            },
            Self::SameName => "same_name",
            Self::LetterApart => "letter_apart",
            Self::NameContained => "name_contained",
            Self::SameStreet => "same_street",
            Self::SameZip => "same_zip",
            Self::SameCity => "same_city",
            Self::SameArea => "same_area",
            Self::SameState => "same_state",
            Self::NoPlace => "no_place",
            Self::Distinctive => "distinctive",
            Self::NobodyElse => "nobody_else",
            Self::OnlyOne(_) => "only_one",
            Self::OtherName => "other_name",
            Self::NamesDiffer => "names_differ",
            Self::CommonName => "common_name",
            Self::Elsewhere => "elsewhere",
            Self::OtherState => "other_state",
            Self::OtherNumber(_) => "other_number",
            Self::OtherCustomer(_) => "other_customer",
            Self::OtherKind => "other_kind",
            Self::NotAlone(_) => "not_alone",
            Self::OnlyName(_) => "only_name",
            Self::HouseAndGroup => "house_and_group",
            Self::OwnersWord => "owners_word",
            Self::SeveralFit => "several_fit",
            Self::NothingShared => "nothing_shared",
        }
    }

    /// Does it say something beyond the name?
    pub fn is_beyond_name(&self) -> bool {
        matches!(self, Self::Shares(_) | Self::SameStreet | Self::OnlyOne(_))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = |key: &Key| -> (String, String) {
            key.value
                .split_once('|')
                .map_or_else(|| (String::new(), key.value.clone()), |(left, right)| (left.to_owned(), right.to_owned()))
        };
        match self {
            Self::Shares(key) => {
                let (left, right) = parts(key);
                match key.class {
                    Class::Number => write!(f, "both carry the {} {right}", left.to_uppercase()),
                    Class::Customer => write!(f, "both are the customer {right} of {left}"),
                    Class::Base => write!(f, "both use the FHIR server {}", key.value),
                    Class::Domain => write!(f, "both are at {}", key.value),
                    Class::Slug => write!(f, "both had the old address {}", key.value),
                    Class::Street => write!(f, "both are at the street address {}", key.value.replace('|', ", ")),
                    Class::Phone => write!(f, "both have the phone {}", key.value),
                    Class::NamePlace | Class::NameAtVendor => f.write_str("the same name"),
                }
            }
            Self::SameName => f.write_str("the same name"),
            Self::LetterApart => f.write_str("names one letter apart"),
            Self::NameContained => f.write_str("one name contains the other's telling words"),
            Self::SameStreet => f.write_str("the same street address"),
            Self::SameZip => f.write_str("the same ZIP code"),
            Self::SameCity => f.write_str("the same city"),
            Self::SameArea => f.write_str("neighbouring ZIP codes"),
            Self::SameState => f.write_str("the same state, and one says no more"),
            Self::NoPlace => f.write_str("one says no place"),
            Self::Distinctive => f.write_str("the name is distinctive"),
            Self::NobodyElse => f.write_str("nobody else in either list has it"),
            Self::OnlyOne(vendor) => write!(f, "the only one of this name in each list of {vendor}"),
            Self::OtherName => f.write_str("the names have nothing in common"),
            Self::NamesDiffer => f.write_str("the names differ in part"),
            Self::CommonName => f.write_str("the name is made of common words"),
            Self::Elsewhere => f.write_str("the cities or ZIP codes differ"),
            Self::OtherState => f.write_str("the states differ"),
            Self::OtherNumber(system) => write!(f, "two different numbers ({})", system.to_uppercase()),
            Self::OtherCustomer(vendor) => write!(f, "two different customers of {vendor}"),
            Self::OtherKind => f.write_str("they are of different kinds"),
            Self::NotAlone(vendor) => write!(f, "several of this name in a list of {vendor}"),
            Self::OnlyName(vendor) => {
                write!(f, "the only one of this name in each list of {vendor}, but without a state nothing else agrees")
            }
            Self::HouseAndGroup => f.write_str("one is a hospital, the other a group with words of its name"),
            Self::OwnersWord => f.write_str("only the owner says so"),
            Self::SeveralFit => f.write_str("several organizations fit equally well"),
            Self::NothingShared => f.write_str("nothing in common that would tell"),
        }
    }
}

/// Reasons as one line.
pub fn line(reasons: &[Reason]) -> String {
    reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
