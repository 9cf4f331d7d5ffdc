//! Files of ours to take home, under `/data`.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

use super::CachePolicy;
use crate::sources::template;

/// `/data/template.csv`: the empty table that the help page explains.
pub async fn empty_table() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"connector-template.csv\""),
    ];
    CachePolicy::Page.on((headers, template::text()).into_response())
}
