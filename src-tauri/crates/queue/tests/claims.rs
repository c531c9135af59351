//! Who gets a job, when, and what a run may do with it.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests: a failed step fails the test"
)]

mod common;

use std::collections::HashSet;

use chrono::TimeDelta;
use common::{Bed, StillClock, job, status};
use uuid::Uuid;

use queue::{
    Clock, Hold, HoldScope, JobEvent, JobStatus, LeaseState, NewJob, Outcome, Phase, QueueError,
    Reason, Settlement,
};

fn reason(code: &str) -> Reason {
    Reason::new(code, "for the test")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_that_ask_at_once_each_job_goes_to_one() {
    let bed = Bed::new().await;
    let first = bed.queue().await;
    let second = bed.queue().await;
    let lanes: Vec<NewJob> = (0..60)
        .map(|n| job(&n.to_string(), &format!("lane {n}")))
        .collect();
    first.enqueue_all(lanes).await.unwrap();

    let mut tasks = Vec::new();
    for n in 0..8 {
        let queue = if n % 2 == 0 {
            first.clone()
        } else {
            second.clone()
        };
        tasks.push(tokio::spawn(async move {
            let mut got = Vec::new();
            while let Some(lease) = queue.claim(&[]).await.unwrap() {
                got.push(lease.job().id);
            }
            got
        }));
    }
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.unwrap());
    }
    let different: HashSet<_> = all.iter().collect();
    assert_eq!(all.len(), 60, "every job is given out");
    assert_eq!(different.len(), 60, "no job is given out twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lane_runs_one_job_at_a_time_whoever_asks() {
    let bed = Bed::new().await;
    let first = bed.queue().await;
    let second = bed.queue().await;
    first
        .enqueue_all((0..10).map(|n| job(&n.to_string(), "only")).collect())
        .await
        .unwrap();

    for round in 0..10 {
        let mut tasks = Vec::new();
        for n in 0..6 {
            let queue = if n % 2 == 0 {
                first.clone()
            } else {
                second.clone()
            };
            tasks.push(tokio::spawn(async move { queue.claim(&[]).await.unwrap() }));
        }
        let mut leases = Vec::new();
        for task in tasks {
            leases.extend(task.await.unwrap());
        }
        assert_eq!(leases.len(), 1, "round {round}: one of six wins");
        let lease = leases.pop().unwrap();
        let owner = if lease.job().boot_id == Some(first.boot_id()) {
            &first
        } else {
            &second
        };
        owner
            .finish(&lease, Outcome::Success { result_url: None })
            .await
            .unwrap();
    }
    assert!(
        first.claim(&[]).await.unwrap().is_none(),
        "ten jobs, ten rounds"
    );
}

#[tokio::test]
async fn the_table_itself_refuses_two_running_jobs_in_a_lane() {
    let bed = Bed::new().await;
    let queue = bed.queue().await;
    queue
        .enqueue_all(vec![job("a", "lane"), job("b", "lane")])
        .await
        .unwrap();
    queue.claim(&[]).await.unwrap().unwrap();
    let (writer, _) = common::pools(&bed.database()).await;
    let forced = sqlx::query(
        "UPDATE jobs SET status = 'running', lease_id = 'x', boot_id = 'y' WHERE subject = 'b'",
    )
    .execute(&writer)
    .await;
    let message = forced.unwrap_err().to_string();
    assert!(message.contains("UNIQUE"), "{message}");
}

#[tokio::test]
async fn jobs_come_when_due_in_the_order_of_their_times() {
    let bed = Bed::new().await;
    let clock = StillClock::new();
    let queue = bed.queue_at(clock.clone()).await;
    let at = |minutes: i64| clock.now() + TimeDelta::minutes(minutes);
    let planned = [("late", 10), ("soon", 5), ("overdue", -5), ("now", 0)];
    for (subject, minutes) in planned {
        let new = NewJob {
            planned_at: at(minutes),
            ..job(subject, subject)
        };
        queue.enqueue(new).await.unwrap();
    }
    let mut order = Vec::new();
    for _ in 0..3 {
        while let Some(lease) = queue.claim(&[]).await.unwrap() {
            order.push(lease.job().subject.clone());
            queue
                .finish(&lease, Outcome::Success { result_url: None })
                .await
                .unwrap();
        }
        order.push("|".to_owned());
        clock.advance(TimeDelta::minutes(5));
    }
    assert_eq!(order.join(" "), "overdue now | soon | late |");
}

