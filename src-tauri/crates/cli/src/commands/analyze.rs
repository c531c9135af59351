//! `studio analyze`.

use app::App;
use contract::Failure;
use tokio_util::sync::CancellationToken;

use super::drafts::line;
use crate::{
    arguments::Provider,
    output::{Output, note},
};

pub(super) async fn run(
    app: &App,
    ids: Vec<String>,
    provider: Provider,
    output: Output,
    stop: CancellationToken,
) -> Result<(), Failure> {
    let provider = match provider {
        Provider::Offline => contract::Provider::Offline,
        Provider::Openai => contract::Provider::Openai,
    };
    let analyzed = app.analyze_drafts(&ids, provider, stop).await?;
    for told in &analyzed.notes {
        note(&format!("{}: {}", told.draft_id, told.message));
    }
    output.view(&analyzed, |a| {
        a.drafts.iter().map(line).collect::<Vec<_>>().join("\n")
    })
}
