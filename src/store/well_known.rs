//! What is remembered of endpoints' own smart-configurations, and who is tied to an endpoint.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{
    Store, StoreError,
    db::{Cells, Tx, int, parse, row, text, with_list},
    publish::Publisher,
    undo,
};
use crate::model::{
    door::Door,
    id::Id,
    identifier::Identifier,
    listing::OrganizationFacts,
    source::{Source, Tier},
};

/// What ids of sources of this kind begin with.
pub const OWN_SOURCE: &str = "smart-config-";

/// An endpoint whose own configuration is worth asking for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedEndpoint {
    /// Its normalised address.
    pub key: String,
    /// Where it is.
    pub door: Door,
}

/// What a source of tier 1 or 3 says of an organization that has the endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TiedListing {
    /// The organization.
    pub organization: Id,
    /// The numbers that this source gives it.
    pub identifiers: BTreeSet<Identifier>,
}

/// How asking one endpoint ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WellKnownNote {
    /// The endpoint's normalised address.
    pub key: String,
    /// Its host.
    pub host: String,
    /// A short stable code.
    pub outcome: String,
    /// The same in words, when there is something to say.
    pub message: String,
}

/// What is remembered of a host of endpoints. Empty = not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HostState {
    /// SHA-256 of its certificate.
    pub certificate: String,
    /// Name servers of its domain.
    pub name_servers: String,
    /// Name of its software.
    pub software: String,
    /// When it last answered; microseconds since 1970 UTC.
    pub ok_at: i64,
    /// Since when it does not answer, or not with all that is known of it; 0 = it does.
    pub down_since: i64,
    /// Why nothing that it says counts until a person has looked; nothing when it does.
    pub suspended: Option<String>,
}

/// A host whose authority waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suspended {
    /// The host.
    pub host: String,
    /// Since when; microseconds since 1970 UTC.
    pub since: i64,
    /// Why.
    pub why: String,
}

impl Store {
    /// Endpoints that a source of tier 1 or 3 gives, not asked since `before`, the longest ago first.
    pub async fn endpoints_to_ask(&self, before: i64, limit: u32) -> Result<Vec<AskedEndpoint>, StoreError> {
        let sources: Vec<String> = self.trusted_sources().await?.into_iter().collect();
        if sources.is_empty() {
            return Ok(Vec::new());
        }
        let sql = "SELECT e.address_key, e.body FROM endpoint e \
             LEFT JOIN well_known w ON w.address_key = e.address_key \
             WHERE COALESCE(w.checked_at, 0) <= $2 AND EXISTS (SELECT 1 FROM link k \
             JOIN listing l ON l.subject_id = k.organization_id \
             WHERE k.thing_id = e.id AND l.present = 1 AND l.source IN {in}) \
             ORDER BY COALESCE(w.checked_at, 0), e.address_key LIMIT $3";
        let query = with_list(self.db.dialect, sql, &sources, &[before.into(), limit.into()]);
        let rows = query.fetch_all(&self.db.read).await?;
        rows.iter()
            .map(|row| Ok(AskedEndpoint { key: text(row, 0)?, door: parse("an endpoint", &text(row, 1)?)? }))
            .collect()
    }

    /// What sources of tier 1 and 3 say of the organizations to which they give exactly this endpoint.
    pub async fn tied_to(&self, endpoint_key: &str) -> Result<Vec<TiedListing>, StoreError> {
        let sources = self.trusted_sources().await?;
        let rows = sqlx::query(
            "SELECT l.source, l.subject_id, l.body FROM endpoint e JOIN link k ON k.thing_id = e.id \
             JOIN listing l ON l.subject_id = k.organization_id \
             WHERE e.address_key = $1 AND l.present = 1 AND l.subject = 'organization'",
        )
        .bind(endpoint_key.to_owned())
        .fetch_all(&self.db.read)
        .await?;
        let mut tied = Vec::new();
        for row in &rows {
            let Some(organization) = Id::parse(&text(row, 1)?) else { continue };
            if !sources.contains(&text(row, 0)?) {
                continue;
            }
            let facts: OrganizationFacts = parse("a listing", &text(row, 2)?)?;
            // An endpoint that is only the parent's ties the parent, not every clinic below it.
            if facts.endpoints.iter().any(|e| e.through.is_none() && e.at.key() == endpoint_key) {
                tied.push(TiedListing { organization, identifiers: facts.identifiers.into_iter().collect() });
            }
        }
        Ok(tied)
    }

    /// Sources of tier 1 and 3. Those of tier 2 are what is to be judged: they do not vouch for themselves.
    async fn trusted_sources(&self) -> Result<BTreeSet<String>, StoreError> {
        let rows = sqlx::query("SELECT body FROM source").fetch_all(&self.db.read).await?;
        let sources: Vec<Source> =
            rows.iter().map(|row| parse("a source", &text(row, 0)?)).collect::<Result<_, StoreError>>()?;
        let trusted = |source: &Source| matches!(source.tier, Tier::OWNER | Tier::VENDOR);
        Ok(sources.into_iter().filter(trusted).map(|source| source.id).collect())
    }

    /// Notes how asking endpoints ended.
    pub async fn note_well_known(&self, notes: &[WellKnownNote]) -> Result<(), StoreError> {
        let now = self.clock.micros();
        let mut tx = self.db.begin().await?;
        let rows: Vec<Cells> =
            notes.iter().map(|note| row![&note.key, &note.host, now, &note.outcome, &note.message]).collect();
        let conflict = "ON CONFLICT (address_key) DO UPDATE SET host = excluded.host, \
             checked_at = excluded.checked_at, outcome = excluded.outcome, message = excluded.message";
        let cols = ["address_key", "host", "checked_at", "outcome", "message"];
        tx.insert("well_known", &cols, conflict, rows).await?;
        tx.commit().await
    }

