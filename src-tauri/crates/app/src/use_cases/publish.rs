//! Step two: at most one listing per confirmation.
//!
//! intent (on disk, with the own items as baseline) → submitted (on disk) → the click → settled, refused,
//! needs_manual or unknown. Whatever happens in between, no path leads to a second click: see
//! [`domain::attempt`] for the states and [`super::settle`] for what a dead process leaves behind.

use std::time::Duration;

use contract::{Code, Event, Failure, PublishView, ReadbackView};
use domain::{
    AccountId, Draft,
    attempt::{AttemptEvent, AttemptState},
    content::content_hash,
    form::{FieldReport, FieldState, FormContent},
    listing::{Listing, OwnItem, new_matches},
};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::{
    App,
    app::{Held, HeldKind, SiteTurn},
    fail,
    ports::{
        Attempt, AttemptFacts, Confirmation, FilledPage, Fingerprint, IntentRefused, RecordError,
        SiteStop, Stopped, StoredListing, SubmitPermit, Submitted,
    },
    token,
};

/// When the own items are looked at after a lost or failed answer.
const LOOKS: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_secs(3),
];
/// When an answer is written to the disk, as long as the disk does not take it.
const WRITES: [Duration; 5] = [
    Duration::ZERO,
    Duration::from_millis(100),
    Duration::from_millis(500),
    Duration::from_secs(2),
    Duration::from_secs(5),
];

impl App {
    /// Publishes what was confirmed, or says what would be published.
    ///
    /// The work goes on to its end even where the caller stops waiting: a click is never left without its answer.
    ///
    /// # Errors
    /// The codes of the contract's rules for the two steps. A challenge is no failure: `needs_manual` is true.
    pub async fn publish(
        &self,
        token: &str,
        live: bool,
        key: Option<&str>,
    ) -> Result<PublishView, Failure> {
        let (app, token, key) = (self.clone(), token.to_owned(), key.map(str::to_owned));
        self.publishing
            .spawn(async move { app.publish_to_the_end(&token, live, key.as_deref()).await })
            .await
            .map_err(|e| fail::internal("publishing", e))?
    }

    async fn publish_to_the_end(
        &self,
        token: &str,
        live: bool,
        key: Option<&str>,
    ) -> Result<PublishView, Failure> {
        let signing = self.parts.secrets.token_key().await.map_err(fail::secret)?;
        let claims = token::read(token, &signing)?;
        let confirmation = match self.parts.publish_log.confirmation(claims.jti).await {
            Ok(confirmation) => confirmation,
            Err(RecordError::NotFound) => {
                return Err(Failure::new(
                    Code::TokenInvalid,
                    "This confirmation is not in the data folder. Prepare the draft again.",
                ));
            }
            Err(error) => return Err(fail::record("reading the confirmation")(error)),
        };
        let key = match key.map(str::trim) {
            Some("") => return Err(bad_key()),
            Some(key) if key.len() > 200 => return Err(bad_key()),
            Some(key) => key.to_owned(),
            None => confirmation.id.to_string(),
        };
        if live && let Some(answer) = self.answer_by_key(&confirmation, &key, None).await? {
            return Ok(answer);
        }
        self.confirmed_draft(&confirmation, &key, live, None)
            .await?;
        if !live {
            return Ok(PublishView {
                dry_run: true,
                ..nothing_published()
            });
        }
        self.publish_live(&confirmation, &key).await
    }

    /// What an earlier attempt with this key answers: a replay, a refusal to repeat, or nothing.
    async fn answer_by_key(
        &self,
        confirmation: &Confirmation,
        key: &str,
        turn: Option<&SiteTurn>,
    ) -> Result<Option<PublishView>, Failure> {
        let found = self
            .parts
            .publish_log
            .by_key(confirmation.account_id, key)
            .await
            .map_err(fail::record("looking the key up"))?;
        let Some(attempt) = found else {
            return Ok(None);
        };
        if attempt.content_hash != confirmation.content_hash
            || attempt.draft_id != confirmation.draft_id
        {
            return Err(duplicate(
                "The key belongs to another content. Use a new one.",
            ));
        }
        match self.settle_if_dead(attempt, turn).await? {
            settled if settled.state == AttemptState::Settled => Ok(Some(replay(&settled))),
            open if open.state.is_open() => Err(duplicate(
                "This is being published right now. Wait for its result.",
            )),
            unknown if unknown.state == AttemptState::Unknown => {
                let settled = self.settle_by_evidence(unknown, turn).await?;
                match settled.state {
                    AttemptState::Settled => Ok(Some(replay(&settled))),
                    _ => Err(fail::outcome_unknown()),
                }
            }
            _ => Ok(None),
        }
    }

