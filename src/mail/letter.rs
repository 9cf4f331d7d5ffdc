//! One mail as it goes over the wire.
//!
//! Whatever somebody typed ends up in a header only after lettre's own types took it: an address that is none, or one with a
//! line break, is refused, and a subject is one line.

use std::time::{Duration, UNIX_EPOCH};

use lettre::{
    Address, Message,
    message::{
        Body, Mailbox,
        header::{ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue},
    },
};
use sha2::{Digest, Sha256};

use super::carrier::NotSent;
use crate::{model::listing::hex, store::QueuedMail};

/// The longest line that goes as it is, in bytes.
const LONGEST_LINE: usize = 990;

/// `Auto-Submitted`: nobody's holiday notice answers a program (RFC 3834, section 5).
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".into())
    }
}

/// A mail, whole.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Its number in the store.
    pub n: i64,
    /// When it was made, in microseconds since 1970 UTC.
    pub at: i64,
    pub(super) message: Message,
}

impl Letter {
    /// Makes it; a mail that cannot be one (its address is none) is given up. With `legible` its words stand there as they
    /// are, for people who read the file; no server on the way has to understand that.
    pub fn compose(mail: &QueuedMail, from: &str, at: i64, legible: bool) -> Result<Self, NotSent> {
        let address = |text: &str| {
            let parsed: Result<Address, _> = text.trim().parse();
            // Quoted local parts may hold anything: nobody's real address needs one.
            parsed
                .ok()
                .filter(|_| !text.contains('"'))
                .ok_or_else(|| NotSent::Refused("it is no e-mail address".into()))
        };
        let from = address(from)?;
        let id = message_id(mail, from.domain());
        let moment = UNIX_EPOCH + Duration::from_micros(u64::try_from(at).unwrap_or_default());
        let message = Message::builder()
            .from(Mailbox::new(None, from))
            .to(Mailbox::new(None, address(&mail.address)?))
            .subject(one_line(&mail.subject))
            .date(moment)
            .message_id(Some(id))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(words(&mail.body, legible))
            .map_err(|why| NotSent::Refused(why.to_string()))?;
        Ok(Self { n: mail.n, at, message })
    }
}

/// The words as they are where that is allowed, so that links stay whole: lines of letters without marks, and not too long
/// (RFC 5322, section 2.1.1).
fn words(text: &str, legible: bool) -> Body {
    let plain = |c: &char| !c.is_control() || *c == '\t';
    let lines: Vec<String> = text.lines().map(|line| line.chars().filter(plain).collect()).collect();
    let short = lines.iter().all(|line| line.len() <= LONGEST_LINE);
    let text = lines.join("\r\n") + "\r\n";
    match (short, text.is_ascii()) {
        (true, true) => Body::dangerous_pre_encoded(text.into_bytes(), ContentTransferEncoding::SevenBit),
        (true, false) if legible => Body::dangerous_pre_encoded(text.into_bytes(), ContentTransferEncoding::EightBit),
        _ => Body::new(text),
    }
}

/// The same each time a mail is tried: whoever gets it twice sees it once.
fn message_id(mail: &QueuedMail, domain: &str) -> String {
    let mut hash = Sha256::new();
    for part in [&mail.address, &mail.subject, &mail.body] {
        hash.update(part);
        hash.update([0]);
    }
    format!("<{}.{}@{domain}>", mail.n, &hex(&hash.finalize())[..24])
}

/// A subject without line breaks and other signs nobody can see.
fn one_line(subject: &str) -> String {
    let clean: String = subject.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
    clean.trim().to_owned()
}
