//! How mails leave: by the operator's SMTP server, or into `outbox/` of the data folder.
//!
//! What holds: a password and a mail go over the network only inside TLS, with a certificate that was judged; in the clear
//! only to this machine itself.

use std::{
    fmt,
    fs::{self, DirBuilder, OpenOptions},
    io::Write as _,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    time::Duration,
};

use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor,
    transport::smtp::{
        client::{Certificate, Tls, TlsParametersBuilder},
        extension::ClientId,
    },
};
use url::Url;

use super::letter::Letter;
use crate::{clock::moment, config::Config};

/// How long the server may take for one answer.
const ANSWER: Duration = Duration::from_secs(30);
/// Replies that speak of our name and password, not of the mail (RFC 4954, section 6).
const SIGN_IN: [u16; 4] = [530, 534, 535, 538];

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Went {
    /// A server took it.
    Sent,
    /// It lies in `outbox/` under this name.
    Written(String),
}

/// Why a mail did not go. The words may repeat its address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// It never will: the server, or what it is, says so.
    #[error("refused: {0}")]
    Refused(String),
    /// Not now: the server says so.
    #[error("not now: {0}")]
    NotNow(String),
    /// The server cannot be reached, or does not let us in.
    #[error("the mail server cannot be used: {0}")]
    Unreachable(String),
    /// Our own disk.
    #[error("outbox/ cannot be written: {0}")]
    Disk(String),
}

impl NotSent {
    /// Is there no use in trying again?
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Refused(_))
    }

    /// In a word or two, without any of the server's.
    pub fn sort(&self) -> &'static str {
        match self {
            Self::Refused(_) => "refused",
            Self::NotNow(_) => "not now, says the mail server",
            Self::Unreachable(_) => "the mail server cannot be used",
            Self::Disk(_) => "outbox/ cannot be written",
        }
    }
}

/// How mails leave.
pub struct Carrier {
    from: String,
    way: Way,
}

enum Way {
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
    Outbox(PathBuf),
}

/// How a connection to a server is kept from listeners.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cover {
    /// TLS from the first byte.
    Tls,
    /// `STARTTLS`, or nothing is sent.
    StartTls,
    /// None: it does not leave this machine.
    None,
}

impl Carrier {
    /// As the operator set it.
    ///
    /// # Errors
    /// What is wrong with the address of the server; it does not repeat the password.
    pub fn new(config: &Config) -> Result<Self, MailSettings> {
        Self::trusting(config, &[])
    }

    /// The same, with certificate authorities (DER) beside those of the machine.
    pub fn trusting(config: &Config, authorities: &[&[u8]]) -> Result<Self, MailSettings> {
        let from = config.accounts.mail_from.clone().unwrap_or_else(|| "connector@localhost.localdomain".into());
        let way = match &config.accounts.smtp {
            Some(server) => Way::Smtp(Box::new(smtp(server.reveal(), &config.public_url, authorities)?)),
            None => Way::Outbox(config.data.join("outbox")),
        };
        Ok(Self { from, way })
    }

    /// The address mails come from.
    pub fn from(&self) -> &str {
        &self.from
    }

    /// Are mails written to files?
    pub fn is_outbox(&self) -> bool {
        matches!(self.way, Way::Outbox(_))
    }

    /// Sends one.
    pub async fn send(&self, letter: &Letter) -> Result<Went, NotSent> {
        match &self.way {
            Way::Smtp(server) => match server.send(letter.message.clone()).await {
                Ok(_) => Ok(Went::Sent),
                Err(why) => Err(judged(&why)),
            },
            Way::Outbox(folder) => {
                write(folder, letter).map(Went::Written).map_err(|why| NotSent::Disk(why.to_string()))
            }
        }
    }
}

/// What is wrong with `CONNECTOR_SMTP`.
#[derive(Debug, thiserror::Error)]
#[error("CONNECTOR_SMTP cannot be used: {0}")]
pub struct MailSettings(String);

