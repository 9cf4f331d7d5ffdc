//! Bytes of files on their way out, a piece at a time: nothing is held in memory, and a slow client holds no thread.

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
};

use axum::body::{Body, Bytes};
use futures_util::{StreamExt as _, stream};

/// Bytes that are read at once.
const PIECE: usize = 128 * 1024;

/// `length` bytes of a file, from a byte on.
pub fn part(mut file: File, from: u64, length: u64) -> io::Result<Body> {
    file.seek(SeekFrom::Start(from))?;
    Ok(pieces(file.take(length)))
}

/// What is in a packed file.
pub fn unpacked(file: File) -> io::Result<Body> {
    Ok(pieces(zstd::Decoder::with_buffer(BufReader::with_capacity(PIECE, file))?))
}

fn pieces<R: Read + Send + 'static>(from: R) -> Body {
    Body::from_stream(
        stream::try_unfold(from, async |from| {
            let read = tokio::task::spawn_blocking(move || piece(from));
            let (piece, from) = read.await.map_err(io::Error::other)??;
            io::Result::Ok((!piece.is_empty()).then_some((piece, from)))
        })
        // Whoever packs it may ask once more after the end.
        .fuse(),
    )
}

fn piece<R: Read>(mut from: R) -> io::Result<(Bytes, R)> {
    let mut piece = Vec::with_capacity(PIECE);
    from.by_ref().take(PIECE as u64).read_to_end(&mut piece)?;
    Ok((Bytes::from(piece), from))
}
