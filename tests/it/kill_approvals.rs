//! Power cuts while changes are approved: a server killed (SIGKILL) anywhere in its decisions keeps every change it said yes
//! to, shows none by half, and its record of decisions stays whole.

use std::{
    collections::BTreeSet,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use connector::{
    accounts::cookie,
    clock::Clock,
    model::{
        account::{Member, PersonId, Role, SiteRole},
        change::Speaker,
        id::Id,
        organization::Organization,
        proposal::ProposalState,
    },
    store::{Found, Store},
};

use crate::{
    kill::Dice,
    lists::edition,
    people::propose,
    program::{Answer, Server, answer, check, connector, ran, until},
    support::{hospital, listing, load, place, source},
};

/// Kills in every run, and in the full one.
const FEW: u32 = 5;
const MANY: u32 = 100;
/// Hospitals, each with a change of its owner that waits.
const HOSPITALS: usize = 40;
/// From its first answer on, a server lives for as long as at most so many approvals take.
const APPROVALS: f64 = 14.0;
/// How long a session of a moderator lasts, in microseconds: each life of the server has new ones.
const HOUR: i64 = 3_600_000_000;

/// A hospital, and what its owner would have it say.
struct Hospital {
    id: Id,
    /// Changes that were published.
    rounds: usize,
    /// The change that waits.
    waits: i64,
}

/// What hospital `at` is called, and its phone, after so many changes: one change is both.
fn words(at: usize, rounds: usize) -> (String, Option<String>) {
    let phone = (rounds > 0).then(|| format!("(208) 555-{:04}", rounds * HOSPITALS + at));
    (format!("Hospital {at} of {}", edition(rounds)), phone)
}

/// What clients of one life of the server heard.
#[derive(Default)]
struct Heard {
    /// Changes of which the server said that they are live.
    acknowledged: BTreeSet<i64>,
    /// Approvals that were sent and never answered.
    unanswered: BTreeSet<i64>,
    /// Approvals for which another moderator was faster.
    late: u32,
}

impl Heard {
    fn and(mut self, other: Self) -> Self {
        self.acknowledged.extend(other.acknowledged);
        self.unanswered.extend(other.unanswered);
        self.late += other.late;
        self
    }
}

async fn opened(data: &Path) -> Store {
    Store::open(data, None, Clock::Machine).await.unwrap()
}

async fn standing(store: &Store, id: &Id) -> Organization {
    match store.organization(id).await.unwrap() {
        Found::Here(org) => *org,
        other => panic!("{id}: {other:?}"),
    }
}

/// A directory of hospitals with an owner.
async fn filled(store: &Store) -> (Vec<Hospital>, PersonId) {
    let rows = (0..HOSPITALS).map(|at| {
        let mut facts = hospital(&words(at, 0).0);
        facts.places.push(place("Boise", "ID", "83702"));
        listing(&format!("key-{at:03}"), facts)
    });
    load(store, &source("vendor", 3), "2026-11-01", rows.collect()).await;
    let owner = store.person_with_email("owner@example.org", "en").await.unwrap().id;
    let mut all = store.organizations(None, HOSPITALS as u32 + 1).await.unwrap();
    all.sort_by_key(|org| org.name.split(' ').nth(1).unwrap().parse::<usize>().unwrap());
    let mut hospitals = Vec::new();
    for org in all {
        let member = Member {
            subject: org.id.clone(),
            person: owner.clone(),
            role: Role::Owner,
            proof: 1,
            invited_by: None,
            since: 1,
            expires_at: 0,
        };
        store.set_member(&member, "test").await.unwrap();
        hospitals.push(Hospital { id: org.id, rounds: 0, waits: 0 });
    }
    assert_eq!(hospitals.len(), HOSPITALS);
    (hospitals, owner)
}

/// Every hospital has a change that waits again.
async fn send(store: &Store, hospitals: &mut [Hospital], owner: &PersonId) {
    for (at, hospital) in hospitals.iter_mut().enumerate().filter(|(_, hospital)| hospital.waits == 0) {
        let (name, phone) = words(at, hospital.rounds + 1);
        let org = standing(store, &hospital.id).await;
        hospital.waits = propose(store, &org, owner, |facts| {
            (facts.name, facts.phone) = (name.clone(), phone.clone());
        })
        .await;
    }
}

/// A moderator who has just shown a passkey: the secret of the session.
async fn moderator(store: &Store, email: &str) -> String {
    let person = store.person_with_email(email, "en").await.unwrap();
    if person.site_role == SiteRole::None {
        store.set_site_role(&person.id, SiteRole::Moderator, "operator:test").await.unwrap();
    }
    store.open_session(&person.id, "passkey", "test", HOUR, true).await.unwrap()
}

/// Asks a server that may go at any moment; nothing when the head of its answer did not come whole.
fn ask(address: SocketAddr, secret: &str, path: &str, form: Option<&str>) -> Option<Answer> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(10)).ok()?;
    stream.set_read_timeout(Some(Duration::from_mins(1))).ok()?;
    let (method, body) = (if form.is_some() { "POST" } else { "GET" }, form.unwrap_or_default());
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {}={secret}\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        cookie::NAME,
        body.len()
    )
    .ok()?;
    let mut bytes = Vec::new();
    // What came before the cut was said.
    let _ = stream.read_to_end(&mut bytes);
    answer(&bytes)
}

