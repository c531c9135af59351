//! What is known of an unknown outcome, side by side: what was sent, and the own items that are new since.

use contract::{CandidateView, Code, Failure, SentView, UnknownView};
use domain::{attempt::AttemptState, listing::OwnItem};
use tokio_util::sync::CancellationToken;

use super::publish::{replay, traits};
use crate::{
    App, fail,
    ports::{Attempt, Evidence},
    use_cases::change_draft::draft_id,
};

impl App {
    /// The evidence for a draft's unknown outcome. With `look` the own items are read anew first, unless its token
    /// stops that, which may settle it; nothing is ever clicked.
    ///
    /// # Errors
    /// `not_found`, `illegal_transition` where nothing is unknown. A site that cannot be read is no failure: the view
    /// says so and shows what was seen before.
    pub async fn publish_evidence(
        &self,
        draft: &str,
        look: Option<CancellationToken>,
    ) -> Result<UnknownView, Failure> {
        let id = draft_id(draft)?;
        let latest = self
            .parts
            .publish_log
            .latest_of_draft(id)
            .await
            .map_err(fail::record("reading the draft's attempts"))?;
        let attempt = match latest {
            Some(attempt) if attempt.state == AttemptState::Unknown => attempt,
            Some(attempt) if attempt.state.is_open() && !self.is_worked_on(&attempt) => {
                self.note_dead(attempt).await?
            }
            _ => return Err(nothing_unknown()),
        };
        if attempt.state != AttemptState::Unknown {
            return Err(nothing_unknown());
        }
        let mut not_looked = None;
        let mut settled = None;
        let mut seen = attempt.evidence.clone();
        if let Some(stop) = look {
            match self.look_again(&attempt, stop).await {
                Ok(after) if after.state == AttemptState::Settled => settled = Some(replay(&after)),
                Ok(after) => seen = after.evidence,
                Err(failure) => not_looked = Some(failure.code.as_str().to_owned()),
            }
        }
        let account = self
            .parts
            .publish_log
            .confirmation(attempt.confirmation_id)
            .await
            .map_err(fail::record("reading the confirmation"))?
            .login;
        let candidates = self.candidates(&attempt, seen.as_ref()).await;
        if settled.is_some() {
            self.reconcile_jobs().await;
        }
        Ok(UnknownView {
            draft_id: draft.to_owned(),
            account,
            sent: SentView {
                title: attempt.fingerprint.title.clone(),
                price_cents: attempt.fingerprint.price_cents,
                currency: attempt.fingerprint.currency.code().to_owned(),
                photos: attempt.fingerprint.photo_count,
                at: contract::time(attempt.created_at),
                by_hand: attempt.by_hand,
            },
            candidates,
            looked_at: seen.map(|e| contract::time(e.seen_at)),
            not_looked,
            settled,
        })
    }

    async fn look_again(
        &self,
        attempt: &Attempt,
        stop: CancellationToken,
    ) -> Result<Attempt, Failure> {
        let _turn = self.site_turn(None, &stop).await?;
        let items = self.own_items_of(attempt, stop).await?;
        self.settle_by(attempt.clone(), &items).await
    }

    async fn candidates(&self, attempt: &Attempt, seen: Option<&Evidence>) -> Vec<CandidateView> {
        let mut candidates = Vec::new();
        for item in seen.map(|e| e.new_items.as_slice()).unwrap_or_default() {
            let url = match &item.url {
                Some(url) => url.clone(),
                None => self.listing_url(attempt.account_id, &item.id).await,
            };
            candidates.push(candidate(item, url, traits(attempt).fit(item)));
        }
        candidates.sort_by_key(|c| !c.fits);
        candidates
    }
}

fn candidate(item: &OwnItem, url: String, fits: bool) -> CandidateView {
    CandidateView {
        listing_id: item.id.clone(),
        url,
        title: item.title.clone(),
        price_cents: item.price_cents,
        photos: item.photo_count,
        created_at: item.created_at.map(contract::time),
        hidden: item.is_hidden,
        fits,
    }
}

pub(crate) fn nothing_unknown() -> Failure {
    Failure::new(
        Code::IllegalTransition,
        "Nothing is unknown about this draft, so there is nothing to settle.",
    )
}
