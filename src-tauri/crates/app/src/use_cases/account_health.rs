//! What the site's answers mean for an account: kept for the person to see, and for the queue to wait.

use chrono::{DateTime, TimeDelta, Utc};
use contract::{AccountHealthView, AccountWait, Code, Failure, RefusalView, RestrictionView};
use domain::AccountId;
use queue::{Hold, HoldScope, Job, JobFilter, JobStatus, Reason};

use super::queue_add::queue_failure;
use crate::{
    App, fail,
    ports::{Account, Refusal, Restriction, SessionState},
};

/// The first wait after a 429, and the longest that doubling leads to (vinted-facts A8: peers' policy, M).
const FIRST_WAIT: TimeDelta = TimeDelta::minutes(15);
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(6);

/// The code under which a person's own pause is kept.
pub(crate) const PAUSED: &str = "paused";

/// What only the person ends, by logging in.
const LOG_IN: [Code; 3] = [
    Code::SessionExpired,
    Code::SessionMissing,
    Code::WrongAccount,
];

/// What a form that was filled ends.
const FORM_TAKEN: [Code; 4] = [
    Code::SessionExpired,
    Code::SessionMissing,
    Code::WrongAccount,
    Code::CaptchaOrVerification,
];

/// What a listing that was made proves to be over.
const PUBLISHED: [Code; 5] = [
    Code::SessionExpired,
    Code::SessionMissing,
    Code::WrongAccount,
    Code::CaptchaOrVerification,
    Code::RateLimited,
];

impl App {
    /// Notes how the site answered an account: a failure, or none where it made a listing.
    ///
    /// A fault of the noting is logged: the answer itself matters more.
    pub(crate) async fn note_answer(&self, account: AccountId, failure: Option<&Failure>) {
        let noted = match failure {
            Some(failure) => self.note_failure(account, failure).await,
            None => self.note_success(account, &PUBLISHED).await,
        };
        if let Err(fault) = noted {
            tracing::error!(failure = %fault, "the site's answer was not noted");
        }
    }

    /// Like [`App::note_answer`], of a challenge.
    pub(crate) async fn note_challenge(&self, account: AccountId) {
        let failure = Failure::new(
            Code::CaptchaOrVerification,
            "The site asks to confirm that a human sits here. Open it in your browser and answer.",
        );
        self.note_answer(account, Some(&failure)).await;
    }

    /// The site took the session. That ends what a log-in ends, and nothing else: a page that opens does not say that
    /// listings may be made again.
    pub(crate) async fn note_session(&self, account: AccountId) {
        if let Err(fault) = self.note_success(account, &LOG_IN).await {
            tracing::error!(failure = %fault, "the site's answer was not noted");
        }
    }

    /// Whether the site's question to the person stands between an account and its next listing.
    pub(crate) async fn is_asked(&self, account: AccountId) -> Result<bool, Failure> {
        let lane = HoldScope::Lane(account.to_string());
        let holds = self.parts.queue.holds().await.map_err(queue_failure)?;
        Ok(holds.iter().any(|hold| {
            hold.scope == lane && hold.reason.code == Code::CaptchaOrVerification.as_str()
        }))
    }

    /// The site took the session and a whole form. The person asked for it, so a challenge that stood before is over;
    /// where the site asks again, that stops again.
    pub(crate) async fn note_form(&self, account: AccountId) {
        if let Err(fault) = self.note_success(account, &FORM_TAKEN).await {
            tracing::error!(failure = %fault, "the site's answer was not noted");
        }
    }

    /// Ends what these codes put on the account.
    async fn note_success(&self, account: AccountId, ended: &[Code]) -> Result<(), Failure> {
        let health = self.parts.health.health(account).await;
        let before = health.map_err(fail::record("reading the account's health"))?;
        let mut health = before.clone();
        health.session = SessionState::Accepted;
        if ended.contains(&Code::RateLimited) {
            health.waits_in_a_row = 0;
        }
        health.restriction = health
            .restriction
            .filter(|known| !ended.iter().any(|code| code.as_str() == known.code));
        if health != before {
            self.parts
                .health
                .set_health(account, &health)
                .await
                .map_err(fail::record("noting the account's health"))?;
        }
        for code in ended {
            self.let_go_on(account, *code).await?;
        }
        Ok(())
    }

    async fn note_failure(&self, account: AccountId, failure: &Failure) -> Result<(), Failure> {
        let ours = failure.details.get("limit").is_some();
        let told = matches!(
            failure.code,
            Code::RateLimited
                | Code::SessionExpired
                | Code::WrongAccount
                | Code::CaptchaOrVerification
                | Code::SiteRefused
                | Code::SiteError
                | Code::PhotoUploadFailed
                | Code::InvalidField
        );
        if ours || !told {
            return Ok(());
        }
        let now = self.parts.clock.now();
        let refusal = Refusal {
            at: now,
            code: failure.code.as_str().to_owned(),
            detail: failure.message.chars().take(500).collect(),
        };
        let health = &self.parts.health;
        health
            .note_refusal(account, &refusal)
            .await
            .map_err(fail::record("noting a refusal"))?;
        let mut known = health
            .health(account)
            .await
            .map_err(fail::record("reading the account's health"))?;
        let mut until = None;
        let mut message = failure.message.clone();
        match failure.code {
            Code::RateLimited => {
                known.waits_in_a_row = known.waits_in_a_row.saturating_add(1);
                let at = next_try(now, known.waits_in_a_row, failure.retry_at.as_deref());
                until = Some(at);
                message = format!(
                    "The site asked to wait. Nothing is published on this account until {}.",
                    contract::time(at)
                );
            }
            Code::SessionExpired => known.session = SessionState::Expired,
            Code::WrongAccount | Code::CaptchaOrVerification => {}
            _ => return Ok(()),
        }
        known.restriction = Some(Restriction {
            code: failure.code.as_str().to_owned(),
            seen_at: now,
            until,
        });
        health
            .set_health(account, &known)
            .await
            .map_err(fail::record("noting the account's health"))?;
        self.parts
            .queue
            .hold(Hold {
                scope: HoldScope::Lane(account.to_string()),
                reason: Reason::new(failure.code.as_str(), message),
                until,
            })
            .await
            .map_err(queue_failure)
    }

