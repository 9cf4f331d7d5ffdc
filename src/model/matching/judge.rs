//! The judgement on a pair.
//!
//! Two profiles and what is known of keys in; same, unsure or different with the reasons out.

use std::collections::BTreeSet;

use super::{
    key::{Class, Key, keys, links, vendors},
    name::{Likeness, Name},
    place::{Agreement, agreement},
    profile::Profile,
    reason::Reason,
    tenant::Tenant,
};
use crate::model::{identifier::System, kind::Kind};

/// What only somebody who knows all organizations can say of a key.
pub struct Known<'a> {
    /// More than [`super::SHARED_BY`] organizations carry it: it is no evidence.
    pub shared: &'a dyn Fn(&Key) -> bool,
    /// Exactly one organization carries it on each of the two sides.
    pub lone: &'a dyn Fn(&Key) -> bool,
}

/// Are two the same?
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// One organization.
    Same(Vec<Reason>),
    /// Perhaps: a person decides.
    Unsure(Vec<Reason>),
    /// Two.
    Different(Vec<Reason>),
}

impl Verdict {
    /// Its reasons.
    pub fn reasons(&self) -> &[Reason] {
        match self {
            Self::Same(reasons) | Self::Unsure(reasons) | Self::Different(reasons) => reasons,
        }
    }
}

/// Judges a pair; the order of the two does not matter.
pub fn judge(a: &Profile, b: &Profile, known: &Known<'_>) -> Verdict {
    let pair = Pair::new(a, b, known);
    if let Some(reason) = pair.other_number() {
        return Verdict::Different(vec![reason]);
    }
    let strong = !pair.links.is_empty();
    if pair.other_kind() {
        return if strong && pair.any_name.is_alike() {
            Verdict::Unsure(pair.reasons([Reason::OtherKind]))
        } else {
            Verdict::Different(vec![Reason::OtherKind])
        };
    }
    if pair.place == Agreement::OtherState {
        return if strong && pair.any_name.likeness >= Likeness::Letter && pair.any_name.telling > 0 {
            Verdict::Unsure(pair.reasons([Reason::OtherState]))
        } else {
            Verdict::Different(vec![Reason::OtherState])
        };
    }
    let proof =
        pair.by_identifier().or_else(|| pair.by_street()).or_else(|| pair.by_phone()).or_else(|| pair.at_vendor());
    match (proof, pair.doubt()) {
        (Some(proof), Some(doubt)) => Verdict::Unsure(proof.into_iter().chain([doubt]).collect()),
        (Some(proof), None) => Verdict::Same(proof),
        (None, _) => pair.perhaps(),
    }
}

/// The names of two, compared.
struct Names {
    likeness: Likeness,
    /// Telling words of the shorter of the two names that are most alike.
    telling: usize,
    /// Every word of the shorter one stands in the other, common ones too.
    whole: bool,
}

impl Names {
    fn compare<'n>(a: impl IntoIterator<Item = &'n Name>, b: impl IntoIterator<Item = &'n Name>) -> Self {
        let b: Vec<&Name> = b.into_iter().collect();
        let pairs = a.into_iter().flat_map(|mine| b.iter().map(move |other| (mine, *other)));
        let best = pairs
            .map(|(mine, other)| (mine.likeness(other), mine.telling().min(other.telling()), mine.is_within(other)))
            .max();
        let (likeness, telling, whole) = best.unwrap_or((Likeness::Apart, 0, false));
        Self { likeness, telling, whole }
    }

    fn is_alike(&self) -> bool {
        self.likeness >= Likeness::Part
    }

    fn reason(&self) -> Reason {
        match self.likeness {
            Likeness::Same => Reason::SameName,
            Likeness::Letter => Reason::LetterApart,
            Likeness::Beginning | Likeness::Part => Reason::NameContained,
            Likeness::Akin => Reason::NamesDiffer,
            Likeness::Apart => Reason::OtherName,
        }
    }
}

/// Two profiles, and what they have in common.
struct Pair<'a> {
    a: &'a Profile,
    b: &'a Profile,
    known: &'a Known<'a>,
    /// What their listings call them.
    name: Names,
    /// The same, with other names: a system's list of its hospitals makes none of them the system.
    any_name: Names,
    place: Agreement,
    /// Strong identifiers of both that few others have.
    links: Vec<Key>,
}

impl<'a> Pair<'a> {
    fn new(a: &'a Profile, b: &'a Profile, known: &'a Known<'a>) -> Self {
        let (mine, other) = (links(a), links(b));
        let links = mine.intersection(&other).filter(|key| !(known.shared)(key)).cloned().collect();
        let name = Names::compare(&a.names, &b.names);
        let any = |of: &'a Profile| of.names.iter().chain(&of.aliases);
        let any_name = Names::compare(any(a), any(b));
        Self { a, b, known, name, any_name, place: agreement(a.places(), b.places()), links }
    }

