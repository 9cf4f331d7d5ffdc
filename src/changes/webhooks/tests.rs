//! Webhooks against real receivers on loopback: what arrives, in which order, and what does not.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU16, AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
    routing::post,
};
use serde_json::Value;
use tokio::task::JoinHandle;

use super::*;
use crate::{
    app::Ready,
    clock::Clock,
    fetch::Settings,
    site::served::{Site, app as an_app, hospital},
};

/// What a receiver got.
#[derive(Debug, Clone)]
struct Got {
    what: String,
    delivery: String,
    signature: String,
    body: String,
}

/// A receiver that repeats challenges, and answers changes as it is told to.
#[derive(Clone, Default)]
struct Receiver {
    got: Arc<Mutex<Vec<Got>>>,
    /// The status for changes; 0 is 200.
    status: Arc<AtomicU16>,
    /// How long it thinks first, in milliseconds.
    slow: Arc<AtomicU64>,
    /// It says something else than the challenge.
    mute: Arc<AtomicU16>,
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> Response {
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let body = String::from_utf8(body.to_vec()).unwrap();
    let what = said("connector-event");
    let (delivery, signature) = (said("connector-delivery"), said("connector-signature"));
    receiver.got.lock().unwrap().push(Got { what: what.clone(), delivery, signature, body: body.clone() });
    if what == "challenge" {
        let letters = serde_json::from_str::<Value>(&body).unwrap()["challenge"].as_str().unwrap().to_owned();
        return if receiver.mute.load(Ordering::SeqCst) == 1 { "ok".into_response() } else { letters.into_response() };
    }
    tokio::time::sleep(Duration::from_millis(receiver.slow.load(Ordering::SeqCst))).await;
    match receiver.status.load(Ordering::SeqCst) {
        0 => "taken".into_response(),
        307 => (StatusCode::TEMPORARY_REDIRECT, [("location", "/elsewhere")]).into_response(),
        status => StatusCode::from_u16(status).unwrap().into_response(),
    }
}

impl Receiver {
    async fn start() -> (Self, SocketAddr) {
        let receiver = Self::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let routes = Router::new().route("/hook", post(receive)).fallback(receive).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        (receiver, at)
    }

    fn all(&self, what: &str) -> Vec<Got> {
        self.got.lock().unwrap().iter().filter(|got| got.what == what).cloned().collect()
    }

    /// The numbers of all changes that came, in the order in which they came.
    fn numbers(&self) -> Vec<i64> {
        let of = |got: &Got| {
            let body: Value = serde_json::from_str(&got.body).unwrap();
            body["changes"].as_array().unwrap().iter().map(|change| change["n"].as_i64().unwrap()).collect::<Vec<_>>()
        };
        self.all("changes").iter().flat_map(of).collect()
    }
}

struct Room {
    site: Site,
    addresses: Vec<SocketAddr>,
    names: Vec<SocketAddr>,
}

/// A server that delivers.
struct Running {
    task: JoinHandle<()>,
    ready: Ready,
}

impl Room {
    async fn new(addresses: &[SocketAddr]) -> Self {
        Self { site: Site::new().await, addresses: addresses.to_vec(), names: Vec::new() }
    }

    /// Registers an address that is told everything since the beginning.
    async fn add(&self, url: &str, wanted: &str) -> i64 {
        self.site.app.store.add_webhook(url, wanted, "whsec_test", 0).await.unwrap()
    }

    fn run(&self) -> Running {
        let allow = self.addresses.iter().map(ToString::to_string).collect();
        let client = Client::new(Settings { allow, name_servers: self.names.clone(), ..Settings::default() }).unwrap();
        let app = App { ready: Ready::default(), ..self.site.app.clone() };
        Running { ready: app.ready.clone(), task: tokio::spawn(run(app, client)) }
    }

    async fn last(&self) -> i64 {
        self.site.app.store.last_revision().await.unwrap()
    }

    async fn hook(&self, n: i64) -> Webhook {
        self.site.app.store.webhook(n).await.unwrap()
    }

    fn clock(&self) -> &AtomicI64 {
        match &self.site.app.clock {
            Clock::Standing(at) => at,
            Clock::Machine => panic!("a clock that is set"),
        }
    }

