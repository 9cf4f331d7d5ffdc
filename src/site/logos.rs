//! `/logos/{hash}.png`: logos that we made ourselves (`crate::logos`); nothing else is served here.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use super::{CachePolicy, here::Part, problem::PageError};
use crate::app::App;

/// `GET /logos/{hash}.png`. The hash is that of its content, so it may be kept for ever.
pub async fn get(State(app): State<App>, Part(name): Part) -> Result<Response, PageError> {
    let hash = name.strip_suffix(".png").filter(|hash| hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit()));
    let hash = hash.ok_or(PageError::NotFound)?;
    let picture = app.store.logo(hash).await?.ok_or(PageError::NotFound)?;
    Ok(CachePolicy::Immutable.on(([(header::CONTENT_TYPE, "image/png")], picture).into_response()))
}

#[cfg(test)]
mod tests {
    use axum::http::{StatusCode, header};

    use super::*;
    use crate::{
        logos::address,
        site::served::{BOISE, Site},
        store::WantedLogo,
    };

    #[tokio::test(flavor = "multi_thread")]
    async fn a_logo_is_served_by_its_hash_and_nothing_else_is() {
        let site = Site::new().await;
        let mut org = site.organization(BOISE).await;
        let (url, licence) = ("https://example.org/logo.png".to_owned(), "CC0-1.0".to_owned());
        let wanted = WantedLogo { organization: org.id.clone(), url: url.clone(), licence: licence.clone() };
        site.app.store.keep_logo(&[wanted], Ok(b"\x89PNG of ours")).await.unwrap();
        assert_eq!(site.app.store.logo_of(&org).await.unwrap(), None, "it does not list one");
        org.logos.push(crate::model::listing::LogoFacts { url, licence: None });
        assert_eq!(site.app.store.logo_of(&org).await.unwrap(), None, "nor a licence");
        org.logos[0].licence = Some(licence);
        let hash = site.app.store.logo_of(&org).await.unwrap().unwrap();
        let picture = site.get(&address(&hash)).await;
        assert_eq!((picture.status, picture.header(header::CONTENT_TYPE)), (StatusCode::OK, "image/png"));
        assert_eq!(picture.headers[header::CACHE_CONTROL], CachePolicy::Immutable.header());
        assert_eq!(picture.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert!(picture.header(header::CONTENT_SECURITY_POLICY).starts_with("default-src 'none'"));
        // A blob that is no logo: a snapshot of a load.
        let snapshot = std::fs::read_dir(site.folder().join("blobs")).unwrap().flat_map(|folder| {
            std::fs::read_dir(folder.unwrap().path())
                .unwrap()
                .map(|file| file.unwrap().file_name().into_string().unwrap())
        });
        let others: Vec<String> = snapshot.filter(|name| name.len() == 64 && *name != hash).collect();
        assert!(!others.is_empty(), "there are others");
        for other in others.iter().map(|name| address(name)).chain([
            "/logos/../connector.db".into(),
            "/logos/x.png".into(),
            format!("/logos/{hash}"),
        ]) {
            assert_eq!(site.get(&other).await.status, StatusCode::NOT_FOUND, "{other}");
        }
    }
}
