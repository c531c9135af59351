//! `studio prepare` and `studio publish`.

use std::{
    io::IsTerminal,
    path::{Path, PathBuf},
};

use app::{App, PrepareRequest};
use contract::{CandidateView, Code, Failure, PrepareView, PublishView, Resolution, UnknownView};
use tokio_util::sync::CancellationToken;

use crate::{
    arguments::{Publish, PublishCommand},
    output::{Output, note},
    progress::Progress,
};

pub(super) async fn prepare(
    app: &App,
    request: PrepareRequest,
    screenshot: Option<PathBuf>,
    output: Output,
    stop: CancellationToken,
) -> Result<(), Failure> {
    if let Some(target) = &screenshot {
        writable(target).await?;
    }
    let progress = Progress::of(app);
    let view = app.prepare(request, stop).await?;
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
    note("The browser stays open. Answer there, then press Enter here.");
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
    if let Some(range) = &view.suggested_price {
        let units = |cents: u32| f64::from(cents) / 100.0;
        lines.push(format!(
            "the site suggests {:.2} to {:.2} {}",
            units(range.min_cents),
            units(range.max_cents),
            range.currency
        ));
    }
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

pub(super) async fn publish(
    app: &App,
    arguments: Publish,
    output: Output,
    stop: CancellationToken,
) -> Result<(), Failure> {
    if let Some(PublishCommand::Resolve { draft, outcome }) = arguments.command {
        let resolution = match (outcome.published, outcome.not_published) {
            (Some(listing_id), _) => Resolution::Published { listing_id },
            (None, true) => Resolution::NotPublished,
            (None, false) => {
                return output.view(&app.publish_evidence(&draft, Some(stop)).await?, evidence);
            }
        };
        return output.view(&app.resolve_publish(&draft, &resolution).await?, published);
    }
    let token = arguments.token.unwrap_or_default();
    let key = arguments.idempotency_key.as_deref();
    let progress = Progress::of(app);
    let view = if arguments.by_hand {
        eprintln!(
            "The filled form opens in a browser. Press the site's button there yourself; Ctrl-C stops waiting."
        );
        app.publish_by_hand(&token, key, stop).await?
    } else {
        app.publish(&token, arguments.live, key).await?
    };
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
    if view.pending {
        lines.push("The site is reviewing it and does not show it to others yet.".to_owned());
    }
    lines.extend(view.message.clone());
    if !view.warnings.is_empty() {
        lines.push(format!("warnings: {}", view.warnings.join(", ")));
    }
    lines.join("\n")
}

/// What was sent, above what is new among the own items.
fn evidence(view: &UnknownView) -> String {
    if let Some(settled) = &view.settled {
        return published(settled);
    }
    let sent = &view.sent;
    let mut lines = vec![
        format!("sent as {} at {}:", view.account, sent.at),
        format!(
            "  {} | {} | {} photos",
            sent.title,
            money(Some(sent.price_cents), &sent.currency),
            sent.photos
        ),
    ];
    lines.push(match (&view.looked_at, &view.not_looked) {
        (None, _) => "Your items could not be read since.".to_owned(),
        (Some(at), Some(_)) => format!("new among your items when they were last read, {at}:"),
        (Some(at), None) => format!("new among your items now, {at}:"),
    });
    let row = |c: &CandidateView| {
        format!(
            "  {} {} | {} | {} | {} photos | {}\n    {}",
            if c.fits { "fits  " } else { "other " },
            c.listing_id,
            c.title,
            money(c.price_cents, &sent.currency),
            c.photos.map_or_else(|| "?".to_owned(), |n| n.to_string()),
            c.created_at.as_deref().unwrap_or("no time"),
            c.url
        )
    };
    lines.extend(view.candidates.iter().map(row));
    if view.candidates.is_empty() && view.looked_at.is_some() {
        lines.push("  nothing".to_owned());
    }
    if let Some(code) = &view.not_looked {
        lines.push(format!("They could not be read just now: {code}."));
    }
    lines.push(format!(
        "Look at your items on the site, then: studio publish resolve {} --published ID, or --not-published",
        view.draft_id
    ));
    lines.join("\n")
}

fn money(cents: Option<u32>, currency: &str) -> String {
    cents.map_or_else(
        || "no price".to_owned(),
        |cents| format!("{}.{:02} {currency}", cents / 100, cents % 100),
    )
}
