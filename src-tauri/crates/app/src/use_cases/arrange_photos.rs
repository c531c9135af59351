//! Order, cover and removal of a draft's photos.

use std::collections::HashSet;

use contract::{Code, DraftView, Event, Failure};
use domain::PhotoId;

use crate::{App, fail, use_cases::change_draft::draft_id};

impl App {
    /// Gives a draft exactly these photos, in this order. A photo left out stays stored.
    ///
    /// # Errors
    /// `not_found` for an unknown draft or photo, `invalid_field` for a photo named twice, `draft_changed`.
    pub async fn arrange_photos(
        &self,
        id: &str,
        photo_ids: &[String],
    ) -> Result<DraftView, Failure> {
        let invalid = |why: &str| {
            Failure::new(Code::InvalidField, why)
                .with(serde_json::json!({ "fields": { "photos": "invalid_field" } }))
        };
        let ids: Vec<PhotoId> = photo_ids
            .iter()
            .map(|p| p.parse().map_err(|_| invalid("A photo's id is a UUID.")))
            .collect::<Result<_, _>>()?;
        if ids.iter().collect::<HashSet<_>>().len() != ids.len() {
            return Err(invalid("A photo can stand in a draft only once."));
        }
        let mut draft = self.draft_to_change(draft_id(id)?).await?;
        draft.photos = self
            .parts
            .photos
            .get_many(&ids)
            .await
            .map_err(fail::record("reading the photos"))?;
        draft.revision += 1;
        draft.updated_at = self.parts.clock.now();
        self.parts
            .drafts
            .update(&draft)
            .await
            .map_err(fail::record("saving the draft"))?;
        self.tell(Event::DraftChanged { id: id.to_owned() });
        self.view_of(draft).await
    }
}
