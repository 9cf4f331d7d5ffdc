//! `/organizations`: lists by the register in memory, documents as they are stored, pictures of the past from the log.

use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    api::{
        Api,
        call::Call,
        csv, cursor,
        fields::Wanted,
        given::Given,
        moment,
        reply::{self, Page, Validators},
        view::{Absent, Missing},
    },
    model::{
        features::Feature,
        id::{Id, ThingKind},
        kind::Kind as OrganizationKind,
        organization::{Organization, Status},
        provenance, vendor,
    },
    register::{Filter, Marks, Stamp},
    search::EXACT_TOTAL,
    store::Stamped,
    web::problem::{Kind, Problem},
};

/// So many organizations of the past, or links of a door, are looked at for one page.
const LOOKED_AT: usize = 2_000;
/// Of these so many at once.
const AT_ONCE: u32 = 200;

/// An organization as the API writes it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Organization")]
pub struct OrganizationThing {
    /// What is known of it.
    #[serde(flatten)]
    pub organization: Organization,
    /// When it last changed.
    #[schemars(extend("format" = "date-time"))]
    pub updated: String,
    /// Its page.
    #[schemars(extend("format" = "uri"))]
    pub url: String,
}

/// `/organizations`
pub async fn list(api: Api, call: Call) -> Result<Response, Problem> {
    let validators = api.log(call.format).await?;
    if let Some(known) = validators.known(&call) {
        return Ok(known);
    }
    let look = Look::new(&api, &call.given);
    let page = match (call.given.many("ids"), call.given.moment("as_of")) {
        ([], None) => look.page(&api, &call.given).await?,
        ([], Some(at)) => look.past_page(&api, &call.given, at).await?,
        (ids, None) => look.batch(&api, ids).await?,
        (ids, Some(at)) => look.past_batch(&api, ids, at).await?,
    };
    reply::list(&call, &api.app.config.public_url, page, csv::ORGANIZATIONS, Some(&validators))
}

/// `/organizations/{id}`
pub async fn one(api: Api, call: Call) -> Result<Response, Problem> {
    let id = call.id()?.clone();
    let look = Look::new(&api, &call.given);
    if let Some(at) = call.given.moment("as_of") {
        return past(&api, &call, &look, &id, at).await;
    }
    let here = api.app.register.with(|table| table.find(&id).map(|row| (table.stamp(row), *table.marks(row))));
    let Some((stamp, marks)) = here.ok_or_else(Problem::not_ready)? else { return Err(call.nothing()) };
    if marks.status == Status::Merged {
        return match api.app.store.merged_into(&id).await? {
            Some(target) => Ok(reply::elsewhere(&call.path_for(&target))),
            None => Err(gone(None)),
        };
    }
    if !marks.shown || marks.status == Status::Withdrawn {
        return Err(gone(successor(&api, &id).await?));
    }
    let validators = Validators::version(i64::from(stamp.version), Some(stamp.at));
    if let Some(known) = validators.known(&call) {
        return Ok(known);
    }
    let document = api.app.store.document(&id).await?.ok_or_else(|| call.nothing())?;
    Ok(reply::one(look.text(&id, &document.body, Some(stamp.at))?, &validators))
}

/// One as it was.
async fn past(api: &Api, call: &Call, look: &Look, id: &Id, at: i64) -> Result<Response, Problem> {
    let Some(Stamped { thing, at, .. }) = api.app.store.organization_at(id, at).await? else {
        let detail = "There was no organization with this id then.";
        return Err(Problem::new(Kind::NotFound, detail).parameter("as_of"));
    };
    let Some(organization) = thing.filter(is_there) else { return Err(gone(None)) };
    // By where the log stands, not by when it was so: once a host in it is recalled, the picture shows less.
    let validators = Validators { at: None, ..api.log(call.format).await? };
    if let Some(known) = validators.known(call) {
        return Ok(known);
    }
    Ok(reply::one(look.written(organization, at)?, &validators))
}

fn is_there(organization: &Organization) -> bool {
    !matches!(organization.status, Status::Merged | Status::Withdrawn)
}

/// It is gone; what took its place.
fn gone(replaced_by: Option<Id>) -> Problem {
    let detail = "No source speaks of this organization any more, or what was said of it was taken away.";
    let problem = Problem::new(Kind::Gone, detail);
    match replaced_by {
        Some(id) => problem.replaced_by(id),
        None => problem,
    }
}

/// What its document names as its successor.
async fn successor(api: &Api, id: &Id) -> Result<Option<Id>, Problem> {
    let document = api.app.store.document(id).await?;
    let organization = document.and_then(|document| serde_json::from_str::<Organization>(&document.body).ok());
    Ok(organization.and_then(|organization| organization.successor).map(|successor| successor.id))
}

