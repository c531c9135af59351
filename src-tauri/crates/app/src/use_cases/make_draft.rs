//! A draft of values instead of files.

use std::collections::HashSet;

use contract::{Code, DraftChange, DraftView, Event, Failure};
use domain::{Draft, PhotoId};
use serde_json::json;

use super::change_draft::apply;
use crate::{App, fail, ports::RecordError};

impl App {
    /// Makes a draft of these values, with photos that are stored already, in their order.
    ///
    /// # Errors
    /// `invalid_field` with `details.fields`; nothing was made.
    pub async fn make_draft(
        &self,
        values: &[DraftChange],
        photos: &[String],
    ) -> Result<DraftView, Failure> {
        let mut draft = Draft::new(self.parts.clock.new_id().into(), self.parts.clock.now());
        apply(&mut draft, values)?;
        let mut seen = HashSet::new();
        let ids: Vec<PhotoId> = photos
            .iter()
            .map(|id| id.parse().map_err(|_| unknown_photo()))
            .collect::<Result<Vec<PhotoId>, Failure>>()?
            .into_iter()
            .filter(|id| seen.insert(*id))
            .collect();
        draft.photos = match self.parts.photos.get_many(&ids).await {
            Ok(photos) => photos,
            Err(RecordError::NotFound) => return Err(unknown_photo()),
            Err(error) => return Err(fail::record("reading the photos")(error)),
        };
        self.parts
            .drafts
            .insert(std::slice::from_ref(&draft))
            .await
            .map_err(fail::record("storing the draft"))?;
        failpoint::reached("make_draft.stored");
        self.tell(Event::DraftChanged {
            id: draft.id.to_string(),
        });
        self.view_of(draft).await
    }
}

fn unknown_photo() -> Failure {
    Failure::new(
        Code::InvalidField,
        "A photo is named that is not stored here. Upload it first.",
    )
    .with(json!({ "fields": { "photos": "invalid_field" } }))
}
