//! Asks any server for pages: how long one takes, how many it gives in a second, the same bytes for another server.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use crate::{Outcome, arguments::Arguments, client::Client, machine};

/// The paths of the file that are wanted.
fn paths(given: &Arguments) -> Outcome<Vec<String>> {
    let file = given.need::<String>("paths")?;
    let text = fs::read_to_string(&file).map_err(|why| format!("{file}: {why}"))?;
    let (skip, take) = (given.or("skip", 0)?, given.or("take", usize::MAX)?);
    let paths: Vec<String> = text.lines().skip(skip).take(take).map(str::to_owned).collect();
    if paths.is_empty() { Err(format!("{file}: no path after the first {skip}")) } else { Ok(paths) }
}

fn connect(base: &str) -> Outcome<Client> {
    Client::connect(base).map_err(|why| format!("{base}: {why}"))
}

/// The body of an answer that must be a page.
fn page<'a>(client: &'a mut Client, path: &str) -> Outcome<&'a [u8]> {
    let answer = client.answer().map_err(|why| format!("{path}: {why}"))?;
    if answer.status == 200 { Ok(answer.body) } else { Err(format!("{path}: the server answered {}", answer.status)) }
}

/// An answer that must say that nothing changed; it has no body.
fn unchanged(client: &mut Client, path: &str) -> Outcome<usize> {
    let answer = client.answer().map_err(|why| format!("{path}: {why}"))?;
    if answer.status == 304 { Ok(0) } else { Err(format!("{path}: the server answered {}, not 304", answer.status)) }
}

/// `connector-bench pages`: one line for people.
pub fn times(given: &Arguments) -> Outcome<()> {
    let (base, paths) = (given.need::<String>("base")?, paths(given)?);
    // Without a process there is nobody whose processor time could be told.
    let server: u32 = given.or("pid", 0)?;
    let mut client = connect(&base)?;
    let (mut took, mut bytes) = (Vec::with_capacity(paths.len()), 0);
    let spent = machine::processor_seconds_with_children(server);
    for path in &paths {
        let begun = Instant::now();
        client.send(path).map_err(|why| format!("{path}: {why}"))?;
        bytes += page(&mut client, path)?.len();
        took.push(begun.elapsed().as_secs_f64() * 1_000.0);
    }
    let spent = (machine::processor_seconds_with_children(server) - spent) * 1e3 / paths.len() as f64;
    took.sort_unstable_by(f64::total_cmp);
    let at = |percent: usize| took[(took.len() * percent / 100).min(took.len() - 1)];
    println!(
        "{} pages of {:.1} kB: p50 {:.2} ms, p99 {:.2} ms, most {:.2} ms{}",
        took.len(),
        bytes as f64 / took.len() as f64 / 1_000.0,
        at(50),
        at(99),
        at(100),
        if server == 0 { String::new() } else { format!(", {spent:.2} ms of processor each") },
    );
    Ok(())
}

/// `connector-bench save`.
pub fn save(given: &Arguments) -> Outcome<()> {
    let (base, paths, out) = (given.need::<String>("base")?, paths(given)?, given.need::<String>("out")?);
    let mut client = connect(&base)?;
    for path in &paths {
        client.send(path).map_err(|why| format!("{path}: {why}"))?;
        let body = page(&mut client, path)?;
        let file = Path::new(&out).join(path.trim_start_matches('/'));
        let folder = file.parent().unwrap_or(Path::new(&out));
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&file, body))
            .map_err(|why| format!("{}: {why}", file.display()))?;
    }
    Ok(())
}

/// `connector-bench rate`: one line for people, the number of answers a second first, then the processor time of the
/// server for one: on a machine that does other things too, the truer of both.
///
/// One thread: each connection has a question under way, and is read and given the next one in turn. That is one write
/// and one read for an answer, less than any server does for it, so that the server is what is measured; the line says
/// how busy this side was.
pub fn rate(given: &Arguments) -> Outcome<()> {
    let (base, paths) = (given.need::<String>("base")?, paths(given)?);
    let (connections, seconds) = (given.or("connections", 64_usize)?, given.or("seconds", 0)?);
    let server = given.need("pid")?;
    let clients: Outcome<Vec<Client>> = (0..connections.clamp(1, paths.len())).map(|_| connect(&base)).collect();
    let mut asking = Asking {
        lengths: vec![None; paths.len()],
        tags: if given.or("unchanged", false)? { tags(&base, &paths)? } else { Vec::new() },
        paths: &paths,
        clients: clients?,
        bytes: 0,
        took: Vec::new(),
    };
    let warm = seconds > 0;
    if warm {
        asking.ask(Until::Once)?;
    }
    asking.bytes = 0;
    asking.took.clear();
    let (begun, used, spent) =
        (Instant::now(), machine::processor_seconds(), machine::processor_seconds_with_children(server));
    let until = if warm { Until::Time(begun + Duration::from_secs(seconds)) } else { Until::Once };
    let answers = asking.ask(until)?;
    let lasted = begun.elapsed().as_secs_f64();
    let spent = (machine::processor_seconds_with_children(server) - spent) * 1e6 / answers as f64;
    let busy = (machine::processor_seconds() - used) / lasted * 100.0;
    asking.took.sort_unstable();
    let at = |percent: usize| {
        let place = (asking.took.len() * percent / 100).min(asking.took.len().saturating_sub(1));
        asking.took.get(place).map_or(0.0, |micros| f64::from(*micros) / 1_000.0)
    };
    println!(
        "{:.0} answers a second, {spent:.0} µs of processor each: {answers} in {lasted:.1} s on {} connections, \
         p50 {:.2} ms, p99 {:.2} ms, {} pages of {:.1} kB, {}; this client used {busy:.0} % of a core",
        answers as f64 / lasted,
        asking.clients.len(),
        at(50),
        at(99),
        paths.len(),
        asking.bytes as f64 / answers as f64 / 1_000.0,
        if warm { "each again and again" } else { "each once" },
    );
    // The other side must have been the one that was waited for.
    if busy > 95.0 { Err("this client was the limit, not the server".to_owned()) } else { Ok(()) }
}