    fn has(&self, classes: &[Class]) -> bool {
        self.links.iter().any(|key| classes.contains(&key.class))
    }

    /// Exactly one number of a registry on each side, and not the same one. Object identifiers and web addresses do not
    /// count: one organization may have several, and lists name one or the other.
    fn other_number(&self) -> Option<Reason> {
        let of = |profile: &Profile, system| -> Vec<String> {
            profile.numbers.iter().filter(|n| n.system == system).map(|n| n.value.clone()).collect()
        };
        [System::Npi, System::Ccn, System::Clia, System::Naic].into_iter().find_map(|system| {
            let (mine, other) = (of(self.a, system), of(self.b, system));
            let contradict = mine.len() == 1 && other.len() == 1 && mine != other;
            contradict.then(|| Reason::OtherNumber(system.code().to_owned()))
        })
    }

    fn other_kind(&self) -> bool {
        let (mine, other) = (sorts(&self.a.kinds), sorts(&self.b.kinds));
        !mine.is_empty() && !other.is_empty() && mine.is_disjoint(&other)
    }

    /// Exactly one customer's code of a maker on each side, and not the same one.
    fn other_customer(&self) -> Option<Reason> {
        let of = |profile: &Profile| -> BTreeSet<(String, String)> {
            let customers = profile.tenants.iter().filter_map(|tenant| match tenant {
                Tenant::Customer { vendor, code } => Some((vendor.clone(), code.clone())),
                _ => None,
            });
            customers.collect()
        };
        let (mine, other) = (of(self.a), of(self.b));
        if !mine.is_disjoint(&other) {
            return None;
        }
        let both = mine.iter().find(|(vendor, _)| other.iter().any(|(theirs, _)| theirs == vendor));
        both.map(|(vendor, _)| Reason::OtherCustomer(vendor.clone()))
    }

    /// What speaks against a pair that would be the same otherwise.
    fn doubt(&self) -> Option<Reason> {
        if !(self.a.independent && self.b.independent) {
            return Some(Reason::OwnersWord);
        }
        self.other_customer().or_else(|| self.house_and_group().then_some(Reason::HouseAndGroup))
    }

    /// A hospital and what is none, with a word in common and others that differ: "Mena Regional Health System" and "Mena
    /// Medical Associates" are two, though they may be one customer of a maker.
    fn house_and_group(&self) -> bool {
        let hospital = |profile: &Profile| profile.kinds.contains(&Kind::Hospital);
        let contained = self.any_name.likeness == Likeness::Part && !self.any_name.whole;
        contained && hospital(self.a) != hospital(self.b)
    }

    /// A strong identifier and name and place.
    fn by_identifier(&self) -> Option<Vec<Reason>> {
        // A number or a customer's code is one organization's; a server or a domain may be a whole system's.
        let of_one = self.has(&[Class::Number, Class::Customer]);
        if self.links.is_empty() {
            return None;
        }
        let name = if of_one { &self.any_name } else { &self.name };
        let alike = if of_one { Likeness::Part } else { Likeness::Letter };
        let near = if of_one { Agreement::Area } else { Agreement::City };
        if self.place >= near {
            return (name.likeness >= alike).then(|| self.reasons([]));
        }
        if let Some(own) = self.own_identifier() {
            // Nobody else in either list carries it: then a common name will do, and for a customer one that is said shorter.
            let shorter = own.class == Class::Customer && name.is_alike();
            let named = name.likeness >= Likeness::Letter || shorter;
            return (named && self.is_open_or_in_one_state()).then(|| self.reasons([Reason::NobodyElse]));
        }
        let open = matches!(self.place, Agreement::State | Agreement::Unknown);
        let certain = name.likeness >= Likeness::Letter && name.telling > 0;
        (open && certain).then(|| self.reasons([Reason::Distinctive]))
    }

    /// A customer's code, number, server or old address that nobody else in either list carries. A domain does not
    /// count: a system's houses write under one domain in many lists.
    fn own_identifier(&self) -> Option<&Key> {
        let own = |key: &&Key| key.class != Class::Domain && (self.known.lone)(key);
        self.links.iter().find(own)
    }

    /// Nothing is known that contradicts, or only the part of the state differs: head office and clinic.
    fn is_open_or_in_one_state(&self) -> bool {
        let states = |profile: &Profile| -> BTreeSet<String> {
            profile.places().iter().filter_map(|spot| spot.state.clone()).collect()
        };
        match self.place {
            Agreement::Elsewhere => {
                !states(self.a).is_disjoint(&states(self.b))
                    && (self.name.likeness >= Likeness::Letter || self.name.telling > 0)
            }
            place => place > Agreement::Elsewhere,
        }
    }

    /// Name and street address.
    fn by_street(&self) -> Option<Vec<Reason>> {
        let alike = self.name.likeness >= Likeness::Letter || (self.name.is_alike() && self.name.telling > 1);
        (self.place == Agreement::Street && alike).then(|| self.reasons([]))
    }

