//! Our own styles, script and pictures: built by npm into `assets/dist`, carried inside the program.
//!
//! What holds: the address of an asset carries a hash of its content, so that it may be kept for ever and a new
//! version is a new address.

use std::{collections::BTreeMap, sync::LazyLock};

use axum::{
    body::Bytes,
    http::header,
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;

use super::{CachePolicy, here::Part, problem::PageError};
use crate::model::listing::hex;

#[derive(RustEmbed)]
#[folder = "assets/dist/"]
struct Dist;

/// One asset, ready to send.
struct Asset {
    hash: String,
    content_type: &'static str,
    body: Bytes,
}

/// File name -> asset; read once.
static ASSETS: LazyLock<BTreeMap<String, Asset>> = LazyLock::new(|| {
    Dist::iter()
        .filter_map(|name| {
            let file = Dist::get(&name)?;
            let asset = Asset {
                hash: hex(&file.metadata.sha256_hash()[..6]),
                content_type: content_type(&name),
                body: Bytes::from(file.data.into_owned()),
            };
            Some((name.into_owned(), asset))
        })
        .collect()
});

/// The media type of a file of ours by its name.
pub fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

/// The address of an asset: `site.css` → `/assets/site.3f2a9c1b0d4e.css`. An unknown name stays as it is; a test
/// asks for every asset a page names.
pub fn url(name: &str) -> String {
    match (ASSETS.get(name), name.rsplit_once('.')) {
        (Some(asset), Some((stem, extension))) => format!("/assets/{stem}.{}.{extension}", asset.hash),
        _ => format!("/assets/{name}"),
    }
}

/// A file as it was built, by its name; a test asks for every one that is named.
pub fn built(name: &str) -> Option<Bytes> {
    ASSETS.get(name).map(|asset| asset.body.clone())
}

/// `/assets/{name}`. An address of an older version answers with the version of today, not to be kept: a page that
/// was opened before an update stays readable.
pub async fn get(Part(address): Part) -> Result<Response, PageError> {
    let (name, hash) = match address.rsplitn(3, '.').collect::<Vec<_>>().as_slice() {
        [extension, hash, stem] => (format!("{stem}.{extension}"), (*hash).to_owned()),
        _ => (address, String::new()),
    };
    let asset = ASSETS.get(&name).ok_or(PageError::NotFound)?;
    let policy = if asset.hash == hash { CachePolicy::Immutable } else { CachePolicy::Revalidate };
    let headers = [(header::CONTENT_TYPE, asset.content_type)];
    Ok(policy.on((headers, asset.body.clone()).into_response()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_has_an_address_of_its_own() {
        for name in ["site.css", "site.js", "near.js", "door.svg"] {
            assert!(ASSETS.contains_key(name), "{name} was built");
            assert_ne!(url(name), format!("/assets/{name}"));
        }
    }

    #[test]
    fn the_scripts_stay_small_and_the_styles_too() {
        assert!(ASSETS["site.js"].body.len() < 5_000, "{} bytes", ASSETS["site.js"].body.len());
        assert!(ASSETS["near.js"].body.len() < 2_000, "{} bytes", ASSETS["near.js"].body.len());
        assert!(ASSETS["site.css"].body.len() < 120_000, "{} bytes", ASSETS["site.css"].body.len());
    }

    #[tokio::test]
    async fn only_the_right_hash_is_kept_for_ever() {
        let address = url("site.css").trim_start_matches("/assets/").to_owned();
        let cached = |response: Response| response.headers()[header::CACHE_CONTROL].clone();
        assert_eq!(cached(get(Part(address)).await.unwrap()), CachePolicy::Immutable.header());
        assert_eq!(cached(get(Part("site.000000000000.css".into())).await.unwrap()), CachePolicy::Revalidate.header());
        assert_eq!(get(Part("../Cargo.toml".into())).await.unwrap_err(), PageError::NotFound);
    }
}