    /// One change more: Tampa comes or goes.
    async fn change(&self, turn: usize) {
        let mut listings = vec![hospital("a", "Boise", "ID", "83702"), an_app()];
        if turn % 2 == 1 {
            listings.push(hospital("b", "Tampa", "FL", "33607"));
        }
        self.site.load(listings).await;
    }
}

/// Waits until something is so.
async fn until(what: &str, mut is: impl AsyncFnMut() -> bool) {
    for _ in 0..400 {
        if is().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("not within 20 seconds: {what}");
}

fn verified(got: &Got, secret: &str) -> bool {
    let seconds: i64 = got.signature.strip_prefix("t=").unwrap().split(',').next().unwrap().parse().unwrap();
    let expected = signature(secret, None, seconds, got.body.as_bytes());
    got.signature.contains(expected.split_once(',').unwrap().1)
}

#[tokio::test]
async fn changes_come_signed_and_in_order_after_the_challenge_alone() {
    let (receiver, at) = Receiver::start().await;
    let room = Room::new(&[at]).await;
    receiver.mute.store(1, Ordering::SeqCst);
    let n = room.add(&format!("http://{at}/hook"), "{}").await;
    let _running = room.run();
    until("it was asked", async || room.hook(n).await.failures == 1).await;
    assert_eq!(room.hook(n).await.last_error, "it did not repeat the challenge");
    assert!(receiver.all("changes").is_empty(), "nothing is told to who did not answer");
    receiver.mute.store(0, Ordering::SeqCst);
    room.clock().fetch_add(20 * SECOND, Ordering::SeqCst);
    let last = room.last().await;
    until("it has all", async || room.hook(n).await.acknowledged == last).await;
    room.change(0).await;
    let last = room.last().await;
    until("it has what is new", async || room.hook(n).await.acknowledged == last).await;
    assert_eq!(receiver.numbers(), (1..=last).collect::<Vec<_>>());
    assert!(
        receiver.got.lock().unwrap().iter().all(|got| verified(got, "whsec_test") && !verified(got, "whsec_other"))
    );
    let letters: BTreeSet<String> = receiver.all("challenge").into_iter().map(|got| got.body).collect();
    assert_eq!(letters.len(), 2, "each challenge is another one");
}

#[tokio::test]
async fn only_what_is_wanted_is_told() {
    let (receiver, at) = Receiver::start().await;
    let room = Room::new(&[at]).await;
    let n = room.add(&format!("http://{at}/hook"), r#"{"type":["organization"],"state":["FL"]}"#).await;
    let running = room.run();
    until("it was told", async || !receiver.all("changes").is_empty()).await;
    room.change(0).await;
    until("it was told that Tampa went", async || receiver.all("changes").len() == 2).await;
    let bodies: Vec<Value> =
        receiver.all("changes").iter().map(|got| serde_json::from_str(&got.body).unwrap()).collect();
    let events: Vec<&str> = bodies
        .iter()
        .flat_map(|body| body["changes"].as_array().unwrap())
        .map(|c| c["event"].as_str().unwrap())
        .collect();
    assert_eq!(events, ["created", "withdrawn"]);
    running.ready.stop();
    running.task.await.unwrap();
    assert!(room.hook(n).await.acknowledged <= room.last().await);
}

#[tokio::test]
async fn failures_are_tried_again_later_and_later_and_nothing_is_left_out() {
    let (receiver, at) = Receiver::start().await;
    let room = Room::new(&[at]).await;
    let n = room.add(&format!("http://{at}/hook"), "{}").await;
    receiver.status.store(500, Ordering::SeqCst);
    let _running = room.run();
    let mut waits = Vec::new();
    for failures in 1..=4 {
        until("it failed", async || room.hook(n).await.failures == failures).await;
        let hook = room.hook(n).await;
        let now = room.clock().load(Ordering::SeqCst);
        waits.push((hook.next_at - now) / SECOND);
        assert_eq!((hook.last_error.as_str(), hook.acknowledged), ("it answered 500", 0));
        tokio::time::sleep(LOOK * 2).await;
        assert_eq!(room.hook(n).await.failures, failures, "it is left alone until then");
        room.clock().store(hook.next_at, Ordering::SeqCst);
    }
    assert!(waits.windows(2).all(|pair| pair[0] < pair[1]), "{waits:?}");
    receiver.status.store(0, Ordering::SeqCst);
    room.clock().fetch_add(LONGEST_WAIT, Ordering::SeqCst);
    let last = room.last().await;
    until("it has all", async || room.hook(n).await.acknowledged == last).await;
    let deliveries: BTreeSet<String> = receiver.all("changes").into_iter().map(|got| got.delivery).collect();
    assert_eq!(deliveries.len(), 1, "every try of the same changes has the same name");
    assert_eq!(room.hook(n).await.failures, 0);
    let log = room.site.app.store.attempts(n, 100).await.unwrap();
    assert!(log.iter().filter(|attempt| attempt.status == 500).count() >= 4 && log[0].status == 200);
}

#[tokio::test]
async fn after_days_of_failure_it_is_off_and_resumed_it_gets_all() {
    let (receiver, at) = Receiver::start().await;
    let room = Room::new(&[at]).await;
    let n = room.add(&format!("http://{at}/hook"), "{}").await;
    receiver.status.store(503, Ordering::SeqCst);
    let _running = room.run();
    until("it failed", async || room.hook(n).await.failures == 1).await;
    room.clock().fetch_add(PATIENCE + SECOND, Ordering::SeqCst);
    until("it is off", async || room.hook(n).await.state == WebhookState::Off).await;
    receiver.status.store(0, Ordering::SeqCst);
    room.site.app.store.pause_webhook(n, false).await.unwrap();
    let last = room.last().await;
    until("it has all", async || room.hook(n).await.acknowledged == last).await;
    assert_eq!(receiver.all("challenge").len(), 1, "who answered once is not asked again");
    // "Gone" is believed at once.
    receiver.status.store(410, Ordering::SeqCst);
    room.change(0).await;
    until("it is off", async || room.hook(n).await.state == WebhookState::Off).await;
}

#[tokio::test]
async fn redirects_and_private_addresses_get_nothing() {
    let (receiver, at) = Receiver::start().await;
    let (inside, private) = Receiver::start().await;
    let names = crate::fetch::tests::NameServer::start(&[("hooks.example.com", &["10.1.2.3"])]).await;
    let mut room = Room::new(&[at]).await;
    room.names = vec![names.at];
    receiver.status.store(307, Ordering::SeqCst);
    let redirecting = room.add(&format!("http://{at}/hook"), "{}").await;
    let literal = room.add(&format!("http://{private}/hook"), "{}").await;
    let public = room.add("https://hooks.example.com/hook", "{}").await;
    let _running = room.run();
    for n in [redirecting, literal, public] {
        until("it failed", async || room.hook(n).await.failures >= 1).await;
    }
    assert_eq!(room.hook(redirecting).await.last_error, "it answered 307; redirects are not followed");
    assert_eq!(receiver.all("changes").len(), 1, "nothing was sent to where the redirect leads");
    assert!(room.hook(literal).await.last_error.contains("not on the public internet"));
    assert!(room.hook(public).await.last_error.contains("private network"));
    assert!(inside.got.lock().unwrap().is_empty(), "no byte arrives inside");
}

#[tokio::test]
async fn a_slow_receiver_holds_up_nobody() {
    let (slow, slow_at) = Receiver::start().await;
    let (quick, quick_at) = Receiver::start().await;
    let room = Room::new(&[slow_at, quick_at]).await;
    slow.slow.store(60_000, Ordering::SeqCst);
    let first = room.add(&format!("http://{slow_at}/hook"), "{}").await;
    let second = room.add(&format!("http://{quick_at}/hook"), "{}").await;
    let _running = room.run();
    until("the slow one is being told", async || slow.all("changes").len() == 1).await;
    for turn in 0..3 {
        room.change(turn).await;
        let last = room.last().await;
        until("the quick one has it", async || room.hook(second).await.acknowledged == last).await;
    }
    assert_eq!((room.hook(first).await.acknowledged, slow.all("changes").len()), (0, 1));
    assert_eq!(quick.numbers(), (1..=room.last().await).collect::<Vec<_>>());
}

#[tokio::test]
async fn cut_off_anywhere_and_started_again_nothing_acknowledged_is_lost_or_left_out() {
    let (receiver, at) = Receiver::start().await;
    let room = Room::new(&[at]).await;
    let n = room.add(&format!("http://{at}/hook"), "{}").await;
    receiver.slow.store(120, Ordering::SeqCst);
    for turn in 0..6 {
        let running = room.run();
        room.change(turn).await;
        let so_far = receiver.all("changes").len();
        until("it is being told", async || receiver.all("changes").len() > so_far).await;
        // In the middle of a request, or just after it: as a kill would.
        tokio::time::sleep(Duration::from_millis(50 * turn as u64)).await;
        running.task.abort();
        let _ = running.task.await;
        // What held the lease is gone without a word: it ends by itself.
        room.clock().fetch_add(LEASE + SECOND, Ordering::SeqCst);
    }
    let running = room.run();
    let last = room.last().await;
    until("it has all", async || room.hook(n).await.acknowledged == last).await;
    running.ready.stop();
    running.task.await.unwrap();
    let numbers = receiver.numbers();
    let once: BTreeSet<i64> = numbers.iter().copied().collect();
    assert_eq!(once, (1..=last).collect());
    // Repeats go back to what was not acknowledged; there is never a gap.
    let mut highest = 0;
    for number in numbers {
        assert!(number <= highest + 1, "{number} came after {highest}");
        highest = highest.max(number);
    }
}

#[tokio::test]
async fn told_again_paused_and_with_a_new_secret() {
    let (receiver, at) = Receiver::start().await;
    let room = Room::new(&[at]).await;
    let store = &room.site.app.store;
    let n = room.add(&format!("http://{at}/hook"), "{}").await;
    let _running = room.run();
    let last = room.last().await;
    until("it has all", async || room.hook(n).await.acknowledged == last).await;
    store.replay_webhook(n, last - 3).await.unwrap();
    until("it has the end twice", async || receiver.numbers().len() as i64 == last + 3).await;
    assert_eq!(receiver.numbers()[last as usize..], [last - 2, last - 1, last]);
    store.pause_webhook(n, true).await.unwrap();
    room.change(0).await;
    tokio::time::sleep(LOOK * 3).await;
    assert_eq!(receiver.numbers().len() as i64, last + 3, "nothing while it is paused");
    let until_then = room.clock().load(Ordering::SeqCst) + SECOND;
    store.rotate_webhook(n, "whsec_new", until_then).await.unwrap();
    store.pause_webhook(n, false).await.unwrap();
    let last = room.last().await;
    until("it has what came meanwhile", async || room.hook(n).await.acknowledged == last).await;
    let newest = receiver.all("changes").pop().unwrap();
    assert!(verified(&newest, "whsec_new") && verified(&newest, "whsec_test"), "both sign for a while");
    room.clock().fetch_add(2 * SECOND, Ordering::SeqCst);
    room.change(1).await;
    let last = room.last().await;
    until("it has that too", async || room.hook(n).await.acknowledged == last).await;
    let newest = receiver.all("changes").pop().unwrap();
    assert!(verified(&newest, "whsec_new") && !verified(&newest, "whsec_test"), "and then the new one alone");
    store.remove_webhook(n).await.unwrap();
    assert!(store.webhook(n).await.is_err() && store.attempts(n, 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn two_processes_do_not_deliver_to_one_receiver_at_once() {
    let (receiver, at) = Receiver::start().await;
    let room = Room::new(&[at]).await;
    let n = room.add(&format!("http://{at}/hook"), "{}").await;
    receiver.slow.store(300, Ordering::SeqCst);
    let (_one, _two) = (room.run(), room.run());
    for turn in 0..3 {
        let last = room.last().await;
        until("it has all", async || room.hook(n).await.acknowledged == last).await;
        room.change(turn).await;
    }
    let last = room.last().await;
    until("it has all", async || room.hook(n).await.acknowledged == last).await;
    assert_eq!(receiver.numbers(), (1..=last).collect::<Vec<_>>(), "each change once");
}

#[test]
fn waits_double_up_to_an_hour_and_differ_by_chance() {
    assert_eq!((wait(0, 0), wait(0, 255)), (4 * SECOND, 6 * SECOND));
    assert_eq!(wait(3, 0), 32 * SECOND);
    assert_eq!((wait(60, 0), wait(60, 255)), (LONGEST_WAIT / 5 * 4, LONGEST_WAIT / 5 * 6));
}
