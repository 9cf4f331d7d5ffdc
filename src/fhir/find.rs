//! From a type and an id to the document the resource is made of.

use axum::http::{HeaderValue, header};

use super::outcome::Outcome;
use crate::{
    app::App,
    model::{
        id::{Id, ThingKind},
        organization::{Organization, Status},
    },
    r4::{Mapper, Owners, Part, Resource, ResourceType, View, ids},
};

/// A resource's document, and where it stands in it.
#[derive(Debug)]
pub struct Found {
    /// The organization whose document it is.
    pub organization: Organization,
    /// When that was last changed, in microseconds since 1970 UTC.
    pub at: i64,
    /// What of it.
    pub part: Part,
}

impl Found {
    /// The resource, if it can be shown in the view.
    pub fn resource<'r>(&'r self, mapper: Mapper<'r>) -> Option<Result<Resource<'r>, crate::r4::LeftOut>> {
        mapper.part(&self.organization, &self.part, self.at)
    }

    /// Its `versionId`.
    pub fn version(&self) -> String {
        self.part.version(&self.organization.id, self.organization.version)
    }
}

/// Finds the resource as it is now, or says why there is none: 404 for what never was, 410 for what is gone.
pub async fn find(app: &App, kind: ResourceType, id: &str) -> Result<Found, Outcome> {
    if kind == ResourceType::Endpoint {
        return endpoint(app, id).await;
    }
    let (owner, part) = place(app, kind, id).await?.ok_or_else(|| unknown(kind, id))?;
    let organization = app.store.organization_with_said(&owner, &[part.said_in()]).await?;
    let organization = organization.ok_or_else(|| unknown(kind, id))?;
    if !crate::r4::is_shown(&organization) {
        return Err(gone(app, kind, &organization).await?);
    }
    let at = moment(app, &organization).await?;
    Ok(Found { organization, at, part })
}

/// The organization a resource belongs to, and what of it the resource is; nothing when there never was one. An endpoint
/// belongs to its home of now, if it has one.
pub async fn place(app: &App, kind: ResourceType, id: &str) -> Result<Option<(Id, Part)>, Outcome> {
    Ok(match kind {
        ResourceType::Organization => thing(id, ThingKind::Organization).map(|id| (id, Part::Organization)),
        ResourceType::HealthcareService => {
            ids::read_service(id).map(|(organization, portal)| (organization, Part::Portal(portal)))
        }
        ResourceType::OrganizationAffiliation => ids::read_affiliation(id).map(|part| (part, Part::Affiliation)),
        ResourceType::Location => {
            let Some(id) = thing(id, ThingKind::Location) else { return Ok(None) };
            app.store.owner_of_location(&id).await?.map(|owner| (owner, Part::Location(id)))
        }
        ResourceType::Endpoint => {
            let Some(id) = thing(id, ThingKind::Endpoint) else { return Ok(None) };
            app.store.offered(&id).await?.map(|it| (it.home.id, Part::Endpoint(id, owners(it.owners))))
        }
    })
}

async fn endpoint(app: &App, text: &str) -> Result<Found, Outcome> {
    let kind = ResourceType::Endpoint;
    let id = thing(text, ThingKind::Endpoint).ok_or_else(|| unknown(kind, text))?;
    let Some(offered) = app.store.offered(&id).await? else {
        let known = app.store.had_shared_door(&id).await?;
        let nobody = || Outcome::gone("No organization gives this endpoint any more.");
        return Err(if known { nobody() } else { unknown(kind, text) });
    };
    let at = moment(app, &offered.home).await?;
    Ok(Found { organization: offered.home, at, part: Part::Endpoint(id, owners(offered.owners)) })
}

fn owners(count: u8) -> Owners {
    match count {
        0 => Owners::None,
        1 => Owners::One,
        _ => Owners::Many,
    }
}

fn thing(id: &str, kind: ThingKind) -> Option<Id> {
    Id::parse(id).filter(|id| id.kind() == kind)
}

/// When a document was last changed. The register knows it, unless it is a moment behind the store.
async fn moment(app: &App, organization: &Organization) -> Result<i64, Outcome> {
    let known = app.register.with(|table| table.find(&organization.id).map(|row| table.stamp(row))).flatten();
    if let Some(stamp) = known.filter(|stamp| i64::from(stamp.version) == organization.version) {
        return Ok(stamp.at);
    }
    Ok(app.store.last_revision_of(&organization.id).await?.map_or(0, |last| last.at))
}

/// 404: there never was such a resource, as far as the id tells.
pub fn unknown(kind: ResourceType, id: &str) -> Outcome {
    let id: String = id.chars().take(64).collect();
    Outcome::not_found(format!("There is no {} with the id {id:?}.", kind.name()))
}

/// 404: it is there, but the document does not have it (any more).
pub fn not_in(kind: ResourceType, organization: &Organization) -> Outcome {
    let what = match kind {
        ResourceType::Location => {
            return Outcome::gone(format!("{} is not at this place any more.", organization.name));
        }
        ResourceType::HealthcareService => "does not offer this portal now",
        ResourceType::OrganizationAffiliation => "is part of no other organization now",
        ResourceType::Organization | ResourceType::Endpoint => "does not have it now",
    };
    Outcome::not_found(format!("{} ({}) {what}.", organization.name, organization.id))
}

/// 404: the view leaves it out.
pub fn left_out(app: &App, view: View, kind: ResourceType, id: &str, why: crate::r4::LeftOut) -> Outcome {
    let plain = Mapper::new(&app.config.public_url, View::Plain).full_url(kind, id);
    let why = why.reason();
    Outcome::not_found(format!(
        "This resource is left out of the view for {}: {why}. It stands at {plain}",
        view.name()
    ))
}

/// 410: it was merged or withdrawn.
async fn gone(app: &App, kind: ResourceType, organization: &Organization) -> Result<Outcome, Outcome> {
    let what = if kind == ResourceType::Organization { "This organization" } else { "The organization it belonged to" };
    if organization.status == Status::Merged
        && let Some(target) = app.store.merged_into(&organization.id).await?
    {
        let target =
            Mapper::new(&app.config.public_url, View::Plain).full_url(ResourceType::Organization, target.as_str());
        let outcome = Outcome::gone(format!("{what} was merged into {target}"));
        let link = HeaderValue::from_str(&format!("<{target}>; rel=\"successor-version\""));
        return Ok(match link {
            Ok(link) => outcome.with(header::LINK, link),
            Err(_) => outcome,
        });
    }
    Ok(Outcome::gone(format!("{what} was withdrawn: no source speaks of it any more.")))
}
