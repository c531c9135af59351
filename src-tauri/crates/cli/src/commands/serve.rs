//! `studio serve`: the local HTTP API and the queue worker, in the foreground.

use std::{
    io::{IsTerminal, Write},
    net::SocketAddr,
    time::Duration,
};

use app::App;
use assembly::{built_page, sample_photos};
use contract::{Code, Failure};
use http_api::{Config, Limits, PageConfig, Server};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::serve_phone::{self, Phone};
use crate::output::{Output, note};

/// How long the phones' door has to close, as long as the API.
const STOP: Duration = Duration::from_secs(5);

/// How to serve.
pub(super) struct Serve {
    /// Where to listen.
    pub(super) listen: SocketAddr,
    /// Make another token first; the old one opens nothing any more.
    pub(super) new_token: bool,
    /// Show the page to a browser of this machine.
    pub(super) page: bool,
    /// `STUDIO_TOKEN`.
    pub(super) token: Option<SecretString>,
    /// Let phones in too.
    pub(super) phone: Option<Phone>,
}

pub(super) async fn run(
    app: &App,
    serve: Serve,
    output: Output,
    stop: CancellationToken,
) -> Result<(), Failure> {
    if serve.new_token {
        app.forget_api_token().await?;
    }
    let token = match serve.token {
        Some(token) => token,
        None => app.api_token().await?,
    };
    let settings = app.settings(None).await?;
    let config = Config {
        listen: serve.listen,
        token: token.clone(),
        lan: settings.settings.get("api_lan") == Some(&Value::Bool(true)),
        limits: Limits::of(&settings),
        page: serve.page.then(page).transpose()?,
    };
    let server = Server::start(app.clone(), config)
        .await
        .map_err(|e| e.failure())?;
    let url = server.url();
    let opened = match &serve.phone {
        Some(phone) => Some(serve_phone::open(app, phone).await),
        None => None,
    };
    let door = match opened.transpose() {
        Ok(door) => door,
        Err(failure) => {
            server.stop().await;
            return Err(failure);
        }
    };
    let mut told = json!({ "url": url });
    let page = server.page_link();
    if let Some((link, seconds)) = &page {
        told["page"] = json!({ "url": link, "seconds": seconds });
    }
    let mut paired_by = None;
    if let Some(door) = &door {
        let (link, seconds) = serve_phone::link(app, door)?;
        told["phone"] = serve_phone::view(door, &link, seconds);
        paired_by = Some((link, seconds));
    }
    output.view(&told, |_| match &door {
        Some(door) => format!("{url}\n{}", door.url()),
        None => url.clone(),
    })?;
    if let (Some(door), Some((link, seconds))) = (&door, paired_by)
        && std::io::stderr().is_terminal()
    {
        serve_phone::show(door, &link, seconds)?;
    }
    // Scripts read the address through a pipe and would wait for a full buffer.
    let _ = std::io::stdout().flush();
    // Secrets go to a person's eyes alone: `note` writes to the standard error, which may be a log.
    if std::io::stderr().is_terminal() {
        note(&format!("token: {}", token.expose_secret()));
        note(&format!("documentation: {url}/docs"));
        if let Some((link, seconds)) = &page {
            note(&format!(
                "the page, once within {} minutes: {link}",
                seconds / 60
            ));
        }
        if settings.settings.contains_key("webhooks") {
            let key = app.webhook_key().await?;
            note(&format!(
                "webhooks are signed with: {}",
                key.expose_secret()
            ));
        }
    }
    drop(token);

    // Photos that were being looked at when the program ended.
    if let Err(failure) = app.resume_plans().await {
        tracing::error!(%failure, "runs over photos do not go on");
        note(&format!("Runs over photos do not go on: {failure}"));
    }
    let background = stop.child_token();
    let events = tokio::spawn({
        let (app, stop) = (app.clone(), background.clone());
        async move { app.forward_queue_events(stop).await }
    });
    let webhooks = tokio::spawn({
        let (app, stop) = (app.clone(), background.clone());
        async move { app.run_webhooks(stop).await }
    });
    let worker = tokio::spawn(work(app.clone(), background.clone()));
    match &door {
        Some(door) => serve_phone::again(app.clone(), door, stop.clone()).await,
        None => stop.cancelled().await,
    }
    background.cancel();
    let phones = async {
        if let Some(door) = door
            && tokio::time::timeout(STOP, door.stop()).await.is_err()
        {
            tracing::warn!(
                "photos from phones are still being stored: the next start makes drafts of them"
            );
        }
    };
    tokio::join!(phones, server.stop());
    // The worker ends at its next safe point: a publish under way is not cut off.
    for task in [events, webhooks, worker] {
        if let Err(error) = task.await {
            tracing::error!(%error, "a task of the server ended before its time");
        }
    }
    Ok(())
}

/// The built page, and the sample photos that it offers.
fn page() -> Result<PageConfig, Failure> {
    let built = built_page().ok_or_else(|| {
        Failure::new(
            Code::NotAvailable,
            "The page did not come along with this program. Build it with `cargo xtask run`.",
        )
    })?;
    Ok(PageConfig {
        built,
        samples: sample_photos(),
    })
}

/// The queue worker. What keeps it from working is said; the API goes on without it.
async fn work(app: App, stop: CancellationToken) {
    let run = async {
        // Before the site is asked anything: a dead process's jobs wait for nobody's answer.
        app.rescue_jobs().await?;
        app.settle_open_attempts().await?;
        app.run_queue(stop, false).await
    };
    if let Err(failure) = run.await {
        tracing::error!(%failure, "the queue worker ended");
        note(&format!("The queue does not go on: {failure}"));
    }
}