#[tokio::test]
async fn busy_and_held_lanes_are_passed_over() {
    let bed = Bed::new().await;
    let clock = StillClock::new();
    let queue = bed.queue_at(clock.clone()).await;
    queue
        .enqueue_all(vec![job("1", "busy"), job("2", "held"), job("3", "free")])
        .await
        .unwrap();
    let held = |scope, until| Hold {
        scope,
        reason: reason("rate_limited"),
        until,
    };
    let hour = clock.now() + TimeDelta::hours(1);
    queue
        .hold(held(HoldScope::Lane("held".into()), Some(hour)))
        .await
        .unwrap();
    let lease = queue.claim(&["busy".to_owned()]).await.unwrap().unwrap();
    assert_eq!(lease.job().lane, "free");
    assert!(
        queue.claim(&["busy".to_owned()]).await.unwrap().is_none(),
        "two lanes may not run"
    );

    queue.hold(held(HoldScope::All, None)).await.unwrap();
    assert_eq!(queue.holds().await.unwrap().len(), 2);
    clock.advance(TimeDelta::hours(2));
    assert!(
        queue.claim(&[]).await.unwrap().is_none(),
        "all lanes are held until released"
    );
    assert!(
        queue
            .release(&HoldScope::All, "rate_limited")
            .await
            .unwrap()
    );
    assert!(
        !queue
            .release(&HoldScope::All, "rate_limited")
            .await
            .unwrap(),
        "it was released already"
    );

    let mut lanes = HashSet::new();
    while let Some(lease) = queue.claim(&[]).await.unwrap() {
        lanes.insert(lease.job().lane.clone());
    }
    assert_eq!(
        lanes.len(),
        2,
        "the hold of one lane ended by itself: {lanes:?}"
    );
}

#[tokio::test]
async fn each_outcome_is_written() {
    let bed = Bed::new().await;
    let clock = StillClock::new();
    let queue = bed.queue_at(clock.clone()).await;
    let later = clock.now() + TimeDelta::minutes(15);
    let retry = || Outcome::RetryAt {
        at: later,
        reason: reason("rate_limited"),
    };
    let cases = [
        (
            Outcome::Success {
                result_url: Some("https://x/1".into()),
            },
            1,
            None,
            "success",
        ),
        (Outcome::Failed(reason("site_refused")), 1, None, "failed"),
        (Outcome::Paused(reason("draft_changed")), 1, None, "paused"),
        (
            Outcome::NeedsManual(reason("captcha")),
            1,
            None,
            "needs_manual",
        ),
        (
            Outcome::Unknown(reason("outcome_unknown")),
            1,
            None,
            "unknown",
        ),
        (retry(), 2, None, "queued"),
        (retry(), 1, None, "failed"),
        (Outcome::Interrupted, 1, None, "queued"),
        // After the decisive step nothing may lead to a second run by itself.
        (retry(), 2, Some(Phase::Committed), "unknown"),
        (
            Outcome::Paused(reason("x")),
            2,
            Some(Phase::Committed),
            "unknown",
        ),
        (Outcome::Interrupted, 2, Some(Phase::Committed), "unknown"),
        (
            Outcome::Failed(reason("site_refused")),
            1,
            Some(Phase::Committed),
            "failed",
        ),
        (
            Outcome::Success { result_url: None },
            1,
            Some(Phase::Committed),
            "success",
        ),
    ];
    for (number, (outcome, max_attempts, phase, expected)) in cases.into_iter().enumerate() {
        let lane = format!("lane {number}");
        let made = queue
            .enqueue(NewJob {
                max_attempts,
                ..job("s", &lane)
            })
            .await
            .unwrap();
        let lease = queue.claim(&[]).await.unwrap().unwrap();
        assert_eq!(lease.job().id, made.id, "{outcome:?}");
        if let Some(phase) = phase {
            queue.enter(&lease, phase).await.unwrap();
        }
        let told = queue.finish(&lease, outcome.clone()).await.unwrap();
        let kept = queue.get(made.id).await.unwrap();
        assert_eq!(told, kept, "what is told is what is kept: {outcome:?}");
        assert_eq!(kept.status.as_str(), expected, "{outcome:?} in {phase:?}");
        assert_eq!(kept.attempt, 1, "{outcome:?}");
        assert!(
            kept.duration_ms.is_some() && kept.boot_id.is_none(),
            "{outcome:?}"
        );
        if outcome == retry() && expected == "queued" {
            assert_eq!(kept.planned_at, later);
            assert_eq!(
                kept.last_error,
                Some(reason("rate_limited")),
                "the reason stays visible"
            );
        }
        if kept.status == JobStatus::Queued {
            queue.remove(made.id).await.unwrap();
        }
    }
}

