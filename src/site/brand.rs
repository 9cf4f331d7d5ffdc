//! `/brand/{name}`: logo and colours of this installation, as its operator set them.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use super::{CachePolicy, assets::content_type, here::Part, problem::PageError};
use crate::app::App;

/// `GET /brand/{name}`: its address carries the digest of its content, so it may be kept for ever.
pub async fn get(State(app): State<App>, Part(name): Part) -> Result<Response, PageError> {
    let brand = &app.config.brand;
    let file = brand.logo.iter().chain(&brand.styles).find(|file| file.name == name).ok_or(PageError::NotFound)?;
    let headers = [(header::CONTENT_TYPE, content_type(&name))];
    Ok(CachePolicy::Immutable.on((headers, file.bytes.clone()).into_response()))
}