fn smtp(
    server: &str,
    public_url: &str,
    authorities: &[&[u8]],
) -> Result<AsyncSmtpTransport<Tokio1Executor>, MailSettings> {
    let wrong = |why: &dyn fmt::Display| MailSettings(why.to_string());
    let url = Url::parse(server).map_err(|why| wrong(&why))?;
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let mut tls = TlsParametersBuilder::new(host);
    for der in authorities {
        tls = tls.add_root_certificate(Certificate::from_der(der.to_vec()).map_err(|why| wrong(&why))?);
    }
    let tls = || tls.build().map_err(|why| wrong(&why));
    let cover = match cover(&url) {
        Cover::Tls => Tls::Wrapper(tls()?),
        Cover::StartTls => Tls::Required(tls()?),
        Cover::None => Tls::None,
    };
    // It knows how name and password are spelled in an address; what it thinks of TLS is not asked.
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(server).map_err(|why| wrong(&why))?;
    builder = builder.tls(cover).timeout(Some(ANSWER));
    let ours = Url::parse(public_url).ok().and_then(|url| url.domain().map(str::to_owned));
    if let Some(name) = ours.filter(|name| name.contains('.')) {
        builder = builder.hello_name(ClientId::Domain(name));
    }
    Ok(builder.build())
}

fn cover(url: &Url) -> Cover {
    match (url.scheme(), url.host_str()) {
        ("smtps", _) => Cover::Tls,
        (_, Some("localhost" | "127.0.0.1" | "[::1]")) => Cover::None,
        _ => Cover::StartTls,
    }
}

/// Is it about this mail, or about the way to the server?
fn judged(why: &lettre::transport::smtp::Error) -> NotSent {
    let mut words = why.to_string();
    let mut cause = std::error::Error::source(why);
    while let Some(inner) = cause {
        words = format!("{words}: {inner}");
        cause = inner.source();
    }
    let words: String = words.chars().filter(|c| !c.is_control()).take(500).collect();
    match why.status().map(u16::from) {
        Some(code) if SIGN_IN.contains(&code) => NotSent::Unreachable(words),
        Some(_) if why.is_permanent() => NotSent::Refused(words),
        Some(_) => NotSent::NotNow(words),
        None if why.is_client() => NotSent::Refused(words),
        None => NotSent::Unreachable(words),
    }
}

/// Writes a file that nobody but us can read, whole or not at all; answers its name.
fn write(folder: &Path, letter: &Letter) -> std::io::Result<String> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let name = format!("{}-{:06}.eml", moment(letter.at).strftime("%Y%m%dT%H%M%SZ"), letter.n);
    let (growing, whole) = (folder.join(format!(".{name}")), folder.join(&name));
    let _ = fs::remove_file(&growing);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&growing)?;
    file.write_all(&letter.message.formatted())?;
    file.sync_all()?;
    fs::rename(&growing, &whole)?;
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_and_mails_are_covered_wherever_somebody_could_listen() {
        for (address, expected) in [
            ("smtps://user:word@mail.example.org", Cover::Tls),
            ("smtps://127.0.0.1:465", Cover::Tls),
            ("smtp://mail.example.org", Cover::StartTls),
            ("smtp://mail.example.org:25?tls=opportunistic", Cover::StartTls),
            ("smtp://localhost.example.org", Cover::StartTls),
            ("smtp://10.0.0.1", Cover::StartTls),
            ("smtp://localhost:2525", Cover::None),
            ("smtp://127.0.0.1:25", Cover::None),
            ("smtp://[::1]:25", Cover::None),
        ] {
            assert_eq!(cover(&Url::parse(address).unwrap()), expected, "{address}");
        }
    }

    #[test]
    fn a_wrong_address_is_told_without_its_password() {
        let error = smtp("smtp://user:s3cret@exa mple", "", &[]).err().unwrap();
        assert!(!error.to_string().contains("s3cret"), "{error}");
    }
}
