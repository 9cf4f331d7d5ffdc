//! Where the parts of organizations are: whose place this is, who offers that endpoint.

use serde::Deserialize;
use sqlx::Row as _;

use super::{
    Store, StoreError,
    db::{parse, text},
};
use crate::model::{
    id::Id,
    organization::{DoorState, Organization},
};

/// Organizations that are looked at together.
const PAGE: i64 = 100;

/// Who offers an endpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct Offered {
    /// Of the organizations that have it live, the one with the lowest id that has it of its own; when all have it
    /// through their parents, the one with the lowest id. Only who says the endpoint is read with it.
    pub home: Organization,
    /// How many have it live and of their own: none, one, or two for more than one.
    pub owners: u8,
}

/// As much of a document as says how it offers its endpoints.
#[derive(Deserialize)]
struct Offer {
    #[serde(default)]
    endpoints: Vec<OfferedEndpoint>,
}

#[derive(Deserialize)]
struct OfferedEndpoint {
    id: Id,
    state: DoorState,
    #[serde(default)]
    through_parent: bool,
}

impl Store {
    /// Whose place this is or was.
    pub async fn owner_of_location(&self, location: &Id) -> Result<Option<Id>, StoreError> {
        let query = sqlx::query("SELECT organization_id FROM location WHERE id = $1").bind(location.to_string());
        let row = query.fetch_optional(&self.db.read).await?;
        Ok(row.map(|row| text(&row, 0)).transpose()?.and_then(|owner| Id::parse(&owner)))
    }

    /// Who offers an endpoint; nothing when nobody has it live.
    pub async fn offered(&self, endpoint: &Id) -> Result<Option<Offered>, StoreError> {
        let (mut home, mut owners): (Option<String>, u8) = (None, 0);
        let mut after = String::new();
        loop {
            let sql = "SELECT o.id, o.body FROM link l JOIN organization o ON o.id = l.organization_id \
                 WHERE l.thing_id = $1 AND l.organization_id > $2 AND o.status NOT IN ('merged', 'withdrawn') \
                 ORDER BY l.organization_id LIMIT $3";
            let query = sqlx::query(sql).bind(endpoint.to_string()).bind(after).bind(PAGE);
            let rows = query.fetch_all(&self.db.read).await?;
            for row in &rows {
                let body: &str = row.try_get(1)?;
                match offers(&parse("an organization", body)?, endpoint) {
                    None => {}
                    Some(true) => {
                        if owners == 0 {
                            home = Some(body.to_owned());
                        }
                        owners += 1;
                    }
                    Some(false) => home = home.or_else(|| Some(body.to_owned())),
                }
                // Neither the home nor "more than one" changes any more.
                if owners == 2 {
                    break;
                }
            }
            match rows.last() {
                Some(last) if owners < 2 && rows.len() as i64 == PAGE => after = text(last, 0)?,
                _ => break,
            }
        }
        let said = [format!("endpoints/{endpoint}").into()];
        let read = |body| {
            let home = Organization::with_said(body, &said);
            home.map_err(|why| StoreError::Unreadable { what: "an organization".into(), why: why.to_string() })
        };
        home.map(|body| Ok(Offered { home: read(body)?, owners })).transpose()
    }
}

/// Does an organization have an endpoint live, and of its own?
fn offers(offer: &Offer, endpoint: &Id) -> Option<bool> {
    let live = |known: &&OfferedEndpoint| known.id == *endpoint && known.state == DoorState::Live;
    offer.endpoints.iter().find(live).map(|known| !known.through_parent)
}
