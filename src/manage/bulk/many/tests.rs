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

const TAMPA: &str = "st-josephs-hospital-tampa-fl";

async fn upload(office: &Office, by: &Visitor, csv: &str) -> Answer {
    let part =
        |name: &str, value: &str| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let body = format!("{}{}--b--\r\n", part("csrf", &token(&by.secret)), part("file", csv));
    let request = Request::post("/manage/many/portals")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
        .header("sec-fetch-site", "same-origin")
        .header(header::COOKIE, format!("{}={}", cookie::NAME, by.secret));
    office.ask(request.body(Bytes::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_vendor_confirms_what_it_chose_and_nothing_of_others() {
    let office = Office::new(pages()).await;
    let vendor = office.person("v@vendor.org", false).await;
    let (boise, tampa) = (office.site.organization(BOISE).await.id, office.site.organization(TAMPA).await.id);
    office.place(&vendor, &boise, Role::Delegate).await;
    let page = office.get(Some(&vendor), "/manage/many").await;
    assert!(page.body.contains(boise.as_str()) && !page.body.contains(tampa.as_str()));
    // One of them is somebody else's: it is as if it were not there.
    let fields = [("of", boise.as_str()), ("of", tampa.as_str()), ("of", "org-x")];
    let answer = office.post(Some(&vendor), "/manage/many/confirm", &fields).await;
    assert_eq!(answer.status, StatusCode::OK);
    let store = &office.app().store;
    let said = |id: &Id| {
        let (store, id) = (store.clone(), id.clone());
        async move { store.said_by(Speaker::Owners, &id).await.unwrap().map(|said| said.date) }
    };
    assert_eq!(said(&boise).await, Some(office.app().clock.today()));
    assert_eq!(said(&tampa).await, None);
    // Frozen ones stay.
    store.freeze(&boise, "moderator", "test").await.unwrap();
    let answer = office.post(Some(&vendor), "/manage/many/confirm", &[("of", boise.as_str())]).await;
    assert!(answer.dom().text(".became").contains("Nobody can change"), "{}", answer.dom().text(".became"));
}

#[tokio::test]
async fn a_table_of_portals_becomes_one_change_for_each_organization_and_waits() {
    let office = Office::new(pages()).await;
    let (vendor, owner) = (office.person("v@vendor.org", false).await, office.person("o@example.org", false).await);
    let (boise, tampa) = (office.site.organization(BOISE).await, office.site.organization(TAMPA).await);
    office.place(&vendor, &boise.id, Role::Delegate).await;
    office.place(&owner, &boise.id, Role::Owner).await;
    let table = office.get(Some(&vendor), "/manage/many/portals.csv").await.body;
    assert!(table.contains("https://boise.example.org/mychart") && !table.contains("tampa"), "{table}");
    let changed = table.replace("https://boise.example.org/mychart", "https://new-vendor.example.net/boise")
        + &format!("{},x,Evil,https://evil.example.net/,,,,\n", tampa.id);
    let report = upload(&office, &vendor, &changed).await;
    assert_eq!(report.status, StatusCode::OK);
    assert!(report.body.contains("new-vendor.example.net") && report.body.contains("not among"), "{}", report.body);
    let rows = report.dom().attributes("form[action$='/portals/send'] [name=rows]", "value").pop().unwrap();
    assert!(!rows.contains("evil"));
    let sent = office.post(Some(&vendor), "/manage/many/portals/send", &[("rows", &rows)]).await;
    assert_eq!(sent.status, StatusCode::OK);
    let now = office.site.organization(BOISE).await;
    assert_eq!(now.portals, boise.portals, "the old door stays");
    let store = &office.app().store;
    let all = store.proposals(&ProposalFilter::default(), 0, 10).await.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].kind, all[0].subject.as_ref()), (ProposalKind::Delegate, Some(&boise.id)));
    assert!(
        all[0].publish_at > office.app().clock.micros() && !all[0].risks.is_empty(),
        "delayed, and a second person"
    );
    let mails = store.take_mails(10).await.unwrap();
    assert!(mails.iter().any(|mail| mail.address == "o@example.org"), "announced to the owner");
    // A forged form for somebody else's changes nothing.
    let forged = format!("organization,url\n{},https://evil.example.net/\n", tampa.id);
    office.post(Some(&vendor), "/manage/many/portals/send", &[("rows", &forged)]).await;
    assert_eq!(store.proposals(&ProposalFilter::default(), 0, 10).await.unwrap().len(), 1);
}
