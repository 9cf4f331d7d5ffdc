//! What an approval is bound to: what its giver read. Whatever is different now sends them back to look again.

use crate::model::proposal::Final;

use super::checks::DoorCheck;

/// A proposal, or a motion, as a moderator read it, from the form they sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AsRead {
    /// Its hash.
    pub hash: String,
    /// The version of what people see.
    pub seen: i64,
    /// Where its doors led.
    pub finals: Vec<Final>,
    /// What would be trusted of the doors that they say they opened.
    pub opened: Vec<String>,
}

/// Why an approval is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stale {
    /// The proposal is not the one that was read.
    Proposal,
    /// People see something else now.
    Seen,
    /// A door leads somewhere else than when the page was made.
    Moved {
        /// Its address.
        url: String,
        /// What it led to; empty when it did not answer.
        before: String,
        /// What it leads to now.
        now: String,
    },
    /// A door was not opened, as far as the form says.
    NotOpened(String),
    /// A door hides where it leads.
    Hidden(String),
}

impl AsRead {
    /// What keeps this approval from being taken now; nothing when it may be. `seen` is the version of what people see; of a
    /// motion, how many of its organizations are as they were.
    pub fn against(&self, hash: &str, seen: i64, finals: &[Final], doors: &[DoorCheck]) -> Vec<Stale> {
        let mut all = Vec::new();
        if self.hash != hash {
            all.push(Stale::Proposal);
        }
        if self.seen != seen {
            all.push(Stale::Seen);
        }
        for now in finals {
            let before = self.finals.iter().find(|read| read.url == now.url).map(|read| read.trust_key.clone());
            if before.as_deref() != Some(&now.trust_key) {
                let (url, before) = (now.url.clone(), before.unwrap_or_default());
                all.push(Stale::Moved { url, before, now: now.trust_key.clone() });
            }
        }
        let unread = self.finals.iter().filter(|read| !finals.iter().any(|now| now.url == read.url));
        all.extend(unread.map(|read| Stale::Moved {
            url: read.url.clone(),
            before: read.trust_key.clone(),
            now: String::new(),
        }));
        for door in doors {
            if door.is_hidden() {
                all.push(Stale::Hidden(door.url.clone()));
            } else if !self.opened.contains(&door.trust_key) {
                all.push(Stale::NotOpened(door.domain.clone()));
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{change::Risk, door::Door, merge::Role};

    fn led(to: &str) -> Vec<Final> {
        vec![Final { url: "https://a.example.org/".into(), trust_key: to.into() }]
    }

    fn door(url: &str) -> DoorCheck {
        let door = Door::parse(url).unwrap();
        let trust_key = door.trust_key();
        let risk = Risk::Door { role: Role::Portal, url: door.url, domain: door.domain, trust_key };
        super::super::checks::Known::default().check(&[risk]).remove(0)
    }

    #[test]
    fn whatever_is_different_sends_back() {
        let read = AsRead { hash: "h".into(), seen: 3, finals: led("a"), opened: vec!["example.org".into()] };
        let doors = [door("https://a.example.org/")];
        assert_eq!(read.against("h", 3, &led("a"), &doors), []);
        let moved = |before: &str, now: &str| Stale::Moved {
            url: "https://a.example.org/".into(),
            before: before.into(),
            now: now.into(),
        };
        let none = AsRead { finals: Vec::new(), ..read.clone() };
        for (read, seen, finals, expected) in [
            (AsRead { hash: "x".into(), ..read.clone() }, 3, led("a"), Stale::Proposal),
            (read.clone(), 4, led("a"), Stale::Seen),
            (read.clone(), 3, led("b"), moved("a", "b")),
            (read.clone(), 3, led(""), moved("a", "")),
            (read.clone(), 3, Vec::new(), moved("a", "")),
            (none, 3, led("a"), moved("", "a")),
            (AsRead { opened: Vec::new(), ..read.clone() }, 3, led("a"), Stale::NotOpened("example.org".into())),
        ] {
            assert_eq!(read.against("h", seen, &finals, &doors), [expected]);
        }
        let hidden = [door("https://bit.ly/x")];
        let all = AsRead { opened: vec![hidden[0].trust_key.clone()], ..read };
        assert_eq!(all.against("h", 3, &led("a"), &hidden), [Stale::Hidden("https://bit.ly/x".into())]);
    }
}