    /// The draft as it was confirmed, still free to be published.
    async fn confirmed_draft(
        &self,
        confirmation: &Confirmation,
        key: &str,
        live: bool,
        turn: Option<&SiteTurn>,
    ) -> Result<Draft, Failure> {
        let used = self
            .parts
            .publish_log
            .by_confirmation(confirmation.id)
            .await
            .map_err(fail::record("looking the confirmation up"))?;
        if let Some(attempt) = used
            && !attempt.state.allows_new_attempt()
            && attempt.idempotency_key != key
        {
            return Err(Failure::new(
                Code::TokenUsed,
                "This confirmation has served. Prepare the draft again if you want to publish it anew.",
            ));
        }
        if self.parts.clock.now() >= confirmation.expires_at {
            return Err(token::expired());
        }
        let draft = match self.parts.drafts.get(confirmation.draft_id).await {
            Ok(draft) => draft,
            Err(RecordError::NotFound) => return Err(draft_changed()),
            Err(error) => return Err(fail::record("reading the draft")(error)),
        };
        self.refuse_published(&draft, turn).await?;
        if content_hash(&draft) != confirmation.content_hash {
            return Err(draft_changed());
        }
        if live && confirmation.dry_only {
            return Err(Failure::new(
                Code::MissingPhotos,
                "The form was filled without photos, for a dry run only. Add photos and prepare the draft again.",
            ));
        }
        Ok(draft)
    }

    async fn publish_live(
        &self,
        confirmation: &Confirmation,
        key: &str,
    ) -> Result<PublishView, Failure> {
        let turn = self
            .site_turn(Some(confirmation.id), &CancellationToken::new())
            .await?;
        // While this one waited for its turn, another may have published: the rules are asked again.
        if let Some(answer) = self.answer_by_key(confirmation, key, Some(&turn)).await? {
            return Ok(answer);
        }
        let draft = self
            .confirmed_draft(confirmation, key, true, Some(&turn))
            .await?;
        let content = self.form_content(&draft, true)?;
        let mut page = match self.confirmed_page(confirmation, &draft, &content).await? {
            Page::Ready(page) => page,
            Page::NeedsPerson(page) => {
                if let Some(page) = page {
                    self.hold(page, turn).await;
                }
                return Ok(needs_person());
            }
        };
        let outcome = self
            .press(confirmation, key, &draft, &content, page.as_mut())
            .await;
        if outcome.as_ref().is_ok_and(|view| view.needs_manual) && page.show().await {
            // The person answers in the very page in which the site asked.
            self.hold(HeldKind::Filled(page), turn).await;
        } else {
            page.close().await;
        }
        self.reconcile_jobs().await;
        self.tell(Event::DraftChanged {
            id: draft.id.to_string(),
        });
        outcome
    }