#[tokio::test]
async fn an_interrupted_run_does_not_use_up_an_attempt() {
    let bed = Bed::new().await;
    let queue = bed.queue().await;
    let made = queue.enqueue(job("s", "lane")).await.unwrap();
    for attempt in 1..=3 {
        let lease = queue.claim(&[]).await.unwrap().unwrap();
        assert_eq!(lease.job().attempt, attempt);
        assert_eq!(
            queue
                .finish(&lease, Outcome::Interrupted)
                .await
                .unwrap()
                .attempts_left,
            1
        );
    }
    assert_eq!(status(&queue, &made).await, JobStatus::Queued);
}

#[tokio::test]
async fn a_finished_lease_is_worth_nothing() {
    let bed = Bed::new().await;
    let queue = bed.queue().await;
    queue
        .enqueue(NewJob {
            max_attempts: 5,
            ..job("s", "lane")
        })
        .await
        .unwrap();
    let old = queue.claim(&[]).await.unwrap().unwrap();
    queue.finish(&old, Outcome::Interrupted).await.unwrap();
    let new = queue.claim(&[]).await.unwrap().unwrap();

    let answer = queue
        .finish(&old, Outcome::Success { result_url: None })
        .await;
    assert!(
        matches!(answer, Err(QueueError::LeaseLost(_))),
        "{answer:?}"
    );
    let answer = queue.enter(&old, Phase::Committed).await;
    assert!(
        matches!(answer, Err(QueueError::LeaseLost(_))),
        "{answer:?}"
    );
    assert_eq!(queue.heartbeat(&old).await.unwrap(), LeaseState::Lost);
    assert_eq!(queue.heartbeat(&new).await.unwrap(), LeaseState::Held);
    assert_eq!(
        queue.get(new.job().id).await.unwrap().phase,
        Phase::Safe,
        "nothing was changed"
    );
}

#[tokio::test]
async fn pausing_a_running_job_asks_it_to_stop() {
    let bed = Bed::new().await;
    let here = bed.queue().await;
    let elsewhere = bed.queue().await;
    let made = here.enqueue(job("s", "lane")).await.unwrap();
    let lease = here.claim(&[]).await.unwrap().unwrap();

    let asked = elsewhere.pause(made.id, reason("by_person")).await.unwrap();
    assert_eq!(
        asked.status,
        JobStatus::Running,
        "it goes on to a safe point"
    );
    assert!(asked.stop_requested);
    assert!(
        !lease.stop().is_cancelled(),
        "the other process cannot reach into this one"
    );
    assert_eq!(
        here.heartbeat(&lease).await.unwrap(),
        LeaseState::StopRequested
    );
    here.pause(made.id, reason("by_person")).await.unwrap();
    assert!(
        lease.stop().is_cancelled(),
        "the same process stops it at once"
    );

    let answer = here.remove(made.id).await;
    assert!(
        matches!(answer, Err(QueueError::IllegalTransition { .. })),
        "{answer:?}"
    );
    here.finish(&lease, Outcome::Interrupted).await.unwrap();
    let paused = here.get(made.id).await.unwrap();
    assert_eq!(
        (paused.status, paused.stop_requested),
        (JobStatus::Paused, false)
    );
    assert_eq!(
        here.resume(made.id).await.unwrap().status,
        JobStatus::Queued
    );
    assert!(here.claim(&[]).await.unwrap().is_some(), "it can run again");
}

