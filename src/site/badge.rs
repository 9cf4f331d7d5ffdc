//! `/badge/{id}.svg`: a picture that an organization puts on its own pages, with a link to its page here. It says what people
//! can do, and never that anything was verified; no cookie is set and nobody is counted by it.

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};

use super::{
    CachePolicy,
    here::{Here, Part},
    problem::PageError,
};
use crate::{app::App, model::id::Id, store::Found};

/// Width of the picture, and of a letter about.
const WIDTH: usize = 260;
const HEIGHT: usize = 48;

/// `GET /badge/{id}.svg`
pub async fn get(here: Here, State(app): State<App>, Part(name): Part) -> Result<Response, PageError> {
    let id = name.strip_suffix(".svg").and_then(Id::parse).ok_or(PageError::NotFound)?;
    let Found::Here(_) = app.store.organization(&id).await? else { return Err(PageError::NotFound) };
    let svg = picture(&here.t("badge-words"));
    let mut response = CachePolicy::Page.on(([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response());
    // It is made to stand on other sites.
    let everybody = HeaderValue::from_static("cross-origin");
    response.headers_mut().insert(HeaderName::from_static("cross-origin-resource-policy"), everybody);
    Ok(response)
}

/// The open door with words beside it. The words are ours, without anything that markup would need to be escaped for.
fn picture(words: &str) -> String {
    let middle = HEIGHT / 2 + 6;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         role=\"img\" aria-label=\"{words}\"><rect width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"6\" fill=\"#2f4668\"/>\
         <g transform=\"translate(10 8)\"><path fill=\"#ffbe2e\" d=\"M6 3h20v26H6z\"/><path fill=\"#fff\" \
         d=\"M4 1h24v30h-2V3H6v28H4zm4 3 11 3v22.500L8 31zm8.200 12a1.300 1.700 0 1 0 0 3.400 1.300 1.700 0 0 0 0-3.400z\"/></g>\
         <text x=\"52\" y=\"{middle}\" fill=\"#fff\" font-family=\"system-ui,Helvetica,Arial,sans-serif\" font-size=\"17\" \
         font-weight=\"600\">{words}</text></svg>"
    )
}

#[cfg(test)]
mod tests {
    use axum::http::{StatusCode, header};

    use crate::site::served::{BOISE, Site};

    #[tokio::test]
    async fn a_badge_says_what_people_can_do_and_may_stand_anywhere() {
        let site = Site::new().await;
        let id = site.organization(BOISE).await.id;
        for (address, words) in
            [(format!("/badge/{id}.svg"), "Get your records"), (format!("/es/badge/{id}.svg"), "Vea su expediente")]
        {
            let badge = site.get(&address).await;
            assert_eq!((badge.status, badge.header(header::CONTENT_TYPE)), (StatusCode::OK, "image/svg+xml"));
            assert!(badge.body.contains(words) && !badge.body.to_lowercase().contains("verif"), "{}", badge.body);
            assert_eq!(badge.headers["cross-origin-resource-policy"], "cross-origin");
            assert!(badge.header(header::CACHE_CONTROL).starts_with("public"));
            assert!(!badge.headers.contains_key(header::SET_COOKIE));
        }
        for wrong in ["/badge/x.svg", "/badge/org-019ab0c4d0007abc8123456700009999.svg", &format!("/badge/{id}")] {
            assert_eq!(site.get(wrong).await.status, StatusCode::NOT_FOUND, "{wrong}");
        }
    }
}
