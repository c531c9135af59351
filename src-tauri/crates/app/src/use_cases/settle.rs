//! What a dead process left behind, and what an unknown outcome may still be proved by.
//!
//! Evidence only ever adopts a listing that is there; it never leads to another click.

use contract::{Code, Event, Failure};
use domain::attempt::{AttemptEvent, AttemptState};
use tokio_util::sync::CancellationToken;

use super::publish::listing_of;
use crate::{App, app::SiteTurn, fail, ports::Attempt};

impl App {
    /// Settles every attempt that a dead process left open. Called at each start; needs the network only where a
    /// click may have gone out, and leaves `unknown` where the site cannot be asked.
    ///
    /// # Errors
    /// Storage only.
    pub async fn settle_open_attempts(&self) -> Result<usize, Failure> {
        let open = self
            .parts
            .publish_log
            .open_of_other_processes(self.parts.boot_id)
            .await
            .map_err(fail::record("reading open attempts"))?;
        failpoint::reached("settle.open_attempts_read");
        let mut settled = 0;
        for attempt in open {
            let before = attempt.state;
            if self.settle_if_dead(attempt, None).await?.state != before {
                settled += 1;
            }
        }
        self.reconcile_jobs().await;
        Ok(settled)
    }

    /// An open attempt of a living process stays open; one of a dead process is settled as far as it can be.
    pub(crate) async fn settle_if_dead(
        &self,
        attempt: Attempt,
        turn: Option<&SiteTurn>,
    ) -> Result<Attempt, Failure> {
        if !attempt.state.is_open() || self.is_worked_on(&attempt) {
            return Ok(attempt);
        }
        if attempt.state == AttemptState::Intent {
            // `submitted` is on the disk before the button is pressed: an intent alone never pressed it.
            return self
                .advance(
                    &attempt,
                    AttemptEvent::NotPublished,
                    Some(Code::Cancelled),
                    None,
                )
                .await;
        }
        // An orphaned browser may still finish the call: it is ended before the items are read.
        self.parts.site.end_orphans().await;
        failpoint::reached("settle.orphans_ended");
        let lost = self
            .advance(
                &attempt,
                AttemptEvent::Lost,
                Some(Code::OutcomeUnknown),
                None,
            )
            .await?;
        failpoint::reached("settle.loss_written");
        self.settle_by_evidence(lost, turn).await
    }

    /// Reads the own items: one new match is adopted; none or several stay unknown.
    pub(crate) async fn settle_by_evidence(
        &self,
        attempt: Attempt,
        turn: Option<&SiteTurn>,
    ) -> Result<Attempt, Failure> {
        let _own = match turn {
            Some(_) => None,
            None => match self.site_turn(None, &CancellationToken::new()).await {
                Ok(turn) => Some(turn),
                Err(failure) => {
                    tracing::warn!(%failure, "the site could not be asked now");
                    return Ok(attempt);
                }
            },
        };
        let Ok((account, session)) = self.session_of(attempt.account_id).await else {
            return Ok(attempt);
        };
        let run = self.run_for(
            &account,
            session,
            Some(attempt.draft_id),
            CancellationToken::new(),
        );
        let items = match self.parts.site.own_items(run).await {
            Ok(items) => items,
            Err(stop) => {
                tracing::warn!(%stop, attempt = %attempt.id, "the own items could not be read");
                return Ok(attempt);
            }
        };
        failpoint::reached("settle.items_read");
        let found = self.matches_of(&items, &attempt).await?;
        let [one] = found.as_slice() else {
            return Ok(attempt);
        };
        let url = self.listing_url(attempt.account_id, &one.id).await?;
        let listing = listing_of(&attempt, &one.id, &url, self.parts.clock.now());
        let settled = self
            .advance(&attempt, AttemptEvent::Published, None, Some(listing))
            .await?;
        failpoint::reached("settle.adopted");
        self.tell(Event::DraftChanged {
            id: attempt.draft_id.to_string(),
        });
        Ok(settled)
    }
}
