//! A backup as a file: the lines of the store, packed (zstd) and encrypted for keys of the operator's (age, X25519). The
//! program that makes it needs the public key alone, so nobody who takes the machine can read older backups.
//!
//! What holds: a file is whole or not there; nothing but its holder's key opens it. Whoever has the public key can write a
//! file that opens: restore only what you kept yourself.

use std::{
    fs::{self, File, OpenOptions},
    io::{BufRead, BufReader, BufWriter, Write as _},
    path::{Path, PathBuf},
    str::FromStr as _,
};

use age::{Decryptor, Encryptor, Recipient, secrecy::ExposeSecret as _, x25519};

use crate::store::{BackupSum, Store, StoreError, verify_backup};

/// How strongly it is packed.
const LEVEL: i32 = 6;

/// Why there is no backup, or nothing was put back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A key is none.
    #[error("{given:?} is no age key: public ones begin with age1; `connector backup --make-key FILE` makes a pair")]
    Key {
        /// What was given.
        given: String,
    },
    /// No key was given.
    #[error("say whose key it is encrypted for: --to age1…")]
    NoKey,
    /// A file cannot be read or written.
    #[error("{path}: {error}")]
    File {
        /// Which.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// The file is there already.
    #[error("{0} is there already; nothing is written over")]
    There(String),
    /// This key does not open it, or it is no such file.
    #[error("{path} does not open with this key: {why}")]
    Closed {
        /// The file.
        path: String,
        /// Why.
        why: String,
    },
    /// The store said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn at(path: &Path) -> impl Fn(std::io::Error) -> BackupError {
    let path = path.display().to_string();
    move |error| BackupError::File { path: path.clone(), error }
}

/// Makes a pair of keys: the private one goes into a new file for its owner's eyes alone; answers the public one.
pub fn make_key(path: &Path) -> Result<String, BackupError> {
    let key = x25519::Identity::generate();
    let public = key.to_public().to_string();
    let mut file = new_file(path)?;
    let text = format!("# public key: {public}\n{}\n", key.to_string().expose_secret());
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(at(path))?;
    Ok(public)
}

fn new_file(path: &Path) -> Result<File, BackupError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => BackupError::There(path.display().to_string()),
        _ => at(path)(error),
    })
}

/// Writes a backup of the store to a new file, for these public keys.
pub async fn write(store: &Store, path: &Path, keys: &[String]) -> Result<BackupSum, BackupError> {
    let keys = keys
        .iter()
        .map(|key| x25519::Recipient::from_str(key.trim()).map_err(|_| BackupError::Key { given: key.clone() }))
        .collect::<Result<Vec<_>, _>>()?;
    if path.exists() {
        return Err(BackupError::There(path.display().to_string()));
    }
    let aside = aside(path);
    let sum = write_aside(store, &aside, &keys).await;
    match sum {
        Ok(sum) => {
            fs::rename(&aside, path).map_err(at(path))?;
            Ok(sum)
        }
        Err(error) => {
            let _ = fs::remove_file(&aside);
            Err(error)
        }
    }
}

/// Where it stands until it is whole.
fn aside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    path.with_file_name(name)
}

async fn write_aside(store: &Store, path: &Path, keys: &[x25519::Recipient]) -> Result<BackupSum, BackupError> {
    let encryptor =
        Encryptor::with_recipients(keys.iter().map(|key| key as &dyn Recipient)).map_err(|_| BackupError::NoKey)?;
    let file = new_file(path)?;
    let sealed = encryptor.wrap_output(BufWriter::new(file)).map_err(at(path))?;
    let mut packed = zstd::Encoder::new(sealed, LEVEL).map_err(at(path))?;
    let sum = store.write_backup(&mut packed).await?;
    let sealed = packed.finish().map_err(at(path))?;
    let file = sealed.finish().map_err(at(path))?;
    let file = file.into_inner().map_err(|error| at(path)(error.into_error()))?;
    file.sync_all().map_err(at(path))?;
    Ok(sum)
}

/// Opens a backup with the private key in a file.
fn open(path: &Path, key: &Path) -> Result<impl BufRead + Send, BackupError> {
    let text = fs::read_to_string(key).map_err(at(key))?;
    let line = text.lines().find(|line| line.starts_with("AGE-SECRET-KEY-")).unwrap_or_default();
    let wrong = || BackupError::Key { given: key.display().to_string() };
    let key = x25519::Identity::from_str(line.trim()).map_err(|_| wrong())?;
    let closed = |why: String| BackupError::Closed { path: path.display().to_string(), why };
    let file = BufReader::new(File::open(path).map_err(at(path))?);
    let sealed = Decryptor::new_buffered(file).map_err(|why| closed(why.to_string()))?;
    let keys = std::iter::once(&key as &dyn age::Identity);
    let plain = sealed.decrypt(keys).map_err(|why| closed(why.to_string()))?;
    Ok(BufReader::new(zstd::Decoder::new(plain).map_err(at(path))?))
}

/// Reads a whole backup and compares it with its own sums; nothing is written anywhere.
pub fn verify(path: &Path, key: &Path) -> Result<BackupSum, BackupError> {
    Ok(verify_backup(&mut open(path, key)?)?)
}

/// Puts a backup into an empty store.
pub async fn restore(store: &Store, path: &Path, key: &Path) -> Result<BackupSum, BackupError> {
    Ok(store.read_backup(&mut open(path, key)?).await?)
}

#[cfg(test)]
mod tests;
