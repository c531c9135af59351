//! `drafts remove`, and the undo of it.

use contract::{DraftView, Event, Failure};

use crate::{App, fail, use_cases::change_draft::draft_id};

impl App {
    /// Takes a draft out of all lists. Its photos stay; [`App::restore_draft`] brings it back.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn remove_draft(&self, id: &str) -> Result<(), Failure> {
        let key = draft_id(id)?;
        self.parts
            .drafts
            .remove(key, self.parts.clock.now())
            .await
            .map_err(fail::record("removing the draft"))?;
        self.tell(Event::DraftChanged { id: id.to_owned() });
        Ok(())
    }

    /// Brings a removed draft back.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn restore_draft(&self, id: &str) -> Result<DraftView, Failure> {
        let key = draft_id(id)?;
        let draft = self
            .parts
            .drafts
            .restore(key)
            .await
            .map_err(fail::record("restoring the draft"))?;
        self.tell(Event::DraftChanged { id: id.to_owned() });
        self.view_of(draft).await
    }
}
