//! Intent, click, answer.

use std::time::Duration;

use contract::{Code, Failure, PublishView};
use domain::{
    Draft,
    attempt::{AttemptEvent, AttemptState},
    form::FormContent,
    listing::Listing,
};

use super::{
    Button,
    answers::refusal,
    confirmed::{draft_changed, duplicate},
    view::{listing_of, needs_person, not_read_back, published_view},
};
use crate::{
    App, fail,
    ports::{
        Attempt, AttemptFacts, Confirmation, FilledPage, Fingerprint, IntentRefused, Recorded,
        SiteStop, SubmitPermit, Submitted,
    },
};

/// What was being done when an attempt's event could not be written.
pub(crate) const NOTING: &str = "noting where the attempt stands";
/// How long the person may take to press the site's button: less than a token lives.
const BY_HAND: Duration = Duration::from_secs(20 * 60);
/// When an answer is written to the disk, as long as the disk does not take it.
const WRITES: [Duration; 5] = [
    Duration::ZERO,
    Duration::from_millis(100),
    Duration::from_millis(500),
    Duration::from_secs(2),
    Duration::from_secs(5),
];

impl App {
    /// Intent, click, answer. From the intent on, every return writes where the attempt stands.
    pub(super) async fn press(
        &self,
        confirmation: &Confirmation,
        key: &str,
        draft: &Draft,
        content: &FormContent,
        page: &mut dyn FilledPage,
        button: &Button,
    ) -> Result<PublishView, Failure> {
        let now = self.parts.clock.now();
        failpoint::reached("publish.own_items_next");
        // Without a baseline nothing could be proved afterwards: no baseline, no click.
        let before = match page.own_items().await {
            Ok(items) => items,
            Err(SiteStop::Challenge(kind)) => {
                tracing::warn!(
                    kind = kind.code(),
                    "the site wants the person before the click"
                );
                return Ok(needs_person());
            }
            Err(stop) => return Err(fail::stop(stop, now)),
        };
        failpoint::reached("publish.own_items_read");
        let attempt = Attempt {
            id: self.parts.clock.new_id().into(),
            confirmation_id: confirmation.id,
            draft_id: draft.id,
            account_id: confirmation.account_id,
            content_hash: confirmation.content_hash.clone(),
            idempotency_key: key.to_owned(),
            state: AttemptState::Intent,
            baseline: before.into_iter().map(|i| i.id).collect(),
            fingerprint: Fingerprint {
                title: content.title.clone(),
                price_cents: content.price_cents,
                currency: content.currency,
                photo_count: u32::try_from(content.photos.len()).unwrap_or(u32::MAX),
            },
            boot_id: self.parts.boot_id,
            by_hand: matches!(button, Button::Persons(_)),
            evidence: None,
            listing_id: None,
            listing_url: None,
            reason: None,
            result: None,
            created_at: now,
            updated_at: now,
        };
        // Under the turn on the site: nobody else begins an intent between this count and ours.
        self.within_budget(attempt.account_id).await?;
        if button.stop().is_cancelled() {
            return Err(Failure::new(
                Code::Cancelled,
                "Stopped. Nothing was published.",
            ));
        }
        let _in_flight = self.works_on(attempt.id);
        self.parts
            .publish_log
            .begin(&attempt, draft.revision)
            .await
            .map_err(intent_refused)?;
        failpoint::reached("publish.intent_written");
        self.advance(&attempt, AttemptEvent::Press, AttemptFacts::default())
            .await?;

        failpoint::reached("publish.press_written");
        let permit = SubmitPermit::after_intent_is_on_disk();
        let submitted = match button {
            Button::Ours(_) => page.submit(permit).await,
            Button::Persons(stop) => page.await_person(permit, BY_HAND, stop.clone()).await,
        };
        failpoint::reached("publish.answered");
        tracing::info!(attempt = %attempt.id, answer = answer_word(&submitted), "the site answered");
        match submitted {
            Submitted::Published {
                listing_id,
                listing_url,
            } => {
                self.published(&attempt, &listing_id, &listing_url, page)
                    .await
            }
            Submitted::Challenge(kind) => {
                tracing::warn!(kind = kind.code(), attempt = %attempt.id, "the site wants the person");
                let facts = AttemptFacts::because(Code::CaptchaOrVerification);
                self.advance_after_click(&attempt, AttemptEvent::Challenged, facts)
                    .await?;
                Ok(needs_person())
            }
            Submitted::SiteError { status } => self.by_evidence(&attempt, page, Some(status)).await,
            Submitted::NoAnswer => self.by_evidence(&attempt, page, None).await,
            refused => {
                let failure = refusal(refused, attempt.by_hand, self.parts.clock.now());
                let facts = AttemptFacts::because(failure.code);
                self.advance_after_click(&attempt, AttemptEvent::NotPublished, facts)
                    .await?;
                Err(failure)
            }
        }
    }

