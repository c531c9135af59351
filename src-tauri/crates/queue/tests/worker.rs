//! The worker loop with handlers that succeed, fail, panic, hang and are stopped.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests: a failed step fails the test"
)]
#![allow(clippy::panic, reason = "a handler that panics is part of the tests")]

mod common;

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{TimeDelta, Utc};
use common::{Bed, job, status};
use queue::worker::{Limits, run_within};
use queue::{Handler, JobStatus, NewJob, Outcome, Phase, Queue, QueueEvent, Reason, Run};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

fn quick() -> Limits {
    Limits {
        parallel: 4,
        poll: Duration::from_millis(20),
        heartbeat: Duration::from_millis(20),
        grace: Duration::from_millis(200),
        ..Limits::default()
    }
}

/// Does what the job's subject says.
#[derive(Default)]
struct Obedient {
    running: Mutex<HashMap<String, usize>>,
    most_in_a_lane: AtomicUsize,
    most_at_all: AtomicUsize,
    handled: AtomicUsize,
    /// Told when a job that waits has begun.
    began: Notify,
}

impl Obedient {
    fn enter_lane(&self, lane: &str) {
        let mut running = self.running.lock().unwrap();
        let in_lane = running.entry(lane.to_owned()).or_default();
        *in_lane += 1;
        self.most_in_a_lane.fetch_max(*in_lane, Ordering::SeqCst);
        self.most_at_all
            .fetch_max(running.values().sum(), Ordering::SeqCst);
    }

    fn leave_lane(&self, lane: &str) {
        *self.running.lock().unwrap().get_mut(lane).unwrap() -= 1;
    }
}

#[async_trait]
impl Handler for Obedient {
    async fn handle(&self, run: &Run) -> Outcome {
        let job = run.job();
        self.handled.fetch_add(1, Ordering::SeqCst);
        self.enter_lane(&job.lane);
        run.log(&format!("does {}", job.subject)).await;
        let again = || Outcome::RetryAt {
            at: Utc::now(),
            reason: Reason::new("site_error", "answered 500"),
        };
        let outcome = match job.subject.as_str() {
            "panic" => panic!("canary in the panic text"),
            "panic after commit" => {
                run.enter(Phase::Committed).await.unwrap();
                panic!("canary in the panic text");
            }
            "again" => again(),
            "wait" => {
                self.began.notify_one();
                run.stop().cancelled().await;
                Outcome::Interrupted
            }
            "hang" => {
                self.began.notify_one();
                std::future::pending().await
            }
            "hang after commit" => {
                run.enter(Phase::Committed).await.unwrap();
                self.began.notify_one();
                std::future::pending().await
            }
            _ => {
                tokio::time::sleep(Duration::from_millis(3)).await;
                Outcome::Success {
                    result_url: Some(format!("https://x/{}", job.subject)),
                }
            }
        };
        self.leave_lane(&job.lane);
        outcome
    }
}

