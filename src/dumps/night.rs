//! The files of one night while they are written: things go in page by page, entries of a manifest come out.

use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
};

use super::{
    brands::BrandsFile,
    fhir::FhirFiles,
    files, line,
    manifest::{Counts, FileEntry, Format},
    out::{self, Packed, What},
    parquet_file::ParquetFile,
    table::Table,
    tables::{self, Placed, TABLES},
};
use crate::{
    model::organization::{App, Organization},
    store::{Pictured, Retired, SourceTold, public_file::Value},
};

/// Rows for the SQLite file, for each table.
pub type SqlRows = Vec<Vec<Vec<Value>>>;

/// The files of a night that are being written.
pub struct Night {
    folder: PathBuf,
    formats: BTreeSet<Format>,
    organizations: Packed,
    apps: Packed,
    sources: Packed,
    retired: Packed,
    csv: Vec<csv::Writer<Packed>>,
    parquet: Vec<ParquetFile>,
    fhir: Option<FhirFiles>,
    brands: Option<BrandsFile>,
    rows: Vec<u64>,
    counts: Counts,
}

const fn ndjson(content: &'static str) -> What {
    What { format: Format::Ndjson, content }
}

impl Night {
    /// Begins the files in a folder. The NDJSON files are always written: everything else is made from them.
    pub fn create(folder: &Path, formats: &BTreeSet<Format>, public_url: &str) -> io::Result<Self> {
        let packed = |name: &'static str| Packed::create(folder, &format!("{name}.ndjson"), ndjson(name));
        let csv = |table: &&'static Table| {
            let what = What { format: Format::Csv, content: table.name };
            let packed = Packed::create(folder, &format!("{}.csv", table.name), what)?;
            let mut csv = csv::Writer::from_writer(packed);
            csv.write_record(table.columns.iter().map(|column| column.name))?;
            Ok(csv)
        };
        let parquet = |table: &&'static Table| ParquetFile::create(&folder.join(parquet_name(table)), table);
        let wanted = |format| formats.contains(&format);
        Ok(Self {
            organizations: packed("organizations")?,
            apps: packed("apps")?,
            sources: packed("sources")?,
            retired: packed("retired")?,
            csv: TABLES.iter().filter(|_| wanted(Format::Csv)).map(csv).collect::<io::Result<_>>()?,
            parquet: TABLES.iter().filter(|_| wanted(Format::Parquet)).map(parquet).collect::<io::Result<_>>()?,
            fhir: wanted(Format::FhirNdjson).then(|| FhirFiles::create(folder, public_url)).transpose()?,
            brands: wanted(Format::Brands).then(|| BrandsFile::new(public_url)),
            rows: vec![0; TABLES.len()],
            counts: Counts::default(),
            folder: folder.to_owned(),
            formats: formats.clone(),
        })
    }

    /// Adds organizations; answers their rows for the SQLite file.
    pub fn organizations(&mut self, page: &[Pictured<Organization>]) -> io::Result<SqlRows> {
        let mut sql = self.no_rows();
        for of in page {
            self.organizations.line(&line::organization(of)?)?;
            self.counts.organizations += 1;
            self.counts.listed += u64::from(of.thing.is_listed());
            if let Some(fhir) = &mut self.fhir {
                fhir.add(of)?;
            }
            if let Some(brands) = &mut self.brands {
                brands.add(of);
            }
            tables::of_organization(of, |row| self.row(&row, &mut sql))?;
        }
        Ok(sql)
    }

    /// Adds apps.
    pub fn apps(&mut self, page: &[Pictured<App>]) -> io::Result<SqlRows> {
        let mut sql = self.no_rows();
        for of in page {
            self.apps.line(&line::app(of)?)?;
            self.counts.apps += 1;
            self.row(&tables::of_app(of), &mut sql)?;
        }
        Ok(sql)
    }

    /// Adds sources.
    pub fn sources(&mut self, page: &[SourceTold]) -> io::Result<SqlRows> {
        let mut sql = self.no_rows();
        for of in page {
            self.sources.line(&line::source(of)?)?;
            self.counts.sources += 1;
            self.row(&tables::of_source(of), &mut sql)?;
        }
        Ok(sql)
    }

    /// Adds ids that lead elsewhere.
    pub fn retired(&mut self, page: &[Retired]) -> io::Result<()> {
        for of in page {
            self.retired.line(&line::retired(of)?)?;
            self.counts.retired += 1;
        }
        Ok(())
    }

    fn no_rows(&self) -> SqlRows {
        vec![Vec::new(); if self.formats.contains(&Format::Sqlite) { TABLES.len() } else { 0 }]
    }

    fn row(&mut self, (table, row): &Placed<'_>, sql: &mut SqlRows) -> io::Result<()> {
        if let Some(csv) = self.csv.get_mut(*table) {
            for cell in row {
                csv.write_field(cell.field().as_bytes())?;
            }
            csv.write_record(None::<&[u8]>)?;
        }
        if let Some(parquet) = self.parquet.get_mut(*table) {
            parquet.add(row)?;
        }
        if let Some(rows) = sql.get_mut(*table) {
            rows.push(row.iter().map(super::table::Cell::value).collect());
        }
        self.rows[*table] += 1;
        Ok(())
    }

    /// Ends every file; the SQLite file is whole by now.
    pub fn finish(mut self) -> io::Result<(Vec<FileEntry>, Counts)> {
        let of = |table: &Table| TABLES.iter().position(|other| other.name == table.name).unwrap_or_default();
        (self.counts.locations, self.counts.portals, self.counts.endpoints) =
            (self.rows[of(&tables::LOCATIONS)], self.rows[of(&tables::PORTALS)], self.rows[of(&tables::ENDPOINTS)]);
        let mut entries =
            vec![self.organizations.finish()?, self.apps.finish()?, self.sources.finish()?, self.retired.finish()?];
        if let Some(fhir) = self.fhir {
            entries.extend(fhir.finish(&self.folder)?);
        }
        if let Some(brands) = self.brands {
            entries.push(brands.finish(&self.folder)?);
        }
        for (csv, rows) in self.csv.into_iter().zip(&self.rows) {
            let packed = csv.into_inner().map_err(|error| io::Error::new(error.error().kind(), error.to_string()))?;
            entries.push(packed.counting(*rows).finish()?);
        }
        for ((parquet, rows), table) in self.parquet.into_iter().zip(&self.rows).zip(TABLES) {
            parquet.finish()?;
            let what = What { format: Format::Parquet, content: table.name };
            entries.push(out::entry(&self.folder, &parquet_name(table), what, *rows)?);
        }
        if self.formats.contains(&Format::Sqlite) {
            let what = What { format: Format::Sqlite, content: "every table" };
            entries.push(out::pack(&self.folder, files::SQLITE, what, self.rows.iter().sum())?);
        }
        Ok((entries, self.counts))
    }
}

fn parquet_name(table: &Table) -> String {
    format!("{}.parquet", table.name)
}
