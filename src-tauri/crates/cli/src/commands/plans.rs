//! `studio plans`.

use app::{App, PileWay, ports::DraftStyle};
use contract::{Failure, PhotoPlanView, PileEdit, PileView, PlanSummary};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::{
    arguments::Plans,
    output::{Output, note},
    progress::Progress,
};

pub(super) async fn run(
    app: &App,
    command: Plans,
    output: Output,
    stop: CancellationToken,
) -> Result<(), Failure> {
    let plan = match command {
        Plans::List => {
            let plans = app.photo_plans().await?;
            return output.view(&json!({ "plans": plans }), |_| {
                plans.iter().map(summary).collect::<Vec<_>>().join("\n")
            });
        }
        Plans::Drafts {
            id,
            minimal,
            skip_validation,
        } => {
            let style = DraftStyle {
                minimal,
                skip_validation,
            };
            let made = app.make_plan_drafts(&id, style).await?;
            return output.view(&made, |made| made.draft_ids.join("\n"));
        }
        Plans::Show { id } => app.photo_plan(&id).await?,
        Plans::Start { photos } => {
            let begun = app.start_plan(&photos).await?;
            to_its_end(app, &begun.id, &stop).await?
        }
        Plans::Stop { id } => app.cancel_plan(&id).await?,
        Plans::Resume { id } => {
            app.resume_plan(&id).await?;
            to_its_end(app, &id, &stop).await?
        }
        Plans::Merge { id, piles } => changed(app, &id, PileEdit::Merge { piles }, &stop).await?,
        Plans::Split { id, pile, photos } => {
            changed(app, &id, PileEdit::Split { pile, photos }, &stop).await?
        }
        Plans::Move { id, pile, photos } => {
            changed(app, &id, PileEdit::Move { photos, pile }, &stop).await?
        }
        Plans::Undo { id, redo } => {
            let way = if redo { PileWay::Redo } else { PileWay::Undo };
            let plan = app.undo_piles(&id, way).await?;
            filled(app, plan, &stop).await?
        }
    };
    if let Some(problem) = &plan.problem {
        note(&problem.message);
    }
    output.view(&plan, piles)
}

/// Changes piles, and waits for their drafts to be filled anew where they follow.
async fn changed(
    app: &App,
    id: &str,
    edit: PileEdit,
    stop: &CancellationToken,
) -> Result<PhotoPlanView, Failure> {
    let plan = app.edit_piles(id, &[edit]).await?;
    filled(app, plan, stop).await
}

/// Waits for drafts that are filled anew. Photos that are still looked at, or a run that was stopped, are left alone.
async fn filled(
    app: &App,
    plan: PhotoPlanView,
    stop: &CancellationToken,
) -> Result<PhotoPlanView, Failure> {
    if plan.state == "filling" {
        to_its_end(app, &plan.id, stop).await
    } else {
        Ok(plan)
    }
}

async fn to_its_end(
    app: &App,
    id: &str,
    stop: &CancellationToken,
) -> Result<PhotoPlanView, Failure> {
    let progress = Progress::of(app);
    let over = app.plan_over(id, stop).await;
    drop(progress);
    over
}

fn summary(plan: &PlanSummary) -> String {
    format!(
        "{}  {}  {} of {} photos, {} piles, {}",
        plan.id, plan.state, plan.done, plan.total, plan.piles, plan.created_at
    )
}

fn piles(plan: &PhotoPlanView) -> String {
    let mut lines = vec![format!(
        "{}  {}  {} of {} photos",
        plan.id, plan.state, plan.done, plan.total
    )];
    lines.extend(plan.piles.iter().map(pile));
    lines.join("\n")
}

fn pile(pile: &PileView) -> String {
    let photos = pile.photos.iter().map(|photo| {
        let doubt = if photo.unsure { " ?" } else { "" };
        format!("\n    {}  {}{doubt}", photo.id, photo.filename)
    });
    format!(
        "  {}  {} ({:.2}){}{}",
        pile.number,
        pile.reason,
        pile.confidence,
        pile.draft_id
            .as_ref()
            .map(|id| format!("  draft {id}"))
            .unwrap_or_default(),
        photos.collect::<String>()
    )
}
