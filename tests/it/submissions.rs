//! What people report: kept, listed, decided, forgotten; and the words that are counted.

use std::{io::Write as _, path::Path};

use connector::{
    model::{
        id::Id,
        submission::{Report, ReportedDoor, SubmissionKind, SubmissionState, Wrong},
    },
    store::{Found, Store},
};

use crate::{
    program::{Server, check, connect, ran, read_answer},
    support::{hospital, listing, load, place, portal, source, sqlite},
};

pub fn report(wrong: Wrong, how: &str) -> Report {
    let text = String::new;
    Report {
        wrong,
        door: None,
        name: text(),
        place: text(),
        website: text(),
        right: text(),
        how: how.into(),
        lang: "en".into(),
    }
}

/// A directory of one hospital; its id.
async fn one(store: &Store) -> Id {
    let mut facts = hospital("St. Mary’s Hospital");
    facts.places.push(place("Boise", "ID", "83702"));
    facts.portals.push(portal("https://mychart.example.org/"));
    load(store, &source("vendor", 3), "2026-11-01", vec![listing("a", facts)]).await;
    match store.organization_by_slug("st-marys-hospital-boise-id").await.unwrap() {
        Found::Here(found) => found.id,
        other => panic!("{other:?}"),
    }
}

async fn open(store: &Store) -> Vec<(i64, Wrong)> {
    let (all, count) = store.submissions(SubmissionState::Open, 10).await.unwrap();
    assert_eq!(all.len() as u64, count);
    all.into_iter().map(|one| (one.n, one.report.wrong)).collect()
}

pub async fn a_report_waits_and_is_decided_once(store: Store) {
    let id = one(&store).await;
    let before = store.last_revision().await.unwrap();
    for (wrong, email) in [(Wrong::Contact, ""), (Wrong::Gone, "jane@example.org"), (Wrong::LooksFake, "")] {
        store.submit(SubmissionKind::Problem, Some(&id), &report(wrong, "I called"), email).await.unwrap();
    }
    store.submit(SubmissionKind::General, None, &report(Wrong::Missing, "“ñ” \"'"), "").await.unwrap();
    assert_eq!(
        open(&store).await,
        [(3, Wrong::LooksFake), (1, Wrong::Contact), (2, Wrong::Gone), (4, Wrong::Missing)],
        "what looks like a trick first, then the oldest"
    );
    let (first, count) = store.submissions(SubmissionState::Open, 1).await.unwrap();
    assert_eq!((first.len(), count), (1, 4));
    let kept = store.submission(4).await.unwrap().unwrap();
    assert_eq!((kept.kind, kept.subject, kept.report.how.as_str()), (SubmissionKind::General, None, "“ñ” \"'"));

    let was = store.decide_submission(2, SubmissionState::Accepted, "it moved", "ana").await.unwrap();
    assert_eq!(was.email.as_deref(), Some("jane@example.org"), "for the answer");
    let now = store.submission(2).await.unwrap().unwrap();
    assert_eq!((now.state, now.email), (SubmissionState::Accepted, None));
    let decision = now.decision.unwrap();
    assert_eq!((decision.by.as_str(), decision.note.as_str()), ("ana", "it moved"));
    assert!(store.decide_submission(2, SubmissionState::Declined, "", "ben").await.is_err(), "it is decided");
    assert!(store.decide_submission(99, SubmissionState::Declined, "", "ben").await.is_err(), "there is none");
    store.decide_submission(3, SubmissionState::Declined, "", "ben").await.unwrap();
    assert_eq!(open(&store).await, [(1, Wrong::Contact), (4, Wrong::Missing)]);
    assert_eq!(store.submissions(SubmissionState::Declined, 9).await.unwrap().0[0].n, 3);
    assert_eq!(store.last_revision().await.unwrap(), before, "the directory is as it was");
    assert_eq!(store.check().await.unwrap(), vec![]);
}

pub async fn a_redacted_text_goes_from_reports(store: Store) {
    let id = one(&store).await;
    let mut about = report(Wrong::Other, "My name is Zebulon Quill, call me");
    about.right = "Zebulon Quill".into();
    let url = "https://example.org/zebulon-quill".to_owned();
    about.door = Some(ReportedDoor { id: None, domain: "example.org".into(), url });
    store.submit(SubmissionKind::Problem, Some(&id), &about, "zebulon-quill@example.org").await.unwrap();
    store
        .submit(SubmissionKind::Problem, Some(&id), &report(Wrong::Gone, "something else"), "other@example.org")
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let done = store.redact_text("Zebulon Quill", folder.path(), "ana").await.unwrap();
    assert_eq!(done.others, 1, "{done:?}");
    let kept = store.submission(1).await.unwrap().unwrap();
    assert_eq!((kept.report.how.as_str(), kept.report.right.as_str()), ("My name is , call me", ""));
    assert!(!serde_json::to_string(&kept).unwrap().to_lowercase().contains("zebulon"), "{kept:?}");
    assert_eq!(store.submission(2).await.unwrap().unwrap().email.as_deref(), Some("other@example.org"));
    assert_eq!(store.check().await.unwrap(), vec![]);
}

