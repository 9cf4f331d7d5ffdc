//! `connector serve`.

use std::{io::IsTerminal as _, net::SocketAddr, process::ExitCode, sync::Arc, time::Duration};

use anyhow::{Context as _, anyhow};
use clap::Args;
use connector::{
    app::{App, count, days, enrol, follow, index_folder, watch, write_counts},
    changes::webhooks,
    claims::recheck,
    mail, manage, profile, routes,
    search::index::Index,
    site,
    sources::run::{Importer, Progress},
};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use super::{Settings, Tools, nightly, room, schedule};

/// How long requests in flight may take to end after a signal.
const GRACE: Duration = Duration::from_secs(30);

#[derive(Debug, Args)]
#[command(after_help = "\
With CONNECTOR_SYNC=on (or sync = \"on\" in the settings file) the server fetches the lists of sources.toml when they
are due, one after the other, and takes in what is new. Without it nothing is fetched: see `connector sync`.

Every night at CONNECTOR_DUMPS (03:00 UTC; off) it writes everything that is public as files, to be had at /data.")]
pub(super) struct Serve {
    /// Address and port to answer on.
    #[arg(long, env = "CONNECTOR_LISTEN", value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// Begin with an empty directory instead of the starter directory.
    #[arg(long)]
    no_starter: bool,
    #[command(flatten)]
    settings: Settings,
}

impl Serve {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        log_to_standard_error();
        let config = self.settings.config(self.listen)?;
        site::check_brand(&config).map_err(|why| anyhow!(why))?;
        // The port first: a taken one must be told before a second server touches the data.
        let listener =
            TcpListener::bind(config.listen).await.map_err(|error| busy(&config.listen.to_string(), &error))?;
        let tools = Tools::open(config).await?;
        let _serving = room::serving(&tools.config.data);
        let client = tools.client()?;
        if !self.no_starter {
            let scratch = tools.scratch()?;
            let importer = Importer {
                store: &tools.store,
                registry: &tools.registry,
                client: &client,
                clock: &tools.clock,
                scratch: &scratch,
                progress: &Silent,
            };
            importer.starter().await?;
        }
        let carrier = mail::Carrier::new(&tools.config)?;
        let index = Index::open(&index_folder(&tools.config))?;
        let app = App::new(tools.store, index, tools.clock, tools.config);
        if app.config.sync {
            schedule::start(app.config.clone())?;
        }
        nightly::start(app.config.clone())?;
        // Before anybody is answered: the days went on while nothing ran.
        days::look(&app).await;
        let turning = tokio::spawn(days::turn(app.clone()));
        let following = tokio::spawn(follow(app.clone()));
        let watching = tokio::spawn(watch(app.clone()));
        let enrolling = tokio::spawn(enrol(app.clone()));
        let counting = tokio::spawn(count(app.clone()));
        let publishing = tokio::spawn(profile::keep_days(app.clone()));
        let proving = tokio::spawn(recheck::run(app.clone()));
        let telling = tokio::spawn(webhooks::run(app.clone(), client));
        let tending = tokio::spawn(manage::tend(app.clone()));
        let mailing = tokio::spawn(mail::run(app.clone(), carrier, Arc::new(|line| println!("{line}"))));
        let router = routes::router(&app);
        tracing::info!(address = %listener.local_addr()?, data = %app.config.data.display(), "answering");
        println!("Connector answers at http://{}", listener.local_addr()?);
        let stop = Arc::new(tokio::sync::Notify::new());
        let served = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
            .with_graceful_shutdown({
                let stop = stop.clone();
                async move { stop.notified().await }
            });
        let mut served = tokio::spawn(served.into_future());
        tokio::select! {
            ended = &mut served => { ended??; }
            () = asked_to_stop() => {
                tracing::info!("stopping; requests in flight are finished");
                app.ready.stop();
                stop.notify_one();
                if tokio::time::timeout(GRACE, served).await.is_err() {
                    tracing::warn!("some requests took longer than {} seconds and were cut off", GRACE.as_secs());
                }
            }
        }
        // They end by themselves once they are asked to.
        app.ready.stop();
        let _ = tokio::join!(telling, tending, mailing);
        counting.abort();
        publishing.abort();
        turning.abort();
        write_counts(&app).await;
        following.abort();
        watching.abort();
        enrolling.abort();
        proving.abort();
        Ok(ExitCode::SUCCESS)
    }
}

struct Silent;

impl Progress for Silent {
    fn rows(&self, _: &str, _: u64) {}
    fn writing(&self, _: u64, _: u64) {}
    fn line(&self, line: &str) {
        tracing::debug!("{line}");
    }
}

fn busy(address: &str, error: &std::io::Error) -> anyhow::Error {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            anyhow!("{address} is taken by another program; stop it or choose another with --listen 127.0.0.1:8081")
        }
        _ => anyhow!("{address} cannot be listened on: {error}"),
    }
}

async fn asked_to_stop() {
    let Ok(mut term) = signal(SignalKind::terminate()).context("SIGTERM") else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

/// Logs say what the program does, never what a visitor searched for.
fn log_to_standard_error() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sqlx=warn,hyper=warn,rmcp=off"));
    let _ = tracing_subscriber::fmt()
        .with_ansi(std::io::stderr().is_terminal())
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .try_init();
}
