use jiff::civil::date;
use url::form_urlencoded;

use super::*;
use crate::{
    model::{
        change::{app_facts, facts},
        listing::{Body, OrganizationFacts},
    },
    site::samples,
};

fn sent(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn empty() -> Body {
    Body::Organization(Box::default())
}

fn begun(change: impl Fn(&mut OrganizationFacts)) -> Body {
    let mut facts = OrganizationFacts {
        name: "Mercy".into(),
        kinds: vec![crate::model::kind::Kind::Hospital],
        ..OrganizationFacts::default()
    };
    change(&mut facts);
    Body::Organization(Box::new(facts))
}

/// What a form says that began from `began`, after a step was sent.
fn after(began: &Body, step: Step, pairs: &[(&str, &str)]) -> Result<Body, Vec<Fault>> {
    let mut form = Form::of(began);
    form.read(step, &sent(pairs));
    form.body(began)
}

fn organization(body: Result<Body, Vec<Fault>>) -> OrganizationFacts {
    match body.unwrap() {
        Body::Organization(facts) => *facts,
        Body::App(_) => panic!("an organization"),
    }
}

fn wrongs(body: Result<Body, Vec<Fault>>) -> Vec<(String, Wrong)> {
    body.err().unwrap_or_default().into_iter().map(|fault| (fault.at, fault.wrong)).collect()
}

#[test]
fn what_is_not_touched_comes_back_as_it_was() {
    for org in samples::organizations() {
        let body = Body::Organization(Box::new(facts(&org)));
        assert_eq!(Form::of(&body).body(&body).as_ref(), Ok(&body), "{}", org.name);
        // Typed anew into an empty form it says the same.
        let mut form = Form::of(&body);
        form.fields.insert("rights".into(), "yes".into());
        let anew = organization(form.body(&empty()));
        let Body::Organization(known) = &body else { panic!() };
        assert_eq!((&anew.name, &anew.features, &anew.portals), (&known.name, &known.features, &known.portals));
        assert_eq!(
            (&anew.places, &anew.identifiers, &anew.endpoints),
            (&known.places, &known.identifiers, &known.endpoints)
        );
    }
    for app in samples::apps() {
        let app = Body::App(Box::new(app_facts(&app)));
        assert_eq!(Form::of(&app).body(&app), Ok(app));
    }
}

#[test]
fn a_draft_is_read_back() {
    for org in samples::organizations() {
        let form = Form::of(&Body::Organization(Box::new(facts(&org))));
        let json = serde_json::to_string(&form).unwrap();
        assert_eq!(serde_json::from_str::<Form>(&json).unwrap(), form);
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one step after the other")]
fn every_step_is_read_into_the_listing() {
    let began = begun(|_| {});
    let names = [
        ("name", "Mercy Hospital"),
        ("aliases", "Mercy\r\nMercy Boise"),
        ("kind", "clinic"),
        ("kinds", "hospital"),
        ("kinds", "laboratory"),
        ("status", "closed"),
    ];
    let facts = organization(after(&began, Step::Name, &names));
    assert_eq!((facts.name.as_str(), facts.aliases.len(), facts.kinds.len()), ("Mercy Hospital", 2, 3));
    assert_eq!(facts.status, Some(crate::model::organization::Status::Closed));
    let contact = [
        ("phone", "208.555.0100"),
        ("website", "mercy.org"),
        ("description", "Open since 1911."),
        ("areas", "Idaho, WA"),
    ];
    let facts = organization(after(&began, Step::Contact, &contact));
    assert_eq!(
        (facts.phone.as_deref(), facts.areas.as_slice()),
        (Some("(208) 555-0100"), ["ID".to_owned(), "WA".into()].as_slice())
    );
    assert_eq!(facts.website.unwrap().door.url, "https://mercy.org/");
    let place = [
        ("places.0.street", "1 Main St\nFloor 2"),
        ("places.0.city", "Boise"),
        ("places.0.state", "ID"),
        ("places.0.zip", "83702-1234"),
        ("places.0.phone", "2085550101"),
        ("places.0.name", "North"),
        ("places.0.landmark", "By the river"),
    ];
    let facts = organization(after(&began, Step::Places, &place));
    let place = &facts.places[0];
    assert_eq!(
        (place.lines.len(), place.zip.as_deref(), place.phone.as_deref()),
        (2, Some("83702"), Some("(208) 555-0101"))
    );
    assert_eq!((place.name.as_deref(), place.landmark.as_deref()), (Some("North"), Some("By the river")));
    let portal = [
        ("portals.2.url", "https://my.mercy.org/"),
        ("portals.2.name", "MyChart"),
        ("portals.2.sign_up", "https://my.mercy.org/new"),
        ("portals.2.audience", "Adults"),
        ("portals.2.description", "New."),
        ("portals.2.from", "2027-03-01"),
        ("portals.2.to", "2027-06-30"),
        ("portals.2.endpoints", "https://fhir.mercy.org/r4/metadata"),
    ];
    let facts = organization(after(&began, Step::Portals, &portal));
    let portal = &facts.portals[0];
    assert_eq!(portal.valid, Some((Some(date(2027, 3, 1)), Some(date(2027, 6, 30)))));
    assert_eq!(
        (portal.endpoints.as_slice(), portal.audience.as_deref()),
        (["https://fhir.mercy.org/r4".to_owned()].as_slice(), Some("Adults"))
    );
    let endpoint = [
        ("endpoints.0.url", "https://fhir.mercy.org/r4/"),
        ("endpoints.0.versions", "4.0.1, 4.3.0"),
        ("endpoints.0.name", "Patients"),
        ("endpoints.0.developers", "https://mercy.org/dev"),
    ];
    let facts = organization(after(&began, Step::Endpoints, &endpoint));
    assert_eq!(
        (facts.endpoints[0].at.url.as_str(), facts.endpoints[0].fhir_versions.len()),
        ("https://fhir.mercy.org/r4", 2)
    );
    assert!(facts.endpoints[0].developers.is_some());
    let features = [
        ("feature.view", "yes"),
        ("feature.download.pdf", "no"),
        ("feature.send", "planned"),
        ("feature.send.from", "2027-01-01"),
        ("feature.teleport", "yes"),
        ("feature.view.claims", "maybe"),
    ];
    let facts = organization(after(&began, Step::Features, &features));
    assert_eq!(
        serde_json::to_value(&facts.features).unwrap(),
        serde_json::json!({"view": "yes", "download.pdf": "no", "send": {"planned": "2027-01-01"}})
    );
    let facts = organization(after(&began, Step::Ask, &[("ask_en", "Ask at the desk."), ("ask_es", "Pregunte.")]));
    assert_eq!(facts.how_to_ask.unwrap().es, "Pregunte.");
    let facts = organization(after(
        &began,
        Step::Logo,
        &[
            ("logos.0.url", "https://mercy.org/logo.svg"),
            ("logos.0.licence", "https://mercy.org/brand"),
            ("rights", "on"),
        ],
    ));
    assert!(facts.logos[0].licence.is_some());
    let numbers = [
        ("numbers.0.system", "npi"),
        ("numbers.0.value", "1234567893"),
        ("numbers.1.system", "ccn"),
        ("numbers.1.value", "13x001"),
        ("numbers.2.system", "oid"),
        ("numbers.2.value", "2.16.840"),
    ];
    let facts = organization(after(&began, Step::Numbers, &numbers));
    assert_eq!(
        facts.identifiers.iter().map(|id| id.value.as_str()).collect::<Vec<_>>(),
        ["1234567893", "13X001", "urn:oid:2.16.840"]
    );
}

#[test]
fn everything_to_be_mended_is_said_at_once_and_where() {
    let began = begun(|_| {});
    assert_eq!(
        wrongs(after(&began, Step::Name, &[])),
        [("name".into(), Wrong::Needed), ("kind".into(), Wrong::Needed), ("status".into(), Wrong::Needed)]
    );
    let contact = [("phone", "call us"), ("website", "javascript:alert(1)"), ("areas", "Ontario")];
    assert_eq!(
        wrongs(after(&began, Step::Contact, &contact)),
        [("phone".into(), Wrong::NotPhone), ("website".into(), Wrong::NotWeb), ("areas".into(), Wrong::NotState)]
    );
    for (address, wrong) in [
        ("http://mercy.org", Wrong::NotHttps),
        ("https://bit.ly/x", Wrong::Shortener),
        ("https://10.0.0.1/", Wrong::NotWeb),
        ("https://user:pw@mercy.org/", Wrong::NotWeb),
        ("localhost", Wrong::NotWeb),
    ] {
        assert_eq!(
            wrongs(after(&began, Step::Portals, &[("portals.0.url", address)])),
            [("portals-0-url".into(), wrong)],
            "{address}"
        );
    }
    let portal =
        [("portals.0.url", "https://my.mercy.org"), ("portals.0.from", "2027-03-01"), ("portals.0.to", "2027-02-01")];
    assert_eq!(wrongs(after(&began, Step::Portals, &portal)), [("portals-0-to".into(), Wrong::Turned)]);
    assert_eq!(
        wrongs(after(&began, Step::Portals, &[("portals.0.name", "MyChart")])),
        [("portals-0-url".into(), Wrong::Needed)]
    );
    assert_eq!(wrongs(after(&began, Step::Places, &[("places.0.zip", "x"), ("places.0.state", "ZZ")])).len(), 4);
    assert_eq!(
        wrongs(after(&began, Step::Logo, &[("logos.0.url", "https://mercy.org/l.svg")])),
        [("rights".into(), Wrong::NoRights)]
    );
    for number in ["12-3456789", "1234567890"] {
        let pairs = [("numbers.0.system", "npi"), ("numbers.0.value", number)];
        assert_eq!(wrongs(after(&began, Step::Numbers, &pairs)), [("numbers-0-value".into(), Wrong::NotNumber)]);
    }
    assert_eq!(wrongs(after(&began, Step::Parent, &[("part_of", "org-1")])), [("part_of".into(), Wrong::NoParent)]);
    let long = "ñ".repeat(LONGEST + 10);
    assert_eq!(
        wrongs(after(&began, Step::Contact, &[("description", &long)])),
        [("description".into(), Wrong::TooLong)]
    );
}

#[test]
fn a_tax_number_cannot_be_made_public() {
    let began = begun(|_| {});
    let pairs = [("numbers.0.system", "other"), ("numbers.0.value", "urn:oid:2.16.840.1.113883.4.4|12-3456789")];
    assert_eq!(wrongs(after(&began, Step::Numbers, &pairs)), [("numbers-0-value".into(), Wrong::NotNumber)]);
    let facts =
        organization(after(&began, Step::Contact, &[("description", "Write jane@example.org, tax 12-3456789")]));
    assert_eq!(facts.description.as_deref(), Some("Write [removed], tax [removed]"));
}

#[test]
fn what_is_no_field_of_the_step_is_not_read() {
    let began = begun(|facts| facts.phone = Some("(208) 555-0100".into()));
    let pairs = [
        ("name", "Mercy"),
        ("kind", "hospital"),
        ("status", "active"),
        ("phone", "9005550100"),
        ("at_best", "0"),
        ("fixed_id", "org-1"),
        ("old_slugs", "mayo-clinic"),
        ("part_of_name", "Mayo Clinic"),
        ("shared_portal", "true"),
        ("parent_name", "Mayo"),
    ];
    assert_eq!(after(&began, Step::Name, &pairs), Ok(began.clone()));
    // Rows beyond the list, and fields that no row has.
    let many =
        [("places.99999.city", "Boise"), ("places.x.city", "Boise"), ("places.0.secret", "x"), ("places..city", "x")];
    assert_eq!(after(&began, Step::Places, &many), Ok(began));
}

#[test]
fn rows_come_and_go_and_nothing_typed_is_lost() {
    let list = Step::Places.list().unwrap();
    let mut form = Form::of(&begun(|_| {}));
    form.read(Step::Places, &sent(&[("places.0.city", "Boise"), ("places.3.city", "Nampa")]));
    form.add_row(list);
    assert_eq!(form.rows("places").len(), 3);
    form.remove_row(list, 0);
    form.remove_row(list, 9);
    assert_eq!(form.rows("places")[0]["city"], "Nampa");
    let body = form_urlencoded::parse(b"places.0.city=%00%1bBoise%0d%0a").into_owned().collect::<Vec<_>>();
    form.read(Step::Places, &body);
    assert_eq!(form.rows("places")[0]["city"], "Boise\n");
}
