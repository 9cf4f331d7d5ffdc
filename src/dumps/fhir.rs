//! Nightly files of FHIR R4 resources, one a type: what `$export` gives out (Bulk Data Access, "Bulk data output file"); and
//! all of them as one Bundle.
//!
//! An endpoint is shared, and which organization tells of it is only known when all were seen: those lines are written last,
//! from the organizations' own file.

use std::{
    io::{self, Write as _},
    path::Path,
};

use serde::{Deserialize, Serialize};

use super::{
    files, line,
    manifest::{FileEntry, Format},
    out::{Lines, PACKED, Packed, What},
};
use crate::{
    model::organization::Organization,
    r4::{Homes, Mapper, ResourceType, View},
    store::Pictured,
};

/// Name of the Bundle.
const BUNDLE: &str = "bundle.json";

/// The files of resources that are being written.
pub struct FhirFiles {
    public_url: String,
    homes: Homes,
    files: Vec<Packed>,
}

impl FhirFiles {
    /// Begins a file for each type.
    pub fn create(folder: &Path, public_url: &str) -> io::Result<Self> {
        let file = |kind: ResourceType| {
            let what = What { format: Format::FhirNdjson, content: kind.name() };
            Packed::create(folder, &format!("{}.ndjson", kind.name()), what)
        };
        let files = ResourceType::ALL.into_iter().map(file).collect::<io::Result<_>>()?;
        Ok(Self { public_url: public_url.to_owned(), homes: Homes::default(), files })
    }

    /// Adds what is made of an organization, but for its endpoints.
    pub fn add(&mut self, of: &Pictured<Organization>) -> io::Result<()> {
        let (thing, at) = (&of.thing, of.at);
        let public_url = std::mem::take(&mut self.public_url);
        let mapper = Mapper::new(&public_url, View::Plain);
        self.homes.note(thing);
        self.put(ResourceType::Organization, mapper.organization(thing, at).ok())?;
        for location in &thing.locations {
            self.put(ResourceType::Location, mapper.location(thing, location, at).ok())?;
        }
        for portal in Mapper::portals_of(thing) {
            let service = mapper.service(thing, portal, at);
            self.put(ResourceType::HealthcareService, service.and_then(Result::ok))?;
        }
        let affiliation = mapper.affiliation(thing, at);
        self.put(ResourceType::OrganizationAffiliation, affiliation.and_then(Result::ok))?;
        self.public_url = public_url;
        Ok(())
    }

    /// Adds the endpoints, of the organizations whose whole file stands in the folder, and ends every file.
    pub fn finish(mut self, folder: &Path) -> io::Result<Vec<FileEntry>> {
        let mut lines = Lines::open(&folder.join(files::ORGANIZATIONS))?;
        let (public_url, homes) = (std::mem::take(&mut self.public_url), std::mem::take(&mut self.homes));
        let mapper = Mapper::new(&public_url, View::Plain);
        while let Some(text) = lines.next()? {
            // Most have none: their documents need not be read.
            if memchr::memmem::find(text, br#""endpoints":[{"#).is_none() {
                continue;
            }
            let of: Pictured<Organization> = line::read(text)?;
            for (id, owners) in homes.at(&of.thing) {
                self.put(ResourceType::Endpoint, mapper.endpoint(&of.thing, id, owners, of.at))?;
            }
        }
        let mut entries = self.files.into_iter().map(Packed::finish).collect::<io::Result<Vec<_>>>()?;
        entries.push(bundle(folder, &mapper)?);
        Ok(entries)
    }

    fn put(&mut self, kind: ResourceType, resource: Option<impl Serialize>) -> io::Result<()> {
        let file = ResourceType::ALL.iter().position(|other| *other == kind).and_then(|at| self.files.get_mut(at));
        match (file, resource) {
            (Some(file), Some(resource)) => file.line(&serde_json::to_vec(&resource)?),
            _ => Ok(()),
        }
    }
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

/// The resources of all types as one Bundle, from their own files.
fn bundle(folder: &Path, mapper: &Mapper<'_>) -> io::Result<FileEntry> {
    let mut out = Packed::create(folder, BUNDLE, What { format: Format::FhirBundle, content: "every resource" })?;
    out.write_all(br#"{"resourceType":"Bundle","type":"collection","entry":["#)?;
    let mut entries = 0;
    for kind in ResourceType::ALL {
        let mut lines = Lines::open(&folder.join(format!("{}.ndjson{PACKED}", kind.name())))?;
        while let Some(resource) = lines.next()? {
            let Named { id } = serde_json::from_slice(resource)?;
            let between = if entries == 0 { "" } else { "," };
            let url = serde_json::to_string(&mapper.full_url(kind, &id))?;
            write!(out, "{between}\n{{\"fullUrl\":{url},\"resource\":")?;
            out.write_all(resource)?;
            out.write_all(b"}")?;
            entries += 1;
        }
    }
    out.write_all(b"\n]}\n")?;
    out.counting(entries).finish()
}
