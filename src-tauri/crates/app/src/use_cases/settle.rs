//! What a dead process left behind, and what an unknown outcome may still be proved by.
//!
//! Two steps at each start. First, without a network: browsers of dead processes are ended and their open attempts
//! become `refused` (never pressed) or `unknown` (pressed, no answer on the disk). Then, where the site can be asked:
//! the own items are read once per account, and what they prove is adopted. Evidence only ever adopts a listing that
//! is there; it never leads to another click.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use contract::{Code, Event, Failure};
use domain::{
    AccountId,
    attempt::{AttemptEvent, AttemptState},
    listing::OwnItem,
};

use super::publish::{NOTING, Verdict, listing_of, stored_row};
use crate::{
    App,
    app::SiteTurn,
    fail,
    ports::{Attempt, AttemptFacts, RecordError},
};

/// How long a start looks for what an attempt may have made. Older ones wait for the person.
const LOOKED_FOR: TimeDelta = TimeDelta::days(7);

impl App {
    /// Ends browsers of dead processes and notes what their attempts became as far as the disk tells. Needs no
    /// network; called at each start, before anything else is done. Returns how many attempts it found.
    ///
    /// # Errors
    /// Storage only.
    pub async fn note_dead_attempts(&self) -> Result<usize, Failure> {
        let open = self
            .parts
            .publish_log
            .open_of_other_processes(self.parts.boot_id)
            .await
            .map_err(fail::record("reading open attempts"))?;
        failpoint::reached("settle.open_attempts_read");
        let mut found = 0;
        for attempt in open {
            if !self.is_worked_on(&attempt) {
                self.note_dead(attempt).await?;
                found += 1;
            }
        }
        if found > 0 {
            self.reconcile_jobs().await;
        }
        Ok(found)
    }

    /// Settles what the site can prove: attempts whose outcome is unknown, and listings that were never read back.
    /// Called at each start of a window or worker. Returns how many attempts are settled now that were not before.
    ///
    /// # Errors
    /// Storage only; a site that cannot be asked leaves everything as it is.
    pub async fn settle_open_attempts(&self) -> Result<usize, Failure> {
        self.note_dead_attempts().await?;
        let since = self.parts.clock.now() - LOOKED_FOR;
        let log = &self.parts.publish_log;
        let unsettled = log
            .unsettled()
            .await
            .map_err(fail::record("reading unknown attempts"))?;
        let unread = log
            .not_read_back(since)
            .await
            .map_err(fail::record("reading settled attempts"))?;
        // By the login as which they were sent: one list of own items serves them all, and nobody else's.
        let mut logins: BTreeMap<(AccountId, String), Vec<Attempt>> = BTreeMap::new();
        for attempt in unsettled.into_iter().chain(unread) {
            let waits = match attempt.state {
                AttemptState::Unknown => attempt.created_at >= since,
                state => state == AttemptState::Settled,
            };
            if waits {
                let confirmation = log
                    .confirmation(attempt.confirmation_id)
                    .await
                    .map_err(fail::record("reading the confirmation"))?;
                logins
                    .entry((attempt.account_id, confirmation.login))
                    .or_default()
                    .push(attempt);
            }
        }
        let mut settled = 0;
        for attempts in logins.into_values() {
            settled += self.settle_login(attempts).await?;
        }
        self.reconcile_jobs().await;
        Ok(settled)
    }

    /// Attempts of one login on one account.
    async fn settle_login(&self, attempts: Vec<Attempt>) -> Result<usize, Failure> {
        let Some(any) = attempts.last() else {
            return Ok(0);
        };
        let items = match self.site_turn(None, &self.closing).await {
            Ok(_turn) => self.own_items_of(any, self.closing.child_token()).await,
            Err(failure) => Err(failure),
        };
        let items = match items {
            Ok(items) => items,
            Err(failure) => {
                tracing::warn!(%failure, "the own items could not be read now");
                return Ok(0);
            }
        };
        failpoint::reached("settle.items_read");
        let mut settled = 0;
        for attempt in attempts {
            if attempt.state == AttemptState::Settled {
                self.compare_with_row(&attempt, &items).await;
            } else if self.settle_by(attempt, &items).await?.state == AttemptState::Settled {
                settled += 1;
            }
        }
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
        match self.note_dead(attempt).await? {
            lost if lost.state == AttemptState::Unknown => {
                self.settle_by_evidence(lost, turn).await
            }
            known => Ok(known),
        }
    }

