//! The piles of an analysis of many photos: looked at, changed, taken back.

use app::PileWay;
use axum::{
    Json,
    extract::{Path, State},
};
use contract::{PhotoPlanView, PileEdit, PileView};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::{Answer, ErrorAnswer},
    body::Body,
    state::Api,
};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(piles, edit))
        .routes(routes!(undo))
        .routes(routes!(redo))
}

#[derive(Serialize, ToSchema)]
struct Piles {
    job_id: String,
    /// `looking|ready|filling|done|stopped|failed`
    state: String,
    /// A change by a person can be taken back.
    can_undo: bool,
    /// One that was taken back can be done again.
    can_redo: bool,
    /// In the order of the roll; each photo is in one.
    piles: Vec<Pile>,
}

#[derive(Serialize, ToSchema)]
struct Pile {
    /// Names it in this analysis.
    number: u32,
    /// `taken_within|no_times|single|by_person|same_garment`
    reason: String,
    /// How sure, 0 to 1.
    confidence: f64,
    /// A person put it together: no run changes it.
    by_person: bool,
    /// The draft made of it, where there is one.
    draft_id: Option<String>,
    photos: Vec<PilePhoto>,
}

#[derive(Serialize, ToSchema)]
struct PilePhoto {
    id: String,
    filename: String,
    thumb_url: String,
    /// It might as well belong to the pile before or after.
    unsure: bool,
}

impl From<PhotoPlanView> for Piles {
    fn from(plan: PhotoPlanView) -> Self {
        Self {
            job_id: plan.id,
            state: plan.state,
            can_undo: plan.can_undo,
            can_redo: plan.can_redo,
            piles: plan.piles.into_iter().map(Pile::from).collect(),
        }
    }
}

impl From<PileView> for Pile {
    fn from(pile: PileView) -> Self {
        let photos = pile.photos.into_iter().map(|photo| PilePhoto {
            id: photo.id,
            filename: photo.filename,
            thumb_url: photo.thumb_url,
            unsure: photo.unsure,
        });
        Self {
            number: pile.number,
            reason: pile.reason,
            confidence: pile.confidence,
            by_person: pile.by_person,
            draft_id: pile.draft_id,
            photos: photos.collect(),
        }
    }
}

#[derive(Deserialize, ToSchema)]
struct Edits {
    /// 1 to 500; all are done, or none.
    edits: Vec<Edit>,
}

#[derive(Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Edit {
    /// All photos of these piles into the first.
    Merge { piles: Vec<u32> },
    /// These photos leave their pile for one of their own.
    Split { pile: u32, photos: Vec<String> },
    /// These photos, from whichever piles, into one.
    Move { photos: Vec<String>, pile: u32 },
}

impl From<Edit> for PileEdit {
    fn from(edit: Edit) -> Self {
        match edit {
            Edit::Merge { piles } => Self::Merge { piles },
            Edit::Split { pile, photos } => Self::Split { pile, photos },
            Edit::Move { photos, pile } => Self::Move { photos, pile },
        }
    }
}

/// The piles of an analysis as they are now.
#[utoipa::path(
    get, path = "/bulk/jobs/{id}/piles", tag = "bulk", params(("id" = String, Path)),
    responses((status = 200, body = Piles), (status = 404, body = ErrorAnswer))
)]
async fn piles(State(api): State<Api>, Path(id): Path<String>) -> Answer<Json<Piles>> {
    Ok(Json(api.app.photo_plan(&id).await?.into()))
}

/// Changes piles as a person does; no later run undoes it. 409 where drafts were made of them by `/bulk/generate`: these
/// are changed themselves. 422 for a pile or photo that is not there.
#[utoipa::path(
    post, path = "/bulk/jobs/{id}/piles", tag = "bulk", params(("id" = String, Path)),
    request_body(content = Edits, example = json!({ "edits": [{ "kind": "merge", "piles": [1, 2] }] })),
    responses(
        (status = 200, body = Piles), (status = 404, body = ErrorAnswer), (status = 409, body = ErrorAnswer),
        (status = 422, body = ErrorAnswer)
    )
)]
async fn edit(
    State(api): State<Api>,
    Path(id): Path<String>,
    Body(asked): Body<Edits>,
) -> Answer<Json<Piles>> {
    let edits: Vec<PileEdit> = asked.edits.into_iter().map(PileEdit::from).collect();
    Ok(Json(api.app.edit_piles(&id, &edits).await?.into()))
}

/// Takes back the latest change of the piles. 409 where there is none.
#[utoipa::path(
    post, path = "/bulk/jobs/{id}/piles/undo", tag = "bulk", params(("id" = String, Path)),
    responses((status = 200, body = Piles), (status = 404, body = ErrorAnswer), (status = 409, body = ErrorAnswer))
)]
async fn undo(State(api): State<Api>, Path(id): Path<String>) -> Answer<Json<Piles>> {
    Ok(Json(api.app.undo_piles(&id, PileWay::Undo).await?.into()))
}

/// Does again what was taken back last. 409 where there is nothing.
#[utoipa::path(
    post, path = "/bulk/jobs/{id}/piles/redo", tag = "bulk", params(("id" = String, Path)),
    responses((status = 200, body = Piles), (status = 404, body = ErrorAnswer), (status = 409, body = ErrorAnswer))
)]
async fn redo(State(api): State<Api>, Path(id): Path<String>) -> Answer<Json<Piles>> {
    Ok(Json(api.app.undo_piles(&id, PileWay::Redo).await?.into()))
}
