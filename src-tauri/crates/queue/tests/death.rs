//! Jobs of processes that were killed. The process is this test program, started once more.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests: a failed step fails the test"
)]

mod common;

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::Arc;
use std::time::Duration;

use common::{Bed, job};
use queue::{JobStatus, MAX_RESCUES, Outcome, Phase, Queue, Reason, Rescue, SystemClock};

const FOLDER: &str = "QUEUE_TEST_FOLDER";
const PHASE: &str = "QUEUE_TEST_PHASE";

/// What the started process does: takes a job, goes as far as it is told, and waits for its death.
#[tokio::test]
#[ignore = "started by the other tests as a process of its own"]
async fn hold_a_job_until_killed() {
    let folder = PathBuf::from(std::env::var_os(FOLDER).unwrap());
    let processes = folder.join("processes");
    let queue = common::open(&folder.join("queue.db"), &processes, Arc::new(SystemClock)).await;
    let lease = queue.claim(&[]).await.unwrap().unwrap();
    if std::env::var(PHASE).is_ok_and(|phase| phase == "committed") {
        queue.enter(&lease, Phase::Committed).await.unwrap();
    }
    fs_err::write(folder.join("ready"), b"").unwrap();
    // Long enough for any test; short enough not to stay for ever when the test was killed.
    tokio::time::sleep(Duration::from_secs(120)).await;
}

struct Process(Child);

impl Process {
    async fn start(folder: &Path, phase: Phase) -> Self {
        let ready = folder.join("ready");
        if ready.exists() {
            fs_err::remove_file(&ready).unwrap();
        }
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "hold_a_job_until_killed"])
            .env(FOLDER, folder)
            .env(PHASE, phase.as_str())
            .spawn()
            .unwrap();
        let mut process = Self(child);
        while !ready.exists() {
            assert!(
                process.0.try_wait().unwrap().is_none(),
                "the process ended too early"
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        process
    }

    /// SIGKILL: nothing of it runs any more.
    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn rescue(queue: &Queue) -> Vec<queue::Job> {
    queue.rescue(Rescue::by_phase).await.unwrap()
}

#[tokio::test]
async fn a_killed_process_gives_back_what_is_safe_and_asks_about_the_rest() {
    for (phase, expected, code) in [
        (Phase::Safe, JobStatus::Queued, "worker_died"),
        (Phase::Committed, JobStatus::Unknown, "outcome_unknown"),
    ] {
        let bed = Bed::new().await;
        let queue = bed.queue().await;
        let made = queue.enqueue(job("s", "lane")).await.unwrap();
        let mut process = Process::start(bed.folder.path(), phase).await;
        let running = queue.get(made.id).await.unwrap();
        assert_eq!((running.status, running.phase), (JobStatus::Running, phase));

        assert!(
            rescue(&queue).await.is_empty(),
            "the job of a living process was taken away"
        );
        assert!(
            queue.claim(&[]).await.unwrap().is_none(),
            "its lane is taken"
        );
        process.kill();
        let rescued = rescue(&queue).await;
        assert_eq!(rescued.len(), 1, "the dead process's job must be found");
        let kept = queue.get(made.id).await.unwrap();
        assert_eq!(rescued[0], kept, "what is told is what is kept");
        assert_eq!((kept.status, kept.boot_id), (expected, None));
        assert_eq!(kept.last_error.unwrap().code, code);
        assert!(rescue(&queue).await.is_empty(), "a rescue happens once");
        let claimed = queue.claim(&[]).await.unwrap();
        assert_eq!(
            claimed.is_some(),
            phase == Phase::Safe,
            "a safe job runs again, an unknown one never by itself"
        );
    }
}

#[tokio::test]
async fn a_job_that_kills_its_process_each_time_is_given_up() {
    let bed = Bed::new().await;
    let queue = bed.queue().await;
    let made = queue.enqueue(job("s", "lane")).await.unwrap();
    for death in 1..=MAX_RESCUES + 1 {
        let mut process = Process::start(bed.folder.path(), Phase::Safe).await;
        process.kill();
        assert_eq!(rescue(&queue).await.len(), 1);
        let kept = queue.get(made.id).await.unwrap();
        let expected = if death <= MAX_RESCUES {
            JobStatus::Queued
        } else {
            JobStatus::Failed
        };
        assert_eq!(kept.status, expected, "after death {death}");
        assert_eq!(kept.attempt, death);
    }
    assert_eq!(
        queue.retry(made.id).await.unwrap().status,
        JobStatus::Queued
    );
    let mut process = Process::start(bed.folder.path(), Phase::Safe).await;
    process.kill();
    assert_eq!(
        rescue(&queue).await[0].status,
        JobStatus::Queued,
        "a retry starts anew"
    );
}

#[tokio::test]
async fn the_caller_decides_where_it_knows_better() {
    let bed = Bed::new().await;
    let dead = bed.queue().await;
    let made = dead.enqueue(job("s", "lane")).await.unwrap();
    let lease = dead.claim(&[]).await.unwrap().unwrap();
    drop(dead);
    // The lease lives longer than its queue; what counts is the process's presence.
    let queue = bed.queue().await;
    let reason = Reason::new("site_error", "the server's record says no");
    let rescued = queue.rescue(|job| {
        assert_eq!(job.id, made.id);
        Rescue::Failed(reason.clone())
    });
    let rescued = rescued.await.unwrap();
    assert_eq!(
        (rescued[0].status, &rescued[0].last_error),
        (JobStatus::Failed, &Some(reason))
    );
    let late = queue
        .finish(&lease, Outcome::Success { result_url: None })
        .await;
    assert!(late.is_err(), "a rescued run's own outcome comes too late");
}

#[tokio::test]
async fn a_pause_that_the_process_did_not_live_to_see_is_kept() {
    let bed = Bed::new().await;
    let queue = bed.queue().await;
    let made = queue.enqueue(job("s", "lane")).await.unwrap();
    let mut process = Process::start(bed.folder.path(), Phase::Safe).await;
    queue
        .pause(made.id, Reason::new("by_person", "x"))
        .await
        .unwrap();
    process.kill();
    assert_eq!(rescue(&queue).await[0].status, JobStatus::Paused);
}

/// Succeeds at once.
struct Willing;

#[async_trait::async_trait]
impl queue::Handler for Willing {
    async fn handle(&self, _: &queue::Run) -> Outcome {
        Outcome::Success { result_url: None }
    }
}

#[tokio::test]
async fn the_next_start_takes_a_dead_process_s_job_over_within_seconds() {
    let bed = Bed::new().await;
    let queue = bed.queue().await;
    let made = queue.enqueue(job("s", "lane")).await.unwrap();
    let mut process = Process::start(bed.folder.path(), Phase::Safe).await;
    process.kill();
    // The worker as the app starts it; what is promised is 5 s.
    let working = queue::worker::run(
        queue.clone(),
        Arc::new(Willing),
        tokio_util::sync::CancellationToken::new(),
        true,
    );
    let ended = tokio::time::timeout(Duration::from_secs(5), working).await;
    assert!(
        ended.is_ok(),
        "the job was not taken over within the promised 5 s"
    );
    assert_eq!(queue.get(made.id).await.unwrap().status, JobStatus::Success);
}
