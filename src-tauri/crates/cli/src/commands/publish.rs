//! `studio prepare` and `studio publish`.

use std::{
    io::IsTerminal,
    path::{Path, PathBuf},
};

use app::{App, PrepareRequest};
use contract::{Code, Failure, PrepareView, PublishView, Resolution};
use tokio_util::sync::CancellationToken;

use crate::{
    arguments::{Publish, PublishCommand},
    output::Output,
    progress::Progress,
};

pub(super) async fn prepare(
    app: &App,
    draft_id: String,
    screenshot: Option<PathBuf>,
    without_photos: bool,
    output: Output,
    stop: CancellationToken,
) -> Result<(), Failure> {
    if let Some(target) = &screenshot {
        writable(target).await?;
    }
    let progress = Progress::of(app);
    let view = app
        .prepare(
            PrepareRequest {
                draft_id,
                account: None,
                without_photos,
            },
            stop,
        )
        .await?;
    drop(progress);
    if let Some(target) = screenshot
        && let Some(picture) = view
            .preview_url
            .as_deref()
            .and_then(|url| app.picture_file(url))
    {
        fs_err::tokio::copy(picture, &target).await.map_err(|e| {
            Failure::new(
                Code::StorageUnavailable,
                format!("The form is filled, but its picture cannot be saved: {e}."),
            )
        })?;
    }
    output.view(&view, prepared)?;
    if view.needs_manual {
        leave_to_the_person(app, output).await;
    }
    Ok(())
}

/// The page in which the site asks stays open as long as the person wants it.
async fn leave_to_the_person(app: &App, output: Output) {
    if output.json || !std::io::stdin().is_terminal() || !app.show_held_page().await {
        return;
    }
    eprintln!("The browser stays open. Answer there, then press Enter here.");
    let read = tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new()));
    if let Ok(Err(error)) = read.await {
        tracing::warn!(%error, "the terminal could not be read");
    }
}

/// Found out before the form is filled: a token whose picture cannot be saved would be lost with it.
async fn writable(target: &Path) -> Result<(), Failure> {
    let opened = fs_err::tokio::OpenOptions::new()
        .create(true)
        .append(true)
        .open(target)
        .await;
    opened.map(drop).map_err(|e| {
        Failure::new(
            Code::InvalidField,
            format!("The picture cannot be saved there: {e}. Nothing was done."),
        )
        .with(serde_json::json!({ "fields": { "screenshot": "invalid_field" } }))
    })
}

fn prepared(view: &PrepareView) -> String {
    if view.needs_manual {
        return format!(
            "The site wants you ({}). Nothing was published; open the site in your browser, answer, then prepare again.",
            view.reason.as_deref().unwrap_or("unknown")
        );
    }
    let mut lines: Vec<String> = view
        .field_order
        .iter()
        .filter_map(|name| view.fields.get(name).map(|f| (name, f)))
        .map(|(name, f)| {
            format!(
                "{:<13} {:<7} {}",
                name,
                f.state,
                f.value.as_deref().unwrap_or("")
            )
        })
        .collect();
    if !view.warnings.is_empty() {
        lines.push(format!("warnings: {}", view.warnings.join(", ")));
    }
    lines.push(format!(
        "valid until {}",
        view.expires_at.as_deref().unwrap_or("?")
    ));
    lines.push(
        "Nothing is published yet. To publish: studio publish TOKEN --live, with this token:"
            .to_owned(),
    );
    lines.push(view.confirm_token.clone().unwrap_or_default());
    lines.join("\n")
}

pub(super) async fn publish(app: &App, arguments: Publish, output: Output) -> Result<(), Failure> {
    if let Some(PublishCommand::Resolve { draft, outcome }) = arguments.command {
        let resolution = match outcome.published {
            Some(listing_id) => Resolution::Published { listing_id },
            None => Resolution::NotPublished,
        };
        return output.view(&app.resolve_publish(&draft, &resolution).await?, published);
    }
    let token = arguments.token.unwrap_or_default();
    let progress = Progress::of(app);
    let view = app
        .publish(&token, arguments.live, arguments.idempotency_key.as_deref())
        .await?;
    drop(progress);
    output.view(&view, published)?;
    if view.needs_manual {
        leave_to_the_person(app, output).await;
    }
    Ok(())
}

fn published(view: &PublishView) -> String {
    if view.dry_run {
        return "Dry run: the confirmation is valid, nothing was published. Add --live to publish."
            .to_owned();
    }
    if view.needs_manual {
        return format!(
            "The site wants you ({}). Nothing was published.",
            view.reason.as_deref().unwrap_or("unknown")
        );
    }
    let mut lines = Vec::new();
    match (&view.listing_url, view.replayed) {
        (Some(url), false) => lines.push(format!("published: {url}")),
        (Some(url), true) => lines.push(format!("published before, not again: {url}")),
        (None, _) => lines.push("noted: not published".to_owned()),
    }
    for (field, value) in view.readback.iter().filter(|(_, v)| !v.same) {
        lines.push(format!(
            "{field}: sent {}, the site stored {}",
            value.sent.as_deref().unwrap_or("nothing"),
            value.stored.as_deref().unwrap_or("nothing")
        ));
    }
    if !view.warnings.is_empty() {
        lines.push(format!("warnings: {}", view.warnings.join(", ")));
    }
    lines.join("\n")
}
