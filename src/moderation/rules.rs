//! Who may decide what: nobody what they sent themselves, and nobody who belongs to the organization it is about.

use crate::model::{
    account::PersonId,
    change::{Risk, Speaker},
    proposal::Proposal,
};

/// Why a moderator may not decide something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotNeutral {
    /// They sent it.
    Author,
    /// They have a place at the organization or app.
    Member,
}

/// May `person` decide what `author` sent? `member`: they have a place at what it is about.
pub fn neutral(person: &PersonId, author: Option<&PersonId>, member: bool) -> Result<(), NotNeutral> {
    if author == Some(person) {
        Err(NotNeutral::Author)
    } else if member {
        Err(NotNeutral::Member)
    } else {
        Ok(())
    }
}

/// Is this a door in the sense of the contract: an address, a phone number or a place where people hand over who they are, or
/// whose it is? What a moderator writes of such a thing needs another moderator.
pub fn needs_another(risk: &Risk) -> bool {
    match risk {
        Risk::Door { .. }
        | Risk::DoorGone { .. }
        | Risk::Phone
        | Risk::Address
        | Risk::PartOf
        | Risk::Status
        | Risk::Words { .. } => true,
        Risk::Name | Risk::Identifier => false,
    }
}

/// Which source says what a moderator made of a proposal: never the organization's own, for it did not say so; the moderators'
/// where a list that weighs more would hide it otherwise.
pub fn speaker_of_edit(proposal: &Proposal, outweighed: bool) -> Speaker {
    match proposal.speaker {
        Speaker::Owners | Speaker::Moderators => Speaker::Moderators,
        Speaker::Suggestions if outweighed => Speaker::Moderators,
        Speaker::Suggestions => Speaker::Suggestions,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_decides_their_own_or_their_organizations() {
        let (me, other) = (PersonId::new(uuid::Uuid::from_u128(1)), PersonId::new(uuid::Uuid::from_u128(2)));
        assert_eq!(neutral(&me, Some(&me), false), Err(NotNeutral::Author));
        assert_eq!(neutral(&me, Some(&me), true), Err(NotNeutral::Author));
        assert_eq!(neutral(&me, Some(&other), true), Err(NotNeutral::Member));
        assert_eq!(neutral(&me, None, true), Err(NotNeutral::Member));
        assert_eq!(neutral(&me, Some(&other), false), Ok(()));
        assert_eq!(neutral(&me, None, false), Ok(()));
    }
}
