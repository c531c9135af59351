//! Which change each state allows. Nothing else changes a job's status.

use crate::JobStatus;

/// What happens to a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobEvent {
    /// A worker takes it.
    Claim,
    /// The run succeeded.
    Succeed,
    /// The run failed for good.
    Fail,
    /// The run met something that only a person can do.
    NeedManual,
    /// The run's effect may or may not have happened.
    Lose,
    /// The run ends without effect and is to be run again.
    Requeue,
    /// Wait for a person.
    Pause,
    /// Go on after a pause.
    Resume,
    /// Run as soon as possible.
    RunNow,
    /// Run once more after an end.
    Retry,
    /// Another time.
    Reschedule,
    /// Evidence or a person says that the effect happened.
    SettleSuccess,
    /// Evidence or a person says that it did not.
    SettleFailure,
    /// Out of the lists.
    Remove,
}

impl JobEvent {
    /// All events.
    pub const ALL: [Self; 14] = [
        Self::Claim,
        Self::Succeed,
        Self::Fail,
        Self::NeedManual,
        Self::Lose,
        Self::Requeue,
        Self::Pause,
        Self::Resume,
        Self::RunNow,
        Self::Retry,
        Self::Reschedule,
        Self::SettleSuccess,
        Self::SettleFailure,
        Self::Remove,
    ];
}

impl JobStatus {
    /// The state after `event`, or none where it is not allowed.
    ///
    /// From `unknown` only a settlement leads on, and it cannot be removed: that would hide the
    /// open question. A running job is paused by asking it to stop, and cannot be removed.
    #[must_use]
    pub fn after(self, event: JobEvent) -> Option<Self> {
        use JobEvent as E;
        use JobStatus as S;
        match (self, event) {
            (S::Queued, E::Claim) => Some(S::Running),
            (S::Running, E::Succeed) => Some(S::Success),
            (S::Running, E::Fail) => Some(S::Failed),
            (S::Running, E::NeedManual) => Some(S::NeedsManual),
            (S::Running, E::Lose) => Some(S::Unknown),
            (S::Running, E::Requeue) => Some(S::Queued),
            (S::Queued | S::Running, E::Pause) => Some(S::Paused),
            (S::Paused, E::Resume) => Some(S::Queued),
            (S::Queued | S::Paused, E::RunNow) => Some(S::Queued),
            (S::Failed | S::NeedsManual, E::Retry) => Some(S::Queued),
            (S::Queued | S::Paused, E::Reschedule) => Some(self),
            (S::Unknown | S::NeedsManual, E::SettleSuccess) => Some(S::Success),
            (S::Unknown | S::NeedsManual, E::SettleFailure) => Some(S::Failed),
            (S::Queued | S::Paused | S::Success | S::Failed | S::NeedsManual, E::Remove) => {
                Some(self)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every allowed change by hand; whatever is not here must be refused.
    const ALLOWED: &[(&str, JobEvent, &str)] = &[
        ("queued", JobEvent::Claim, "running"),
        ("queued", JobEvent::Pause, "paused"),
        ("queued", JobEvent::RunNow, "queued"),
        ("queued", JobEvent::Reschedule, "queued"),
        ("queued", JobEvent::Remove, "queued"),
        ("running", JobEvent::Succeed, "success"),
        ("running", JobEvent::Fail, "failed"),
        ("running", JobEvent::NeedManual, "needs_manual"),
        ("running", JobEvent::Lose, "unknown"),
        ("running", JobEvent::Requeue, "queued"),
        ("running", JobEvent::Pause, "paused"),
        ("success", JobEvent::Remove, "success"),
        ("failed", JobEvent::Retry, "queued"),
        ("failed", JobEvent::Remove, "failed"),
        ("paused", JobEvent::Resume, "queued"),
        ("paused", JobEvent::RunNow, "queued"),
        ("paused", JobEvent::Reschedule, "paused"),
        ("paused", JobEvent::Remove, "paused"),
        ("needs_manual", JobEvent::Retry, "queued"),
        ("needs_manual", JobEvent::SettleSuccess, "success"),
        ("needs_manual", JobEvent::SettleFailure, "failed"),
        ("needs_manual", JobEvent::Remove, "needs_manual"),
        ("unknown", JobEvent::SettleSuccess, "success"),
        ("unknown", JobEvent::SettleFailure, "failed"),
    ];

    #[test]
    fn exactly_the_listed_changes_are_allowed() {
        for &from in JobStatus::ALL {
            for event in JobEvent::ALL {
                let expected = ALLOWED
                    .iter()
                    .find(|(status, allowed, _)| *status == from.as_str() && *allowed == event)
                    .map(|(_, _, to)| *to);
                let found = from.after(event).map(JobStatus::as_str);
                assert_eq!(found, expected, "{from} with {event:?}");
            }
        }
    }

    #[test]
    fn nothing_but_a_settlement_leads_out_of_unknown() {
        for event in JobEvent::ALL {
            if let Some(next) = JobStatus::Unknown.after(event) {
                assert!(
                    matches!(next, JobStatus::Success | JobStatus::Failed),
                    "{event:?} would run an unknown job again"
                );
            }
        }
    }

    #[test]
    fn stored_spellings_read_back() {
        for &status in JobStatus::ALL {
            assert_eq!(JobStatus::parse(status.as_str()), Some(status));
        }
        assert_eq!(
            JobStatus::parse("done"),
            None,
            "an unknown spelling is not guessed at"
        );
    }
}