    /// Name, city and phone.
    fn by_phone(&self) -> Option<Vec<Reason>> {
        let phone = self.a.phones.intersection(&self.b.phones).map(|phone| Key::new(Class::Phone, phone));
        let phone = phone.into_iter().find(|key| !(self.known.shared)(key))?;
        let agree = self.name.likeness >= Likeness::Letter && self.place >= Agreement::City;
        agree.then(|| self.reasons([Reason::Shares(phone)]))
    }

    /// Name and state in two lists of one maker whose customers have one address.
    fn at_vendor(&self) -> Option<Vec<Reason>> {
        let vendor = self.one_vendor()?;
        let named = self.name.likeness == Likeness::Same && self.name.telling > 0;
        // Where no state is said nothing but the name is left, which is never enough.
        if !named || self.place < Agreement::State || !self.is_only_one(vendor) {
            return None;
        }
        Some(self.reasons([Reason::Distinctive, Reason::OnlyOne(vendor.to_owned())]))
    }

    fn one_vendor(&self) -> Option<&'a str> {
        vendors(self.a).intersection(&vendors(self.b)).next().copied()
    }

    /// Is there one of this name and state in each list?
    fn is_only_one(&self, vendor: &str) -> bool {
        let (mine, other) = (keys(self.a), keys(self.b));
        let at_vendor = |key: &&Key| key.class == Class::NameAtVendor && key.value.split('|').next() == Some(vendor);
        mine.intersection(&other).filter(at_vendor).any(|key| (self.known.lone)(key))
    }

    /// Not the same as far as is known: is it worth a person's look?
    fn perhaps(&self) -> Verdict {
        let named = self.any_name.likeness >= Likeness::Letter && self.any_name.telling > 0;
        let near = self.place >= Agreement::City;
        let of_one = self.has(&[Class::Number, Class::Customer]);
        let strong = !self.links.is_empty();
        if let Some(vendor) = self.one_vendor()
            && self.any_name.likeness == Likeness::Same
            && self.place != Agreement::Elsewhere
        {
            let why = match named {
                true if self.is_only_one(vendor) => Reason::OnlyName(vendor.to_owned()),
                true => Reason::NotAlone(vendor.to_owned()),
                false => Reason::CommonName,
            };
            // A common name at a maker's one address is one of many: nobody could decide it.
            return if named { Verdict::Unsure(self.reasons([why])) } else { Verdict::Different(self.reasons([why])) };
        }
        let renamed = (of_one && near) || self.own_identifier().is_some_and(|key| key.class == Class::Customer);
        let worth = (strong && self.any_name.is_alike()) || renamed || (named && near);
        if worth {
            let against = self.other_customer().or_else(|| {
                (self.any_name.likeness >= Likeness::Letter && self.any_name.telling == 0).then_some(Reason::CommonName)
            });
            Verdict::Unsure(self.reasons(against))
        } else if self.any_name.likeness < Likeness::Letter {
            Verdict::Different(vec![self.any_name.reason()])
        } else if self.place == Agreement::Elsewhere {
            Verdict::Different(vec![Reason::Elsewhere])
        } else {
            Verdict::Different(vec![Reason::NothingShared])
        }
    }

    /// What they have in common, name and place, and more.
    fn reasons(&self, more: impl IntoIterator<Item = Reason>) -> Vec<Reason> {
        let place = match self.place {
            Agreement::Street => Reason::SameStreet,
            Agreement::Zip => Reason::SameZip,
            Agreement::City => Reason::SameCity,
            Agreement::Area => Reason::SameArea,
            Agreement::State => Reason::SameState,
            Agreement::Unknown => Reason::NoPlace,
            Agreement::Elsewhere => Reason::Elsewhere,
            Agreement::OtherState => Reason::OtherState,
        };
        let shares = self.links.iter().take(3).cloned().map(Reason::Shares);
        let mut all: Vec<Reason> = shares.chain([self.any_name.reason(), place]).collect();
        for reason in more {
            if !all.contains(&reason) {
                all.push(reason);
            }
        }
        all
    }
}

/// Sorts of organizations that are never one with another sort. Government, aggregators and what nobody knows may be
/// anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    Care,
    Pharmacy,
    Insurer,
    Registry,
}

fn sorts(kinds: &BTreeSet<Kind>) -> BTreeSet<Sort> {
    if kinds.contains(&Kind::Government) {
        return BTreeSet::new();
    }
    let sort = |kind: &Kind| {
        Some(match kind {
            Kind::Pharmacy => Sort::Pharmacy,
            Kind::Insurer => Sort::Insurer,
            Kind::ImmunizationRegistry | Kind::Exchange => Sort::Registry,
            Kind::Government | Kind::Aggregator | Kind::Unknown | Kind::Laboratory | Kind::Imaging => return None,
            _ => Sort::Care,
        })
    };
    kinds.iter().filter_map(sort).collect()
}
