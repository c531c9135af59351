//! `studio model` and `studio analyze --provider openai`.

use std::io::Read;

use app::App;
use contract::{Code, Failure, ModelAnalysisView, OwnModelView};
use indicatif::ProgressBar;
use secrecy::SecretString;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::{arguments::Model, output::Output};

/// Longest key that is read, in bytes.
const MAX_KEY: u64 = 10_000;

pub(super) async fn run(
    app: &App,
    command: Model,
    output: Output,
    stop: CancellationToken,
) -> Result<(), Failure> {
    match command {
        Model::Show => output.view(&app.own_model().await?, shown),
        Model::Key { forget: true } => {
            app.forget_model_key().await?;
            output.view(&json!({ "key": "none" }), |_| "forgotten".to_owned())
        }
        Model::Key { forget: false } => {
            app.set_model_key(&typed()?, None).await?;
            output.view(&json!({ "key": "stored" }), |_| {
                "kept in the vault".to_owned()
            })
        }
        Model::Consent { withdraw: true, .. } => {
            output.view(&app.withdraw_model_consent().await?, shown)
        }
        Model::Consent {
            address: Some(address),
            ..
        } => output.view(&app.consent_to_model(&address).await?, shown),
        Model::Consent { address: None, .. } => output.view(&app.own_model().await?, |model| {
            format!(
                "{}\nTo allow it: studio model consent {}",
                model.consent_text, model.address
            )
        }),
        Model::Test => output.view(&app.test_model(&stop).await?, |test| {
            format!(
                "{} at {} answered in {} ms; it cost {:.4}",
                test.model, test.host, test.duration_ms, test.cost
            )
        }),
    }
}

pub(super) async fn analyze(
    app: &App,
    ids: Vec<String>,
    output: Output,
    stop: CancellationToken,
) -> Result<(), Failure> {
    // Draws nothing where stderr is no terminal.
    let bar = ProgressBar::new(100);
    let done = app
        .analyze_with_model(&ids, &stop, &|hundredths| {
            bar.set_position(u64::from(hundredths))
        })
        .await;
    bar.finish_and_clear();
    output.view(&done?, |view: &ModelAnalysisView| {
        let mut lines: Vec<String> = view
            .failed
            .iter()
            .map(|f| format!("{}: {}", f.draft_id, f.failure))
            .collect();
        lines.push(format!(
            "{} drafts; {} asked, {} answered before; it cost {:.4}",
            view.drafts.len(),
            view.asked,
            view.reused,
            view.cost
        ));
        lines.join("\n")
    })
}

/// The key on standard input: arguments stand in every list of processes.
fn typed() -> Result<SecretString, Failure> {
    let mut text = String::new();
    let read = std::io::stdin()
        .lock()
        .take(MAX_KEY)
        .read_to_string(&mut text);
    match read {
        Ok(_) => Ok(SecretString::from(text)),
        Err(_) => Err(Failure::new(
            Code::InvalidField,
            "The key could not be read. Give it on standard input: studio model key < FILE.",
        )),
    }
}

fn shown(model: &OwnModelView) -> String {
    let or = |text: &str| if text.is_empty() { "not set" } else { text }.to_owned();
    let mut lines = vec![
        format!("address  {}", or(&model.address)),
        format!("model    {}", or(&model.model)),
        format!("key      {}", model.key),
        format!(
            "spent    {:.4} of {:.2} in {}",
            model.spending.spent, model.spending.budget, model.spending.month
        ),
    ];
    if !model.lacks.is_empty() {
        lines.push(format!("missing  {}", model.lacks.join(", ")));
    }
    lines.join("\n")
}
