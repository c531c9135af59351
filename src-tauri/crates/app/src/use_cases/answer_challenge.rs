//! A challenge, answered by the person: show the very page, wait until the site asks for nobody any more, go on from a
//! fresh check of the form. The app touches nothing in between.

use std::time::Duration;

use contract::{ChallengeView, Code, Event, Failure, PrepareView};
use domain::{AccountId, DraftId};
use tokio_util::sync::CancellationToken;

use super::PrepareRequest;
use crate::{App, app::Held, fail, ports::SiteStop};

/// How long the person has.
const PATIENCE: Duration = Duration::from_secs(600);

impl App {
    /// Brings the page at which the site asks for the person to the front, waits until they answered there, and goes
    /// on: jobs that wait for it run again; without one the form is filled and checked afresh.
    ///
    /// # Errors
    /// `not_found` where no page is held, `no_display`, `cancelled` where the person gave up or took too long (the page
    /// stays held where it is still open), and those of [`App::prepare`]. The end of the app ends the waiting.
    pub async fn answer_challenge(
        &self,
        cancel: CancellationToken,
    ) -> Result<ChallengeView, Failure> {
        let app = self.clone();
        let (cancel, _linked) = self.until_closing(cancel);
        self.publishing
            .spawn(async move { app.wait_for_answer(cancel).await })
            .await
            .map_err(|e| fail::internal("waiting for the person", e))?
    }

    async fn wait_for_answer(&self, cancel: CancellationToken) -> Result<ChallengeView, Failure> {
        // Out of its place while it is waited at: nobody closes it meanwhile, and its turn keeps others out.
        let Some(mut held) = self.held.lock().await.take() else {
            return Err(Failure::new(
                Code::NotFound,
                "The site asks for nobody now. Prepare the draft again.",
            ));
        };
        if !held.page.show().await {
            self.hold_again(held).await;
            return Err(Failure::new(
                Code::NoDisplay,
                "The page cannot be shown: there is no display here. Open the site in your own browser and answer there, \
                 then prepare again.",
            ));
        }
        failpoint::reached("challenge.shown");
        let answered = held.page.answered(PATIENCE, cancel.clone()).await;
        if let Err(stop) = answered {
            // Closed by the person or not, showing it again tells.
            match stop {
                SiteStop::Cancelled if held.page.show().await => self.hold_again(held).await,
                _ => held.close().await,
            }
            return Err(match stop {
                SiteStop::Cancelled => Failure::new(
                    Code::Cancelled,
                    "The site was not answered. Nothing was published; open the browser again, or prepare again.",
                ),
                stop => fail::stop(stop, self.parts.clock.now()),
            });
        }
        failpoint::reached("challenge.answered");
        let waiting = held.of.clone();
        // Its session, with what the answer brought, is handed back before the next run reads it.
        held.close().await;
        // The account's queue goes on, with whatever else met the same question.
        let draft = waiting.draft.to_string();
        let again = self.challenge_answered(waiting.account).await?;
        let jobs: Vec<String> = again
            .into_iter()
            .filter(|job| job.subject == draft)
            .map(|job| job.id.to_string())
            .collect();
        let prepared = if jobs.is_empty() {
            Some(self.prepare_again(&waiting, cancel).await?)
        } else {
            None
        };
        self.tell(Event::DraftChanged {
            id: waiting.draft.to_string(),
        });
        Ok(ChallengeView {
            draft_id: waiting.draft.to_string(),
            jobs,
            prepared,
        })
    }

    async fn hold_again(&self, held: Held) {
        let other = self.held.lock().await.replace(held);
        if let Some(other) = other {
            other.close().await;
        }
    }

    async fn prepare_again(
        &self,
        waiting: &HeldFor,
        cancel: CancellationToken,
    ) -> Result<PrepareView, Failure> {
        let account = self.account_by_id(waiting.account).await?;
        let request = PrepareRequest {
            draft_id: waiting.draft.to_string(),
            account: Some(account.name),
            without_photos: waiting.without_photos,
        };
        self.prepare(request, cancel).await
    }
}

/// What a held page stands in the way of.
#[derive(Clone, Debug)]
pub(crate) struct HeldFor {
    pub(crate) draft: DraftId,
    pub(crate) account: AccountId,
    pub(crate) without_photos: bool,
}
