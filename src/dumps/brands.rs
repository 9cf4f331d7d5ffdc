//! The nightly file of SMART User-access Brands: what `/brands.json` says, as it is in the picture of the night.
//!
//! Who stands under whom is only known when all were seen: entries are made last, from the organizations' own file.

use std::{
    io::{self, Write as _},
    path::Path,
};

use super::{
    files, line,
    manifest::{FileEntry, Format},
    out::{Lines, Packed, What},
};
use crate::{brands::Kin, model::organization::Organization, store::Pictured};

/// The file of brands while organizations come.
pub struct BrandsFile {
    public_url: String,
    kin: Kin,
}

impl BrandsFile {
    /// Begins it.
    pub fn new(public_url: &str) -> Self {
        Self { public_url: public_url.to_owned(), kin: Kin::default() }
    }

    /// Takes note of an organization.
    pub fn add(&mut self, of: &Pictured<Organization>) {
        self.kin.note(&of.thing, of.at);
    }

    /// Writes it, from the organizations whose whole file stands in the folder.
    pub fn finish(self, folder: &Path) -> io::Result<FileEntry> {
        let mut whole = self.kin.whole(&self.public_url);
        let mut out = Packed::create(folder, files::BRANDS, What { format: Format::Brands, content: "brands" })?;
        let (head, end) = whole.frame();
        out.write_all(&head)?;
        let mut lines = Lines::open(&folder.join(files::ORGANIZATIONS))?;
        let mut count = 0;
        while let Some(text) = lines.next()? {
            // Nobody is a brand without a site: the documents of the rest need not be read.
            if memchr::memmem::find(text, br#""website":{"#).is_none() {
                continue;
            }
            let of: Pictured<Organization> = line::read(text)?;
            for entry in whole.entries(&of.thing, of.at) {
                out.write_all(if count == 0 { b"\n" } else { b",\n" })?;
                out.write_all(&entry)?;
                count += 1;
            }
        }
        out.write_all(end)?;
        out.counting(count).finish()
    }
}