/// The form by which what a page shows is approved; nothing when it has none, or was cut off.
fn approval(page: &str) -> Option<String> {
    let form = page.split_once("/approve\">")?.1.split_once("</form>")?.0;
    assert!(!form.contains("name=\"opened\""), "nothing here changes a door: {form}");
    let field = |name: &str| {
        let value = form.split_once(&format!("name=\"{name}\" value=\""))?.1.split_once('"')?.0;
        Some(format!("{name}={value}"))
    };
    let fields: Option<Vec<String>> = ["csrf", "hash", "seen", "finals"].into_iter().map(field).collect();
    fields.map(|fields| fields.join("&"))
}

/// Reads each change and approves it, until the server is gone; says when it answers.
fn approve(address: SocketAddr, secret: &str, changes: impl Iterator<Item = i64>, answers: &AtomicBool) -> Heard {
    let mut heard = Heard::default();
    for n in changes {
        let path = format!("/review/proposals/{n}");
        let Some(page) = ask(address, secret, &path, None) else { break };
        answers.store(true, Ordering::Relaxed);
        assert_eq!(page.status, 200, "{page:?}");
        // Without a form: somebody else was faster, or the page was cut off.
        let Some(form) = approval(&page.body) else { continue };
        match ask(address, secret, &format!("{path}/approve"), Some(&form)) {
            Some(done) if done.status == 303 => _ = heard.acknowledged.insert(n),
            Some(late) if late.status == 409 => heard.late += 1,
            Some(other) => panic!("{n}: {other:?}"),
            None => {
                heard.unanswered.insert(n);
                break;
            }
        }
    }
    heard
}

/// A server that answers as often as it is asked.
fn served(data: &Path) -> Server {
    let mut command = connector(data, &["serve", "--listen", "127.0.0.1:0", "--no-starter"]);
    Server::of(command.env("CONNECTOR_RATE_LIMIT", "off"), &[])
}

/// Two moderators approve what waits, one from each end; the server is killed so long after its first answer, or when they
/// are done.
fn life(data: &Path, secrets: &[String; 2], waiting: &[i64], after: Option<Duration>) -> Heard {
    let server = served(data);
    let (address, answers) = (server.address, AtomicBool::new(false));
    thread::scope(|scope| {
        let one = scope.spawn(|| approve(address, &secrets[0], waiting.iter().copied(), &answers));
        let two = scope.spawn(|| approve(address, &secrets[1], waiting.iter().rev().copied(), &answers));
        if let Some(after) = after {
            until("an answer", Duration::from_mins(1), || answers.load(Ordering::Relaxed).then_some(()));
            thread::sleep(after);
            server.kill();
            return one.join().unwrap().and(two.join().unwrap());
        }
        let heard = one.join().unwrap().and(two.join().unwrap());
        drop(server);
        assert!(heard.unanswered.is_empty(), "it was left alone until everything was approved");
        heard
    })
}

/// What stands after a kill: each change is published whole or waits whole, and what was acknowledged is published. Answers
/// what was published in this life.
async fn look(store: &Store, hospitals: &mut [Hospital], heard: &Heard) -> BTreeSet<i64> {
    let (mut published, mut lost) = (BTreeSet::new(), Vec::new());
    for (at, hospital) in hospitals.iter_mut().enumerate() {
        let n = hospital.waits;
        let state = store.proposal(n).await.unwrap().unwrap().state;
        if state == ProposalState::Published {
            published.insert(n);
            (hospital.rounds, hospital.waits) = (hospital.rounds + 1, 0);
        } else {
            assert_eq!(state, ProposalState::Waiting, "change {n}");
            lost.extend(heard.acknowledged.contains(&n).then_some(n));
        }
        let org = standing(store, &hospital.id).await;
        assert_eq!((org.name.clone(), org.phone.clone()), words(at, hospital.rounds), "change {n} is {state:?}");
        assert_eq!(org.version, hospital.rounds as i64 + 1, "each change is one version");
        let said = store.said_by(Speaker::Owners, &hospital.id).await.unwrap();
        let said = said.map(|said| said.body.name().to_owned());
        assert_eq!(said, (hospital.rounds > 0).then(|| org.name.clone()), "what the owners say is what is shown");
        for action in ["proposal.approved", "proposal.published"] {
            let noted = store.audit_entries(Some(hospital.id.as_str()), &[action], 0, 5_000).await.unwrap();
            assert_eq!(noted.len(), hospital.rounds, "{action}: change {n} is {state:?}");
        }
    }
    assert_eq!(lost, Vec::<i64>::new(), "acknowledged and lost");
    let asked: BTreeSet<i64> = heard.acknowledged.union(&heard.unanswered).copied().collect();
    assert!(published.is_subset(&asked), "nobody approved this: {published:?}, {asked:?}");
    published
}