#[tokio::test]
async fn a_unique_key_is_held_by_one_unfinished_job() {
    let bed = Bed::new().await;
    let queue = bed.queue().await;
    let keyed = |subject| NewJob {
        unique_key: Some("k".into()),
        ..job(subject, subject)
    };
    let first = queue.enqueue(keyed("a")).await.unwrap();
    let refused = |answer: Result<queue::Job, QueueError>| match answer {
        Err(QueueError::Duplicate { existing }) => assert_eq!(existing, first.id),
        other => panic!("the key is taken: {other:?}"),
    };
    refused(queue.enqueue(keyed("b")).await);
    let batch = queue.enqueue_all(vec![job("c", "c"), keyed("d")]).await;
    assert!(
        matches!(batch, Err(QueueError::Duplicate { .. })),
        "{batch:?}"
    );
    let total = queue
        .list(&queue::JobFilter::default())
        .await
        .unwrap()
        .total;
    assert_eq!(total, 1, "of a refused batch nothing is kept");
    queue.pause(first.id, reason("by_person")).await.unwrap();
    refused(queue.enqueue(keyed("b")).await);
    queue.resume(first.id).await.unwrap();

    let lease = queue.claim(&[]).await.unwrap().unwrap();
    refused(queue.enqueue(keyed("b")).await);
    queue
        .finish(&lease, Outcome::Failed(reason("site_error")))
        .await
        .unwrap();
    let second = queue.enqueue(keyed("b")).await.unwrap();
    match queue.retry(first.id).await {
        Err(QueueError::Duplicate { existing }) => assert_eq!(existing, second.id),
        other => panic!("the failed job lost its key to the second: {other:?}"),
    }
    assert_eq!(
        status(&queue, &first).await,
        JobStatus::Failed,
        "a refused retry changes nothing"
    );
    queue.remove(second.id).await.unwrap();
    assert_eq!(
        queue.retry(first.id).await.unwrap().status,
        JobStatus::Queued
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_that_enqueue_one_key_at_once_one_wins() {
    let bed = Bed::new().await;
    let queues = [bed.queue().await, bed.queue().await];
    let mut tasks = Vec::new();
    for n in 0..20 {
        let queue = queues[n % 2].clone();
        let new = NewJob {
            unique_key: Some("k".into()),
            ..job(&n.to_string(), "lane")
        };
        tasks.push(tokio::spawn(async move { queue.enqueue(new).await }));
    }
    let mut made = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => made += 1,
            Err(QueueError::Duplicate { .. }) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(made, 1, "one key, one job");
}

#[tokio::test]
async fn an_unknown_job_waits_for_its_settlement() {
    let bed = Bed::new().await;
    let queue = bed.queue().await;
    for settlement in [
        Settlement::Success {
            result_url: Some("https://x/2".into()),
        },
        Settlement::Failed(reason("not_published")),
    ] {
        let made = queue.enqueue(job("s", "lane")).await.unwrap();
        let lease = queue.claim(&[]).await.unwrap().unwrap();
        queue
            .finish(&lease, Outcome::Unknown(reason("outcome_unknown")))
            .await
            .unwrap();
        for answer in [
            queue.retry(made.id).await,
            queue.resume(made.id).await,
            queue.run_now(made.id).await,
            queue.remove(made.id).await,
            queue.pause(made.id, reason("by_person")).await,
        ] {
            assert!(
                matches!(answer, Err(QueueError::IllegalTransition { .. })),
                "{answer:?}"
            );
        }
        assert!(
            queue.claim(&[]).await.unwrap().is_none(),
            "an unknown job must not run again"
        );
        let settled = queue.settle(made.id, settlement.clone()).await.unwrap();
        match settlement {
            Settlement::Success { result_url } => {
                assert_eq!(
                    (settled.status, settled.result_url),
                    (JobStatus::Success, result_url)
                );
            }
            Settlement::Failed(reason) => {
                assert_eq!(settled.status, JobStatus::Failed);
                assert_eq!(settled.last_error, Some(reason));
            }
        }
    }
}

#[tokio::test]
async fn a_retry_gives_all_attempts_again() {
    let bed = Bed::new().await;
    let clock = StillClock::new();
    let queue = bed.queue_at(clock.clone()).await;
    let made = queue
        .enqueue(NewJob {
            max_attempts: 2,
            ..job("s", "lane")
        })
        .await
        .unwrap();
    for expected in [JobStatus::Queued, JobStatus::Failed] {
        let lease = queue.claim(&[]).await.unwrap().unwrap();
        let outcome = Outcome::RetryAt {
            at: clock.now(),
            reason: reason("site_error"),
        };
        assert_eq!(
            queue.finish(&lease, outcome).await.unwrap().status,
            expected
        );
    }
    assert!(
        queue.claim(&[]).await.unwrap().is_none(),
        "its attempts are used up"
    );
    let retried = queue.retry(made.id).await.unwrap();
    assert_eq!((retried.attempt, retried.attempts_left), (2, 2));
    assert_eq!(retried.last_error, None);
}

#[tokio::test]
async fn bad_input_is_refused_by_name() {
    let bed = Bed::new().await;
    let queue = bed.queue().await;
    let bad = [
        job("no lane", ""),
        NewJob {
            max_attempts: 0,
            ..job("never", "lane")
        },
        NewJob {
            payload: "x".repeat(queue::MAX_PAYLOAD_BYTES).into(),
            ..job("large", "lane")
        },
        NewJob {
            label: "x".repeat(2000),
            ..job("long", "lane")
        },
        NewJob {
            planned_at: chrono::DateTime::<chrono::Utc>::MAX_UTC,
            ..job("far", "lane")
        },
    ];
    for new in bad {
        let subject = new.subject.clone();
        let answer = queue.enqueue(new).await;
        assert!(
            matches!(answer, Err(QueueError::Invalid { .. })),
            "{subject}: {answer:?}"
        );
    }
    let nobody = uuid::Uuid::now_v7();
    assert!(matches!(
        queue.get(nobody).await,
        Err(QueueError::NotFound(_))
    ));
    assert!(matches!(
        queue.retry(nobody).await,
        Err(QueueError::NotFound(_))
    ));
    let made = queue.enqueue(job("s", "lane")).await.unwrap();
    match queue.retry(made.id).await {
        Err(QueueError::IllegalTransition { from, event }) => {
            assert_eq!((from, event), (JobStatus::Queued, JobEvent::Retry));
        }
        other => panic!("a queued job cannot be retried: {other:?}"),
    }
    queue.remove(made.id).await.unwrap();
    assert!(
        matches!(queue.remove(made.id).await, Err(QueueError::NotFound(_))),
        "removed already"
    );
    assert!(
        queue.get(made.id).await.unwrap().removed_at.is_some(),
        "a removed job stays readable"
    );
    assert!(
        queue.claim(&[]).await.unwrap().is_none(),
        "a removed job must not run"
    );
}

#[tokio::test]
async fn reasons_to_hold_a_lane_stand_beside_each_other() {
    let bed = Bed::new().await;
    let queue = bed.queue().await;
    queue.enqueue(job("s", "lane")).await.unwrap();
    let scope = HoldScope::Lane("lane".into());
    for code in ["paused", "rate_limited"] {
        let hold = Hold {
            scope: scope.clone(),
            reason: reason(code),
            until: None,
        };
        queue.hold(hold).await.unwrap();
    }
    assert!(queue.release(&scope, "rate_limited").await.unwrap());
    assert!(
        queue.claim(&[]).await.unwrap().is_none(),
        "the site lets go, the person's pause stays"
    );
    assert!(queue.release(&scope, "paused").await.unwrap());
    assert!(queue.claim(&[]).await.unwrap().is_some());
}

#[tokio::test]
async fn a_postponed_run_does_not_count_and_says_why_it_waits() {
    let clock = StillClock::new();
    let bed = Bed::new().await;
    let queue = bed.queue_at(clock.clone()).await;
    let made = queue
        .enqueue_all(vec![job("1", "lane"), job("2", "lane")])
        .await
        .unwrap();
    let lease = queue.claim(&[]).await.unwrap().unwrap();
    let at = clock.now() + TimeDelta::hours(1);
    let outcome = Outcome::Postponed {
        at,
        reason: reason("rate_limited"),
    };
    let postponed = queue.finish(&lease, outcome).await.unwrap();
    assert_eq!(
        (postponed.status, postponed.attempts_left),
        (JobStatus::Queued, 1)
    );
    assert_eq!(postponed.planned_at, at);
    assert_eq!(postponed.last_error.unwrap().code, "rate_limited");

    let other = made.iter().find(|job| job.id != lease.job().id).unwrap();
    let later = at + TimeDelta::minutes(5);
    queue
        .spread(vec![
            (other.id, later, reason("rate_limited")),
            (Uuid::new_v4(), later, reason("x")),
        ])
        .await
        .unwrap();
    assert_eq!(queue.get(other.id).await.unwrap().planned_at, later);
    assert!(queue.claim(&[]).await.unwrap().is_none(), "both wait now");
    clock.advance(TimeDelta::hours(2));
    assert_eq!(
        queue.claim(&[]).await.unwrap().unwrap().job().id,
        lease.job().id
    );
}
