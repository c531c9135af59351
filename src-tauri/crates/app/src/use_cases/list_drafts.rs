//! `drafts list` and `drafts show`.

use contract::{DraftFilter, DraftList, DraftView, Failure};

use crate::{App, fail, ports::DraftQuery, use_cases::change_draft::draft_id};

/// More drafts than one list gives; the window pages through the rest.
const MAX_LISTED: u32 = 10_000;

impl App {
    /// Drafts, newest first.
    ///
    /// # Errors
    /// Storage only.
    pub async fn list_drafts(&self, filter: &DraftFilter) -> Result<DraftList, Failure> {
        let query = DraftQuery {
            search: filter.search.clone(),
            limit: MAX_LISTED,
            offset: 0,
        };
        let drafts = self
            .parts
            .drafts
            .list(&query)
            .await
            .map_err(fail::record("reading the drafts"))?;
        let mut drafts = self.views_of(drafts).await?;
        if filter.ready {
            drafts.retain(|d| d.flags.publish_ready);
        }
        Ok(DraftList { drafts })
    }

    /// One draft.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn show_draft(&self, id: &str) -> Result<DraftView, Failure> {
        let draft = self
            .parts
            .drafts
            .get(draft_id(id)?)
            .await
            .map_err(fail::record("reading the draft"))?;
        self.view_of(draft).await
    }
}