/// The chain of decisions is whole and goes on from where it was; answers its last hash.
fn verified(data: &Path, before: Option<&str>) -> String {
    let mut command = vec!["audit", "verify", "--json"];
    command.extend(before.iter().flat_map(|hash| ["--expect", hash]));
    let found = ran(data, &command).ok().json();
    assert_eq!(found["whole"], true, "{found}");
    found["chain"]["head"].as_str().unwrap().to_owned()
}

/// The index shows every hospital as it is called now, and stands where the log ends.
fn index_follows(data: &Path, hospitals: &[Hospital]) {
    let server = served(data).ready();
    for (at, hospital) in hospitals.iter().enumerate() {
        let name = words(at, hospital.rounds).0;
        let found = server.json(&format!("/api/v1/search?limit=50&q={}", name.replace(' ', "+")));
        let is = |card: &serde_json::Value| card["id"] == hospital.id.as_str() && card["name"] == name.as_str();
        assert!(found["results"].as_array().unwrap().iter().any(is), "{name}: {found}");
    }
    drop(server);
    let found = check(data);
    let stands = format!("the index stands at revision {} with {HOSPITALS} organizations", found["revisions"]);
    assert_eq!(found["index"], stands);
}

async fn killed_while_changes_are_approved(kills: u32) {
    let mut dice = Dice::new();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let store = opened(data).await;
    let (mut hospitals, owner) = filled(&store).await;
    drop(store);
    let (mut last_hash, mut one_takes) = (None, Duration::ZERO);
    let (mut acknowledged, mut met, mut unanswered, mut of_these, mut late) = (BTreeSet::new(), 0, 0, 0, 0);
    // The first life is left alone, to see how long approvals take.
    for n in 0..=kills {
        let store = opened(data).await;
        send(&store, &mut hospitals, &owner).await;
        let secrets = [moderator(&store, "one@example.org").await, moderator(&store, "two@example.org").await];
        drop(store);
        let waiting: Vec<i64> = hospitals.iter().map(|hospital| hospital.waits).collect();
        let after = (n > 0).then(|| one_takes.mul_f64(APPROVALS * dice.roll()));
        let started = Instant::now();
        let heard = life(data, &secrets, &waiting, after);
        if n == 0 {
            one_takes = started.elapsed() / HOSPITALS as u32;
            println!("an approval takes {one_takes:?}");
        }
        last_hash = Some(verified(data, last_hash.as_deref()));
        let store = opened(data).await;
        let published = look(&store, &mut hospitals, &heard).await;
        drop(store);
        if let Some(after) = after {
            let (said, done) = (heard.acknowledged.len(), published.len());
            println!("kill {n} after {after:?}: {said} acknowledged, {done} published, {:?} open", heard.unanswered);
        }
        met += u32::from(!heard.unanswered.is_empty());
        unanswered += heard.unanswered.len();
        of_these += heard.unanswered.intersection(&published).count();
        late += heard.late;
        acknowledged.extend(heard.acknowledged);
        if n % 20 == 5 {
            index_follows(data, &hospitals);
        }
    }
    let store = opened(data).await;
    for n in &acknowledged {
        assert_eq!(store.proposal(*n).await.unwrap().unwrap().state, ProposalState::Published, "change {n}");
    }
    drop(store);
    index_follows(data, &hospitals);
    verified(data, last_hash.as_deref());
    println!(
        "{kills} kills, {met} of them with an approval on its way: {} approvals acknowledged, none lost; {unanswered} cut \
         off, of which {of_these} were published and the others wait; {late} came second",
        acknowledged.len()
    );
    assert!(kills < MANY || met > kills / 2, "too few kills met an approval on its way: {met}");
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_a_server_while_changes_are_approved_and_none_is_lost() {
    killed_while_changes_are_approved(FEW).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a hundred servers, one after the other"]
async fn kill_a_hundred_servers_while_changes_are_approved_and_none_is_lost() {
    killed_while_changes_are_approved(MANY).await;
}
