use axum::{
    body::Body as Bytes,
    http::{Request, StatusCode},
};

use super::*;
use crate::{
    accounts::{
        access::token,
        cookie,
        testing::{Answer, Office, Visitor},
    },
    site::served::BOISE,
};

const HEAD: &str = "name,street,city,state,zip,phone\n";

async fn upload(office: &Office, by: &Visitor, address: &str, csv: &str, keep: bool) -> Answer {
    let part =
        |name: &str, value: &str| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let keep = if keep { part("keep", "yes") } else { String::new() };
    let body = format!("{}{keep}{}--b--\r\n", part("csrf", &token(&by.secret)), part("file", csv));
    let request = Request::post(address)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
        .header("sec-fetch-site", "same-origin")
        .header(header::COOKIE, format!("{}={}", cookie::NAME, by.secret));
    office.ask(request.body(Bytes::from(body)).unwrap()).await
}

/// What the form under a report carries.
fn fields(answer: &Answer) -> Vec<(String, String)> {
    let dom = answer.dom();
    ["rows", "keep", "version"]
        .iter()
        .filter_map(|name| {
            let value = dom.attributes(&format!("form[action$='/places/send'] [name={name}]"), "value").pop()?;
            Some(((*name).to_owned(), value))
        })
        .collect()
}

async fn sent(office: &Office, by: &Visitor, address: &str, answer: &Answer) -> Answer {
    let fields = fields(answer);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    office.post(Some(by), &format!("{address}/send"), &fields).await
}

async fn streets(office: &Office) -> Vec<String> {
    let org = office.site.organization(BOISE).await;
    org.locations.iter().map(|location| location.place.lines.join(" ")).collect()
}

#[tokio::test]
async fn good_lines_go_in_bad_ones_are_told_and_all_of_it_can_be_taken_back() {
    let office = Office::new(pages()).await;
    let owner = office.person("o@example.org", false).await;
    let id = office.site.organization(BOISE).await.id;
    office.place(&owner, &id, Role::Owner).await;
    let address = format!("/manage/{id}/places");
    let before = streets(&office).await;
    let csv = format!(
        "{HEAD}West,200 West Rd,Boise,ID,83702,\nBad,201 West Rd,Boise,IDX,83702,\n'=Sum,202 West Rd,Boise,ID,83702,\n"
    );
    let report = upload(&office, &owner, &address, &csv, true).await;
    assert_eq!(report.status, StatusCode::OK);
    assert!(report.body.contains("IDX"), "what stands there is shown");
    assert_eq!(streets(&office).await, before, "a look changes nothing");
    let answer = sent(&office, &owner, &address, &report).await;
    assert_eq!(answer.location(), format!("{address}?done=live"), "{}", answer.body);
    let after = streets(&office).await;
    assert_eq!(after.len(), before.len() + 2);
    assert!(after.contains(&"200 West Rd".to_owned()) && !after.contains(&"201 West Rd".to_owned()));
    let org = office.site.organization(BOISE).await;
    assert!(org.locations.iter().any(|location| location.place.name.as_deref() == Some("=Sum")), "a formula is undone");
    // The same table again changes nothing, and home comes what went in.
    let file = office.get(Some(&owner), &format!("{address}.csv")).await;
    assert!(file.body.contains("'=Sum") && file.header("content-disposition").contains("attachment"));
    let again = upload(&office, &owner, &address, &file.body, true).await;
    assert!(again.dom().texts("form[action$='/places/send']").is_empty(), "nothing to send");
    // Back.
    let page = office.get(Some(&owner), &address).await.dom();
    let n = page.attributes("form[action$='/places/undo'] [name=n]", "value").pop().unwrap();
    let undone = office.post(Some(&owner), &format!("{address}/undo"), &[("n", &n)]).await;
    assert_eq!(undone.location(), format!("{address}?done=live"));
    assert_eq!(streets(&office).await, before);
    let twice = office.post(Some(&owner), &format!("{address}/undo"), &[("n", &n)]).await;
    assert_eq!(twice.location(), format!("{address}?done=conflict"));
}

#[tokio::test]
async fn a_phone_or_another_main_address_waits_and_what_somebody_else_changed_is_shown_first() {
    let office = Office::new(pages()).await;
    let owner = office.person("o@example.org", false).await;
    let id = office.site.organization(BOISE).await.id;
    office.place(&owner, &id, Role::Owner).await;
    let address = format!("/manage/{id}/places");
    let with_phone = format!("{HEAD}West,200 West Rd,Boise,ID,83702,9005550100\n");
    let report = upload(&office, &owner, &address, &with_phone, true).await;
    assert_eq!(sent(&office, &owner, &address, &report).await.location(), format!("{address}?done=waits"));
    assert!(!streets(&office).await.contains(&"200 West Rd".to_owned()));
    // Two look at the same list; the second is shown what the first did.
    let one = upload(&office, &owner, &address, &format!("{HEAD},1 First St,Boise,ID,83702,\n"), true).await;
    let two = upload(&office, &owner, &address, &format!("{HEAD},2 Second St,Boise,ID,83702,\n"), true).await;
    assert_eq!(sent(&office, &owner, &address, &one).await.location(), format!("{address}?done=live"));
    let shown = sent(&office, &owner, &address, &two).await;
    assert_eq!(shown.status, StatusCode::OK, "it is shown again");
    assert!(!streets(&office).await.contains(&"2 Second St".to_owned()));
    assert_eq!(sent(&office, &owner, &address, &shown).await.location(), format!("{address}?done=live"));
    let all = streets(&office).await;
    assert!(all.contains(&"1 First St".to_owned()) && all.contains(&"2 Second St".to_owned()));
}

#[tokio::test]
async fn what_is_no_table_or_too_large_is_told() {
    let office = Office::new(pages()).await;
    let owner = office.person("o@example.org", false).await;
    let id = office.site.organization(BOISE).await.id;
    office.place(&owner, &id, Role::Owner).await;
    let address = format!("/manage/{id}/places");
    for (csv, words) in [("PK\u{3}\u{4}", "workbook"), ("a,b\n1,2\n", "street"), ("", "Nothing")] {
        let page = upload(&office, &owner, &address, csv, true).await;
        assert!(page.dom().text("main").contains(words), "{csv:?}: {}", page.dom().text("main"));
    }
    let large = "x".repeat(csv::LARGEST + 100_000);
    assert_eq!(upload(&office, &owner, &address, &large, true).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    // Markup in a cell is text.
    let page =
        upload(&office, &owner, &address, &format!("{HEAD}<script>x</script>,1 A St,Boise,ID,8370,\n"), true).await;
    assert!(!page.body.contains("<script>x"));
}
