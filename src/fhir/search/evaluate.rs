//! Criteria to sets of resources: what each parameter means of what we hold.

use super::{
    codings,
    criteria::{Criterion, Modifier},
    look::{Look, Set, Spot},
    page::Item,
    parameters::{Edge, What},
    values::{Target, Value},
};
use crate::{
    geo::{self, Point},
    model::kind::Kind,
    r4::{ResourceType, View},
    register::{Bits, Part, Segment, Text, Texts},
};

/// What all of it is in (`r4`: all that we know of lies in the United States and its territories).
const COUNTRY: &str = "US";
/// Kilometres in a degree of latitude, a little less, so that no place is missed.
const DEGREE: f64 = 110.5;

/// What criteria are measured by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    /// The public address of the installation.
    pub public: &'a str,
    /// Now, in microseconds since 1970 UTC.
    pub now: i64,
}

impl Look<'_> {
    /// The resources of a type that are all of this.
    pub fn search(&self, kind: ResourceType, criteria: &[Criterion], context: Context<'_>) -> Set {
        let mut found: Option<Set> = None;
        for criterion in criteria {
            let set = self.criterion(kind, criterion, context);
            match &mut found {
                Some(found) => found.and(&set),
                None => found = Some(set),
            }
        }
        let mut found = found.unwrap_or_else(|| self.all(kind));
        self.keep_shown(&mut found);
        found
    }

    fn criterion(&self, kind: ResourceType, criterion: &Criterion, context: Context<'_>) -> Set {
        match criterion {
            Criterion::Is { what, modifier, values } => {
                let mut set = self.none(kind);
                for value in values {
                    self.mark(&mut set, *what, *modifier, value, context);
                }
                if *modifier == Modifier::Not {
                    set.invert();
                }
                set
            }
            Criterion::Missing { what, missing } => {
                let mut set = self.having(kind, *what);
                if *missing {
                    set.invert();
                }
                set
            }
            Criterion::Chain { edge, of } => {
                let to = self.search(edge.to(), std::slice::from_ref(of), context);
                self.referring(*edge, &to)
            }
            Criterion::Has { edge, of } => {
                let from = self.search(edge.from(), std::slice::from_ref(of), context);
                self.referred(*edge, &from)
            }
        }
    }

    /// Marks what has a value.
    fn mark(&self, set: &mut Set, what: What, modifier: Modifier, value: &Value, context: Context<'_>) {
        match (what, value) {
            (What::Address | What::City | What::State | What::Zip | What::Country | What::Name, Value::Text(text)) => {
                self.mark_text(set, what, modifier, text);
            }
            (What::Refers(edge), Value::Refers(target)) => self.mark_reference(set, edge, *target),
            (What::LastUpdated, Value::Moment(moment)) => {
                self.mark_rows(set, |at| moment.takes(at, context.now));
            }
            (What::EndpointAddress, Value::Endpoint(address)) => self.mark_endpoint_address(set, modifier, address),
            (What::Near, Value::Near(point, km)) => self.mark_near(set, *point, *km),
            (What::Profile, Value::Uri(uri)) if codings::profile(self.view, set.kind).as_deref() == Some(uri) => {
                *set = self.all(set.kind);
            }
            (_, Value::Token(token)) => self.mark_token(set, what, token, context.public),
            _ => {}
        }
    }

    /// Marks rows by when they were last changed.
    fn mark_rows(&self, set: &mut Set, takes: impl Fn(i64) -> bool) {
        if set.kind == ResourceType::Endpoint {
            let homes = self.columns.endpoints.homes.iter().enumerate();
            homes.filter(|(_, home)| takes(home.at)).for_each(|(row, _)| set.bits[0].set(row));
            return;
        }
        for (part, bits) in set.bits.iter_mut().enumerate() {
            let at = &self.part(part).segment.at;
            for row in 0..bits.len() {
                if takes(at[self.organization_of(set.kind, Spot { part, row })]) {
                    bits.set(row);
                }
            }
        }
    }

    /// Marks what begins with a text, has it in it, or is it.
    fn mark_text(&self, set: &mut Set, what: What, modifier: Modifier, text: &Text) {
        let kind = set.kind;
        if what == What::Country && mark_country(modifier, text) {
            set.or(&self.having(kind, What::Country));
            return;
        }
        match (kind, what) {
            (ResourceType::Organization, What::Name) => {
                self.mark_column(set, |segment| &segment.names, modifier, text);
            }
            (ResourceType::Endpoint, _) => {
                column(&self.columns.endpoints.names, modifier, text, |row| set.bits[0].set(row));
            }
            (ResourceType::HealthcareService, _) => {
                self.mark_column(set, |segment| &segment.offer_names, modifier, text);
            }
            (_, What::Name) => self.mark_place_name(set, modifier, text),
            (_, What::City) => self.mark_column(set, |segment| &segment.cities, modifier, text),
            (ResourceType::Organization, What::State) if modifier == Modifier::None => {
                for (part, bits) in set.bits.iter_mut().enumerate() {
                    let segment = &self.part(part).segment;
                    segment.in_states[segment.states.beginning(&text.folded)].iter().for_each(|rows| bits.or(rows));
                }
            }
            (_, What::State) => self.mark_column(set, |segment| &segment.states, modifier, text),
            (_, What::Zip) => self.mark_column(set, |segment| &segment.zips, modifier, text),
            (_, What::Address) => {
                for part in [What::City, What::State, What::Zip, What::Country] {
                    self.mark_text(set, part, modifier, text);
                }
                self.mark_column(set, |segment| &segment.lines, modifier, text);
            }
            _ => {}
        }
    }

    /// Marks by a column of names, or of places: an organization is marked by any of its places.
    fn mark_column(&self, set: &mut Set, of: impl Fn(&Segment) -> &Texts, modifier: Modifier, text: &Text) {
        let kind = set.kind;
        for (part, bits) in set.bits.iter_mut().enumerate() {
            let segment = &self.part(part).segment;
            let texts = of(segment);
            if kind == ResourceType::Organization && !std::ptr::eq(texts, &raw const segment.names) {
                column(texts, modifier, text, |place| bits.set(segment.places[place].1 as usize));
            } else {
                column(texts, modifier, text, |row| bits.set(row));
            }
        }
    }

    /// A place without a name of its own is called what its organization is called.
    fn mark_place_name(&self, set: &mut Set, modifier: Modifier, text: &Text) {
        for (part, bits) in set.bits.iter_mut().enumerate() {
            let segment = &self.part(part).segment;
            column(&segment.place_names, modifier, text, |place| bits.set(place));
            let mut own = Bits::none(bits.len());
            segment.place_names.any(|place| own.set(place));
            let mut called = Bits::none(segment.len());
            column(&segment.names, modifier, text, |row| called.set(row));
            // Other names of the organization are no names of its places.
            let main = called.rows().filter(|row| {
                let mut names = segment.names.of(*row);
                names.next().is_some_and(|name| passes(&name, modifier, text))
            });
            for row in main {
                segment.places_of(row).filter(|place| !own.has(*place)).for_each(|place| bits.set(place));
            }
        }
    }

    fn mark_reference(&self, set: &mut Set, edge: Edge, target: Target) {
        let (organization, own) = match target {
            Target::Elsewhere => return,
            Target::Organization(key) | Target::Endpoint(key) => (key, key),
            Target::Service(organization, portal) => (organization, portal),
        };
        let item = Item { kind: edge.to(), organization, own };
        self.referrers(item, edge, usize::MAX).into_iter().for_each(|spot| set.mark(spot));
    }

    fn mark_endpoint_address(&self, set: &mut Set, modifier: Modifier, address: &str) {
        let texts = &self.columns.endpoints.addresses;
        let bits = &mut set.bits[0];
        let mut mark_one = |address: &str| {
            let (rank, there) = texts.rank(address);
            if there {
                texts.having(rank..rank + 1, |row| bits.set(row));
            }
        };
        match modifier {
            // Addresses it lies below: itself and each of its beginnings that ends before a slash.
            Modifier::Above => {
                mark_one(address);
                address.match_indices('/').for_each(|(at, _)| mark_one(&address[..at]));
            }
            Modifier::Below => {
                mark_one(address);
                let below = texts.beginning(&format!("{}/", address.trim_end_matches('/')));
                texts.having(below, |row| set.bits[0].set(row));
            }
            _ => mark_one(address),
        }
    }

    fn mark_near(&self, set: &mut Set, point: Point, km: f64) {
        for (part, bits) in set.bits.iter_mut().enumerate() {
            let of = self.part(part);
            for (rank, distance) in distances(of, point, km).into_iter().enumerate() {
                if distance.is_some_and(|distance| distance <= km) {
                    of.segment.zips.having(rank..rank + 1, |place| bits.set(place));
                }
            }
        }
    }

    /// What has any value.
    fn having(&self, kind: ResourceType, what: What) -> Set {
        let by = |column: fn(&Segment) -> &Texts| {
            let mut places = self.none(ResourceType::Location);
            for (part, bits) in places.bits.iter_mut().enumerate() {
                column(&self.part(part).segment).any(|place| bits.set(place));
            }
            if kind == ResourceType::Location { places } else { self.referred(Edge::LocationOrganization, &places) }
        };
        let mut set = self.none(kind);
        match (kind, what) {
            (_, What::Nothing | What::Near) => {}
            (_, What::Profile) if self.view == View::Plain => {}
            (_, What::City) => set = by(|segment| &segment.cities),
            (_, What::State) => set = by(|segment| &segment.states),
            (_, What::Zip) => set = by(|segment| &segment.zips),
            (ResourceType::Organization, What::Address | What::Country) => {
                for (part, bits) in set.bits.iter_mut().enumerate() {
                    bits.or(&self.part(part).segment.placed);
                }
            }
            (ResourceType::Organization, What::Type) => {
                for (part, bits) in set.bits.iter_mut().enumerate() {
                    for (known, rows) in Kind::ALL.iter().zip(&self.part(part).segment.kinds) {
                        if *known != Kind::Unknown {
                            bits.or(rows);
                        }
                    }
                }
            }
            (ResourceType::Endpoint, What::Name) => self.columns.endpoints.names.any(|row| set.bits[0].set(row)),
            (ResourceType::HealthcareService, What::Name) => {
                for (part, bits) in set.bits.iter_mut().enumerate() {
                    self.part(part).segment.offer_names.any(|row| bits.set(row));
                }
            }
            (_, What::Refers(edge)) => self.each(edge, |spot, _| set.mark(spot)),
            _ => set = self.all(kind),
        }
        set
    }
}

