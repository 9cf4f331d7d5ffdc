//! Of a nightly file of resources only those that were changed after a moment, as they are read.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::body::{Body, Bytes};
use futures_util::{StreamExt as _, stream};
use jiff::Timestamp;
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, mpsc},
};

/// Bytes that are sent at once.
const CHUNK: usize = 64 * 1_024;
/// Chunks that may wait for a slow reader.
const WAITING: usize = 4;
/// How long one chunk may wait for a slow reader.
const PATIENCE: Duration = Duration::from_secs(30);
/// What stands before the moment in each line: our own resources begin with their type, id and meta.
const MARK: &[u8] = b"\"lastUpdated\":\"";

/// The lines of a packed file whose resources were changed after `since`, in microseconds since 1970 UTC. `turn` is given
/// back when the last of them went out, or the reader went away or took nothing for half a minute.
pub fn stream(path: PathBuf, since: i64, turn: OwnedSemaphorePermit) -> Body {
    stream_within(PATIENCE, path, since, turn)
}

fn stream_within(patience: Duration, path: PathBuf, since: i64, turn: OwnedSemaphorePermit) -> Body {
    let (to, from) = mpsc::channel::<Bytes>(WAITING);
    let whole = Arc::new(AtomicBool::new(false));
    let (done, runtime) = (whole.clone(), Handle::current());
    tokio::task::spawn_blocking(move || {
        let sent = send(&path, since, |chunk| runtime.block_on(to.send_timeout(chunk, patience)).is_ok());
        match sent {
            // Before `to` goes, which ends the body.
            Ok(all) => done.store(all, Ordering::Release),
            Err(why) => tracing::error!("{}: {why}", path.display()),
        }
        drop(turn);
    });
    let next = async |(mut from, whole): (mpsc::Receiver<Bytes>, Arc<AtomicBool>)| match from.recv().await {
        Some(chunk) => Some((Ok(chunk), (from, whole))),
        None if whole.swap(true, Ordering::AcqRel) => None,
        // What is cut off must not look whole.
        None => Some((Err(io::Error::other("the file ends too early")), (from, whole))),
    };
    Body::from_stream(stream::unfold((from, whole), next).fuse())
}

/// Gives the wanted lines in chunks, until nobody takes them any more. Did all of them go out?
fn send(path: &PathBuf, since: i64, mut give: impl FnMut(Bytes) -> bool) -> io::Result<bool> {
    let file = File::open(path)?;
    let plain: Box<dyn Read> = if path.extension().is_some_and(|end| end == "zst") {
        Box::new(zstd::stream::read::Decoder::new(file)?)
    } else {
        Box::new(file)
    };
    let mut lines = BufReader::with_capacity(CHUNK, plain);
    let (mut line, mut chunk) = (Vec::new(), Vec::with_capacity(2 * CHUNK));
    while lines.read_until(b'\n', &mut line)? > 0 {
        if updated(&line).is_none_or(|at| at > since) {
            chunk.extend_from_slice(&line);
        }
        line.clear();
        if chunk.len() >= CHUNK && !give(std::mem::take(&mut chunk).into()) {
            return Ok(false);
        }
    }
    Ok(chunk.is_empty() || give(chunk.into()))
}

/// When the resource of a line was changed. A line that does not say so is wanted always.
fn updated(line: &[u8]) -> Option<i64> {
    let from = memchr::memmem::find(line, MARK)? + MARK.len();
    let rest = &line[from..];
    let text = rest.get(..memchr::memchr(b'"', rest)?)?;
    std::str::from_utf8(text).ok()?.parse::<Timestamp>().ok().map(Timestamp::as_microsecond)
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use tokio::sync::Semaphore;

    use super::*;

    #[test]
    fn only_what_changed_after_the_moment_is_sent() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Location.ndjson.zst");
        let line = |id: &str, at: &str| format!("{{\"id\":\"{id}\",\"meta\":{{\"lastUpdated\":\"{at}\"}}}}\n");
        let text = line("old", "2026-11-01T00:00:00.000Z")
            + &line("same", "2026-11-02T00:00:00.000Z")
            + &line("new", "2026-11-02T00:00:00.001Z")
            + "{\"id\":\"says nothing\"}\n";
        std::fs::write(&path, zstd::encode_all(text.as_bytes(), 1).unwrap()).unwrap();
        let since = "2026-11-02T00:00:00Z".parse::<Timestamp>().unwrap().as_microsecond();
        let mut sent = Vec::new();
        let all = send(&path, since, |chunk| {
            sent.extend_from_slice(&chunk);
            true
        });
        assert!(all.unwrap());
        let sent = String::from_utf8(sent).unwrap();
        assert_eq!(sent, line("new", "2026-11-02T00:00:00.001Z") + "{\"id\":\"says nothing\"}\n");
    }

    #[tokio::test]
    async fn who_does_not_read_gives_the_turn_back_and_is_told_that_it_was_cut() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Location.ndjson");
        let text = format!("{{\"id\":\"{}\"}}\n", "x".repeat(CHUNK)).repeat(4 * WAITING);
        std::fs::write(&path, &text).unwrap();
        let turns = Arc::new(Semaphore::new(1));
        let turn = turns.clone().acquire_owned().await.unwrap();
        let unread = stream_within(Duration::from_millis(20), path.clone(), 0, turn);
        let turn = tokio::time::timeout(Duration::from_secs(20), turns.clone().acquire_owned()).await;
        assert!(to_bytes(unread, usize::MAX).await.is_err());
        let read = to_bytes(stream(path, 0, turn.unwrap().unwrap()), usize::MAX).await;
        assert_eq!(read.unwrap(), text);
    }
}
