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
    App, fail,
    held::{HeldFor, HeldKind},
    ports::{Confirmation, FilledPage, RecordError},
    token,
};

/// Who presses the publish button, and what stops it before it is pressed.
pub(super) enum Button {
    /// This program, for the person who confirmed. Stopped before the intent is written, nothing is pressed.
    Ours(CancellationToken),
    /// The person, in the visible browser; the token ends the waiting for it.
    Persons(CancellationToken),
}

impl Button {
    fn stop(&self) -> &CancellationToken {
        match self {
            Self::Ours(stop) | Self::Persons(stop) => stop,
        }
    }
}

/// What is known before a form is looked at.
enum Known {
    /// An earlier publish under the key answers.
    Answered(Box<PublishView>),
    /// The confirmation stands, for this key.
    Confirmed(Box<Confirmation>, String),
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
        // Nobody waits in line for a process that is about to end.
        let button = live.then(|| Button::Ours(self.closing.child_token()));
        self.publish_in_the_background(token, key, button).await
    }

    /// Publishes for a job: once `stop` came, no intent is written any more, so that a job that was cut short says with
    /// truth that nothing was published.
    ///
    /// # Errors
    /// Those of [`App::publish`]; `cancelled`.
    pub(super) async fn publish_until(
        &self,
        token: &str,
        key: &str,
        stop: CancellationToken,
    ) -> Result<PublishView, Failure> {
        let (stop, _linked) = self.until_closing(stop);
        self.publish_in_the_background(token, Some(key), Some(Button::Ours(stop)))
            .await
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
        let live = button.is_some();
        let (confirmation, key) = match self.known_of(token, key, live).await? {
            Known::Answered(view) => return Ok(*view),
            Known::Confirmed(confirmation, key) => (*confirmation, key),
        };
        match button {
            Some(button) => self.publish_live(&confirmation, &key, &button).await,
            None => Ok(PublishView {
                dry_run: true,
                ..nothing_published()
            }),
        }
    }

    /// What a live publish with this token and key answers without a click: the result of an earlier one.
    ///
    /// # Errors
    /// What refuses it before a form is looked at: token, key, draft.
    pub async fn published_before(
        &self,
        token: &str,
        key: &str,
    ) -> Result<Option<PublishView>, Failure> {
        match self.known_of(token, Some(key), true).await? {
            Known::Answered(view) => Ok(Some(*view)),
            Known::Confirmed(..) => Ok(None),
        }
    }

    async fn known_of(&self, token: &str, key: Option<&str>, live: bool) -> Result<Known, Failure> {
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
            return Ok(Known::Answered(Box::new(answer)));
        }
        self.confirmed_draft(&confirmation, &key, live, None)
            .await?;
        Ok(Known::Confirmed(Box::new(confirmation), key))
    }

    async fn publish_live(
        &self,
        confirmation: &Confirmation,
        key: &str,
        button: &Button,
    ) -> Result<PublishView, Failure> {
        let turn = self.site_turn(Some(confirmation.id), button.stop()).await?;
        failpoint::reached("publish.turn_taken");
        // While this one waited for its turn, another may have published: the rules are asked again.
        let asked_again = async {
            if let Some(answer) = self.answer_by_key(confirmation, key, Some(&turn)).await? {
                return Ok(Err(answer));
            }
            let draft = self
                .confirmed_draft(confirmation, key, true, Some(&turn))
                .await?;
            let content = self.form_content(&draft, true)?;
            Ok::<_, Failure>(Ok((draft, content)))
        }
        .await;
        let (draft, content) = match asked_again {
            Ok(Ok(confirmed)) => confirmed,
            // The kept page gave its turn to this call: it does not stay open without one.
            Ok(Err(answer)) => {
                self.close_kept(confirmation.id).await;
                return Ok(answer);
            }
            Err(failure) => {
                self.close_kept(confirmation.id).await;
                return Err(failure);
            }
        };
        let page = self
            .confirmed_page(confirmation, &draft, &content, button.stop())
            .await;
        let mut page = match page {
            Ok(Page::Ready(page)) => page,
            Err(failure) => {
                self.note_answer(confirmation.account_id, Some(&failure))
                    .await;
                return Err(failure);
            }
            Ok(Page::NeedsPerson(page)) => {
                self.note_challenge(confirmation.account_id).await;
                if let Some(page) = page {
                    self.hold_page(page, held_for(confirmation), turn.for_page())
                        .await;
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
            self.hold_page(
                HeldKind::Filled(page),
                held_for(confirmation),
                turn.for_page(),
            )
            .await;
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
}

fn held_for(confirmation: &Confirmation) -> HeldFor {
    HeldFor {
        draft: confirmation.draft_id,
        account: confirmation.account_id,
        without_photos: confirmation.dry_only,
    }
}

/// The person can only press what the person sees.
async fn can_be_pressed(button: &Button, page: &mut dyn FilledPage) -> bool {
    match button {
        Button::Ours(_) => true,
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
