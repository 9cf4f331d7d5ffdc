//! Why nothing was fetched, in words for the person who asked.

use std::{path::PathBuf, time::Duration};

use super::{
    guard::{REDIRECT_LIMIT, Refusal},
    resolve::ResolveError,
};

/// Why nothing was fetched. Addresses are shown without user, password and query.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The client cannot be built from these settings.
    #[error("the allow-list is wrong: {0}")]
    AllowList(String),
    /// TLS has nothing to judge certificates by.
    #[error(
        "no client can be made: {0}; install the package ca-certificates, or name a file of certificates in SSL_CERT_FILE"
    )]
    Roots(String),
    /// The guard said no.
    #[error("{url} is not opened: {why}")]
    Refused {
        /// The address, possibly one a redirect led to.
        url: String,
        /// Why.
        why: Refusal,
    },
    /// The name has no number, or one that is not public.
    #[error("{url} is not opened: {why}")]
    Name {
        /// The address.
        url: String,
        /// Why.
        why: ResolveError,
    },
    /// The server cannot be reached or does not speak properly.
    #[error("{url} cannot be fetched: {why}; try again later, or look at the address in a browser")]
    Network {
        /// The address.
        url: String,
        /// Every cause, outermost first.
        why: String,
    },
    /// An answer that is not the file.
    #[error("{url} answered {code}; look at the address in a browser, the publisher may have moved the file")]
    Status {
        /// The address.
        url: String,
        /// The HTTP status.
        code: u16,
    },
    /// A redirect without a place to go.
    #[error("{url} answered with a redirect that leads nowhere; ask its publisher")]
    NoLocation {
        /// The address.
        url: String,
    },
    /// Round and round.
    #[error("{url} leads back to itself; ask its publisher for the right address")]
    RedirectLoop {
        /// The address that came up twice.
        url: String,
    },
    /// Too many hops.
    #[error("more than {REDIRECT_LIMIT} redirects, the last to {url}; use the final address")]
    TooManyRedirects {
        /// The hop that was not made.
        url: String,
    },
    /// A compression that was not asked for.
    #[error("{url} answers compressed as `{encoding}`, which was not asked for; ask its publisher")]
    Encoding {
        /// The address.
        url: String,
        /// What the server called it.
        encoding: String,
    },
    /// Larger than allowed, said so or found out.
    #[error("{url} is larger than {limit} bytes; raise the limit if that is right")]
    TooLarge {
        /// The address.
        url: String,
        /// [`Settings::max_bytes`].
        limit: u64,
    },
    /// Slower than allowed.
    #[error("{url} was not complete after {} seconds; try again later", limit.as_secs_f32())]
    TooSlow {
        /// The address asked for first.
        url: String,
        /// [`Settings::deadline`].
        limit: Duration,
    },
    /// The server's web page instead of its list.
    #[error(
        "{url} answered with a web page where data was due; open it in a browser, the publisher may have moved the file \
         or ask for a sign-in"
    )]
    WebPage {
        /// The address.
        url: String,
    },
    /// What came is not as long as was said, or not the part that was asked for.
    #[error("{url} was cut: {why}; try again later")]
    Cut {
        /// The address.
        url: String,
        /// What was said and what came.
        why: String,
    },
    /// Our own disk.
    #[error("{} cannot be written: {why}; look at space and permissions", path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// The system's words.
        why: std::io::Error,
    },
}

impl FetchError {
    /// Every code there is.
    pub const CODES: &'static [&'static str] = &[
        "settings",
        "refused",
        "no_address",
        "network",
        "not_found",
        "forbidden",
        "server",
        "answer",
        "redirects",
        "web_page",
        "too_large",
        "too_slow",
        "disk",
    ];

    /// The code that pages and reports use.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AllowList(_) | Self::Roots(_) => "settings",
            Self::Refused { .. } => "refused",
            Self::Name { .. } => "no_address",
            Self::Network { .. } | Self::Cut { .. } => "network",
            Self::Status { code: 404 | 410, .. } => "not_found",
            Self::Status { code: 401 | 403, .. } => "forbidden",
            Self::Status { code: 429 | 500.., .. } => "server",
            Self::Status { .. } | Self::Encoding { .. } => "answer",
            Self::NoLocation { .. } | Self::RedirectLoop { .. } | Self::TooManyRedirects { .. } => "redirects",
            Self::WebPage { .. } => "web_page",
            Self::TooLarge { .. } => "too_large",
            Self::TooSlow { .. } => "too_slow",
            Self::Disk { .. } => "disk",
        }
    }

    /// May the same address give the file a little later, without anybody changing anything?
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Network { .. } | Self::Cut { .. } | Self::TooSlow { .. } => true,
            // RFC 9110 section 15.6 and RFC 6585 section 4: the server's trouble, not the address's.
            Self::Status { code, .. } => *code == 429 || *code >= 500,
            _ => false,
        }
    }

    /// Is what has come so far still worth keeping, for the next try to go on there?
    pub(super) fn leaves_a_part(&self) -> bool {
        matches!(self, Self::Network { .. } | Self::TooSlow { .. })
    }
}
