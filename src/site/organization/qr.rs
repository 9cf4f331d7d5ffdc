//! `/organizations/{slug}/qr.svg`: the permanent address of a page as a square to point a phone at, for paper.

use std::fmt::Write as _;

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use fast_qr::{ECL, QRBuilder};

use crate::{
    app::App,
    site::{
        CachePolicy,
        here::{Here, Part},
        problem::PageError,
    },
    store::Found,
};

/// White modules around the code (ISO/IEC 18004 section 9.1: four).
const QUIET: usize = 4;

/// `GET /organizations/{slug}/qr.svg`
pub async fn get(here: Here, State(app): State<App>, Part(slug): Part) -> Result<Response, PageError> {
    // Only of organizations there are: the address in it is ours alone, whoever asks.
    let Found::Here(org) = app.store.organization_by_slug(&slug).await? else { return Err(PageError::NotFound) };
    let svg =
        svg(&here.permanent(&org.id)).ok_or_else(|| PageError::broken("a QR code", &"the address is too long"))?;
    Ok(CachePolicy::Page.on(([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response()))
}

/// A text as a QR code: black on white, whatever the page's colours are.
fn svg(text: &str) -> Option<String> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let side = code.size + 2 * QUIET;
    let mut path = String::new();
    for y in 0..code.size {
        for (x, module) in code[y].iter().enumerate() {
            if module.value() {
                // Writing to a text cannot fail.
                let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
            }
        }
    }
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_corners_and_a_quiet_rim() {
        let svg = svg("https://connector.example.org/o/org-019ab0c4d0007abc8123456700000001").unwrap();
        // The top left corner of each finder pattern is black; nothing stands in the rim.
        assert!(svg.contains("M4 4h1v1h-1z") && !svg.contains("M3 "), "{svg}");
        assert!(svg.len() < 20_000);
    }
}
