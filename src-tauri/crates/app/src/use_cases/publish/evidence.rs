//! What the own items prove where the answer does not.

use std::time::Duration;

use contract::{Code, Failure, PublishView};
use domain::{
    AccountId,
    attempt::AttemptEvent,
    listing::{OwnItem, new_matches},
};

use crate::{
    App, fail,
    ports::{Attempt, FilledPage},
};

/// When the own items are looked at after a lost or failed answer.
const LOOKS: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_secs(3),
];

impl App {
    /// The answer is lost or an error: the own items before and after the click decide, or nobody does.
    ///
    /// "Nothing new" is believed only after several looks: a list may be behind what was stored. Something new that
    /// is not surely ours proves nothing either way.
    pub(super) async fn by_evidence(
        &self,
        attempt: &Attempt,
        page: &mut dyn FilledPage,
        status: Option<u16>,
    ) -> Result<PublishView, Failure> {
        for pause in LOOKS {
            self.parts.clock.pause(pause).await;
            let items = match page.own_items().await {
                Ok(items) => items,
                Err(stop) => {
                    tracing::warn!(%stop, "the own items could not be read after the click");
                    return self.lost(attempt).await;
                }
            };
            failpoint::reached("evidence.items_read");
            let found = self.matches_of(&items, attempt).await?;
            if let [one] = found.as_slice() {
                let url = self.listing_url(attempt.account_id, &one.id).await?;
                return self.published(attempt, &one.id, &url, page).await;
            }
            if items.iter().any(|i| !attempt.baseline.contains(&i.id)) {
                return self.lost(attempt).await;
            }
        }
        let Some(status) = status else {
            return self.lost(attempt).await;
        };
        self.advance_after_click(
            attempt,
            AttemptEvent::NotPublished,
            Some(Code::SiteError),
            None,
        )
        .await?;
        Err(fail::site_error(status))
    }

    pub(super) async fn lost(&self, attempt: &Attempt) -> Result<PublishView, Failure> {
        self.advance_after_click(
            attempt,
            AttemptEvent::Lost,
            Some(Code::OutcomeUnknown),
            None,
        )
        .await?;
        Err(fail::outcome_unknown())
    }

    /// The new own items that look like what was sent and are not the listing of another draft.
    pub(crate) async fn matches_of<'a>(
        &self,
        items: &'a [OwnItem],
        attempt: &Attempt,
    ) -> Result<Vec<&'a OwnItem>, Failure> {
        let known = self
            .parts
            .listings
            .ids_of_other_drafts(attempt.account_id, attempt.draft_id)
            .await
            .map_err(fail::record("reading the listings"))?;
        let sent = &attempt.fingerprint;
        let mut found = new_matches(
            items,
            &attempt.baseline,
            &sent.title,
            Some(sent.price_cents),
            sent.photo_count as usize,
        );
        found.retain(|item| !known.contains(&item.id));
        Ok(found)
    }

    /// A listing's address, where the site did not give one.
    pub(crate) async fn listing_url(
        &self,
        account: AccountId,
        listing_id: &str,
    ) -> Result<String, Failure> {
        let all = self
            .parts
            .accounts
            .all()
            .await
            .map_err(fail::record("reading the account"))?;
        let site = all
            .into_iter()
            .find(|a| a.id == account)
            .map_or_else(|| self.site_url().to_owned(), |a| a.site_url);
        Ok(format!("{}/items/{listing_id}", site.trim_end_matches('/')))
    }
}
