//! A night into an empty data folder: a mirror of the Connector it is from.

use std::path::Path;

use super::{
    DumpError,
    make::{Progress, blocking},
    manifest::{MANIFEST, Manifest},
    origin::{Origin, Reader},
    rules::Rules,
    verify::verify,
};
use crate::store::Store;

/// Puts the night in a folder into an empty store, once every file of it is as its manifest says. Answers its manifest.
pub async fn restore(store: &Store, night: &Path, progress: &dyn Progress) -> Result<Manifest, DumpError> {
    progress.step("verifying");
    let folder = night.to_owned();
    let (manifest, wrong) = blocking(move || verify(&folder, |_| {})).await.map_err(|error| match error {
        DumpError::Io(error) => {
            DumpError::NotAsItSays { folder: night.display().to_string(), wrong: vec![format!("{MANIFEST}: {error}")] }
        }
        other => other,
    })?;
    if !wrong.is_empty() {
        return Err(DumpError::NotAsItSays { folder: night.display().to_string(), wrong });
    }
    // What the other Connector cut out is out of its files; what is recalled here from now on goes by the rules here.
    let mut reader = Reader::new(Origin::Kept(night.to_owned()), Rules::default());
    let mut restoring = store.restore(manifest.revision).await?;
    restoring.sources(reader.sources().await?).await?;
    progress.step("organizations");
    let mut done = 0;
    while let Some(page) = reader.organizations().await? {
        done += page.len() as u64;
        restoring.organizations(page).await?;
        progress.organizations(done, manifest.counts.organizations);
    }
    restoring.apps(reader.apps().await?).await?;
    while let Some(page) = reader.retired().await? {
        restoring.retired(page).await?;
    }
    restoring.finish().await?;
    Ok(manifest)
}
