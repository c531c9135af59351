//! Jobs follow their attempts: what an attempt proves is told to the job that waits for it.

use contract::{Code, Failure};
use domain::{AccountId, attempt::AttemptState};
use queue::{Job, JobFilter, JobStatus, Reason, Settlement};

use super::queue_add::queue_failure;
use crate::{App, fail};

impl App {
    /// Settles jobs whose outcome is `unknown` although their attempt is settled, refused, or was never begun.
    ///
    /// A job that cannot be settled now stays as it is and is looked at again: that is logged, not an error.
    pub(crate) async fn reconcile_jobs(&self) {
        if let Err(failure) = self.reconcile().await {
            tracing::warn!(%failure, "jobs could not follow their attempts");
        }
    }

    async fn reconcile(&self) -> Result<(), Failure> {
        let filter = JobFilter {
            statuses: vec![JobStatus::Unknown],
            ..JobFilter::default()
        };
        let waiting = self
            .parts
            .queue
            .list(&filter)
            .await
            .map_err(queue_failure)?;
        for job in waiting.jobs {
            if let Some(settlement) = self.settlement_of(&job).await? {
                self.parts
                    .queue
                    .settle(job.id, settlement)
                    .await
                    .map_err(queue_failure)?;
            }
        }
        Ok(())
    }

    /// A job publishes under its own id as key; its lane is the account.
    async fn settlement_of(&self, job: &Job) -> Result<Option<Settlement>, Failure> {
        let Ok(account) = job.lane.parse::<AccountId>() else {
            return Ok(None);
        };
        let attempt = self
            .parts
            .publish_log
            .by_key(account, &job.id.to_string())
            .await
            .map_err(fail::record("reading the job's attempt"))?;
        let failed = |code: &str, why: &str| Settlement::Failed(Reason::new(code, why));
        Ok(match attempt {
            None => Some(failed(
                Code::Cancelled.as_str(),
                "The job was cut short before anything was sent. Nothing was published.",
            )),
            Some(attempt) => match attempt.state {
                AttemptState::Settled => Some(Settlement::Success {
                    result_url: attempt.listing_url,
                }),
                AttemptState::Refused | AttemptState::NeedsManual => Some(failed(
                    attempt
                        .reason
                        .as_deref()
                        .unwrap_or(Code::Cancelled.as_str()),
                    "Nothing was published.",
                )),
                AttemptState::Intent | AttemptState::Submitted | AttemptState::Unknown => None,
            },
        })
    }
}
