//! How a segment is written down: arrays one after the other, each with its length, and a checksum at the end.
//!
//! Everything is little-endian. What is read is only to be used when [`Reader::finish`] found the checksum right.

use std::io::{self, Read, Write};

/// The first bytes of every file of this kind.
const MAGIC: &[u8; 8] = b"doors\x00\x00\x01";
/// So many bytes are turned at a time.
const PIECE: usize = 1 << 16;

fn broken(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// Takes arrays.
pub struct Writer<W> {
    to: W,
    sum: crc32fast::Hasher,
}

impl<W: Write> Writer<W> {
    /// Begins a file.
    pub fn new(to: W) -> io::Result<Self> {
        let mut writer = Self { to, sum: crc32fast::Hasher::new() };
        writer.put(MAGIC)?;
        Ok(writer)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sum.update(bytes);
        self.to.write_all(bytes)
    }

    fn count(&mut self, count: usize) -> io::Result<()> {
        self.put(&(count as u64).to_le_bytes())
    }

    /// Bytes.
    pub fn bytes(&mut self, values: &[u8]) -> io::Result<()> {
        self.count(values.len())?;
        self.put(values)
    }

    /// Numbers of four bytes.
    pub fn u32s(&mut self, values: &[u32]) -> io::Result<()> {
        self.count(values.len())?;
        for piece in values.chunks(PIECE) {
            self.put(&piece.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>())?;
        }
        Ok(())
    }

    /// Numbers of eight bytes.
    pub fn u64s(&mut self, values: &[u64]) -> io::Result<()> {
        self.count(values.len())?;
        for piece in values.chunks(PIECE) {
            self.put(&piece.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>())?;
        }
        Ok(())
    }

    /// The checksum; the file is whole.
    pub fn finish(mut self) -> io::Result<W> {
        let sum = self.sum.finalize();
        self.to.write_all(&sum.to_le_bytes())?;
        self.to.flush()?;
        Ok(self.to)
    }
}

/// Gives arrays back in the order in which they were written.
pub struct Reader<R> {
    from: R,
    /// Bytes left before the checksum.
    left: u64,
    sum: crc32fast::Hasher,
}

impl<R: Read> Reader<R> {
    /// Reads a file of so many bytes.
    pub fn new(from: R, length: u64) -> io::Result<Self> {
        let left = length.checked_sub(4).ok_or_else(|| broken("it is cut off"))?;
        let mut reader = Self { from, left, sum: crc32fast::Hasher::new() };
        if reader.take::<8>()? != *MAGIC {
            return Err(broken("it is of another kind"));
        }
        Ok(reader)
    }

    fn fill(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        self.left = self.left.checked_sub(bytes.len() as u64).ok_or_else(|| broken("it ends too early"))?;
        self.from.read_exact(bytes)?;
        self.sum.update(bytes);
        Ok(())
    }

    fn take<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// How many values of so many bytes follow: never more than the file has.
    fn count(&mut self, width: u64) -> io::Result<usize> {
        let count = u64::from_le_bytes(self.take()?);
        match count.checked_mul(width) {
            Some(bytes) if bytes <= self.left => Ok(count as usize),
            _ => Err(broken("it ends too early")),
        }
    }

    /// Bytes.
    pub fn bytes(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; self.count(1)?];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// Numbers of four bytes.
    pub fn u32s(&mut self) -> io::Result<Vec<u32>> {
        self.numbers(u32::from_le_bytes)
    }

    /// Numbers of eight bytes.
    pub fn u64s(&mut self) -> io::Result<Vec<u64>> {
        self.numbers(u64::from_le_bytes)
    }

    fn numbers<const N: usize, T>(&mut self, read: impl Fn([u8; N]) -> T) -> io::Result<Vec<T>> {
        let count = self.count(N as u64)?;
        let mut values = Vec::with_capacity(count);
        let mut piece = vec![0; (count * N).min(PIECE * N)];
        while values.len() < count {
            let now = &mut piece[..((count - values.len()) * N).min(PIECE * N)];
            self.left = self.left.checked_sub(now.len() as u64).ok_or_else(|| broken("it ends too early"))?;
            self.from.read_exact(now)?;
            self.sum.update(now);
            values.extend(now.as_chunks::<N>().0.iter().map(|bytes| read(*bytes)));
        }
        Ok(values)
    }

    /// Is the file what was written?
    pub fn finish(mut self) -> io::Result<()> {
        if self.left > 0 {
            return Err(broken("it is longer than it should be"));
        }
        let mut sum = [0; 4];
        self.from.read_exact(&mut sum)?;
        if self.sum.finalize() == u32::from_le_bytes(sum) { Ok(()) } else { Err(broken("its checksum is wrong")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> Vec<u8> {
        let mut writer = Writer::new(Vec::new()).unwrap();
        writer.bytes(b"abc").unwrap();
        writer.u32s(&[1, u32::MAX]).unwrap();
        writer.u64s(&[u64::MAX]).unwrap();
        writer.finish().unwrap()
    }

    type All = (Vec<u8>, Vec<u32>, Vec<u64>);

    fn read(file: &[u8]) -> io::Result<All> {
        let mut reader = Reader::new(file, file.len() as u64)?;
        let all = (reader.bytes()?, reader.u32s()?, reader.u64s()?);
        reader.finish()?;
        Ok(all)
    }

    #[test]
    fn it_comes_back() {
        assert_eq!(read(&file()).unwrap(), (b"abc".to_vec(), vec![1, u32::MAX], vec![u64::MAX]));
    }

    #[test]
    fn a_changed_or_missing_byte_is_seen() {
        let file = file();
        for at in 0..file.len() {
            let mut wrong = file.clone();
            wrong[at] ^= 1;
            assert!(read(&wrong).is_err(), "byte {at}");
            assert!(read(&file[..at]).is_err(), "cut at {at}");
        }
        assert!(read(&[&file[..], b"x"].concat()).is_err());
    }
}
