//! `studio restore FILE.zip`.

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
    let result = app.restore_drafts(file, stop).await?;
    output.view(&result, |r| {
        let mut lines = vec![format!(
            "put back: {} drafts, {} photos; {} drafts were here already",
            r.drafts, r.photos, r.skipped
        )];
        lines.extend(
            r.missing
                .iter()
                .map(|hash| format!("not in the file: photo {hash}")),
        );
        lines.join("\n")
    })
}