    /// The page that was filled for the confirmation, or a new one that shows the very same.
    async fn confirmed_page(
        &self,
        confirmation: &Confirmation,
        draft: &Draft,
        content: &FormContent,
    ) -> Result<Page, Failure> {
        let kept = self.pages.lock().await.remove(&confirmation.id);
        if let Some(mut kept) = kept {
            match kept.page.reread().await {
                Ok(fields) if same_form(&confirmation.fields, &fields) => {
                    return Ok(Page::Ready(kept.page));
                }
                Err(SiteStop::Challenge(_)) => {
                    return Ok(Page::NeedsPerson(Some(HeldKind::Filled(kept.page))));
                }
                // The page was touched, reloaded or closed: fill it anew, below.
                Ok(_) | Err(_) => kept.page.close().await,
            }
        }
        let (account, session) = self.session_of(confirmation.account_id).await?;
        if account.site_url != confirmation.site_url {
            return Err(Failure::new(
                Code::TokenInvalid,
                format!(
                    "This was prepared for {}, but the account is on {} now. Prepare the draft again.",
                    confirmation.site_url, account.site_url
                ),
            ));
        }
        let mut run = self.run_for(&account, session, Some(draft.id), CancellationToken::new());
        // The person looked at this login's form; nobody else publishes it.
        run.expected_login = Some(confirmation.login.clone());
        match self.parts.site.fill(run, content.clone()).await {
            Ok(filled) if same_form(&confirmation.fields, &filled.fields) => {
                Ok(Page::Ready(filled.page))
            }
            Ok(filled) => {
                let differing = differing(&confirmation.fields, &filled.fields);
                filled.page.close().await;
                Err(Failure::new(
                    Code::FormChanged,
                    "The form shows something else than what you confirmed. Nothing was published; prepare the draft again.",
                )
                .with(json!({ "fields": differing })))
            }
            Err(Stopped {
                stop: SiteStop::Challenge(kind),
                page,
                ..
            }) => {
                tracing::warn!(kind = kind.code(), draft = %draft.id, "the site wants the person");
                Ok(Page::NeedsPerson(page.map(HeldKind::Stopped)))
            }
            Err(Stopped { stop, .. }) => Err(fail::stop(stop, self.parts.clock.now())),
        }
    }

    pub(crate) async fn session_of(
        &self,
        id: AccountId,
    ) -> Result<(crate::ports::Account, crate::ports::Session), Failure> {
        let all = self
            .parts
            .accounts
            .all()
            .await
            .map_err(fail::record("reading the account"))?;
        let name = all.into_iter().find(|a| a.id == id).map(|a| a.name);
        match name {
            Some(name) => self.account_with_session(Some(&name)).await,
            None => Err(Failure::new(
                Code::SessionMissing,
                "The account of this confirmation is gone. Log in, then prepare the draft again.",
            )),
        }
    }

    /// Intent, click, answer. From the intent on, every return writes where the attempt stands.
    async fn press(
        &self,
        confirmation: &Confirmation,
        key: &str,
        draft: &Draft,
        content: &FormContent,
        page: &mut dyn FilledPage,
    ) -> Result<PublishView, Failure> {
        let now = self.parts.clock.now();
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
            listing_id: None,
            listing_url: None,
            reason: None,
            result: None,
            created_at: now,
            updated_at: now,
        };
        let _in_flight = self.works_on(attempt.id);
        self.parts
            .publish_log
            .begin(&attempt, draft.revision)
            .await
            .map_err(intent_refused)?;
        self.advance(&attempt, AttemptEvent::Press, None, None)
            .await?;