/// How organizations are to be shown.
pub struct Look {
    public_url: String,
    wanted: Option<Wanted>,
    provenance: bool,
}

impl Look {
    /// As a request asks.
    pub fn new(api: &Api, given: &Given) -> Self {
        Self {
            public_url: api.app.config.public_url.clone(),
            wanted: Wanted::new(given.many("fields")),
            provenance: given.has("include", "provenance"),
        }
    }

    /// A stored document as JSON text. Without provenance and whole it is the document itself with two fields more.
    fn text(&self, id: &Id, body: &str, at: Option<i64>) -> Result<String, Problem> {
        if self.provenance {
            let read = serde_json::from_str(body).map_err(|why| Problem::broken("reading an organization", &why))?;
            return self.written(read, at.unwrap_or_default());
        }
        let ((open, _), updated) = (provenance::cut(body), reply::updated(at));
        let text = format!("{open},\"updated\":\"{updated}\",\"url\":\"{}/o/{id}\"}}", self.public_url);
        reply::cut(text, self.wanted.as_ref())
    }

    /// An organization as JSON text.
    fn written(&self, mut organization: Organization, at: i64) -> Result<String, Problem> {
        if !self.provenance {
            organization.provenance = provenance::Provenance::default();
        }
        let url = format!("{}/o/{}", self.public_url, organization.id);
        let thing = OrganizationThing { organization, updated: moment::written(at), url };
        reply::cut(reply::written(&thing)?, self.wanted.as_ref())
    }

    /// Organizations by id, in this order; those that are not there are left out.
    async fn texts(&self, api: &Api, rows: &[(Id, Stamp)]) -> Result<Vec<String>, Problem> {
        let ids: Vec<Id> = rows.iter().map(|(id, _)| id.clone()).collect();
        let documents = api.app.store.documents(&ids).await?;
        let there = rows.iter().filter_map(|(id, stamp)| Some((id, stamp, documents.get(id)?)));
        there.map(|(id, stamp, document)| self.text(id, &document.body, Some(stamp.at))).collect()
    }

    /// A page of those that pass the filters now.
    async fn page(&self, api: &Api, given: &Given) -> Result<Page, Problem> {
        let (filter, limit) = (filter(given), given.number("limit"));
        let after = cursor::after(given, ThingKind::Organization)?;
        let (found, total, more) = match linked(given) {
            Some(door) => linking(api, &door, &filter, after.as_ref(), limit).await?,
            None => api
                .app
                .register
                .with(|table| {
                    let from = after.as_ref().map_or(0, |id| table.after(id));
                    let mut rows = table.rows(&filter, from);
                    let found: Vec<(Id, Stamp)> =
                        rows.by_ref().take(limit).map(|row| (table.id(row), table.stamp(row))).collect();
                    let more = rows.next().is_some();
                    let total = table.rows(&filter, 0).take(EXACT_TOTAL + 1).count();
                    let last = found.last().map(|(id, _)| id.clone());
                    (found, Some(total), more.then_some(last).flatten())
                })
                .ok_or_else(Problem::not_ready)?,
        };
        Ok(Page {
            things: self.texts(api, &found).await?,
            total: total.map(|total| total.min(EXACT_TOTAL)),
            total_is_lower_bound: total.is_some_and(|total| total > EXACT_TOTAL),
            missing: Vec::new(),
            next_after: more.map(|id| cursor::behind(given, &id)),
        })
    }

    /// A page of those that passed the filters then.
    async fn past_page(&self, api: &Api, given: &Given, at: i64) -> Result<Page, Problem> {
        let (filter, limit) = (filter(given), given.number("limit"));
        let door = linked(given);
        let mut after = cursor::after(given, ThingKind::Organization)?;
        let (mut things, mut seen) = (Vec::new(), 0);
        loop {
            let some = api.app.store.organizations_at(at, after.as_ref(), AT_ONCE).await?;
            let count = some.len();
            for Stamped { id, at, thing, .. } in some {
                seen += 1;
                after = Some(id);
                // A redacted one cannot be shown.
                let Some(organization) = thing else { continue };
                if !filter.takes(&Marks::of(&organization))
                    || !door.as_ref().is_none_or(|door| links(&organization, door))
                {
                    continue;
                }
                things.push(self.written(organization, at)?);
                if things.len() == limit {
                    let next_after = after.map(|id| cursor::behind(given, &id));
                    return Ok(Page { things, next_after, ..Page::default() });
                }
            }
            if count < AT_ONCE as usize {
                return Ok(Page { things, ..Page::default() });
            }
            if seen >= LOOKED_AT {
                // Few pass: the page is short and the next one goes on from here.
                let next_after = after.map(|id| cursor::behind(given, &id));
                return Ok(Page { things, next_after, ..Page::default() });
            }
        }
    }

