//! The script of the picker: `/embed/picker-1.js` is the newest of its major version, `/embed/picker-1.0.0.HASH.js` is
//! one file for ever, `/embed/versions.json` lists them with what `integrity` takes.
//!
//! Every version that was given out stays in `assets/released`: a page that pinned one goes on working.

use std::{collections::BTreeMap, io::Write, sync::LazyLock};

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use flate2::{Compression, write::GzEncoder};
use rust_embed::RustEmbed;
use serde::Serialize;
use sha2::{Digest, Sha256, Sha384};

use crate::{
    app::App,
    model::listing::hex,
    site::{CachePolicy, PageError, built_asset},
    web::conditional,
};

/// The name under which the newest of a major version is found.
const STABLE: &str = "picker-1.js";
/// What stands before the version in a script.
const MARK: &str = "const VERSION = \"";

#[derive(RustEmbed)]
#[folder = "assets/released/"]
struct Released;

/// One version, ready to send.
struct Version {
    number: [u32; 3],
    hash: String,
    integrity: String,
    compressed: usize,
    body: Bytes,
}

/// By number; what is built now is one of them, released or not.
static VERSIONS: LazyLock<BTreeMap<[u32; 3], Version>> = LazyLock::new(|| {
    let released = Released::iter().filter_map(|name| Released::get(&name)).map(|file| file.data.into_owned().into());
    let all = released.chain(built_asset(STABLE)).filter_map(Version::new);
    // A released one never gives way to another of its number; a test tells when that would happen.
    all.fold(BTreeMap::new(), |mut all, version| {
        all.entry(version.number).or_insert(version);
        all
    })
});

impl Version {
    fn new(body: Bytes) -> Option<Self> {
        Some(Self {
            number: number(std::str::from_utf8(&body).ok()?)?,
            hash: hex(&Sha256::digest(&body)[..6]),
            integrity: format!("sha384-{}", base64(&Sha384::digest(&body))),
            compressed: compressed(&body),
            body,
        })
    }

    fn name(&self) -> String {
        let [major, minor, patch] = self.number;
        format!("picker-{major}.{minor}.{patch}.{}.js", self.hash)
    }
}

/// The version a script says it is.
fn number(script: &str) -> Option<[u32; 3]> {
    let (number, _) = script.split_once(MARK)?.1.split_once('"')?;
    let parts: Vec<u32> = number.split('.').map_while(|part| part.parse().ok()).collect();
    parts.try_into().ok()
}

/// How large it is with gzip, which every browser takes.
fn compressed(body: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).and_then(|()| encoder.finish()).map_or(body.len(), |packed| packed.len())
}

/// RFC 4648 section 4.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |three: &[u8]| {
        let bits = three.iter().enumerate().fold(0_u32, |bits, (at, byte)| bits | u32::from(*byte) << (16 - 8 * at));
        [0, 1, 2, 3].map(|at| if at <= three.len() { LETTERS[(bits >> (18 - 6 * at)) as usize & 63] } else { b'=' })
    };
    bytes.chunks(3).flat_map(group).map(char::from).collect()
}

/// One line of the list of versions.
#[derive(Serialize)]
struct Listed {
    version: String,
    /// The address of this file and no other, for ever.
    immutable: String,
    /// What the `integrity` attribute takes (W3C Subresource Integrity).
    integrity: &'static str,
    bytes: usize,
    /// With gzip.
    compressed_bytes: usize,
}

/// The list of versions.
#[derive(Serialize)]
struct List {
    /// The newest that a page made for the first major version may run.
    stable: String,
    /// The same as a page in a frame.
    frame: String,
    /// Newest first.
    versions: Vec<Listed>,
}

/// `GET /embed/versions.json`
pub async fn versions(State(app): State<App>) -> Response {
    let at = |name: &str| format!("{}/embed/{name}", app.config.public_url);
    let listed = |version: &'static Version| Listed {
        version: version.number.map(|part| part.to_string()).join("."),
        immutable: at(&version.name()),
        integrity: &version.integrity,
        bytes: version.body.len(),
        compressed_bytes: version.compressed,
    };
    let versions = VERSIONS.values().rev().map(listed).collect();
    CachePolicy::Page.on(Json(List { stable: at(STABLE), frame: at("picker"), versions }).into_response())
}

/// `GET /embed/{name}`: a version for ever, or the newest one.
pub async fn get(name: Result<Path<String>, PathRejection>, asked: HeaderMap) -> Result<Response, PageError> {
    let Path(name) = name.map_err(|_| PageError::NotFound)?;
    let (version, policy) = if name == STABLE {
        let newest = VERSIONS.values().rev().find(|version| version.number[0] == 1);
        (newest, CachePolicy::Page)
    } else {
        (VERSIONS.values().find(|version| version.name() == name), CachePolicy::Immutable)
    };
    let version = version.ok_or(PageError::NotFound)?;
    let tag = format!("W/\"{}\"", version.hash);
    let script = || ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], version.body.clone()).into_response();
    Ok(policy.on(conditional::answer(&asked, &tag, None, script)))
}

/// The stable address of the script, for pages of ours.
pub fn script() -> String {
    format!("/embed/{STABLE}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The most that a page has to load, in bytes.
    const LARGEST: usize = 15_000;

    #[test]
    fn every_version_is_small_and_none_was_changed_after_its_release() {
        let built = built_asset(STABLE).expect("it was built");
        let number = number(std::str::from_utf8(&built).unwrap()).expect("it says its version");
        let version = &VERSIONS[&number];
        assert_eq!(
            version.body, built,
            "version {number:?} was released and is another now: give it a new VERSION in assets/src/{STABLE}"
        );
        for version in VERSIONS.values() {
            assert!(version.compressed < LARGEST, "{}: {} bytes", version.name(), version.compressed);
            assert!(version.compressed > 2_000, "there is something in it");
        }
    }

    #[test]
    fn words_and_styles_stand_in_the_script_in_every_language() {
        let script = String::from_utf8(built_asset(STABLE).unwrap().to_vec()).unwrap();
        for lang in crate::site::Lang::ALL {
            assert!(script.contains(&format!("\"{}\":{{", lang.code())));
        }
        assert!(script.contains("Busque el lugar") && script.contains(":focus-visible"));
    }

    #[test]
    fn base64_is_that_of_the_rfc() {
        for (text, code) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(text.as_bytes()), code);
        }
        assert_eq!(base64(&[0xfb, 0xff]), "+/8=");
    }

    #[test]
    fn a_version_is_three_numbers() {
        assert_eq!(number("x\nconst VERSION = \"1.20.3\";"), Some([1, 20, 3]));
        assert_eq!(number("const VERSION = \"1.2\";"), None);
        assert_eq!(number("const VERSION = \"1.2.x\";"), None);
        assert_eq!(number("nothing"), None);
    }
}
