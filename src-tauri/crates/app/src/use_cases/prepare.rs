//! Step one: fill the site's form, read it back, stop. Nothing here can press the publish button.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use chrono::TimeDelta;
use contract::{Code, Failure, FieldView, PrepareView, SuggestedPriceView};
use domain::{
    ConfirmationId, Draft, DraftStatus,
    attempt::AttemptState,
    content::content_hash,
    form::{self, Field, FieldReport, FieldState, FormContent},
    gates::{Gate, site_refusals},
};
use serde_json::json;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{
    App,
    app::{KeptPage, SiteTurn},
    fail,
    held::{HeldFor, HeldKind},
    ports::{Confirmation, Filled, SiteStop, Stopped, Turn},
    token,
    use_cases::change_draft::draft_id,
    view,
};

/// How often a kept page looks whether it should make way.
const MAKE_WAY: Duration = Duration::from_secs(1);
/// How long the end of the process waits for a click's answer and its read-back.
const LAST_PUBLISH: Duration = Duration::from_secs(90);

/// What to prepare.
#[derive(Clone, Debug, Default)]
pub struct PrepareRequest {
    /// The draft.
    pub draft_id: String,
    /// The account; none: the one that there is.
    pub account: Option<String>,
    /// Fill the form without photos: the token then serves dry runs only.
    pub without_photos: bool,
    /// A job asks, not the person: a form that it fills is no answer to a challenge.
    pub for_job: bool,
}

impl App {
    /// Fills the form and gives a token for what it shows.
    ///
    /// # Errors
    /// What the site itself would refuse (`missing_…`), an existing or unknown listing, no session, or why the form
    /// could not be filled. A challenge is no failure: `needs_manual` is true and nothing is clicked any more.
    pub async fn prepare(
        &self,
        request: PrepareRequest,
        cancel: CancellationToken,
    ) -> Result<PrepareView, Failure> {
        let draft = self
            .parts
            .drafts
            .get(draft_id(&request.draft_id)?)
            .await
            .map_err(fail::record("reading the draft"))?;
        self.refuse_published(&draft, None).await?;
        let content = self.form_content(&draft, !request.without_photos)?;
        // Said before the person waits for their turn; the session itself is read after it.
        self.account_with_session(request.account.as_deref())
            .await?;

        let turn = self.site_turn(None, &cancel).await?;
        let (account, session) = self
            .account_with_session(request.account.as_deref())
            .await?;
        // Another process may have published while this one waited for its turn.
        self.refuse_published(&draft, Some(&turn)).await?;
        failpoint::reached("prepare.turn_taken");
        // The page outlives this call: what stops the filling must not reach into a later publish.
        let filling = CancellationToken::new();
        let run = self.run_for(&account, session, Some(draft.id), filling.clone());
        let fill = self.parts.site.fill(run, content);
        tokio::pin!(fill);
        let filled = tokio::select! {
            filled = &mut fill => filled,
            () = cancel.cancelled() => {
                filling.cancel();
                fill.await
            }
        };
        let filled = match filled {
            Ok(filled) => filled,
            Err(Stopped {
                stop: SiteStop::Challenge(kind),
                picture,
                page,
            }) => {
                self.note_challenge(account.id).await;
                if let Some(page) = page {
                    let of = HeldFor {
                        draft: draft.id,
                        account: account.id,
                        without_photos: request.without_photos,
                    };
                    self.hold_page(HeldKind::Stopped(page), of, turn.for_page())
                        .await;
                }
                return self.challenged(&draft, kind, picture).await;
            }
            Err(Stopped { stop, picture, .. }) => {
                let mut failure = fail::stop(stop, self.parts.clock.now());
                self.note_answer(account.id, Some(&failure)).await;
                // What was on the screen helps to see why.
                if let Some(url) = self.keep_picture(picture).await? {
                    failure = failure.and("preview_url", json!(url));
                }
                return Err(failure);
            }
        };
        self.keep_brands(&filled.brands).await;
        if let Err(mut failure) = required_fields(&filled.fields, request.without_photos) {
            filled.page.close().await;
            self.note_filled(&filled.fields).await;
            // What was on the screen helps to see why.
            if let Some(url) = self.keep_picture(Some(filled.picture)).await? {
                failure = failure.and("preview_url", json!(url));
            }
            return Err(failure);
        }
        failpoint::reached("prepare.form_filled");
        if request.for_job {
            self.note_session(account.id).await;
        } else {
            self.note_form(account.id).await;
        }
        self.let_held_go(draft.id).await;
        self.note_filled(&filled.fields).await;
        let now = self.parts.clock.now();
        let confirmation = Confirmation {
            id: self.parts.clock.new_id().into(),
            draft_id: draft.id,
            account_id: account.id,
            login: filled.user.login.clone(),
            site_url: account.site_url.clone(),
            content_hash: content_hash(&draft),
            fields: filled.fields.clone(),
            dry_only: request.without_photos,
            prepared_at: now,
            expires_at: now + TimeDelta::minutes(token::LIFETIME_MINUTES),
        };
        let stored = async {
            let key = self.parts.secrets.token_key().await.map_err(fail::secret)?;
            let token = token::issue(&confirmation, &key)?;
            self.parts
                .files
                .put_preview(&confirmation.id.to_string(), &filled.picture)
                .await
                .map_err(fail::disk("storing the picture of the form"))?;
            failpoint::reached("prepare.picture_stored");
            self.parts
                .publish_log
                .confirm(&confirmation)
                .await
                .map_err(fail::record("storing the confirmation"))?;
            failpoint::reached("prepare.confirmation_stored");
            Ok::<_, Failure>(token)
        }
        .await;
        let token = match stored {
            Ok(token) => token,
            Err(failure) => {
                filled.page.close().await;
                return Err(failure);
            }
        };
        let prepared = PrepareView {
            confirm_token: Some(token),
            expires_at: Some(contract::time(confirmation.expires_at)),
            preview_url: Some(preview_url(&confirmation.id.to_string())),
            needs_manual: false,
            reason: None,
            account: Some(filled.user.login.clone()),
            publishable: !confirmation.dry_only,
            suggested_price: filled.suggested_price.map(|range| SuggestedPriceView {
                min_cents: range.min_cents,
                max_cents: range.max_cents,
                currency: range.currency.code().to_owned(),
            }),
            ..prepare_view(&draft, &filled.fields)
        };
        self.keep_page(&confirmation, filled, turn.for_page()).await;
        failpoint::reached("prepare.page_kept");
        Ok(prepared)
    }

