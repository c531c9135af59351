//! Step two: at most one listing per confirmation.
//!
//! intent (on disk, with the own items as baseline) → submitted (on disk) → the click → settled, refused,
//! needs_manual or unknown. Whatever happens in between, no path leads to a second click: see
//! [`domain::attempt`] for the states and [`super::settle`] for what a dead process leaves behind.
//!
//! In the order in which they work: [`confirmed`] asks whether the token still stands for the draft, [`page`]
//! finds the filled form, [`press`] writes the intent and clicks, [`answers`] and [`evidence`] read what came
//! of it, [`view`] says it.

mod answers;
mod confirmed;
mod evidence;
mod page;
mod press;
mod view;

pub(super) use evidence::{Verdict, traits};
pub(super) use press::NOTING;
pub(super) use view::{listing_of, not_read_back, nothing_published, replay, stored_row};

use contract::{Code, Event, Failure, PublishView};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use self::{page::Page, view::needs_person};
use crate::{
    App,
    app::{Held, HeldKind, SiteTurn},
    fail,
    ports::{Confirmation, FilledPage, RecordError},
    token,
    use_cases::HeldFor,
};

/// Who presses the publish button.
pub(super) enum Button {
    /// This program, for the person who confirmed.
    Ours,
    /// The person, in the visible browser; the token ends the waiting for it.
    Persons(CancellationToken),
}

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
        let button = live.then_some(Button::Ours);
        self.publish_in_the_background(token, key, button).await
    }

    /// Publishes, or says that it could, where there is no button to press.
    pub(super) async fn publish_in_the_background(
        &self,
        token: &str,
        key: Option<&str>,
        button: Option<Button>,
    ) -> Result<PublishView, Failure> {
        let (app, token, key) = (self.clone(), token.to_owned(), key.map(str::to_owned));
        self.publishing
            .spawn(async move { app.publish_to_the_end(&token, key.as_deref(), button).await })
            .await
            .map_err(|e| fail::internal("publishing", e))?
    }

    async fn publish_to_the_end(
        &self,
        token: &str,
        key: Option<&str>,
        button: Option<Button>,
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
        let live = button.is_some();
        if live && let Some(answer) = self.answer_by_key(&confirmation, &key, None).await? {
            return Ok(answer);
        }
        self.confirmed_draft(&confirmation, &key, live, None)
            .await?;
        match button {
            Some(button) => self.publish_live(&confirmation, &key, &button).await,
            None => Ok(PublishView {
                dry_run: true,
                ..nothing_published()
            }),
        }
    }

    async fn publish_live(
        &self,
        confirmation: &Confirmation,
        key: &str,
        button: &Button,
    ) -> Result<PublishView, Failure> {
        // Nobody waits in line for a process that is about to end.
        let turn = self.site_turn(Some(confirmation.id), &self.closing).await?;
        failpoint::reached("publish.turn_taken");
        // While this one waited for its turn, another may have published: the rules are asked again.
        if let Some(answer) = self.answer_by_key(confirmation, key, Some(&turn)).await? {
            return Ok(answer);
        }
        let draft = self
            .confirmed_draft(confirmation, key, true, Some(&turn))
            .await?;
        let content = self.form_content(&draft, true)?;
        let mut page = match self.confirmed_page(confirmation, &draft, &content).await {
            Ok(Page::Ready(page)) => page,
            Err(failure) => {
                self.note_answer(confirmation.account_id, Some(&failure))
                    .await;
                return Err(failure);
            }
            Ok(Page::NeedsPerson(page)) => {
                self.note_challenge(confirmation.account_id).await;
                if let Some(page) = page {
                    self.hold(page, confirmation, turn).await;
                }
                return Ok(needs_person());
            }
        };
        failpoint::reached("publish.form_confirmed");
        let outcome = if can_be_pressed(button, page.as_mut()).await {
            self.press(confirmation, key, &draft, &content, page.as_mut(), button)
                .await
        } else {
            Err(cannot_be_seen())
        };
        match &outcome {
            Ok(view) if view.needs_manual => self.note_challenge(confirmation.account_id).await,
            Ok(_) => self.note_answer(confirmation.account_id, None).await,
            Err(failure) => {
                self.note_answer(confirmation.account_id, Some(failure))
                    .await;
            }
        }
        if outcome.as_ref().is_ok_and(|view| view.needs_manual) {
            // The person answers in the very page in which the site asked.
            self.hold(HeldKind::Filled(page), confirmation, turn).await;
        } else {
            page.close().await;
        }
        failpoint::reached("publish.page_closed");
        self.reconcile_jobs().await;
        failpoint::reached("publish.jobs_reconciled");
        self.tell(Event::DraftChanged {
            id: draft.id.to_string(),
        });
        outcome
    }

    async fn hold(&self, page: HeldKind, confirmation: &Confirmation, turn: SiteTurn) {
        *self.held.lock().await = Some(Held {
            page: page.for_person().await,
            of: HeldFor {
                draft: confirmation.draft_id,
                account: confirmation.account_id,
                without_photos: confirmation.dry_only,
            },
            _turn: turn.for_page(),
        });
    }
}

/// The person can only press what the person sees.
async fn can_be_pressed(button: &Button, page: &mut dyn FilledPage) -> bool {
    match button {
        Button::Ours => true,
        Button::Persons(_) => page.show().await,
    }
}

fn cannot_be_seen() -> Failure {
    Failure::new(
        Code::NoDisplay,
        "Publishing by hand needs a browser that you can see, and there is none here. Nothing was published.",
    )
}

fn bad_key() -> Failure {
    Failure::new(
        Code::InvalidField,
        "An idempotency key has 1 to 200 characters.",
    )
    .with(json!({ "fields": { "idempotency_key": "invalid_field" } }))
}
