//! Every must-support element of the SMART Brands profiles can be filled in the form, and stands in the Bundle.

use axum::{
    body::{Body as Bytes, to_bytes},
    http::Request,
};
use serde_json::Value;
use tower::ServiceExt as _;

use super::{Desk, person};
use crate::profile::{
    Submission,
    form::{Form, schema::Step},
    standing, submit,
};

const STEPS: &[(Step, &[(&str, &str)])] = &[
    (Step::Name, &[("name", "Mercy Hospital"), ("aliases", "Mercy"), ("kind", "hospital"), ("status", "active")]),
    (
        Step::Contact,
        &[("website", "https://mercy.org"), ("phone", "2085550100"), ("description", "A hospital."), ("areas", "ID")],
    ),
    (
        Step::Places,
        &[
            ("places.0.street", "1 Main St"),
            ("places.0.city", "Boise"),
            ("places.0.state", "ID"),
            ("places.0.zip", "83702"),
        ],
    ),
    (
        Step::Endpoints,
        &[
            ("endpoints.0.url", "https://fhir.mercy.org/r4"),
            ("endpoints.0.versions", "4.0.1"),
            ("endpoints.0.name", "For patients"),
            ("endpoints.0.developers", "https://mercy.org/dev"),
        ],
    ),
    (
        Step::Portals,
        &[
            ("portals.0.url", "https://my.mercy.org/"),
            ("portals.0.name", "MyMercy"),
            ("portals.0.description", "For adults."),
            ("portals.0.endpoints", "https://fhir.mercy.org/r4"),
        ],
    ),
    (
        Step::Logo,
        &[
            ("logos.0.url", "https://mercy.org/logo.svg"),
            ("logos.0.licence", "https://mercy.org/brand"),
            ("rights", "yes"),
        ],
    ),
    (Step::Numbers, &[("numbers.0.system", "npi"), ("numbers.0.value", "1234567893")]),
];

#[tokio::test]
async fn what_is_typed_stands_in_the_bundle() {
    let desk = Desk::new().await;
    let began = standing(&desk.site.app, &desk.id).await.unwrap().unwrap().listing;
    let mut form = Form::of(&began);
    for (step, fields) in STEPS {
        let sent: Vec<(String, String)> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        form.read(*step, &sent);
    }
    let after = form.body(&began).unwrap();
    let author = person(1);
    let sent = desk.sent(&author, crate::model::listing::OrganizationFacts::default());
    let done = submit(&desk.site.app, Submission { after, began: Some(&began), ..sent }).await.unwrap();
    desk.approve(done.waiting.unwrap().0).await;
    let org = desk.org().await;
    assert_eq!((org.portals.len(), org.portals[0].endpoints.len()), (1, 1), "{:?}", org.portals);
    crate::app::catch_up(&desk.site.app.store, &desk.site.app.index).await.unwrap();
    let router = crate::brands::router(desk.site.app.clone());
    let bundle = async || {
        let request = Request::get(format!("/brands/{}.json", desk.id)).body(Bytes::empty()).unwrap();
        let answer = router.clone().oneshot(request).await.unwrap();
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        serde_json::from_slice::<Value>(&body).unwrap_or_default()
    };
    let mut told = bundle().await;
    for _ in 0..50 {
        if told["resourceType"] == "Bundle" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        told = bundle().await;
    }
    let text = told.to_string();
    for said in [
        "\"Mercy Hospital\"",
        "\"Mercy\"",
        "https://mercy.org/",
        "1 Main St",
        "Boise",
        "83702",
        "https://fhir.mercy.org/r4",
        "4.0.1",
        "For patients",
        "https://mercy.org/dev",
        "https://my.mercy.org/",
        "MyMercy",
        "For adults.",
        "https://mercy.org/logo.svg",
        "https://mercy.org/brand",
        "1234567893",
    ] {
        assert!(text.contains(said), "{said} is not in {text}");
    }
}
