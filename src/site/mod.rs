//! The pages: requests in, HTML in two languages out.
//!
//! One file a page holds its struct, its handler and its test; `templates/` mirrors it; [`routes`] is the site map.
//! What holds: every word comes from `locales/`; a page works without JavaScript, sets no cookie and asks nothing of
//! any other host; text from outside is escaped by the template engine, and an address becomes a link only when the
//! model calls it a live door.

mod apps;
mod assets;
mod brand;
pub mod brands_check;
mod available;
mod badge;
mod browse;
mod cache;
mod data;
mod developers;
mod dumps;
mod find;
mod headers;
mod help;
mod here;
mod home;
mod icons;
mod keep;
mod logos;
mod letter;
mod open_data;
mod organization;
mod places;
pub(crate) mod preview;
mod problem;
mod proof;
mod report;
mod routes;
mod said;
mod sitemap;
mod sources;
pub(crate) mod suggest;
mod visitor;
mod well_known;
mod words;

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
pub(crate) mod served;
#[cfg(test)]
pub(crate) mod tests;

pub use assets::{built as built_asset, url as asset_url};
pub use cache::CachePolicy;
pub use headers::put as put_headers;
pub use help::check as check_brand;
pub use letter::{kinds as letter_kinds, plain as letters};
pub use routes::router;
pub use well_known::llms_text;
pub use words::Lang;
// For rooms that have pages of their own.
pub(crate) use headers::add as add_headers;
pub(crate) use here::{Here, Part, in_language, respond};
pub(crate) use keep::renew as renew_pages;
pub(crate) use problem::{PageError, show as show_problems};
pub(crate) use report::kept as kept_text;
pub(crate) use visitor::{Lately, is_ours};
pub use words::Value;