    /// These, in the order they were asked for.
    async fn batch(&self, api: &Api, ids: &[String]) -> Result<Page, Problem> {
        let rows = api.app.register.with(|table| {
            let row = |text: &String| {
                let id = Id::parse(text)?;
                let row = table.find(&id);
                Some((id, row.map(|row| (table.stamp(row), *table.marks(row)))))
            };
            ids.iter().filter_map(row).collect::<Vec<_>>()
        });
        let (mut found, mut page) = (Vec::new(), Page::default());
        for (id, row) in rows.ok_or_else(Problem::not_ready)? {
            match row {
                None => page.missing.push(missing(&id, Absent::NotFound, None)),
                Some((_, marks)) if marks.status == Status::Merged => {
                    let target = api.app.store.merged_into(&id).await?;
                    page.missing.push(missing(&id, Absent::Merged, target));
                }
                Some((_, marks)) if !marks.shown || marks.status == Status::Withdrawn => {
                    let successor = successor(api, &id).await?;
                    page.missing.push(missing(&id, Absent::Gone, successor));
                }
                Some((stamp, _)) => found.push((id, stamp)),
            }
        }
        page.things = self.texts(api, &found).await?;
        Ok(page)
    }

    /// These as they were then.
    async fn past_batch(&self, api: &Api, ids: &[String], at: i64) -> Result<Page, Problem> {
        let mut page = Page::default();
        for id in ids.iter().filter_map(|text| Id::parse(text)) {
            match api.app.store.organization_at(&id, at).await? {
                None => page.missing.push(missing(&id, Absent::NotFound, None)),
                Some(Stamped { thing, at, .. }) => match thing.filter(is_there) {
                    Some(organization) => page.things.push(self.written(organization, at)?),
                    None => page.missing.push(missing(&id, Absent::Gone, None)),
                },
            }
        }
        Ok(page)
    }
}

fn missing(id: &Id, reason: Absent, replaced_by: Option<Id>) -> Missing {
    Missing { id: id.to_string(), reason, replaced_by: replaced_by.map(Into::into) }
}

/// What passes.
fn filter(given: &Given) -> Filter {
    let kinds: Vec<OrganizationKind> =
        given.words("kind").into_iter().filter_map(OrganizationKind::from_code).collect();
    let features: Vec<Feature> = given.words("feature").into_iter().filter_map(Feature::parse).collect();
    let numbers = given
        .words("vendor")
        .into_iter()
        .filter_map(|code| vendor::all().iter().position(|vendor| vendor.code == code));
    Filter {
        // By the portal people see, or by the host where apps connect.
        vendors: numbers.fold(0, |bits, number| bits | 1 << number | 1 << (number + 32)),
        listed: given.flag("listed"),
        endpoint: given.flag("connects"),
        ..Filter::default().kinds(&kinds).areas(&given.words("state")).features(&features)
    }
}

/// The door everybody on the list links to.
fn linked(given: &Given) -> Option<Vec<Id>> {
    let doors: Vec<Id> = ["portal", "endpoint"].into_iter().filter_map(|name| given.id(name)).collect();
    (!doors.is_empty()).then_some(doors)
}

fn links(organization: &Organization, doors: &[Id]) -> bool {
    let portals = organization.portals.iter().map(|portal| &portal.id);
    let all: Vec<&Id> = portals.chain(organization.endpoints.iter().map(|endpoint| &endpoint.id)).collect();
    doors.iter().all(|door| all.contains(&door))
}

/// Those who link to these doors: by the links of the first.
async fn linking(
    api: &Api,
    doors: &[Id],
    filter: &Filter,
    after: Option<&Id>,
    limit: usize,
) -> Result<(Vec<(Id, Stamp)>, Option<usize>, Option<Id>), Problem> {
    let Some((first, others)) = doors.split_first() else { return Ok((Vec::new(), None, None)) };
    let ids = api.app.store.linking(first, after, LOOKED_AT as u32).await?;
    let end = (ids.len() == LOOKED_AT).then(|| ids.last().cloned()).flatten();
    let found = api.app.register.with(|table| {
        let rows = ids.iter().filter_map(|id| Some((id, table.find(id)?)));
        let those = rows.filter(|(_, row)| filter.takes(table.marks(*row)));
        those.map(|(id, row)| (id.clone(), table.stamp(row))).collect::<Vec<_>>()
    });
    let mut found = found.ok_or_else(Problem::not_ready)?;
    if let Some(other) = others.first() {
        let ids: Vec<Id> = found.iter().map(|(id, _)| id.clone()).collect();
        let too = api.app.store.linking_among(other, &ids).await?;
        found.retain(|(id, _)| too.contains(id));
    }
    if found.len() > limit {
        found.truncate(limit);
        let last = found.last().map(|(id, _)| id.clone());
        return Ok((found, None, last));
    }
    Ok((found, None, end))
}