async fn drain(queue: &Queue, handler: &Arc<Obedient>) {
    let work = run_within(
        queue.clone(),
        handler.clone(),
        CancellationToken::new(),
        true,
        quick(),
    );
    tokio::time::timeout(Duration::from_secs(60), work)
        .await
        .expect("a worker that runs until the queue is empty must end")
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn all_jobs_are_done_one_at_a_time_in_each_lane() {
    let bed = Bed::new().await;
    let queue = bed.queue().await;
    let handler = Arc::new(Obedient::default());
    let jobs = (0..40)
        .map(|n| job(&format!("job{n}"), &format!("lane {}", n % 3)))
        .collect();
    let jobs = queue.enqueue_all(jobs).await.unwrap();
    drain(&queue, &handler).await;
    for made in &jobs {
        let done = queue.get(made.id).await.unwrap();
        assert_eq!(done.status, JobStatus::Success, "{done:?}");
        assert_eq!(done.result_url, Some(format!("https://x/{}", made.subject)));
        assert!(
            queue
                .logs(made.id, 0)
                .await
                .unwrap()
                .text
                .ends_with(&format!("does {}\n", made.subject))
        );
    }
    assert_eq!(
        handler.handled.load(Ordering::SeqCst),
        40,
        "each job ran once"
    );
    assert_eq!(
        handler.most_in_a_lane.load(Ordering::SeqCst),
        1,
        "two jobs of a lane at once"
    );
    assert!(
        handler.most_at_all.load(Ordering::SeqCst) > 1,
        "lanes must not wait for each other"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_workers_share_the_work_without_doing_it_twice() {
    let bed = Bed::new().await;
    let (here, elsewhere) = (bed.queue().await, bed.queue().await);
    let handler = Arc::new(Obedient::default());
    let jobs = (0..30)
        .map(|n| job(&format!("job{n}"), &format!("lane {}", n % 2)))
        .collect();
    here.enqueue_all(jobs).await.unwrap();
    tokio::join!(drain(&here, &handler), drain(&elsewhere, &handler));
    assert_eq!(here.counts().await.unwrap().success, 30);
    assert_eq!(
        handler.handled.load(Ordering::SeqCst),
        30,
        "a job ran twice"
    );
    assert_eq!(
        handler.most_in_a_lane.load(Ordering::SeqCst),
        1,
        "two processes in one lane"
    );
}

#[tokio::test]
async fn a_panic_fails_the_job_and_its_text_is_not_kept() {
    let bed = Bed::new().await;
    let queue = bed.queue().await;
    let jobs = ["panic", "panic after commit", "fine"].map(|name| job(name, name));
    let jobs = queue.enqueue_all(jobs.to_vec()).await.unwrap();
    drain(&queue, &Arc::new(Obedient::default())).await;

    let failed = queue.get(jobs[0].id).await.unwrap();
    assert_eq!(failed.status, JobStatus::Failed);
    let reason = failed.last_error.unwrap();
    assert_eq!(reason.code, "internal");
    assert!(
        !reason.detail.contains("canary"),
        "a panic's text may hold anything: {reason:?}"
    );
    assert_eq!(
        status(&queue, &jobs[1]).await,
        JobStatus::Unknown,
        "after the decisive step a panic proves nothing"
    );
    assert_eq!(
        status(&queue, &jobs[2]).await,
        JobStatus::Success,
        "the others go on"
    );
}

#[tokio::test]
async fn retries_end_and_later_tries_are_not_waited_for() {
    let bed = Bed::new().await;
    let queue = bed.queue().await;
    let handler = Arc::new(Obedient::default());
    let again = NewJob {
        max_attempts: 3,
        ..job("again", "a")
    };
    let again = queue.enqueue(again).await.unwrap();
    drain(&queue, &handler).await;
    // A retry planned a moment later may be left for the next worker; none is lost.
    while status(&queue, &again).await == JobStatus::Queued {
        drain(&queue, &handler).await;
    }
    let again = queue.get(again.id).await.unwrap();
    assert_eq!((again.status, again.attempt), (JobStatus::Failed, 3));
    assert_eq!(
        again.last_error.unwrap().code,
        "site_error",
        "the last reason stays"
    );
}

#[tokio::test]
async fn a_job_planned_for_soon_is_waited_for() {
    let bed = Bed::new().await;
    let queue = bed.queue().await;
    let soon = NewJob {
        planned_at: Utc::now() + TimeDelta::milliseconds(150),
        ..job("soon", "lane")
    };
    let soon = queue.enqueue(soon).await.unwrap();
    drain(&queue, &Arc::new(Obedient::default())).await;
    let soon = queue.get(soon.id).await.unwrap();
    assert_eq!(soon.status, JobStatus::Success);
    assert!(
        soon.started_at.unwrap() >= soon.planned_at,
        "not before its time"
    );
}

#[tokio::test]
async fn a_job_queued_while_the_worker_runs_is_taken() {
    let bed = Bed::new().await;
    let queue = bed.queue().await;
    let cancel = CancellationToken::new();
    // Only the wake-up can find the job: the worker looks by itself after an hour.
    let limits = Limits {
        poll: Duration::from_secs(3600),
        ..quick()
    };
    let worker = tokio::spawn(run_within(
        queue.clone(),
        Arc::new(Obedient::default()),
        cancel.clone(),
        false,
        limits,
    ));
    let mut events = queue.subscribe();
    // Until the worker has looked once and sleeps. Too short a time can only weaken the test.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let made = queue.enqueue(job("late", "lane")).await.unwrap();
    let done = async {
        loop {
            if let QueueEvent::Changed(job) = events.recv().await.unwrap()
                && job.id == made.id
                && job.status == JobStatus::Success
            {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), done)
        .await
        .expect("the worker was not woken");
    cancel.cancel();
    worker.await.unwrap().unwrap();
}

/// Starts a worker, waits until the job has begun, does `then`, and gives the job's state after.
async fn stopped_by<F: Future<Output = ()>>(
    subject: &str,
    limits: Limits,
    then: impl FnOnce(Queue, uuid::Uuid, CancellationToken) -> F,
) -> queue::Job {
    let bed = Bed::new().await;
    let queue = bed.queue().await;
    let made = queue.enqueue(job(subject, "lane")).await.unwrap();
    let mut events = queue.subscribe();
    let handler = Arc::new(Obedient::default());
    let cancel = CancellationToken::new();
    let worker = tokio::spawn(run_within(
        queue.clone(),
        handler.clone(),
        cancel.clone(),
        false,
        limits,
    ));
    handler.began.notified().await;
    then(queue.clone(), made.id, cancel.clone()).await;
    let ended = async {
        loop {
            if let QueueEvent::Changed(job) = events.recv().await.unwrap()
                && job.status != JobStatus::Running
            {
                return *job;
            }
        }
    };
    let ended = tokio::time::timeout(Duration::from_secs(30), ended)
        .await
        .expect("the job was never given back");
    cancel.cancel();
    worker.await.unwrap().unwrap();
    assert_eq!(
        queue.counts().await.unwrap().running,
        0,
        "no job is left running"
    );
    ended
}

#[tokio::test]
async fn a_worker_that_ends_gives_its_jobs_back() {
    let cancel = |_, _, cancel: CancellationToken| async move { cancel.cancel() };
    let given_back = stopped_by("wait", quick(), cancel).await;
    assert_eq!(
        (given_back.status, given_back.attempts_left),
        (JobStatus::Queued, 1)
    );
    let given_back = stopped_by("hang", quick(), cancel).await;
    assert_eq!(
        given_back.status,
        JobStatus::Queued,
        "nothing had happened yet"
    );
    let lost = stopped_by("hang after commit", quick(), cancel).await;
    assert_eq!(
        lost.status,
        JobStatus::Unknown,
        "nobody knows whether it happened"
    );
}

#[tokio::test]
async fn a_pause_reaches_a_running_job() {
    let paused = stopped_by("wait", quick(), |queue, id, _| async move {
        queue
            .pause(id, Reason::new("by_person", "paused in the window"))
            .await
            .unwrap();
    })
    .await;
    assert_eq!(paused.status, JobStatus::Paused);
}

#[tokio::test]
async fn a_run_without_end_is_ended() {
    let limits = Limits {
        longest_run: Duration::from_millis(100),
        ..quick()
    };
    for (subject, expected) in [
        ("wait", JobStatus::Failed),
        ("hang", JobStatus::Failed),
        ("hang after commit", JobStatus::Unknown),
    ] {
        let ended = stopped_by(subject, limits, |_, _, _| async {}).await;
        assert_eq!(ended.status, expected, "{subject}");
    }
}