pub async fn counts_of_searched_words_add_up_and_small_ones_go(store: Store) {
    let word = |what: &str, word: &str, n| (what.to_owned(), word.to_owned(), n);
    let day = |day: &str| day.parse().unwrap();
    // The clock stands on 22 November.
    store
        .add_search_words(day("2026-11-21"), &[word("kind", "clinic", 6), word("city", "Boise, ID", 9)])
        .await
        .unwrap();
    store.add_search_words(day("2026-11-21"), &[word("kind", "clinic", 6)]).await.unwrap();
    store
        .add_search_words(day("2026-11-20"), &[word("kind", "clinic", 9), word("kind", "hospital", 10)])
        .await
        .unwrap();
    store.add_search_words(day("2026-11-22"), &[word("kind", "clinic", 500)]).await.unwrap();
    let told: Vec<_> = store.published_search_words().await.unwrap();
    let told: Vec<_> = told.iter().map(|row| (row.day.as_str(), row.word.as_str(), row.n)).collect();
    assert_eq!(told, [("2026-11-21", "clinic", 10), ("2026-11-20", "hospital", 10)]);
    // Nine searches of a day that is long over are not kept to be added to.
    store.add_search_words(day("2026-11-20"), &[word("kind", "clinic", 9)]).await.unwrap();
    assert_eq!(store.published_search_words().await.unwrap().len(), 2);
}

/// The files of a data folder that hold a text.
fn holding(folder: &Path, text: &str) -> usize {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    files.filter(|path| std::fs::read(path).unwrap().windows(text.len()).any(|part| part == text.as_bytes())).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sees_reports_and_decides_them() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let store = sqlite(data).await;
    let id = one(&store).await;
    assert!(ran(data, &["submissions"]).ok().out.contains("No report waits"));
    let url = "https://mychart.example.org/".to_owned();
    let door = ReportedDoor { id: None, domain: "example.org".into(), url };
    let fake = Report { door: Some(door), ..report(Wrong::LooksFake, "it asks for my card") };
    store.submit(SubmissionKind::Problem, Some(&id), &report(Wrong::Contact, "moved"), "").await.unwrap();
    store.submit(SubmissionKind::Problem, Some(&id), &fake, "jane.q.public@example.net").await.unwrap();

    let list = ran(data, &["submissions"]).ok().out;
    let lines: Vec<&str> = list.lines().collect();
    assert!(lines[0].contains("A LINK LOOKS FAKE: St. Mary’s Hospital (example.org)  [wants an answer]"), "{list}");
    assert!(lines[1].contains("phone or address is wrong") && lines[2].starts_with("2 reports wait"), "{list}");
    assert!(!list.contains("jane.q.public"), "the address is not needed to choose one");
    let shown = ran(data, &["submissions", "show", "2"]).ok().out;
    for part in
        ["it asks for my card", "jane.q.public@example.net", id.as_str(), "accept 2 --recall-host mychart.example.org"]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let json = ran(data, &["submissions", "--json"]).ok().json();
    assert_eq!((&json["total"], &json["submissions"][0]["report"]["wrong"]), (&2.into(), &"looks_fake".into()));
    assert_eq!(ran(data, &["submissions", "show", "9"]).code, Some(1));
    assert!(holding(data, "jane.q.public") > 0, "it is kept until the decision");

    let done = ran(data, &["submissions", "accept", "2", "--recall-host", "mychart.example.org", "--as", "Ana"]).ok();
    assert!(done.out.contains("jane.q.public@example.net is erased now"), "{done:?}");
    assert!(done.err.contains("Recalled: mychart.example.org; 1 organization"), "{done:?}");
    let Found::Here(now) = store.organization(&id).await.unwrap() else { panic!("it went") };
    assert_eq!(now.live_portals().count(), 0);
    ran(data, &["submissions", "decline", "1", "--note", "the number is right"]).ok();
    assert_eq!(ran(data, &["submissions", "decline", "1"]).code, Some(1), "it was decided");
    let declined = ran(data, &["submissions", "--state", "declined", "--json"]).ok().json();
    assert_eq!(declined["submissions"][0]["decision"]["note"], "the number is right");
    assert!(ran(data, &["submissions"]).ok().out.contains("No report waits"));
    drop(store);
    check(data);
    assert_eq!(holding(data, "jane.q.public"), 0, "nothing of the address is left in the files");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_server_takes_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(folder.path()).await;
    let id = one(&store).await;
    drop(store);
    let server = Server::start(folder.path(), &["--no-starter"]).ready();
    let path = "/organizations/st-marys-hospital-boise-id/report";
    let page = server.get(&format!("{path}?about=wrong")).body;
    let stamp = page.split("name=\"stamp\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    // Whoever has no scripts to do the work waits this long.
    std::thread::sleep(std::time::Duration::from_millis(20_200));
    let body = format!("stamp={stamp}&what=does_not_open&how=404");
    let mut stream = connect(server.address);
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
         Sec-Fetch-Site: same-origin\r\nOrigin: null\r\nConnection: close\r\n\r\n{body}",
        server.address,
        body.len()
    )
    .unwrap();
    let answer = read_answer(&mut stream);
    assert_eq!((answer.status, answer.header("location")), (303, &*format!("{path}/thanks")), "{answer:?}");
    let list = ran(folder.path(), &["submissions", "--json"]).ok().json();
    assert_eq!(list["submissions"][0]["subject"], id.as_str());
    // What was searched for is written down when the server ends.
    assert_eq!(server.get("/find?q=jane+doe+clinic").status, 200);
    server.terminate();
    let (code, log) = server.ended(std::time::Duration::from_secs(20));
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("jane"), "{log}");
    // As SQLite lays a row out; the table is not published before its day is over.
    assert_eq!(holding(folder.path(), "kindclinic"), 1, "the kind that was asked for is counted");
    assert_eq!(holding(folder.path(), "jane doe"), 0);
}
