//! Which rules a night was last held against. It stays in the folder of the night and is not served.

use std::{io, path::Path};

use super::rules::Rules;

const FILE: &str = ".rules";

/// Notes that the night in a folder keeps these rules.
pub fn write(folder: &Path, rules: &Rules) -> io::Result<()> {
    let aside = folder.join(".rules.new");
    std::fs::write(&aside, rules.digest())?;
    std::fs::rename(aside, folder.join(FILE))
}

/// Does the night in a folder keep the rules of this digest?
pub fn keeps(folder: &Path, digest: &str) -> bool {
    std::fs::read_to_string(folder.join(FILE)).is_ok_and(|kept| kept == digest)
}
