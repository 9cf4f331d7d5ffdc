//! Where a request of somebody who may not have signed in comes from, and the fields of the form it carries.

use std::{convert::Infallible, net::IpAddr};

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{header, request::Parts},
};
use url::form_urlencoded;

use super::device;
use crate::{
    app::App,
    web::visitor::{address, household, peer},
};

/// Where a request comes from.
#[derive(Debug, Clone)]
pub struct Visit {
    /// As much of its address as a household shares; nothing where it is not known.
    pub household: Option<IpAddr>,
    /// The sort of device.
    pub device: String,
}

impl FromRequestParts<App> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let from = address(peer(&parts.extensions), &parts.headers, &app.config.trusted_proxies);
        let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Self { household: from.map(household), device: device::family(agent.unwrap_or_default()) })
    }
}

/// The fields of a form that the gate let through. A field that is sent twice counts as it was sent first.
#[derive(Debug, Clone, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// What a field says, without spaces around it; empty when it is not there.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim()).unwrap_or_default()
    }
}

impl FromRequest<App> for Fields {
    type Rejection = Infallible;

    async fn from_request(request: Request, app: &App) -> Result<Self, Infallible> {
        // The gate has read it whole already.
        let body = Bytes::from_request(request, app).await.unwrap_or_default();
        Ok(Self(form_urlencoded::parse(&body).into_owned().collect()))
    }
}