    /// The person logged in: the account's jobs that waited for it go on.
    pub(crate) async fn session_is_back(&self, account: AccountId) -> Result<(), Failure> {
        self.note_success(account, &LOG_IN).await?;
        for code in LOG_IN {
            self.retry_waiting(account, code).await?;
        }
        Ok(())
    }

    /// The person answered the site's challenge on this account: its queue goes on, with the jobs that met one.
    pub(crate) async fn challenge_answered(&self, account: AccountId) -> Result<Vec<Job>, Failure> {
        let reading = fail::record("reading the account's health");
        let mut health = self.parts.health.health(account).await.map_err(reading)?;
        let asked = |known: &Restriction| known.code == Code::CaptchaOrVerification.as_str();
        if health.restriction.take_if(|known| asked(known)).is_some() {
            let noted = self.parts.health.set_health(account, &health).await;
            noted.map_err(fail::record("noting the account's health"))?;
        }
        self.let_go_on(account, Code::CaptchaOrVerification).await?;
        self.retry_waiting(account, Code::CaptchaOrVerification)
            .await
    }

    /// Ends the hold that a code put on an account.
    pub(crate) async fn let_go_on(&self, account: AccountId, code: Code) -> Result<(), Failure> {
        self.parts
            .queue
            .release(&HoldScope::Lane(account.to_string()), code.as_str())
            .await
            .map(drop)
            .map_err(queue_failure)
    }

    /// The account's jobs that waited with this code, which run again.
    async fn retry_waiting(&self, account: AccountId, code: Code) -> Result<Vec<Job>, Failure> {
        let filter = JobFilter {
            statuses: vec![JobStatus::NeedsManual],
            lane: Some(account.to_string()),
            ..JobFilter::default()
        };
        let mut again = Vec::new();
        for job in self.all_jobs(filter).await? {
            let why = job.last_error.as_ref().map(|reason| reason.code.as_str());
            if why == Some(code.as_str()) {
                match self.parts.queue.retry(job.id).await {
                    Ok(job) => again.push(job),
                    // Another window was quicker.
                    Err(queue::QueueError::IllegalTransition { .. }) => {}
                    Err(error) => return Err(queue_failure(error)),
                }
            }
        }
        Ok(again)
    }

    pub(crate) async fn health_view(
        &self,
        account: &Account,
        holds: &[Hold],
    ) -> Result<AccountHealthView, Failure> {
        let health = self.parts.health.health(account.id).await;
        let health = health.map_err(fail::record("reading the account's health"))?;
        let now = self.parts.clock.now();
        Ok(AccountHealthView {
            session: match account.sealed_session {
                None => "missing",
                Some(_) => health.session.code(),
            }
            .to_owned(),
            restriction: health
                .restriction
                .filter(|known| known.until.is_none_or(|until| until > now))
                .map(|known| RestrictionView {
                    code: known.code,
                    seen_at: contract::time(known.seen_at),
                    until: known.until.map(contract::time),
                }),
            refusals: health
                .refusals
                .into_iter()
                .map(|refusal| RefusalView {
                    at: contract::time(refusal.at),
                    code: refusal.code,
                    message: refusal.detail,
                })
                .collect(),
            waiting: waits_of(account, holds),
        })
    }
}

/// Why the jobs of an account wait.
pub(crate) fn waits_of(account: &Account, holds: &[Hold]) -> Vec<AccountWait> {
    let lane = HoldScope::Lane(account.id.to_string());
    holds
        .iter()
        .filter(|hold| hold.scope == lane)
        .map(|hold| AccountWait {
            account: account.name.clone(),
            code: hold.reason.code.clone(),
            message: hold.reason.detail.clone(),
            until: hold.until.map(contract::time),
        })
        .collect()
}

/// When to try again after the `nth` 429 in a row: what the site says, but no earlier than the doubled wait.
fn next_try(now: DateTime<Utc>, nth: u32, retry_at: Option<&str>) -> DateTime<Utc> {
    let doubled = 1_i32
        .checked_shl(nth.saturating_sub(1).min(16))
        .and_then(|times| FIRST_WAIT.checked_mul(times))
        .unwrap_or(LONGEST_WAIT)
        .min(LONGEST_WAIT);
    let said = retry_at
        .and_then(|text| DateTime::parse_from_rfc3339(text).ok())
        .map(|at| at.to_utc());
    said.unwrap_or(now).max(now + doubled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_from_a_quarter_of_an_hour_to_six_hours() {
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let minutes: Vec<i64> = (1..=8)
            .map(|nth| (next_try(now, nth, None) - now).num_minutes())
            .collect();
        assert_eq!(minutes, [15, 30, 60, 120, 240, 360, 360, 360]);
        let said = contract::time(now + TimeDelta::hours(9));
        assert_eq!(
            next_try(now, 1, Some(&said)),
            now + TimeDelta::hours(9),
            "what the site says is longer: it is kept"
        );
        let soon = contract::time(now + TimeDelta::seconds(5));
        assert_eq!(
            next_try(now, 1, Some(&soon)),
            now + TimeDelta::minutes(15),
            "never sooner than a quarter of an hour"
        );
    }
}
