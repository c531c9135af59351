//! Drafts by state, category and price, a page at a time.

use contract::{Code, DraftPageRequest, DraftsPage, Failure};
use domain::DraftStatus;
use serde_json::json;

use crate::{App, fail, ports::DraftPageQuery};

/// Drafts of a page where nobody said how many, and at most.
const PAGE_SIZE: u32 = 20;
const MAX_PAGE_SIZE: u32 = 1_000;

impl App {
    /// One page of drafts, newest first.
    ///
    /// # Errors
    /// `invalid_field` for a state that does not exist.
    pub async fn draft_page(&self, request: &DraftPageRequest) -> Result<DraftsPage, Failure> {
        let status = match request.status.as_deref() {
            None => None,
            Some(text) => Some(DraftStatus::parse(text).ok_or_else(|| {
                Failure::new(Code::InvalidField, format!("A draft is never \"{text}\"."))
                    .with(json!({ "fields": { "status": "invalid_field" } }))
            })?),
        };
        let page = request.page.max(1);
        let page_size = match request.page_size {
            0 => PAGE_SIZE,
            size => size.min(MAX_PAGE_SIZE),
        };
        let query = DraftPageQuery {
            status,
            category: request.category.clone(),
            min_cents: request.min_cents,
            max_cents: request.max_cents,
            search: request.search.clone(),
            limit: page_size,
            offset: (page - 1).saturating_mul(page_size),
        };
        let (drafts, total) = self
            .parts
            .overview
            .draft_page(&query)
            .await
            .map_err(fail::record("reading the drafts"))?;
        Ok(DraftsPage {
            drafts: self.views_of(drafts).await?,
            page,
            page_size,
            total: u32::try_from(total).unwrap_or(u32::MAX),
        })
    }
}