/// Kilometres from a point to the middle of each ZIP code of a part; nothing where it is not known or farther away than a
/// quick look tells.
pub(super) fn distances(part: &Part, point: Point, km: f64) -> Vec<Option<f64>> {
    let north = km / DEGREE;
    // Degrees of longitude are shorter towards the poles.
    let narrow = (point.lat.abs() + north).min(89.9).to_radians().cos();
    let east = north / narrow;
    let middles = part.segment.middles.iter();
    middles
        .map(|middle| {
            let middle = (*middle)?;
            let around = (middle.lon - point.lon).abs();
            let far = (middle.lat - point.lat).abs() > north || around.min(360.0 - around) > east;
            (!far).then(|| geo::miles(point, middle) * super::values::MILE)
        })
        .collect()
}

/// Takes the rows of a column whose texts pass.
fn column(texts: &Texts, modifier: Modifier, text: &Text, take: impl FnMut(usize)) {
    match modifier {
        Modifier::Exact => texts.exactly(text, take),
        Modifier::Contains => texts.containing(&text.folded, take),
        _ => texts.having(texts.beginning(&text.folded), take),
    }
}

/// Does a text pass for what is asked for?
fn passes(text: &Text, modifier: Modifier, wanted: &Text) -> bool {
    match modifier {
        Modifier::Exact => text == wanted,
        Modifier::Contains => text.folded.contains(&wanted.folded),
        _ => text.folded.starts_with(&wanted.folded),
    }
}

fn mark_country(modifier: Modifier, text: &Text) -> bool {
    passes(&Text::new(COUNTRY), modifier, text)
}
