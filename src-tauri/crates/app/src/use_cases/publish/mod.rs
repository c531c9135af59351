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

pub(super) use view::{listing_of, nothing_published};

use contract::{Code, Event, Failure, PublishView};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use self::{page::Page, view::needs_person};
use crate::{
    App,
    app::{Held, HeldKind, SiteTurn},
    fail,
    ports::{Confirmation, RecordError},
    token,
};

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

    async fn publish_live(
        &self,
        confirmation: &Confirmation,
        key: &str,
    ) -> Result<PublishView, Failure> {
        let turn = self
            .site_turn(Some(confirmation.id), &CancellationToken::new())
            .await?;
        failpoint::reached("publish.turn_taken");
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
        failpoint::reached("publish.form_confirmed");
        let outcome = self
            .press(confirmation, key, &draft, &content, page.as_mut())
            .await;
        if outcome.as_ref().is_ok_and(|view| view.needs_manual) && page.show().await {
            // The person answers in the very page in which the site asked.
            self.hold(HeldKind::Filled(page), turn).await;
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

    async fn hold(&self, page: HeldKind, turn: SiteTurn) {
        *self.held.lock().await = Some(Held {
            page,
            _turn: turn.for_page(),
        });
    }
}

fn bad_key() -> Failure {
    Failure::new(
        Code::InvalidField,
        "An idempotency key has 1 to 200 characters.",
    )
    .with(json!({ "fields": { "idempotency_key": "invalid_field" } }))
}