    /// What is remembered of hosts of endpoints.
    pub async fn endpoint_hosts(&self) -> Result<BTreeMap<String, HostState>, StoreError> {
        let sql = "SELECT host, certificate, name_servers, software, ok_at, down_since, state, why FROM endpoint_host";
        let rows = sqlx::query(sql).fetch_all(&self.db.read).await?;
        rows.iter()
            .map(|row| {
                let suspended = if text(row, 6)? == "suspended" { Some(text(row, 7)?) } else { None };
                let state = HostState {
                    certificate: text(row, 1)?,
                    name_servers: text(row, 2)?,
                    software: text(row, 3)?,
                    ok_at: int(row, 4)?,
                    down_since: int(row, 5)?,
                    suspended,
                };
                Ok((text(row, 0)?, state))
            })
            .collect()
    }

    /// Remembers a host. One that is suspended loses its say in the same breath: what it said is withdrawn from the
    /// directory until a person has looked.
    pub async fn note_host(&self, host: &str, source: &str, state: &HostState) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let (word, why) = match &state.suspended {
            Some(why) => ("suspended", why.as_str()),
            None => ("watched", ""),
        };
        let since = self.clock.micros();
        let cells = row![
            host,
            &state.certificate,
            &state.name_servers,
            &state.software,
            state.ok_at,
            state.down_since,
            word,
            since,
            why,
        ];
        let cols = ["host", "certificate", "name_servers", "software", "ok_at", "down_since", "state", "since", "why"];
        let conflict = "ON CONFLICT (host) DO UPDATE SET certificate = excluded.certificate, \
             name_servers = excluded.name_servers, software = excluded.software, ok_at = excluded.ok_at, \
             down_since = excluded.down_since, why = excluded.why, state = excluded.state, \
             since = CASE WHEN endpoint_host.state = excluded.state THEN endpoint_host.since ELSE excluded.since END";
        tx.insert("endpoint_host", &cols, conflict, vec![cells]).await?;
        if state.suspended.is_some() {
            let rows = sqlx::query("SELECT key FROM listing WHERE source = $1 AND present = 1")
                .bind(source.to_owned())
                .fetch_all(&mut *tx.inner)
                .await?;
            let keys: Vec<String> = rows.iter().map(|row| text(row, 0)).collect::<Result<_, _>>()?;
            self.withdraw(&mut tx, source, &keys).await?;
        }
        tx.commit().await
    }

    /// Hosts whose say waits for a person, the oldest first.
    pub async fn suspended(&self) -> Result<Vec<Suspended>, StoreError> {
        let sql = "SELECT host, since, why FROM endpoint_host WHERE state = 'suspended' ORDER BY since, host";
        let rows = sqlx::query(sql).fetch_all(&self.db.read).await?;
        rows.iter().map(|row| Ok(Suspended { host: text(row, 0)?, since: int(row, 1)?, why: text(row, 2)? })).collect()
    }

    /// A person has looked at a host that was suspended: it is as it should be. What it says counts again from the next
    /// time its endpoints are asked, which is now.
    pub async fn release_host(&self, host: &str, actor: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let sql = "UPDATE endpoint_host SET state = 'watched', why = $1, since = $2, down_since = 0 \
             WHERE host = $3 AND state = 'suspended'";
        let done = sqlx::query(sql)
            .bind(format!("released by {actor}"))
            .bind(self.clock.micros())
            .bind(host.to_owned())
            .execute(&mut *tx.inner)
            .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::Refused(format!("{host} is not suspended")));
        }
        sqlx::query("UPDATE well_known SET checked_at = 0 WHERE host = $1")
            .bind(host.to_owned())
            .execute(&mut *tx.inner)
            .await?;
        tx.commit().await
    }

    /// Keys of the listings of a source that are in now.
    pub async fn listing_keys(&self, source: &str) -> Result<BTreeSet<String>, StoreError> {
        let rows = sqlx::query("SELECT key FROM listing WHERE source = $1 AND present = 1")
            .bind(source.to_owned())
            .fetch_all(&self.db.read)
            .await?;
        rows.iter().map(|row| text(row, 0)).collect()
    }

    /// Takes listings of a source back: they may not say anything any more.
    pub async fn withdraw_listings(&self, source: &str, keys: &[String]) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        self.withdraw(&mut tx, source, keys).await?;
        tx.commit().await
    }

    async fn withdraw(&self, tx: &mut Tx, source: &str, keys: &[String]) -> Result<(), StoreError> {
        let sql = "SELECT DISTINCT subject_id FROM listing WHERE source = $2 AND present = 1 AND key IN {in}";
        let rows = tx.select_in(sql, keys, &[source.into()]).await?;
        let subjects: Vec<String> = rows.iter().map(|row| text(row, 0)).collect::<Result<_, _>>()?;
        let ids: Vec<Id> = subjects.iter().filter_map(|id| Id::parse(id)).collect();
        let sql = "UPDATE listing SET present = 0 WHERE source = $2 AND key IN {in}";
        tx.execute_in(sql, keys, &[source.into()]).await?;
        let buried = undo::tombstones(tx, &subjects).await?;
        Publisher::new(self, "well-known", None).publish(tx, &ids, false, &|_| {}).await?;
        // Who may not speak any more did not say that anything ended: what others say stays.
        let again: Vec<Id> = undo::dig_up(tx, &subjects, &buried).await?.into_iter().collect();
        Publisher::new(self, "well-known", None).publish(tx, &again, false, &|_| {}).await
    }
}
