//! Step one for a draft, or for whoever has values instead of one.

use contract::{Code, DraftChange, Failure, PrepareView};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::prepare::PrepareRequest;
use crate::App;

/// A draft, or the values of one.
#[derive(Clone, Debug, Default)]
pub struct PrepareAsked {
    /// The draft; none: one is made of the values.
    pub draft_id: Option<String>,
    /// Values of the draft to be made.
    pub values: Vec<DraftChange>,
    /// Ids of its photos, which are stored already; none: nothing was said of photos.
    pub photos: Option<Vec<String>>,
    /// The account; none: the one that there is.
    pub account: Option<String>,
    /// For looking only. With an empty list of photos the form is filled without any.
    pub dry_run: bool,
}

impl App {
    /// Fills the form for a draft, or for a new one of these values.
    ///
    /// # Errors
    /// `invalid_field` where both were sent; as [`App::make_draft`] and [`App::prepare`]. A draft that was made stays,
    /// and is named in `details.draft_id`.
    pub async fn prepare_asked(
        &self,
        asked: PrepareAsked,
        cancel: CancellationToken,
    ) -> Result<PrepareView, Failure> {
        let without_photos = asked.dry_run && asked.photos.as_ref().is_some_and(Vec::is_empty);
        let has_fields = !asked.values.is_empty() || (asked.photos.is_some() && !without_photos);
        let (draft_id, made) = match asked.draft_id {
            Some(_) if has_fields => {
                return Err(Failure::new(
                    Code::InvalidField,
                    "Send either a draft or the fields of one. Nothing was done.",
                )
                .with(json!({ "fields": { "draft_id": "invalid_field" } })));
            }
            Some(id) => (id, false),
            None => {
                let photos = asked.photos.unwrap_or_default();
                (self.make_draft(&asked.values, &photos).await?.id, true)
            }
        };
        let request = PrepareRequest {
            draft_id: draft_id.clone(),
            account: asked.account,
            without_photos,
            for_job: false,
        };
        let prepared = self.prepare(request, cancel).await;
        prepared.map_err(|failure| {
            if made {
                failure.and("draft_id", json!(draft_id))
            } else {
                failure
            }
        })
    }
}
