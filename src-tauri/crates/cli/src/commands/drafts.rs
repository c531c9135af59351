//! `studio drafts`.

use app::App;
use contract::{DraftChange, DraftFilter, DraftView, Failure, TableReport, TableRequest};
use serde_json::{Value, json};

use crate::{arguments::Drafts, input, output::Output};

pub(super) async fn run(app: &App, command: Drafts, output: Output) -> Result<(), Failure> {
    match command {
        Drafts::List { ready, search } => {
            let list = app.list_drafts(&DraftFilter { ready, search }).await?;
            output.view(&list, |l| {
                l.drafts.iter().map(line).collect::<Vec<_>>().join("\n")
            })
        }
        Drafts::Show { id } => output.view(&app.show_draft(&id).await?, whole),
        Drafts::Set { id, values } => {
            let changes: Vec<DraftChange> = values
                .into_iter()
                .map(|(key, value)| DraftChange {
                    key,
                    value: Value::String(typed(&value)),
                })
                .collect();
            output.view(&app.change_draft(&id, None, &changes).await?, line)
        }
        Drafts::Accept { id, fields } => {
            output.view(&app.accept_suggestions(&id, &fields).await?, line)
        }
        Drafts::Check { id } => {
            let check = app.check_draft(&id).await?;
            output.view(&check, |c| {
                if c.publish_ready {
                    "ready".to_owned()
                } else {
                    format!("not ready: {}", c.missing_fields.join(", "))
                }
            })
        }
        Drafts::FromTable {
            file,
            columns,
            dry_run,
        } => {
            let table = input::read(&file, app::MAX_TABLE, "table").await?;
            let request = TableRequest {
                columns: columns.into_iter().collect(),
                dry_run,
            };
            output.view(&app.import_table(&table, &request).await?, report)
        }
        Drafts::Remove { id } => {
            app.remove_draft(&id).await?;
            output.view(&json!({ "removed": id }), |_| "removed".to_owned())
        }
    }
}

/// Shells make a line break hard to type: `\n` is one.
fn typed(value: &str) -> String {
    value.replace("\\n", "\n")
}

pub(super) fn line(draft: &DraftView) -> String {
    let title = if draft.title.is_empty() {
        "(no title)"
    } else {
        &draft.title
    };
    let state = if draft.status != "draft" {
        draft.status.clone()
    } else if draft.flags.publish_ready {
        "ready".to_owned()
    } else {
        format!("needs {}", draft.missing_fields.join(", "))
    };
    format!("{}  {title}  [{state}]", draft.id)
}

fn report(report: &TableReport) -> String {
    let verb = if report.dry_run { "would make" } else { "made" };
    let mut lines = vec![format!(
        "{verb} {} drafts; {} are here already, {} rows were refused",
        report.made, report.here, report.refused
    )];
    for row in report.rows.iter().filter(|row| row.message.is_some()) {
        let why = row.message.as_deref().unwrap_or_default();
        lines.push(format!("line {}: {}  {why}", row.line, row.title));
    }
    if !report.ignored.is_empty() {
        lines.push(format!("not read: {}", report.ignored.join(", ")));
    }
    lines.join("\n")
}

fn whole(draft: &DraftView) -> String {
    // A view of strings and numbers always serialises.
    serde_json::to_string_pretty(draft).unwrap_or_else(|_| line(draft))
}
