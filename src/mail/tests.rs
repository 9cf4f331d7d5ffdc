//! Mails to a server on loopback, and to files.

use std::{
    net::SocketAddr,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    sync::{Arc, Mutex, atomic::Ordering},
};

use tempfile::TempDir;

use super::{receiver::Receiver, *};
use crate::{
    clock::Clock,
    config::{Config, Given},
    fetch::tests::tls_talk,
    search::index::Index,
};

const TO: &str = "ana@clinic.example.org";

struct Room {
    app: App,
    carrier: Arc<Carrier>,
    told: Arc<Mutex<Vec<String>>>,
    folder: TempDir,
}

fn config(data: &Path, smtp: Option<String>) -> Config {
    let given = Given {
        data: Some(data.display().to_string()),
        smtp,
        mail_from: Some("directory@connector.example.org".into()),
        public_url: Some("https://connector.example.org".into()),
        ..Given::default()
    };
    given.check().unwrap()
}

impl Room {
    async fn new(smtp: Option<String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Arc::new(config(folder.path(), smtp));
        let clock = Clock::standing("2026-11-22T12:00:00Z".parse().unwrap());
        let store = Store::open(folder.path(), None, clock.clone()).await.unwrap();
        let index = Index::open(&folder.path().join("index")).unwrap();
        let carrier = Arc::new(Carrier::new(&config).unwrap());
        Self { app: App::new(store, index, clock, config), carrier, told: Arc::default(), folder }
    }

    async fn at(receiver: &Receiver) -> Self {
        Self::new(Some(format!("smtp://us%40er:w%26rd@{}", receiver.at))).await
    }

    fn tell(&self) -> Tell {
        let told = self.told.clone();
        Arc::new(move |line| told.lock().unwrap().push(line.to_owned()))
    }

    async fn queue(&self, address: &str, subject: &str, body: &str) {
        self.app.store.queue_mail(address, subject, body).await.unwrap();
    }

    async fn send(&self) -> usize {
        send_due(&self.app, &self.carrier, &self.tell()).await.unwrap()
    }

    fn later(&self, minutes: i64) {
        let Clock::Standing(at) = &self.app.clock else { unreachable!() };
        at.fetch_add(minutes * MINUTE, Ordering::SeqCst);
    }

    async fn unsent(&self) -> Vec<crate::store::UnsentMail> {
        self.app.store.unsent_mails().await.unwrap()
    }
}

#[tokio::test]
async fn a_mail_reaches_a_server_as_it_was_written_and_is_emptied() {
    let receiver = Receiver::start();
    let room = Room::at(&receiver).await;
    let link = format!("https://connector.example.org/sign-in/link?token={}", "a".repeat(64));
    room.queue(TO, "Your link", &format!("Hello,\n\n{link}\n.\nThe end")).await;
    assert_eq!(room.send().await, 1);
    let taken = receiver.taken();
    assert_eq!((taken.len(), taken[0].to.as_slice()), (1, &[format!("RCPT TO:<{TO}>")][..]));
    assert!(taken[0].from.starts_with("MAIL FROM:<directory@connector.example.org>"), "{}", taken[0].from);
    // "\0us@er\0w&rd"
    assert_eq!(taken[0].user.as_deref(), Some("AHVzQGVyAHcmcmQ="));
    let data = &taken[0].data;
    for part in [
        "From: directory@connector.example.org\n",
        "To: ana@clinic.example.org\n",
        "Subject: Your link\n",
        "Auto-Submitted: auto-generated\n",
        "Date: Sun, 22 Nov 2026 12:00:00 +0000\n",
        "Content-Type: text/plain; charset=utf-8\n",
        "Message-ID: <1.",
        "@connector.example.org>\n",
    ] {
        assert!(data.contains(part), "{part} in {data}");
    }
    assert!(data.contains(&format!("\n\nHello,\n\n{link}\n.\nThe end\n")), "{data}");
    assert!(room.unsent().await.is_empty());
    room.later(9);
    assert_eq!((room.send().await, receiver.taken().len()), (0, 1), "it goes once");
}

#[tokio::test]
async fn spanish_words_arrive() {
    let receiver = Receiver::start();
    let room = Room::at(&receiver).await;
    room.queue(TO, "Su enlace está aquí", "¿Usted pidió este enlace? Sí.").await;
    room.send().await;
    let data = receiver.taken()[0].data.clone();
    assert!(data.is_ascii() && data.contains("Subject: Su enlace =?utf-8?b?"), "{data}");
    assert!(data.contains("quoted-printable") || data.contains("base64"), "{data}");
}

#[tokio::test]
async fn nothing_that_was_typed_becomes_a_header() {
    let receiver = Receiver::start();
    let room = Room::at(&receiver).await;
    room.queue(TO, "Hello\r\nBcc: all@example.org\r\n\r\nBuy", "words\r\n.\r\nMAIL FROM:<x@y>\r\n").await;
    for address in
        ["a@b.example\r\nRCPT TO:<c@d.example>", "a@b.example, c@d.example", "\"x\r\ny\"@b.example", "no", ""]
    {
        room.queue(address, "Hello", "words").await;
    }
    while room.send().await > 0 {}
    let taken = receiver.taken();
    assert_eq!((taken.len(), taken[0].to.len()), (1, 1));
    let head = taken[0].data.split("\n\n").next().unwrap();
    assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
    let unsent = room.unsent().await;
    assert!(unsent.len() == 5 && unsent.iter().all(|mail| mail.given_up && mail.tries == 1), "{unsent:?}");
}

