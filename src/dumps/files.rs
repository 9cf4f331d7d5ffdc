//! Names of files of a night.

/// Organizations, one a line.
pub const ORGANIZATIONS: &str = "organizations.ndjson.zst";
/// Apps, one a line.
pub const APPS: &str = "apps.ndjson.zst";
/// Sources, one a line.
pub const SOURCES: &str = "sources.ndjson.zst";
/// Ids that lead elsewhere or to nothing any more, one a line.
pub const RETIRED: &str = "retired.ndjson.zst";
/// What became different since the night before.
pub const CHANGES: &str = "changes.ndjson.zst";
/// SMART User-access Brands, before they are packed.
pub const BRANDS: &str = "brands.json";
/// The SQLite file before it is packed.
pub const SQLITE: &str = "connector.sqlite";
/// The files that are a whole night: everything else is made from them.
pub const WHOLE: [&str; 4] = [ORGANIZATIONS, APPS, SOURCES, RETIRED];

/// The address of a file of a night, on the host of its manifest.
pub fn path(date: jiff::civil::Date, name: &str) -> String {
    format!("/data/{date}/{name}")
}
