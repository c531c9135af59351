//! `drafts check`: every gate, with a repair where one is certain.

use contract::{DraftCheck, Failure};

use crate::{App, fail, use_cases::change_draft::draft_id, view};

impl App {
    /// Looks at every gate of a draft.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn check_draft(&self, id: &str) -> Result<DraftCheck, Failure> {
        let draft = self
            .parts
            .drafts
            .get(draft_id(id)?)
            .await
            .map_err(fail::record("reading the draft"))?;
        Ok(view::check_view(&draft))
    }
}
