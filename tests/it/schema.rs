//! The program as a tool: it explains itself, opens a folder as often as one likes, and finds a fresh one in order.

use connector::config::KEYS;

use crate::{
    lists::{bundle, word, write},
    program::{check, connector, export, ran, run},
};

#[test]
fn a_fresh_folder_is_in_order_and_opens_again_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("not/there/yet");
    assert_eq!(check(&data)["revisions"], 0);
    assert!(data.join("connector.db").is_file(), "the folder is made when it is not there");
    let first = ran(&data, &["check"]).ok().out;
    assert!(first.starts_with("Store, log and index agree: 0 revisions"), "{first}");
    let list = write(folder.path(), "list.json", bundle(3, 0));
    ran(&data, &["import", "--no-starter", "--source", "mine", word(&list)]).ok();
    let (before, said) = (export(&data), check(&data));
    assert_eq!(before.len(), 4, "a source and three organizations");
    assert_eq!((export(&data), check(&data)), (before, said));
}

#[test]
fn a_folder_that_cannot_be_made_is_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "file", "not a folder");
    let ran = ran(&file.join("data"), &["check"]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.lines().count()), (Some(1), "", 1), "{ran:?}");
    assert!(ran.err.contains("--data"), "it says what to do: {}", ran.err);
}

#[test]
fn a_database_of_something_else_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(
        folder.path(),
        "connector.db",
        "this is no database, and it is long enough to be read as one\n".repeat(40),
    );
    let before = std::fs::read(&file).unwrap();
    let ran = ran(folder.path(), &["check"]);
    assert_eq!((ran.code, ran.err.lines().count()), (Some(1), 1), "{ran:?}");
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[test]
fn config_explains_every_key_and_what_it_is_now() {
    let folder = tempfile::tempdir().unwrap();
    let settings = write(folder.path(), "my.toml", "operator = \"From the file\"\nlisten = \"127.0.0.1:7001\"\n");
    let mut command = connector(folder.path(), &["config", "--config", word(&settings)]);
    let out =
        run(command.env("CONNECTOR_LISTEN", "127.0.0.1:7002").env("CONNECTOR_DATABASE", "postgres://me:hushhush@db/x"))
            .ok()
            .out;
    for key in KEYS {
        assert!(out.contains(&format!("{} / {}", key.key, key.variable)), "{}: {out}", key.key);
        assert!(out.contains(key.meaning), "{}: {out}", key.key);
    }
    assert!(out.contains("now: From the file"), "the file counts: {out}");
    assert!(out.contains("now: 127.0.0.1:7002"), "the environment is stronger: {out}");
    assert!(!out.contains("hushhush"), "no password is repeated: {out}");
}

#[test]
fn a_setting_that_is_wrong_is_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    let settings = write(folder.path(), "my.toml", "colour = \"blue\"\n");
    let unknown = ran(folder.path(), &["config", "--config", word(&settings)]);
    assert_eq!(unknown.code, Some(1));
    assert!(unknown.err.contains("my.toml") && unknown.err.contains("colour"), "{unknown:?}");
    let wrong = run(connector(folder.path(), &["check"]).env("CONNECTOR_PUBLIC_URL", "example.org"));
    assert_eq!((wrong.code, wrong.err.lines().count()), (Some(1), 1), "{wrong:?}");
    assert!(wrong.err.contains("public_url"), "{wrong:?}");
}

#[test]
fn every_command_names_its_flags() {
    let folder = tempfile::tempdir().unwrap();
    for (command, flags) in [
        ("serve", vec!["--listen", "--data", "--no-starter", "--database", "--config", "CONNECTOR_LISTEN"]),
        ("import", vec!["--source", "--date", "--dry-run", "--json", "--no-starter", "--data", "Exit codes"]),
        ("export", vec!["--output", "--data"]),
        ("check", vec!["--json", "--data"]),
        ("rebuild-index", vec!["--data"]),
        ("config", vec!["--config"]),
    ] {
        let help = ran(folder.path(), &[command, "--help"]).ok().out;
        for flag in flags {
            assert!(help.contains(flag), "{command}: {flag} is not explained:\n{help}");
        }
        let all = ran(folder.path(), &["--help"]).ok().out;
        assert!(all.contains(command), "{command} is not in {all}");
    }
    let version = ran(folder.path(), &["--version"]).ok().out;
    assert!(version.contains(env!("CARGO_PKG_VERSION")), "{version}");
    for wrong in [vec!["fly"], vec!["import"], vec!["check", "--loud"], vec!["import", "--date", "soon", "x"]] {
        let ran = ran(folder.path(), &wrong);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{wrong:?}: {ran:?}");
    }
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert!(left.is_empty(), "asking for help makes nothing: {left:?}");
}
