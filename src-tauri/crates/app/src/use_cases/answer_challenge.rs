//! A challenge, answered by the person: show the very page, wait until the site asks for nobody any more, go on from a
//! fresh check of the form. The app touches nothing in between.

use std::time::Duration;

use contract::{ChallengeView, Code, Event, Failure, PrepareView};
use domain::{AccountId, DraftId};
use queue::{JobFilter, JobStatus};
use tokio_util::sync::CancellationToken;

use super::{PrepareRequest, queue_add::queue_failure};
use crate::{App, app::Held, fail, ports::SiteStop};

/// How long the person has.
const PATIENCE: Duration = Duration::from_secs(600);

impl App {
    /// Brings the page at which the site asks for the person to the front, waits until they answered there, and goes
    /// on: jobs that wait for it run again; without one the form is filled and checked afresh.
    ///
    /// # Errors
    /// `not_found` where no page is held, `no_display`, `cancelled` where the person gave up or took too long (the page
    /// stays held where it is still open), and those of [`App::prepare`].
    pub async fn answer_challenge(
        &self,
        cancel: CancellationToken,
    ) -> Result<ChallengeView, Failure> {
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
        let jobs = self.run_again(waiting.draft).await?;
        // The account's queue goes on, with whatever else met the same question.
        self.challenge_answered(waiting.account).await?;
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

    /// Jobs of the draft that wait for the person's answer to the site.
    async fn run_again(&self, draft: DraftId) -> Result<Vec<String>, Failure> {
        let waiting = JobFilter {
            statuses: vec![JobStatus::NeedsManual],
            subject: Some(draft.to_string()),
            ..JobFilter::default()
        };
        let page = self
            .parts
            .queue
            .list(&waiting)
            .await
            .map_err(queue_failure)?;
        let mut again = Vec::new();
        for job in page.jobs {
            let asked = job
                .last_error
                .as_ref()
                .is_some_and(|r| r.code == Code::CaptchaOrVerification.as_str());
            if asked {
                self.parts
                    .queue
                    .retry(job.id)
                    .await
                    .map_err(queue_failure)?;
                again.push(job.id.to_string());
            }
        }
        Ok(again)
    }

    async fn prepare_again(
        &self,
        waiting: &HeldFor,
        cancel: CancellationToken,
    ) -> Result<PrepareView, Failure> {
        let accounts = self
            .parts
            .accounts
            .all()
            .await
            .map_err(fail::record("reading the account"))?;
        let account = accounts
            .into_iter()
            .find(|a| a.id == waiting.account)
            .ok_or_else(|| Failure::new(Code::NotFound, "There is no such account any more."))?;
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
