//! Endpoints, each once: they are shared, so what is known of one is gathered from all organizations that have it.

use super::{
    Key,
    columns::Part,
    texts::{Text, Texts},
};

/// See the module. Rows stand in the order of ids.
#[derive(Debug, Default)]
pub struct Endpoints {
    /// Their ids.
    pub keys: Vec<Key>,
    /// Whose word is taken: of those that have it of their own, else of all, the one with the lowest id.
    pub homes: Vec<Home>,
    /// Names, as the homes say them.
    pub names: Texts,
    /// Addresses in the form in which they are compared.
    pub addresses: Texts,
    /// The organizations that have one, with its row, in order.
    pub owners: Vec<(u32, Key)>,
}

/// The organization whose word on an endpoint is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Home {
    /// Its id.
    pub organization: Key,
    /// When it was last changed, in microseconds since 1970 UTC.
    pub at: i64,
    /// How many organizations have the endpoint of their own, up to 2.
    pub owners: u8,
}

impl Endpoints {
    /// Those that the shown organizations of these parts have.
    pub fn of(parts: &[Part]) -> Self {
        let mut claims: Vec<(Key, bool, Key, u32, u32)> = Vec::new();
        for (number, part) in parts.iter().enumerate() {
            for (at, claim) in part.segment.claims.iter().enumerate() {
                let row = claim.row as usize;
                if part.alive.has(row) {
                    let organization = part.segment.keys[row];
                    claims.push((claim.endpoint, claim.through, organization, number as u32, at as u32));
                }
            }
        }
        claims.sort_unstable();
        let mut into = Self::default();
        let mut names: Vec<(u32, Text)> = Vec::new();
        let mut addresses: Vec<(u32, Text)> = Vec::new();
        for (endpoint, through, organization, number, at) in claims {
            if into.keys.last() == Some(&endpoint) {
                if let Some(home) = into.homes.last_mut().filter(|_| !through) {
                    home.owners = 2;
                }
            } else {
                let row = into.keys.len() as u32;
                let segment = &parts[number as usize].segment;
                let claim = at as usize;
                let changed = segment.at[segment.claims[claim].row as usize];
                into.keys.push(endpoint);
                into.homes.push(Home { organization, at: changed, owners: u8::from(!through) });
                names.extend(segment.claim_names.of(claim).next().map(|name| (row, name)));
                addresses.extend(segment.claim_addresses.of(claim).next().map(|address| (row, address)));
            }
            into.owners.push((into.keys.len() as u32 - 1, organization));
        }
        into.owners.sort_unstable();
        into.names = Texts::new(&names);
        into.addresses = Texts::new(&addresses);
        into
    }

    /// Where one stands.
    pub fn find(&self, key: &Key) -> Option<usize> {
        self.keys.binary_search(key).ok()
    }

    /// The organizations that have one.
    pub fn owners_of(&self, row: usize) -> impl Iterator<Item = &Key> {
        let from = self.owners.partition_point(|(owner, _)| (*owner as usize) < row);
        self.owners[from..].iter().take_while(move |(owner, _)| *owner as usize == row).map(|(_, key)| key)
    }

    /// The bytes they take.
    pub fn size(&self) -> usize {
        size_of_val(&*self.keys)
            + size_of_val(&*self.homes)
            + size_of_val(&*self.owners)
            + self.names.size()
            + self.addresses.size()
    }
}
