//! `studio export FILE.zip`.

use std::path::Path;

use app::App;
use contract::Failure;
use tokio_util::sync::CancellationToken;

use crate::output::Output;

pub(super) async fn run(
    app: &App,
    file: &Path,
    output: Output,
    stop: CancellationToken,
) -> Result<(), Failure> {
    let result = app.export_drafts(file, stop).await?;
    output.view(&result, |r| {
        let mut lines = vec![format!(
            "{}: {} drafts, {} photos",
            file.display(),
            r.drafts,
            r.photos
        )];
        lines.extend(
            r.missing
                .iter()
                .map(|hash| format!("missing or damaged on the disk: photo {hash}")),
        );
        lines.join("\n")
    })
}
