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
        let waiting = JobFilter {
            statuses: vec![JobStatus::Unknown],
            ..JobFilter::default()
        };
        for job in self.all_jobs(waiting).await? {
            let failed = |code: &str, why: &str| Settlement::Failed(Reason::new(code, why));
            let settlement = match self.job_standing(&job).await? {
                JobStanding::Open => continue,
                JobStanding::Nothing => failed(
                    Code::Cancelled.as_str(),
                    "The job was cut short before anything was sent. Nothing was published.",
                ),
                JobStanding::Unpublished { reason } => failed(
                    reason.as_deref().unwrap_or(Code::Cancelled.as_str()),
                    "Nothing was published.",
                ),
                JobStanding::Published { result_url } => Settlement::Success { result_url },
            };
            self.parts
                .queue
                .settle(job.id, settlement)
                .await
                .map_err(queue_failure)?;
        }
        Ok(())
    }

    /// What the publish log knows of a job. A job publishes under its own id as key; its lane is the account.
    pub(crate) async fn job_standing(&self, job: &Job) -> Result<JobStanding, Failure> {
        let Ok(account) = job.lane.parse::<AccountId>() else {
            return Ok(JobStanding::Open);
        };
        let attempt = self
            .parts
            .publish_log
            .by_key(account, &job.id.to_string())
            .await
            .map_err(fail::record("reading the job's attempt"))?;
        let Some(attempt) = attempt else {
            return Ok(JobStanding::Nothing);
        };
        Ok(match attempt.state {
            AttemptState::Settled => JobStanding::Published {
                result_url: attempt.listing_url,
            },
            AttemptState::Refused | AttemptState::NeedsManual => JobStanding::Unpublished {
                reason: attempt.reason,
            },
            AttemptState::Intent | AttemptState::Submitted | AttemptState::Unknown => {
                JobStanding::Open
            }
        })
    }
}

/// What the publish log proves of a job.
pub(crate) enum JobStanding {
    /// No attempt was begun.
    Nothing,
    /// The newest attempt made nothing.
    Unpublished {
        /// Its code.
        reason: Option<String>,
    },
    /// It made a listing.
    Published {
        /// The listing's address.
        result_url: Option<String>,
    },
    /// Nothing is proved yet.
    Open,
}
