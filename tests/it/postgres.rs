//! A real PostgreSQL of its own for one test: made in a temporary folder, on loopback, gone at the end.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

pub struct Postgres {
    server: Child,
    port: u16,
    folder: TempDir,
    programs: PathBuf,
}

/// The newest installed PostgreSQL programs.
pub fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let mut versions: Vec<PathBuf> = versions.map(|entry| entry.path().join("bin")).collect();
    versions.sort();
    versions.into_iter().rev().find(|bin| bin.join("initdb").exists() && bin.join("postgres").exists())
}

/// PostgreSQL refuses to run as root: then its own user runs it.
fn command(program: &Path) -> Command {
    let root = Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout == b"0\n");
    if !root {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program).current_dir("/");
    command
}

impl Postgres {
    pub fn start(programs: &Path) -> Self {
        let folder = tempfile::Builder::new().prefix("connector-pg").tempdir().unwrap();
        let _ = Command::new("chown").arg("-R").arg("postgres").arg(folder.path()).status();
        let data = folder.path().join("data");
        let made = command(&programs.join("initdb"))
            .args(["-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C", "-D"])
            .arg(&data)
            .output()
            .unwrap();
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = command(&programs.join("postgres"))
            .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-k"])
            .arg(folder.path())
            .arg("-D")
            .arg(&data)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self { server, port, folder, programs: programs.to_owned() }
    }

    /// The address of a new empty database.
    pub async fn database(&self, name: &str) -> String {
        sqlx::any::install_default_drivers();
        let server = format!("postgres://postgres@127.0.0.1:{}/postgres", self.port);
        let started = Instant::now();
        let pool = loop {
            match sqlx::AnyPool::connect(&server).await {
                Ok(pool) => break pool,
                Err(error) if started.elapsed() > Duration::from_secs(30) => panic!("PostgreSQL: {error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        };
        let name: String = name.chars().take(60).collect();
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&pool).await.unwrap();
        pool.close().await;
        format!("postgres://postgres@127.0.0.1:{}/{name}", self.port)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let stop = ["stop", "-m", "immediate", "-D"];
        let data = self.folder.path().join("data");
        let _ = command(&self.programs.join("pg_ctl")).args(stop).arg(data).stdout(Stdio::null()).status();
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
