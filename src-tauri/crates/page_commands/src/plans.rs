//! Looking at photos: runs over many, and the fields of one draft.

use app::{PileWay, ports::DraftStyle};
use contract::{
    AnalyzedDrafts, DraftView, PhotoPlanView, PileEdit, PlanDrafts, PlanSummary, Provider,
    Stoppable,
};

use crate::{Answer, Engine};

/// Begins a run over stored photos; told by `plan` events.
pub async fn start_plan(engine: &Engine, photo_ids: Vec<String>) -> Answer<PhotoPlanView> {
    engine.app.start_plan(&photo_ids).await
}

/// One run over photos.
pub async fn photo_plan(engine: &Engine, id: String) -> Answer<PhotoPlanView> {
    engine.app.photo_plan(&id).await
}

/// The runs over photos that are remembered, the newest first, without their piles.
pub async fn photo_plans(engine: &Engine) -> Answer<Vec<PlanSummary>> {
    engine.app.photo_plans().await
}

/// Stops a run after the photo that it is at.
pub async fn cancel_plan(engine: &Engine, id: String) -> Answer<PhotoPlanView> {
    engine.app.cancel_plan(&id).await
}

/// Goes on with a run that was stopped.
pub async fn resume_plan(engine: &Engine, id: String) -> Answer<PhotoPlanView> {
    engine.app.resume_plan(&id).await
}

/// Merges, splits and moves; the drafts of an import follow.
pub async fn edit_piles(
    engine: &Engine,
    id: String,
    edits: Vec<PileEdit>,
) -> Answer<PhotoPlanView> {
    engine.app.edit_piles(&id, &edits).await
}

/// Takes back the latest change of a run's piles, or does it again.
pub async fn undo_piles(engine: &Engine, id: String, redo: bool) -> Answer<PhotoPlanView> {
    let way = if redo { PileWay::Redo } else { PileWay::Undo };
    engine.app.undo_piles(&id, way).await
}

/// Makes the drafts of a run whose photos were looked at.
pub async fn make_plan_drafts(
    engine: &Engine,
    id: String,
    minimal: bool,
    skip_validation: bool,
) -> Answer<PlanDrafts> {
    let style = DraftStyle {
        minimal,
        skip_validation,
    };
    engine.app.make_plan_drafts(&id, style).await
}

/// Fills a draft's open fields from its photos; stopped as `analysis`.
pub async fn analyze_draft(
    engine: &Engine,
    id: String,
    provider: Provider,
) -> Answer<AnalyzedDrafts> {
    let stop = engine.stops.of(Stoppable::Analysis);
    engine.app.analyze_drafts(&[id], provider, stop).await
}

/// Takes the best suggestions of these fields as the person's word.
pub async fn accept_suggestions(
    engine: &Engine,
    id: String,
    fields: Vec<String>,
) -> Answer<DraftView> {
    engine.app.accept_suggestions(&id, &fields).await
}
