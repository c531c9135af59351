//! A challenge, answered by the person: show the very page, wait until the site asks for nobody any more, go on from a
//! fresh check of the form. The app touches nothing in between.

use std::time::Duration;

use contract::{ChallengeView, Code, Event, Failure, PrepareView};
use domain::DraftId;
use queue::{JobFilter, JobStatus};
use tokio_util::sync::CancellationToken;

use super::{PrepareRequest, change_draft::draft_id};
use crate::{
    App, fail,
    held::{Held, HeldFor},
    ports::SiteStop,
};

/// How long the person has.
const PATIENCE: Duration = Duration::from_secs(600);

impl App {
    /// Brings the page at which the site asks for the person to the front, waits until they answered there, and goes
    /// on: jobs that wait for it run again; without one the form is filled and checked afresh. Of several pages it is that of
    /// the draft, or of the account on which a job of the draft waits; without a draft the one at which the site asked last.
    ///
    /// # Errors
    /// `not_found` where no page is held, `not_available` where another process works on the site for long,
    /// `no_display`, `cancelled` where the person gave up or took too long (the page stays held where it is still
    /// open), and those of [`App::prepare`]. The end of the app ends the waiting.
    pub async fn answer_challenge(
        &self,
        draft: Option<&str>,
        cancel: CancellationToken,
    ) -> Result<ChallengeView, Failure> {
        let app = self.clone();
        let draft = draft.map(draft_id).transpose()?;
        let (cancel, _linked) = self.until_closing(cancel);
        self.publishing
            .spawn(async move { app.wait_for_answer(draft, cancel).await })
            .await
            .map_err(|e| fail::internal("waiting for the person", e))?
    }

    async fn wait_for_answer(
        &self,
        draft: Option<DraftId>,
        cancel: CancellationToken,
    ) -> Result<ChallengeView, Failure> {
        // Out of its place while it is waited at: nobody closes it meanwhile, and its turn keeps others out.
        let taken = self.take_held(draft).await?;
        let Some(mut held) = taken else {
            return Err(Failure::new(
                Code::NotFound,
                "The site asks for nobody now. Prepare the draft again.",
            ));
        };
        // Closed by the person, perhaps: it is opened anew then.
        if held.turn.is_some() && !held.page.show().await {
            held = held.aside().await;
        }
        if held.turn.is_none()
            && let Err(failure) = self.may_open_again(&mut held, &cancel).await
        {
            self.hold_again(held).await;
            return Err(failure);
        }
        if !held.page.show().await {
            self.hold_again(held.aside().await).await;
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

    /// The page of a draft, or of the account whose job for the draft waits; without a draft the newest.
    async fn take_held(&self, draft: Option<DraftId>) -> Result<Option<Held>, Failure> {
        let Some(draft) = draft else {
            return Ok(self.held.lock().await.take_newest());
        };
        if let Some(held) = self.held.lock().await.take_of_draft(draft) {
            return Ok(Some(held));
        }
        let waiting = JobFilter {
            statuses: vec![JobStatus::NeedsManual],
            ..JobFilter::default()
        };
        let subject = draft.to_string();
        let jobs = self.all_jobs(waiting).await?;
        let account = jobs
            .iter()
            .find(|job| job.subject == subject)
            .and_then(|job| self.account_of_lane(job));
        match account {
            Some(account) => Ok(self.held.lock().await.take_of(account)),
            None => Ok(None),
        }
    }

    /// Takes the turn that a browser needs, and the newest session: others may have worked on the site meanwhile.
    async fn may_open_again(
        &self,
        held: &mut Held,
        cancel: &CancellationToken,
    ) -> Result<(), Failure> {
        let turn = self.site_turn(None, cancel).await?;
        let name = self.account_by_id(held.of.account).await?.name;
        let (account, session) = self.account_with_session(Some(&name)).await?;
        let run = self.run_for(
            &account,
            session,
            Some(held.of.draft),
            CancellationToken::new(),
        );
        held.page.renew(run);
        held.turn = Some(turn.for_page());
        Ok(())
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
            for_job: false,
        };
        self.prepare(request, cancel).await
    }
}
