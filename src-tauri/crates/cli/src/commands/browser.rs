//! `studio browser`.

use app::App;
use contract::{BrowserView, Failure};
use tokio_util::sync::CancellationToken;

use crate::{arguments::Browser, output::Output, progress::Progress};

pub(super) async fn run(
    app: &App,
    command: Browser,
    output: Output,
    stop: CancellationToken,
) -> Result<(), Failure> {
    let view = match command {
        Browser::Status => app.browser_status().await?,
        Browser::Download => {
            let _progress = Progress::of(app);
            app.download_browser(stop).await?
        }
    };
    output.view(&view, text)
}

fn text(view: &BrowserView) -> String {
    let driven = match (&view.found, &view.problem) {
        (Some(found), _) => format!("{} ({}, {})", found.version, found.source, found.path),
        (None, Some(problem)) => problem.message.clone(),
        (None, None) => "no browser".to_owned(),
    };
    let download = match (&view.download.version, &view.download.reason) {
        (Some(version), _) => format!("download: {version} from {}", view.download.from),
        (None, reason) => format!("download: {}", reason.as_deref().unwrap_or("none")),
    };
    format!("{driven}\n{download}")
}