/// When to stop.
#[derive(Clone, Copy)]
enum Until {
    /// When each path was asked for.
    Once,
    /// At a time.
    Time(Instant),
}

struct Asking<'a> {
    paths: &'a [String],
    /// How long the page of each path was: it must stay so.
    lengths: Vec<Option<usize>>,
    /// The entity tags it was told before; none when whole answers are wanted.
    tags: Vec<String>,
    clients: Vec<Client>,
    bytes: usize,
    /// Microseconds from question to answer, the turns of the other connections in between.
    took: Vec<u32>,
}

/// The entity tag of each path.
fn tags(base: &str, paths: &[String]) -> Outcome<Vec<String>> {
    let mut client = connect(base)?;
    let mut tag = |path: &String| {
        let answer = client.get(path).map_err(|why| format!("{path}: {why}"))?;
        match answer.tag {
            "" => Err(format!("{path}: an answer without an ETag")),
            tag => Ok(tag.to_owned()),
        }
    };
    paths.iter().map(&mut tag).collect()
}

/// `connector-bench stream`: one answer, however long, read to its end.
pub fn stream(given: &Arguments) -> Outcome<()> {
    let (base, path, server) = (given.need::<String>("base")?, given.need::<String>("path")?, given.need("pid")?);
    let spent = machine::processor_seconds_with_children(server);
    let begun = Instant::now();
    let (status, bytes) = connect(&base)?.drain(&path).map_err(|why| format!("{path}: {why}"))?;
    let lasted = begun.elapsed().as_secs_f64();
    if status != 200 {
        return Err(format!("{path}: the server answered {status}"));
    }
    let spent = machine::processor_seconds_with_children(server) - spent;
    println!(
        "{:.0} MB/s: {:.0} MB in {lasted:.2} s, {spent:.2} s of processor",
        bytes as f64 / lasted / 1e6,
        bytes as f64 / 1e6
    );
    Ok(())
}

impl Asking<'_> {
    /// Asks; how many answers came. Any that is no page, or not as long as before, is an error.
    fn ask(&mut self, until: Until) -> Outcome<usize> {
        let go_on = |asked: usize| match until {
            Until::Once => asked < self.paths.len(),
            Until::Time(end) => Instant::now() < end,
        };
        let (mut asked, mut answered) = (0, 0);
        // What each connection was asked for, in turn: answer `n` is that of connection `n` modulo their number.
        let mut sent = vec![Instant::now(); self.clients.len()];
        for (client, sent) in sent.iter_mut().enumerate() {
            self.send(client, asked % self.paths.len())?;
            *sent = Instant::now();
            asked += 1;
        }
        while answered < asked {
            let (number, among) = (answered % self.paths.len(), self.clients.len());
            let (client, path) = (&mut self.clients[answered % among], &self.paths[number]);
            let length = if self.tags.is_empty() { page(client, path)?.len() } else { unchanged(client, path)? };
            self.took.push(sent[answered % among].elapsed().as_micros() as u32);
            if self.lengths[number].replace(length).is_some_and(|before| before != length) {
                return Err(format!("{path}: {length} bytes, which it had not before"));
            }
            self.bytes += length;
            let again = answered % among;
            answered += 1;
            if go_on(asked) {
                self.send(again, asked % self.paths.len())?;
                sent[again] = Instant::now();
                asked += 1;
            }
        }
        Ok(answered)
    }

    fn send(&mut self, client: usize, path: usize) -> Outcome<()> {
        let tag = self.tags.get(path).map(String::as_str);
        let path = &self.paths[path];
        self.clients[client].send_unless(path, tag).map_err(|why| format!("{path}: {why}"))
    }
}
