//! Drafts.

use contract::{
    BulkAnswer, BulkChange, CategoryView, DraftChange, DraftCheck, DraftCounts, DraftFilter,
    DraftList, DraftPlace, DraftRowsPage, DraftRowsQuery, DraftRowsRequest, DraftVersion,
    DraftView, ProposalView, SuggestionView,
};

use crate::{Answer, Engine};

/// Whole drafts that fit.
pub async fn list_drafts(engine: &Engine, filter: DraftFilter) -> Answer<DraftList> {
    engine.app.list_drafts(&filter).await
}

/// One draft.
pub async fn show_draft(engine: &Engine, id: String) -> Answer<DraftView> {
    engine.app.show_draft(&id).await
}

/// Changes fields; refused where the draft is not at `revision` any more.
pub async fn change_draft(
    engine: &Engine,
    id: String,
    revision: Option<u32>,
    changes: Vec<DraftChange>,
) -> Answer<DraftView> {
    engine.app.change_draft(&id, revision, &changes).await
}

/// The gates of a draft, one by one.
pub async fn check_draft(engine: &Engine, id: String) -> Answer<DraftCheck> {
    engine.app.check_draft(&id).await
}

/// What is proposed for its open fields.
pub async fn draft_suggestions(engine: &Engine, id: String) -> Answer<Vec<SuggestionView>> {
    engine.app.draft_suggestions(&id).await
}

/// What is proposed for its fields, the best of each.
pub async fn draft_proposals(engine: &Engine, id: String) -> Answer<Vec<ProposalView>> {
    engine.app.draft_proposals(&id).await
}

/// Takes a draft away; `restore_draft` brings it back.
pub async fn remove_draft(engine: &Engine, id: String) -> Answer<()> {
    engine.app.remove_draft(&id).await
}

/// Brings back a draft that was removed.
pub async fn restore_draft(engine: &Engine, id: String) -> Answer<DraftView> {
    engine.app.restore_draft(&id).await
}

/// Gives a draft these photos, in this order.
pub async fn set_draft_photos(
    engine: &Engine,
    id: String,
    photo_ids: Vec<String>,
) -> Answer<DraftView> {
    engine.app.arrange_photos(&id, &photo_ids).await
}

/// A part of a list of drafts: light rows, however many drafts there are.
pub async fn draft_rows(engine: &Engine, request: DraftRowsRequest) -> Answer<DraftRowsPage> {
    engine.app.draft_rows(&request).await
}

/// The ids of a whole list in its order, to select a stretch or all of it.
pub async fn draft_ids(engine: &Engine, query: DraftRowsQuery) -> Answer<Vec<String>> {
    engine.app.draft_ids(&query).await
}

/// How many drafts there are for each filter.
pub async fn draft_counts(engine: &Engine, query: DraftRowsQuery) -> Answer<DraftCounts> {
    engine.app.draft_counts(&query).await
}

/// Where a draft stands on the bench, and its neighbours there.
pub async fn draft_place(engine: &Engine, id: String) -> Answer<DraftPlace> {
    engine.app.draft_place(&id).await
}

/// One change for many drafts; the answer names those that were left, and why.
pub async fn change_many(engine: &Engine, change: BulkChange) -> Answer<BulkAnswer> {
    engine.app.change_many(&change).await
}

/// Puts back what stood before a change of many drafts.
pub async fn undo_many(engine: &Engine, undo: String) -> Answer<BulkAnswer> {
    engine.app.undo_many(&undo).await
}

/// What is kept of a draft's past, newest first.
pub async fn draft_versions(engine: &Engine, id: String) -> Answer<Vec<DraftVersion>> {
    engine.app.draft_versions(&id).await
}

/// Gives a draft the content that it had in an earlier version; refused where it has another revision than the one seen.
pub async fn revert_draft(
    engine: &Engine,
    id: String,
    revision: u32,
    seen: u32,
) -> Answer<DraftView> {
    engine.app.revert_draft(&id, revision, seen).await
}

/// Brands that fit what was typed, the best first; a slip of the keys is forgiven.
pub async fn find_brands(engine: &Engine, typed: String) -> Answer<Vec<String>> {
    engine.app.find_brands(&typed).await
}

/// Categories that fit what was typed in a language, the best first; a slip of the keys is forgiven.
pub async fn find_categories(
    engine: &Engine,
    typed: String,
    language: String,
) -> Answer<Vec<CategoryView>> {
    std::future::ready(Ok(engine.app.find_categories(&typed, &language))).await
}
