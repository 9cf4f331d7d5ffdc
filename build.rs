//! Builds the styles, script and pictures of the pages (`assets/`, by npm) when they are missing or older than their
//! sources, so that `cargo build` alone makes a whole program.

use std::{
    fs,
    path::Path,
    process::{Command, exit},
    time::SystemTime,
};

/// What the built files are made from.
const SOURCES: &[&str] =
    &["assets/src", "assets/build.mjs", "assets/picker.mjs", "assets/package.json", "assets/package-lock.json"];
/// Sentences that stand in a built script, in the folder of each language.
const WORDS: &[&str] = &["picker.ftl", "kinds.ftl"];
const BUILT: &str = "assets/dist/site.css";
const INSTALLED: &str = "assets/node_modules/.package-lock.json";

fn main() {
    for source in SOURCES.iter().chain(&[BUILT, "build.rs"]) {
        println!("cargo::rerun-if-changed={source}");
    }
    // Read by macros at compile time, which do not tell cargo of new files.
    for folder in ["locales", "content", "templates", "assets/released"] {
        println!("cargo::rerun-if-changed={folder}");
    }
    languages();
    let words = fs::read_dir("locales").into_iter().flatten().filter_map(Result::ok);
    let words = words.flat_map(|language| WORDS.iter().filter_map(move |file| newest(&language.path().join(file))));
    let sources = SOURCES.iter().filter_map(|source| newest(Path::new(source))).chain(words).max();
    if newest(Path::new(BUILT)) >= sources && newest(Path::new(BUILT)).is_some() {
        return;
    }
    if newest(Path::new(INSTALLED)) < newest(Path::new("assets/package-lock.json")) {
        npm(&["ci"], "npm could not install the packages of assets/package-lock.json; is the network there?");
    }
    npm(&["run", "build"], "the styles in assets/ could not be built; run `npm run build` there to see why");
    // As old as its sources: a file younger than this run would make cargo run it all once more.
    if let (Some(time), Ok(built)) = (sources, fs::File::options().append(true).open(BUILT)) {
        let _ = built.set_modified(time);
    }
}

/// The languages of the pages are the folders in `locales/`: English, which stands in addresses without its code, and the
/// others by their codes.
fn languages() {
    let folders = fs::read_dir("locales").unwrap_or_else(|_| stop("locales/ is missing"));
    let mut codes: Vec<String> = folders
        .filter_map(Result::ok)
        .filter(|entry| entry.path().is_dir())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|code| code != "en")
        .collect();
    codes.sort();
    codes.insert(0, "en".to_owned());
    let name = |code: &String| {
        let mut letters = code.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters.filter(char::is_ascii_alphanumeric)).collect::<String>()
    };
    let variants: Vec<String> = codes.iter().map(|code| format!("/// `locales/{code}`.\n{},", name(code))).collect();
    let variants = variants.join("\n");
    let all: Vec<String> = codes.iter().map(|code| format!("Lang::{}", name(code))).collect();
    let text = format!(
        "/// A language of the pages.\n#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]\n\
         pub enum Lang {{\n{variants}\n}}\n\
         const LANGUAGES: [Lang; {}] = [{}];\nconst CODES: [&str; {}] = {codes:?};\n",
        codes.len(),
        all.join(", "),
        codes.len(),
    );
    let out = std::env::var_os("OUT_DIR").unwrap_or_else(|| stop("cargo says no OUT_DIR"));
    if fs::write(Path::new(&out).join("languages.rs"), text).is_err() {
        stop("the list of languages could not be written");
    }
}

/// When the newest file of a path was changed.
fn newest(path: &Path) -> Option<SystemTime> {
    let meta = fs::metadata(path).ok()?;
    if meta.is_dir() {
        fs::read_dir(path).ok()?.filter_map(|entry| newest(&entry.ok()?.path())).max()
    } else {
        meta.modified().ok()
    }
}

/// Runs npm in `assets/`, or ends the build with one clear line.
fn npm(arguments: &[&str], trouble: &str) {
    match Command::new("npm").args(arguments).current_dir("assets").output() {
        Ok(output) if output.status.success() => {}
        Ok(output) => {
            eprintln!("{}", String::from_utf8_lossy(&output.stderr));
            stop(trouble);
        }
        Err(_) => stop("Node.js with npm is needed to build the pages: apt-get install nodejs npm"),
    }
}

fn stop(line: &str) -> ! {
    println!("cargo::error={line}");
    exit(1)
}