    /// The site made the listing: noted first, then read back.
    ///
    /// A listing that cannot be read back now is compared at a later start: see [`super::super::settle`].
    pub(super) async fn published(
        &self,
        attempt: &Attempt,
        listing_id: &str,
        listing_url: &str,
        page: &mut dyn FilledPage,
    ) -> Result<PublishView, Failure> {
        let listing = listing_of(attempt, listing_id, listing_url, self.parts.clock.now());
        let facts = AttemptFacts {
            listing: Some(listing.clone()),
            ..AttemptFacts::default()
        };
        self.advance_after_click(attempt, AttemptEvent::Published, facts)
            .await?;
        failpoint::reached("publish.outcome_written");
        let stored = match page.read_back(listing_id).await {
            Ok(stored) => stored,
            Err(stop) => {
                tracing::warn!(%stop, "the new listing could not be read back");
                return Ok(not_read_back(listing_id, listing_url));
            }
        };
        failpoint::reached("publish.listing_read_back");
        let (listing, view) = published_view(listing, &stored);
        self.note_read_back(attempt, &listing, &view).await;
        failpoint::reached("publish.result_noted");
        Ok(view)
    }

    /// The listing exists and is noted; a read-back that cannot be noted must not read as a failure.
    pub(crate) async fn note_read_back(
        &self,
        attempt: &Attempt,
        listing: &Listing,
        view: &PublishView,
    ) {
        let noted = match serde_json::to_string(view) {
            Ok(json) => self
                .parts
                .publish_log
                .note_result(attempt.id, &json, listing)
                .await
                .map_err(|e| e.to_string()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = noted {
            tracing::error!(error, attempt = %attempt.id, "the read-back could not be noted");
        }
    }

    /// After a click the answer must reach the disk: a full or busy one is tried again, and where it stays so the
    /// outcome is not known to the next start either, which is what is said.
    pub(super) async fn advance_after_click(
        &self,
        attempt: &Attempt,
        event: AttemptEvent,
        facts: AttemptFacts,
    ) -> Result<Attempt, Failure> {
        let mut last = None;
        for pause in WRITES {
            self.parts.clock.pause(pause).await;
            match self.advance(attempt, event, facts.clone()).await {
                Ok(attempt) => return Ok(attempt),
                Err(failure) => last = Some(failure),
            }
        }
        tracing::error!(attempt = %attempt.id, failure = ?last, "the answer could not be noted");
        Err(fail::outcome_unknown())
    }

    pub(crate) async fn advance(
        &self,
        attempt: &Attempt,
        event: AttemptEvent,
        facts: AttemptFacts,
    ) -> Result<Attempt, Failure> {
        self.note_event(attempt, event, facts)
            .await
            .map_err(fail::record(NOTING))
    }

    /// Writes what became of an attempt, with the time.
    pub(crate) async fn note_event(
        &self,
        attempt: &Attempt,
        event: AttemptEvent,
        facts: AttemptFacts,
    ) -> Recorded<Attempt> {
        let facts = AttemptFacts {
            at: Some(self.parts.clock.now()),
            ..facts
        };
        self.parts
            .publish_log
            .advance(attempt.id, event, &facts)
            .await
    }
}

fn answer_word(submitted: &Submitted) -> &'static str {
    match submitted {
        Submitted::Published { .. } => "published",
        Submitted::Rejected { .. } => "rejected",
        Submitted::Challenge(_) => "challenge",
        Submitted::SessionGone => "session_gone",
        Submitted::RateLimited { .. } => "rate_limited",
        Submitted::Refused { .. } => "refused",
        Submitted::SiteError { .. } => "site_error",
        Submitted::NotSent { .. } => "not_sent",
        Submitted::NoAnswer => "no_answer",
    }
}

fn intent_refused(refused: IntentRefused) -> Failure {
    match refused {
        IntentRefused::TokenUsed(_) => Failure::new(
            Code::TokenUsed,
            "This confirmation has served. Prepare the draft again if you want to publish it anew.",
        ),
        IntentRefused::KeyInUse(_) => duplicate(
            "The key is in use. Wait for the result, or use a new key for another content.",
        ),
        IntentRefused::ContentInUse(_) => {
            duplicate("This content is published or on its way already.")
        }
        IntentRefused::DraftChanged => draft_changed(),
        IntentRefused::Record(error) => fail::record("noting the intent")(error),
    }
}
