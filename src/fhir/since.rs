//! Of a nightly file of resources only those that were changed after a moment, as they are read.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::PathBuf,
};

use axum::body::{Body, Bytes};
use futures_util::{StreamExt as _, stream};
use jiff::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, mpsc};

/// Bytes that are sent at once.
const CHUNK: usize = 64 * 1_024;
/// Chunks that may wait for a slow reader.
const WAITING: usize = 4;
/// What stands before the moment in each line: our own resources begin with their type, id and meta.
const MARK: &[u8] = b"\"lastUpdated\":\"";

/// The lines of a packed file whose resources were changed after `since`, in microseconds since 1970 UTC. `turn` is given
/// back when the last of them went out or the reader went away.
pub fn stream(path: PathBuf, since: i64, turn: OwnedSemaphorePermit) -> Body {
    let (to, from) = mpsc::channel::<io::Result<Bytes>>(WAITING);
    tokio::task::spawn_blocking(move || {
        let done = send(&path, since, |chunk| to.blocking_send(Ok(chunk)).is_ok());
        if let Err(why) = done {
            tracing::error!("{}: {why}", path.display());
            let _ = to.blocking_send(Err(why));
        }
        drop(turn);
    });
    Body::from_stream(stream::unfold(from, async |mut from| from.recv().await.map(|chunk| (chunk, from))).fuse())
}

/// Gives the wanted lines in chunks, until nobody takes them any more.
fn send(path: &PathBuf, since: i64, mut give: impl FnMut(Bytes) -> bool) -> io::Result<()> {
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
            return Ok(());
        }
    }
    if !chunk.is_empty() {
        give(chunk.into());
    }
    Ok(())
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
        send(&path, since, |chunk| {
            sent.extend_from_slice(&chunk);
            true
        })
        .unwrap();
        let sent = String::from_utf8(sent).unwrap();
        assert_eq!(sent, line("new", "2026-11-02T00:00:00.001Z") + "{\"id\":\"says nothing\"}\n");
    }
}