        let submitted = page.submit(SubmitPermit::after_intent_is_on_disk()).await;
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
                self.advance_after_click(
                    &attempt,
                    AttemptEvent::Challenged,
                    Some(Code::CaptchaOrVerification),
                    None,
                )
                .await?;
                Ok(needs_person())
            }
            Submitted::SiteError { status } => self.by_evidence(&attempt, page, Some(status)).await,
            Submitted::NoAnswer => self.by_evidence(&attempt, page, None).await,
            refused => {
                let failure = refusal(refused, self.parts.clock.now());
                self.advance_after_click(
                    &attempt,
                    AttemptEvent::NotPublished,
                    Some(failure.code),
                    None,
                )
                .await?;
                Err(failure)
            }
        }
    }

    /// The site said that it made the listing: noted first, then read back.
    async fn published(
        &self,
        attempt: &Attempt,
        listing_id: &str,
        listing_url: &str,
        page: &mut dyn FilledPage,
    ) -> Result<PublishView, Failure> {
        let listing = listing_of(attempt, listing_id, listing_url, self.parts.clock.now());
        self.advance_after_click(attempt, AttemptEvent::Published, None, Some(listing))
            .await?;
        let view = match page.read_back(listing_id).await {
            Ok(stored) => published_view(listing_id, &stored),
            Err(stop) => {
                tracing::warn!(%stop, "the new listing could not be read back");
                PublishView {
                    listing_id: Some(listing_id.to_owned()),
                    listing_url: Some(listing_url.to_owned()),
                    warnings: vec![Code::ReadbackUnavailable.as_str().to_owned()],
                    ..nothing_published()
                }
            }
        };
        let json =
            serde_json::to_string(&view).map_err(|e| fail::internal("noting the result", e))?;
        // The listing exists and is noted; a result that cannot be noted must not read as a failure.
        if let Err(error) = self.parts.publish_log.note_result(attempt.id, &json).await {
            tracing::error!(%error, "the read-back could not be noted");
        }
        Ok(view)
    }

    /// The answer is lost or an error: the own items before and after the click decide, or nobody does.
    ///
    /// "Nothing new" is believed only after several looks: a list may be behind what was stored. Something new that
    /// is not surely ours proves nothing either way.
    async fn by_evidence(
        &self,
        attempt: &Attempt,
        page: &mut dyn FilledPage,
        status: Option<u16>,
    ) -> Result<PublishView, Failure> {
        for pause in LOOKS {
            tokio::time::sleep(pause).await;
            let items = match page.own_items().await {
                Ok(items) => items,
                Err(stop) => {
                    tracing::warn!(%stop, "the own items could not be read after the click");
                    return self.lost(attempt).await;
                }
            };
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

    async fn lost(&self, attempt: &Attempt) -> Result<PublishView, Failure> {
        self.advance_after_click(
            attempt,
            AttemptEvent::Lost,
            Some(Code::OutcomeUnknown),
            None,
        )
        .await?;
        Err(fail::outcome_unknown())
    }

    /// After a click the answer must reach the disk: a full or busy one is tried again, and where it stays so the
    /// outcome is not known to the next start either, which is what is said.
    async fn advance_after_click(
        &self,
        attempt: &Attempt,
        event: AttemptEvent,
        reason: Option<Code>,
        listing: Option<Listing>,
    ) -> Result<Attempt, Failure> {
        let mut last = None;
        for pause in WRITES {
            tokio::time::sleep(pause).await;
            match self.advance(attempt, event, reason, listing.clone()).await {
                Ok(attempt) => return Ok(attempt),
                Err(failure) => last = Some(failure),
            }
        }
        tracing::error!(attempt = %attempt.id, failure = ?last, "the answer could not be noted");
        Err(fail::outcome_unknown())
    }

    async fn hold(&self, page: HeldKind, turn: SiteTurn) {
        *self.held.lock().await = Some(Held {
            page,
            _turn: turn.for_page(),
        });
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

    pub(crate) async fn advance(
        &self,
        attempt: &Attempt,
        event: AttemptEvent,
        reason: Option<Code>,
        listing: Option<Listing>,
    ) -> Result<Attempt, Failure> {
        let facts = AttemptFacts {
            at: Some(self.parts.clock.now()),
            reason: reason.map(|c| c.as_str().to_owned()),
            result: None,
            listing,
        };
        self.parts
            .publish_log
            .advance(attempt.id, event, &facts)
            .await
            .map_err(fail::record("noting where the attempt stands"))
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

enum Page {
    Ready(Box<dyn FilledPage>),
    NeedsPerson(Option<HeldKind>),
}

pub(crate) fn listing_of(
    attempt: &Attempt,
    listing_id: &str,
    listing_url: &str,
    now: chrono::DateTime<chrono::Utc>,
) -> Listing {
    Listing {
        site_id: listing_id.to_owned(),
        account_id: attempt.account_id,
        draft_id: attempt.draft_id,
        url: listing_url.to_owned(),
        title: attempt.fingerprint.title.clone(),
        price_cents: Some(attempt.fingerprint.price_cents),
        currency: attempt.fingerprint.currency,
        under_review: false,
        published_at: now,
    }
}

fn published_view(listing_id: &str, stored: &StoredListing) -> PublishView {
    let mut warnings = Vec::new();
    if stored.readback.values().any(|(_, _, same)| !same) {
        warnings.push(Code::ReadbackMismatch.as_str().to_owned());
    }
    if stored.under_review {
        warnings.push(Code::UnderReview.as_str().to_owned());
    }
    PublishView {
        listing_id: Some(listing_id.to_owned()),
        listing_url: Some(stored.url.clone()),
        readback: stored
            .readback
            .iter()
            .map(|(field, (sent, stored, same))| {
                let view = ReadbackView {
                    sent: sent.clone(),
                    stored: stored.clone(),
                    same: *same,
                };
                (field.code().to_owned(), view)
            })
            .collect(),
        warnings,
        ..nothing_published()
    }
}

fn replay(attempt: &Attempt) -> PublishView {
    let stored: Option<PublishView> = attempt
        .result
        .as_deref()
        .and_then(|json| serde_json::from_str(json).ok());
    let view = stored.unwrap_or_else(|| PublishView {
        listing_id: attempt.listing_id.clone(),
        listing_url: attempt.listing_url.clone(),
        warnings: vec![Code::ReadbackUnavailable.as_str().to_owned()],
        ..nothing_published()
    });
    PublishView {
        replayed: true,
        ..view
    }
}

pub(crate) fn nothing_published() -> PublishView {
    PublishView {
        dry_run: false,
        listing_id: None,
        listing_url: None,
        needs_manual: false,
        reason: None,
        readback: std::collections::BTreeMap::new(),
        warnings: Vec::new(),
        replayed: false,
    }
}

fn needs_person() -> PublishView {
    PublishView {
        needs_manual: true,
        reason: Some(Code::CaptchaOrVerification.as_str().to_owned()),
        ..nothing_published()
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

/// The answers that prove that nothing was made.
fn refusal(submitted: Submitted, now: chrono::DateTime<chrono::Utc>) -> Failure {
    match submitted {
        Submitted::Rejected { errors } => {
            let sentences: Vec<&str> = errors.iter().map(|(_, text)| text.as_str()).collect();
            let list: Vec<_> = errors
                .iter()
                .map(|(f, text)| json!({ "field": f, "value": text }))
                .collect();
            Failure::new(
                Code::InvalidField,
                format!(
                    "The site did not take the listing: {}. Nothing was published.",
                    sentences.join("; ")
                ),
            )
            .with(json!({ "errors": list }))
        }
        Submitted::NotSent { messages } => Failure::new(
            Code::SiteRefused,
            if messages.is_empty() {
                "The site's button did nothing. Nothing was published; try again.".to_owned()
            } else {
                format!(
                    "The form says: {}. Nothing was published.",
                    messages.join("; ")
                )
            },
        )
        .with(json!({ "messages": messages })),
        Submitted::SessionGone => fail::session_expired(),
        Submitted::RateLimited { retry_after } => fail::rate_limited(retry_after, now),
        Submitted::Refused { status } => fail::site_refused(status),
        other => fail::internal(
            "reading the site's answer",
            format!("{other:?} is no refusal"),
        ),
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

fn duplicate(why: &str) -> Failure {
    Failure::new(Code::DuplicatePublish, why)
}

pub(crate) fn draft_changed() -> Failure {
    Failure::new(
        Code::DraftChanged,
        "The draft was changed since you confirmed it. Nothing was published; prepare it again.",
    )
}

fn bad_key() -> Failure {
    Failure::new(
        Code::InvalidField,
        "An idempotency key has 1 to 200 characters.",
    )
    .with(json!({ "fields": { "idempotency_key": "invalid_field" } }))
}

/// Same states and same shown values; which hook found a field does not matter.
fn same_form(confirmed: &[FieldReport], now: &[FieldReport]) -> bool {
    differing(confirmed, now).is_empty()
}

fn differing(confirmed: &[FieldReport], now: &[FieldReport]) -> Vec<&'static str> {
    let shown = |f: &FieldReport| {
        (
            f.state,
            if f.state == FieldState::Filled {
                f.value.clone()
            } else {
                None
            },
        )
    };
    let mut fields: Vec<&'static str> = confirmed
        .iter()
        .filter(|c| {
            now.iter()
                .find(|n| n.field == c.field)
                .is_none_or(|n| shown(n) != shown(c))
        })
        .chain(
            now.iter()
                .filter(|n| confirmed.iter().all(|c| c.field != n.field)),
        )
        .map(|f| f.field.code())
        .collect();
    fields.dedup();
    fields
}
