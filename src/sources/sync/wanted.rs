//! Which files a source consists of today: named in the registry, dated by month, or listed in a manifest.
//!
//! A [`Download`] in, [`Wanted`] files out. What holds: a file that a manifest names lies beside the manifest, and what
//! comes has the size that the manifest says.

use jiff::{ToSpan as _, civil::Date};
use url::Url;

use super::{Syncer, Trouble};
use crate::{
    fetch::{Client, FetchError, Limits, Validators},
    sources::{
        input::Input,
        npd::manifest::{self, Listed},
        registry::Download,
    },
    store::SyncEnd,
};

/// Months that are tried for a file with the name of its month: this one and the last.
const MONTHS: i32 = 2;
/// The months as publishers of the United States write them in names of files.
const NAMES: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// One file of a load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Where it may be, the newest first; the first that is there is it.
    pub addresses: Vec<String>,
    /// What a manifest says of it.
    pub listed: Option<Listed>,
}

impl Wanted {
    fn at(address: String) -> Self {
        Self { addresses: vec![address], listed: None }
    }

    /// Is this one of the places where it may be?
    pub fn may_be_at(&self, url: &str) -> bool {
        self.addresses.iter().any(|address| address == url)
    }
}

/// The addresses of a file whose name carries `{Month}` and `{Year}`, the newest first.
pub(super) fn dated(pattern: &str, today: Date) -> Vec<String> {
    let month = |back: i32| {
        let day = today.first_of_month().checked_sub(back.months()).ok()?;
        let name = NAMES.get(usize::from(day.month().unsigned_abs()) - 1)?;
        Some(pattern.replace("{Month}", name).replace("{Year}", &day.year().to_string()))
    };
    (0..MONTHS).filter_map(month).collect()
}

/// Is the file not there (yet)? Some publishers' storage says 403 for what it does not have.
pub(super) fn is_not_there(why: &FetchError) -> bool {
    matches!(why, FetchError::Status { code: 403 | 404 | 410, .. })
}

impl Syncer<'_> {
    /// The client for a source: with its own limit, and with a manifest only to the hosts that may have its files.
    pub(super) fn client(&self, download: &Download) -> Client {
        let host = |address: &String| Url::parse(address).ok()?.host_str().map(str::to_owned);
        let named = !download.hosts.is_empty() || download.manifest.is_some();
        let hosts = named.then(|| {
            let own = download.addresses.iter().chain(&download.dated).chain(&download.manifest).filter_map(host);
            own.chain(download.hosts.iter().cloned()).collect()
        });
        self.importer.client.within(Limits { max_bytes: download.at_most, hosts })
    }

    /// The files of a source.
    pub(super) async fn wanted(&self, client: &Client, download: &Download) -> Result<Vec<Wanted>, Trouble> {
        let mut wanted: Vec<Wanted> = download.addresses.iter().cloned().map(Wanted::at).collect();
        let today = self.importer.clock.today();
        wanted.extend(download.dated.iter().map(|pattern| Wanted { addresses: dated(pattern, today), listed: None }));
        if let Some(address) = &download.manifest {
            wanted.extend(self.listed(client, address).await?);
        }
        Ok(wanted)
    }

    /// The files that a manifest names, as far as they are read.
    async fn listed(&self, client: &Client, address: &str) -> Result<Vec<Wanted>, Trouble> {
        let unreadable = |why: String| Trouble {
            end: SyncEnd::Failed,
            code: "unreadable",
            message: format!("{address}: the manifest cannot be used: {why}; look at it in a browser"),
        };
        let none = Validators::default();
        let got = self.ask(client, address, &none).await?;
        let got = got.ok_or_else(|| FetchError::Status { url: address.to_owned(), code: 304 })?;
        let read = manifest::read(Input::new(&got.path));
        // What stays is removed by the next sync.
        let _ = std::fs::remove_file(&got.path);
        let base = Url::parse(address).map_err(|why| unreadable(why.to_string()))?;
        let files: Vec<Listed> = read.map_err(unreadable)?.files.into_iter().filter(Listed::is_read).collect();
        if !files.iter().any(|file| file.resource == "Organization") {
            return Err(unreadable("it names no file of organizations".to_owned()));
        }
        files
            .into_iter()
            .map(|file| {
                let address = file.address(&base).map_err(unreadable)?;
                Ok(Wanted { addresses: vec![address], listed: Some(file) })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn this_month_and_the_last() {
        let names = |today| dated("https://a.example.org/x_{Month}_{Year}_V2.zip", today);
        assert_eq!(
            names(date(2026, 11, 30)),
            ["https://a.example.org/x_November_2026_V2.zip", "https://a.example.org/x_October_2026_V2.zip"]
        );
        assert_eq!(
            names(date(2027, 1, 31)),
            ["https://a.example.org/x_January_2027_V2.zip", "https://a.example.org/x_December_2026_V2.zip"]
        );
    }
}
