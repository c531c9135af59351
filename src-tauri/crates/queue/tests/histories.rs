//! Random histories of a job against the rule of transitions: what is allowed happens and is kept,
//! what is not allowed changes nothing.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests: a failed step fails the test"
)]

mod common;

use common::{Bed, job};
use proptest::prelude::*;
use queue::{JobEvent, JobStatus, Lease, NewJob, Outcome, Queue, QueueError, Reason, Settlement};

fn reason() -> Reason {
    Reason::new("test", "for the test")
}

/// Tries `event` by the door that it has; none where this state has no door for it.
async fn attempt(
    queue: &Queue,
    id: uuid::Uuid,
    lease: &mut Option<Lease>,
    event: JobEvent,
) -> Option<Result<JobStatus, QueueError>> {
    let outcome = match event {
        JobEvent::Succeed => Some(Outcome::Success { result_url: None }),
        JobEvent::Fail => Some(Outcome::Failed(reason())),
        JobEvent::NeedManual => Some(Outcome::NeedsManual(reason())),
        JobEvent::Lose => Some(Outcome::Unknown(reason())),
        JobEvent::Requeue => Some(Outcome::Interrupted),
        JobEvent::Pause if lease.is_some() => Some(Outcome::Paused(reason())),
        _ => None,
    };
    let answer = match (event, outcome) {
        (_, Some(outcome)) => queue.finish(&lease.take()?, outcome).await,
        (JobEvent::Claim, None) => {
            let claimed = queue.claim(&[]).await.unwrap()?;
            let job = claimed.job().clone();
            *lease = Some(claimed);
            Ok(job)
        }
        (JobEvent::Pause, None) => queue.pause(id, reason()).await,
        (JobEvent::Resume, None) => queue.resume(id).await,
        (JobEvent::RunNow, None) => queue.run_now(id).await,
        (JobEvent::Retry, None) => queue.retry(id).await,
        (JobEvent::Reschedule, None) => {
            queue
                .reschedule(id, chrono::DateTime::UNIX_EPOCH, None)
                .await
        }
        (JobEvent::SettleSuccess, None) => {
            queue
                .settle(id, Settlement::Success { result_url: None })
                .await
        }
        (JobEvent::SettleFailure, None) => queue.settle(id, Settlement::Failed(reason())).await,
        // Removing ends the history; claims.rs looks at it.
        _ => return None,
    };
    Some(answer.map(|job| job.status))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: common::histories(24), max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_job_goes_only_where_the_rule_leads(
        events in prop::collection::vec(prop::sample::select(JobEvent::ALL.to_vec()), 1..40)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let bed = Bed::new().await;
            let queue = bed.queue().await;
            let made = queue
                .enqueue(NewJob { max_attempts: 1000, ..job("s", "lane") })
                .await
                .unwrap();
            let mut lease = None;
            let mut model = JobStatus::Queued;
            for event in events {
                let Some(answer) = attempt(&queue, made.id, &mut lease, event).await else {
                    continue;
                };
                let expected = model.after(event);
                match (answer, expected) {
                    (Ok(found), Some(expected)) => {
                        prop_assert_eq!(found, expected, "{} with {:?}", model, event);
                        model = expected;
                    }
                    (Err(QueueError::IllegalTransition { from, .. }), None) => {
                        prop_assert_eq!(from, model);
                    }
                    (answer, expected) => prop_assert!(
                        false,
                        "{model} with {event:?}: found {answer:?}, the rule says {expected:?}"
                    ),
                }
                prop_assert_eq!(common::status(&queue, &made).await, model, "what is kept");
            }
            Ok(())
        })?;
    }
}