#[tokio::test]
async fn not_now_is_tried_later_and_never_is_given_up() {
    let receiver = Receiver::start();
    let room = Room::at(&receiver).await;
    receiver.refuse(&["450 4.2.1 try later", "451 4.3.0 again"]);
    room.queue(TO, "Hello", "words").await;
    room.send().await;
    let waits = room.unsent().await.remove(0);
    assert!(!waits.given_up && waits.error.contains("try later"), "{waits:?}");
    assert_eq!(waits.next_at - room.app.clock.micros(), MINUTE);
    assert_eq!(room.send().await, 0, "not before its time");
    room.later(1);
    room.send().await;
    assert_eq!(room.unsent().await[0].next_at - room.app.clock.micros(), 2 * MINUTE);
    room.later(2);
    room.send().await;
    assert_eq!((room.unsent().await.len(), receiver.taken().len()), (0, 1));
    receiver.refuse(&["550 5.1.1 <ana@clinic.example.org> unknown"]);
    room.queue(TO, "Hello", "words").await;
    room.send().await;
    let failed = room.unsent().await.remove(0);
    assert!(failed.given_up && failed.error.contains("unknown"), "{failed:?}");
    room.later(600);
    assert_eq!(room.send().await, 0);
    room.app.store.retry_mail(failed.n).await.unwrap();
    assert_eq!((room.send().await, receiver.taken().len()), (1, 2), "the operator may have it tried again");
    assert!(room.app.store.retry_mail(failed.n).await.is_err(), "what went is not sent again");
}

#[tokio::test]
async fn a_wrong_password_or_a_server_that_is_away_loses_no_mail() {
    let receiver = Receiver::start();
    let room = Room::at(&receiver).await;
    receiver.answer_sign_in("535 5.7.8 wrong");
    room.queue(TO, "Hello", "words").await;
    room.send().await;
    assert!(!room.unsent().await[0].given_up, "it is the operator's setting, not the mail");
    let away: SocketAddr = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let room = Room::new(Some(format!("smtp://{away}"))).await;
    room.queue(TO, "Hello", "words").await;
    for _ in 0..MAIL_TRIES {
        assert_eq!(room.send().await, 1);
        room.later(LONGEST);
    }
    assert!(room.unsent().await[0].given_up, "after most of a day");
}

#[tokio::test]
async fn a_stop_between_taken_and_written_sends_again_and_loses_nothing() {
    let receiver = Receiver::start();
    let room = Room::at(&receiver).await;
    room.queue(TO, "Hello", "words").await;
    // The program is killed after the server took the mail: nothing of it was written down.
    let mail = room.app.store.take_mails(1).await.unwrap().remove(0);
    attempt(&room.carrier, &mail, room.app.clock.micros()).await.unwrap();
    assert_eq!(room.send().await, 0, "it is the first taker's alone for two minutes");
    room.later(2);
    assert_eq!(room.send().await, 1);
    // The server took it, and the word that it did was lost.
    receiver.fall_silent(true);
    room.queue(TO, "Another", "words").await;
    room.send().await;
    receiver.fall_silent(false);
    room.later(2);
    room.send().await;
    let ids = |subject: &str| {
        let line = |data: String| data.lines().find(|line| line.starts_with("Message-ID")).map(str::to_owned);
        let of = receiver.taken().into_iter().filter(|mail| mail.data.contains(&format!("Subject: {subject}\n")));
        of.filter_map(|mail| line(mail.data)).collect::<Vec<_>>()
    };
    for subject in ["Hello", "Another"] {
        assert!(matches!(ids(subject).as_slice(), [one, two] if one == two), "{subject}: twice, as one and the same");
    }
    assert!(room.unsent().await.is_empty());
}

#[tokio::test]
async fn certificates_of_mail_servers_are_judged() {
    let receiver = Receiver::start();
    let server = receiver.clone();
    let at = tls_talk(move |stream| server.talk(stream));
    let data = tempfile::tempdir().unwrap();
    let config = config(data.path(), Some(format!("smtps://{at}")));
    let mail = QueuedMail { n: 1, address: TO.into(), subject: "Hello".into(), body: "words".into(), tries: 1 };
    let why = attempt(&Carrier::new(&config).unwrap(), &mail, 0).await.unwrap_err();
    assert!(matches!(&why, NotSent::Unreachable(words) if words.contains("certificate")), "{why}");
    assert!(receiver.taken().is_empty());
    let authority: &[u8] = include_bytes!("../fetch/fixtures/loopback.cert.der");
    let carrier = Carrier::trusting(&config, &[authority]).unwrap();
    assert_eq!(attempt(&carrier, &mail, 0).await, Ok(Went::Sent));
    assert_eq!(receiver.taken().len(), 1);
}

#[tokio::test]
async fn without_a_server_mails_are_files_for_the_operator_alone() {
    let room = Room::new(None).await;
    let link = format!("https://connector.example.org/sign-in/link?token={}", "é".repeat(40));
    room.queue(TO, "Your link", &link).await;
    room.send().await;
    let told = room.told.lock().unwrap().clone();
    let outbox = room.folder.path().join("outbox");
    let files: Vec<_> = std::fs::read_dir(&outbox).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 1);
    let name = files[0].file_name().unwrap().to_str().unwrap();
    assert_eq!(told, [format!("mail to {TO} written to outbox/{name}")]);
    assert_eq!(std::fs::metadata(&files[0]).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::metadata(&outbox).unwrap().permissions().mode() & 0o777, 0o700);
    let text = std::fs::read_to_string(&files[0]).unwrap();
    assert!(text.contains(&link) && text.contains("To: ana@clinic.example.org"), "{text}");
    assert!(room.unsent().await.is_empty());
}

#[test]
fn waits_double_up_to_six_hours() {
    assert_eq!([1, 2, 3, 9, 12, 60].map(|tries| wait(tries) / MINUTE), [1, 2, 4, 256, 360, 360]);
}