    /// A listing that exists, or may exist, is never prepared again.
    ///
    /// An attempt that a dead process left open is settled on the way.
    pub(crate) async fn refuse_published(
        &self,
        draft: &Draft,
        turn: Option<&SiteTurn>,
    ) -> Result<(), Failure> {
        let latest = self
            .parts
            .publish_log
            .latest_of_draft(draft.id)
            .await
            .map_err(fail::record("reading the draft's attempts"))?;
        let latest = match latest {
            Some(attempt) => Some(self.settle_if_dead(attempt, turn).await?),
            None => None,
        };
        match latest.map(|a| a.state) {
            Some(AttemptState::Unknown) => Err(fail::outcome_unknown()),
            Some(AttemptState::Settled) => Err(already_published()),
            Some(state) if state.is_open() => Err(Failure::new(
                Code::DuplicatePublish,
                "This draft is being published right now.",
            )),
            _ if draft.status == DraftStatus::Published => Err(already_published()),
            _ => Ok(()),
        }
    }

    pub(crate) fn form_content(
        &self,
        draft: &Draft,
        photos_required: bool,
    ) -> Result<FormContent, Failure> {
        let missing: Vec<Gate> = site_refusals(draft, &view::gate_context())
            .into_iter()
            .filter(|g| photos_required || *g != Gate::MissingPhotos)
            .collect();
        if let Some(first) = missing.first() {
            return Err(missing_values(*first, &missing));
        }
        let photos = if photos_required {
            draft
                .site_photos()
                .iter()
                .map(|p| self.parts.files.picture(&p.sha256))
                .collect()
        } else {
            Vec::new()
        };
        form::content_of(draft, photos, photos_required).map_err(|missing| {
            fail::internal(
                "reading the draft",
                format!("the gates passed although {missing:?} is missing"),
            )
        })
    }

    async fn challenged(
        &self,
        draft: &Draft,
        kind: crate::ports::Challenge,
        picture: Option<Vec<u8>>,
    ) -> Result<PrepareView, Failure> {
        tracing::warn!(kind = kind.code(), draft = %draft.id, "the site wants the person");
        let preview_url = self.keep_picture(picture).await?;
        Ok(PrepareView {
            preview_url,
            needs_manual: true,
            reason: Some(Code::CaptchaOrVerification.as_str().to_owned()),
            ..prepare_view(draft, &[])
        })
    }