    /// What the disk tells of an open attempt whose process is dead. No network.
    pub(crate) async fn note_dead(&self, attempt: Attempt) -> Result<Attempt, Failure> {
        let (event, code) = if attempt.state == AttemptState::Intent {
            // `submitted` is on the disk before the button is pressed: an intent alone never pressed it.
            (AttemptEvent::NotPublished, Code::Cancelled)
        } else {
            // An orphaned browser may still finish the call: it is ended before anything is asked or said.
            self.parts.site.end_orphans().await;
            failpoint::reached("settle.orphans_ended");
            (AttemptEvent::Lost, Code::OutcomeUnknown)
        };
        let noted = self
            .advance_or_read(&attempt, event, AttemptFacts::because(code))
            .await?;
        failpoint::reached("settle.loss_written");
        self.tell(Event::DraftChanged {
            id: attempt.draft_id.to_string(),
        });
        Ok(noted)
    }

    /// Another process may have settled it meanwhile: then its word stands.
    async fn advance_or_read(
        &self,
        attempt: &Attempt,
        event: AttemptEvent,
        facts: AttemptFacts,
    ) -> Result<Attempt, Failure> {
        match self.note_event(attempt, event, facts).await {
            Err(RecordError::Illegal { .. }) => self.parts.publish_log.attempt(attempt.id).await,
            advanced => advanced,
        }
        .map_err(fail::record(NOTING))
    }

    /// Reads the own items: one new match is adopted; none or several stay unknown.
    pub(crate) async fn settle_by_evidence(
        &self,
        attempt: Attempt,
        turn: Option<&SiteTurn>,
    ) -> Result<Attempt, Failure> {
        let _own = match turn {
            Some(_) => None,
            None => match self.site_turn(None, &self.closing).await {
                Ok(turn) => Some(turn),
                Err(failure) => {
                    tracing::warn!(%failure, "the site could not be asked now");
                    return Ok(attempt);
                }
            },
        };
        match self
            .own_items_of(&attempt, self.closing.child_token())
            .await
        {
            Ok(items) => self.settle_by(attempt, &items).await,
            Err(failure) => {
                tracing::warn!(%failure, attempt = %attempt.id, "the own items could not be read");
                Ok(attempt)
            }
        }
    }

    /// What a list of own items proves of an unknown attempt is adopted; otherwise it is kept as evidence.
    pub(crate) async fn settle_by(
        &self,
        attempt: Attempt,
        items: &[OwnItem],
    ) -> Result<Attempt, Failure> {
        let (verdict, evidence) = self.judge(items, &attempt).await?;
        let Verdict::Ours(one) = verdict else {
            self.parts
                .publish_log
                .note_evidence(attempt.id, &evidence)
                .await
                .map_err(fail::record("noting the evidence"))?;
            return Ok(Attempt {
                evidence: Some(evidence),
                ..attempt
            });
        };
        let url = self.listing_url(attempt.account_id, &one.id).await;
        let listing = listing_of(&attempt, &one.id, &url, self.parts.clock.now());
        let facts = AttemptFacts {
            listing: Some(listing),
            ..AttemptFacts::default()
        };
        let settled = self
            .advance_or_read(&attempt, AttemptEvent::Published, facts)
            .await?;
        failpoint::reached("settle.adopted");
        self.tell(Event::DraftChanged {
            id: attempt.draft_id.to_string(),
        });
        if settled.state == AttemptState::Settled {
            self.compare_with_row(&settled, items).await;
        }
        Ok(settled)
    }

    /// The read-back of a listing that could not be read back when it was made.
    pub(crate) async fn compare_with_row(&self, attempt: &Attempt, items: &[OwnItem]) {
        let (Some(id), Some(url)) = (&attempt.listing_id, &attempt.listing_url) else {
            return;
        };
        let Some(row) = items.iter().find(|i| i.id == *id) else {
            return;
        };
        let listing = listing_of(attempt, id, url, attempt.updated_at);
        let (listing, view) = stored_row(attempt, listing, row);
        self.note_read_back(attempt, &listing, &view).await;
        failpoint::reached("settle.read_back");
    }
}