    /// Keeps the page until the token expires, another process wants its turn, or something else is done here.
    async fn keep_page(&self, confirmation: &Confirmation, filled: Filled, turn: Turn) {
        let id = confirmation.id;
        let kept = KeptPage {
            page: filled.page,
            turn: Some(turn),
        };
        self.pages.lock().await.insert(id, kept);
        // Only weak: a waiting task must not keep a closed data folder alive.
        let (pages, parts) = (Arc::downgrade(&self.pages), Arc::downgrade(&self.parts));
        let end = Instant::now() + Duration::from_secs(60 * token::LIFETIME_MINUTES.unsigned_abs());
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(MAKE_WAY).await;
                let (Some(pages), Some(parts)) = (pages.upgrade(), parts.upgrade()) else {
                    return;
                };
                let mut open = pages.lock().await;
                // Gone, or in use: a page without its turn is being published.
                let Some(kept) = open.get(&id) else { return };
                if kept.turn.is_none() {
                    continue;
                }
                if (Instant::now() >= end || parts.processes.turn_wanted())
                    && let Some(kept) = open.remove(&id)
                {
                    // The turn goes with the page, after its session was handed back.
                    kept.page.close().await;
                    return;
                }
            }
        });
    }

    /// Closes the page that was kept for a confirmation, with its browser.
    pub(crate) async fn close_kept(&self, confirmation: ConfirmationId) {
        let kept = self.pages.lock().await.remove(&confirmation);
        if let Some(kept) = kept {
            kept.page.close().await;
        }
    }

    /// Closes the page that was filled for a token which nobody will use.
    pub(crate) async fn close_filled(&self, token: &str) {
        let Ok(signing) = self.parts.secrets.token_key().await else {
            return;
        };
        if let Ok(claims) = token::read(token, &signing) {
            self.close_kept(claims.jti).await;
        }
    }

    /// Brings the page at which the site asks for the person to the front; false where none is held.
    pub async fn show_held_page(&self) -> bool {
        match self.held.lock().await.newest() {
            // Without a turn there is none to open a browser with; answering takes one.
            Some(held) if held.turn.is_some() => held.page.show().await,
            _ => false,
        }
    }

    /// Closes every kept page and hands the sessions back sealed. Called once, before the process ends.
    pub async fn close_pages(&self) {
        self.closing.cancel();
        self.end_plans().await;
        self.publishing.close();
        if tokio::time::timeout(LAST_PUBLISH, self.publishing.wait())
            .await
            .is_err()
        {
            tracing::error!("a publish did not end in time; the next start settles it");
        }
        let kept: Vec<_> = self.pages.lock().await.drain().map(|(_, k)| k).collect();
        for kept in kept {
            kept.page.close().await;
        }
        let held = self.held.lock().await.take_all();
        for held in held {
            held.close().await;
        }
    }
}

fn preview_url(name: &str) -> String {
    format!("/previews/{name}.png")
}

pub(crate) fn already_published() -> Failure {
    Failure::new(Code::AlreadyPublished, "This draft is published already.")
}

fn missing_values(first: Gate, missing: &[Gate]) -> Failure {
    let code = Code::parse(first.code()).unwrap_or(Code::InvalidField);
    let fields: serde_json::Map<_, _> = missing
        .iter()
        .map(|g| (g.field().code().to_owned(), json!(g.code())))
        .collect();
    Failure::new(
        code,
        format!(
            "The site takes no listing without: {}. Complete the draft first.",
            missing
                .iter()
                .map(|g| g.field().code())
                .collect::<Vec<_>>()
                .join(", ")
        ),
    )
    .with(json!({ "fields": fields }))
}

/// Optional fields may be left to the person; a required one that failed stops here.
fn required_fields(fields: &[FieldReport], without_photos: bool) -> Result<(), Failure> {
    const REQUIRED: [Field; 6] = [
        Field::Photos,
        Field::Title,
        Field::Category,
        Field::Size,
        Field::Condition,
        Field::Price,
    ];
    let failed: Vec<&FieldReport> = fields
        .iter()
        .filter(|f| REQUIRED.contains(&f.field))
        .filter(|f| !(without_photos && f.field == Field::Photos))
        .filter(|f| {
            f.state == FieldState::Failed
                || (f.state == FieldState::Absent && f.field != Field::Size)
        })
        .collect();
    let Some(first) = failed.first() else {
        return Ok(());
    };
    let names: Vec<&str> = failed.iter().map(|f| f.field.code()).collect();
    let map: serde_json::Map<_, _> = failed
        .iter()
        .map(|f| {
            let why = f
                .reason
                .clone()
                .unwrap_or_else(|| Code::FieldNotFound.as_str().to_owned());
            (f.field.code().to_owned(), json!(why))
        })
        .collect();
    let code = first
        .reason
        .as_deref()
        .and_then(Code::parse)
        .unwrap_or(Code::FieldNotFound);
    Err(Failure::new(
        code,
        format!(
            "The form did not take: {}. Nothing was published.",
            names.join(", ")
        ),
    )
    .with(json!({ "fields": map })))
}

fn prepare_view(draft: &Draft, fields: &[FieldReport]) -> PrepareView {
    let report = view::gate_report(draft);
    let warnings = report
        .missing
        .iter()
        .chain(&report.warnings)
        .map(|g| g.code().to_owned())
        .collect();
    PrepareView {
        draft_id: draft.id.to_string(),
        confirm_token: None,
        expires_at: None,
        preview_url: None,
        fields: field_views(fields),
        field_order: fields.iter().map(|f| f.field.code().to_owned()).collect(),
        needs_manual: false,
        reason: None,
        warnings,
        account: None,
        price_cents: draft.price_target_cents,
        currency: draft.currency.code().to_owned(),
        suggested_price: None,
        publishable: false,
    }
}

fn field_views(fields: &[FieldReport]) -> BTreeMap<String, FieldView> {
    fields
        .iter()
        .map(|f| {
            let state = match f.state {
                FieldState::Filled => "filled",
                FieldState::Absent => "absent",
                FieldState::Failed => "failed",
            };
            let view = FieldView {
                state: state.to_owned(),
                value: f.value.clone(),
                reason: f.reason.clone(),
            };
            (f.field.code().to_owned(), view)
        })
        .collect()
}
