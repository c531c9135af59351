//! Reading the queue: filters, pages, order, counts, and which index the frequent questions use.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests: a failed step fails the test"
)]

mod common;

use chrono::TimeDelta;
use common::{Bed, StillClock, job};
use queue::{Clock, Counts, JobFilter, JobStatus, NewJob, Outcome, Queue, Reason};
use sqlx::Row;

async fn subjects(queue: &Queue, filter: JobFilter) -> String {
    let page = queue.list(&filter).await.unwrap();
    page.jobs
        .iter()
        .map(|job| job.subject.as_str())
        .collect::<Vec<_>>()
        .join(" ")
}

fn searching(text: &str) -> JobFilter {
    JobFilter {
        search: Some(text.to_owned()),
        ..JobFilter::default()
    }
}

#[tokio::test]
async fn filters_narrow_and_the_order_is_that_of_the_plan() {
    let bed = Bed::new().await;
    let clock = StillClock::new();
    let queue = bed.queue_at(clock.clone()).await;
    let at = |minutes: i64| clock.now() + TimeDelta::minutes(minutes);
    let planned = [
        ("c", "one", 30, "Pull Écru 100% laine – Bon"),
        ("a", "one", 10, "Jean bleu_nuit"),
        ("b", "two", 20, "PULL noir"),
        ("d", "two", -1, "Robe"),
    ];
    for (subject, lane, minutes, label) in planned {
        let new = NewJob {
            planned_at: at(minutes),
            label: label.to_owned(),
            ..job(subject, lane)
        };
        queue.enqueue(new).await.unwrap();
    }
    let d = queue.claim(&[]).await.unwrap().unwrap();
    queue
        .finish(&d, Outcome::Failed(Reason::new("site_error", "x")))
        .await
        .unwrap();

    assert_eq!(
        subjects(&queue, JobFilter::default()).await,
        "d a b c",
        "by planned time"
    );
    let failed = JobFilter {
        statuses: vec![JobStatus::Failed],
        ..JobFilter::default()
    };
    assert_eq!(subjects(&queue, failed).await, "d");
    let two = JobFilter {
        statuses: vec![JobStatus::Failed, JobStatus::Queued],
        lane: Some("two".into()),
        ..JobFilter::default()
    };
    assert_eq!(subjects(&queue, two).await, "d b");
    let subject = JobFilter {
        subject: Some("c".into()),
        ..JobFilter::default()
    };
    assert_eq!(subjects(&queue, subject).await, "c");
    for (text, expected) in [
        ("pull", "b c"),
        ("écru", "c"),
        ("ÉCRU", "c"),
        ("%", "c"),
        ("_", "a"),
        ("a", "a c"),
        ("'; DROP TABLE jobs; --", ""),
        ("  ", "d a b c"),
    ] {
        assert_eq!(
            subjects(&queue, searching(text)).await,
            expected,
            "search {text:?}"
        );
    }
    let id = d.job().id.to_string().to_uppercase();
    assert_eq!(
        subjects(&queue, searching(&id)).await,
        "d",
        "an id finds its job"
    );

    let counts = queue.counts().await.unwrap();
    assert_eq!(
        counts,
        Counts {
            queued: 3,
            failed: 1,
            ..Counts::default()
        }
    );
    assert_eq!(queue.next_planned().await.unwrap().unwrap().subject, "a");
    queue.remove(d.job().id).await.unwrap();
    assert_eq!(
        subjects(&queue, JobFilter::default()).await,
        "a b c",
        "a removed job is not listed"
    );
    assert_eq!(queue.counts().await.unwrap().failed, 0);
}

#[tokio::test]
async fn pages_cover_everything_once() {
    let bed = Bed::new().await;
    let queue = bed.queue().await;
    // Same planned time: only the last sort key keeps the pages apart.
    queue
        .enqueue_all((0..25).map(|n| job(&n.to_string(), "lane")).collect())
        .await
        .unwrap();
    let mut seen = Vec::new();
    for page in 1..=4 {
        let filter = JobFilter {
            page,
            page_size: 10,
            ..JobFilter::default()
        };
        let found = queue.list(&filter).await.unwrap();
        assert_eq!(found.total, 25);
        seen.extend(found.jobs.into_iter().map(|job| job.id));
    }
    assert_eq!(seen.len(), 25, "no job on two pages, none left out");
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 25);
    let absurd = JobFilter {
        page: 0,
        page_size: 0,
        ..JobFilter::default()
    };
    assert_eq!(
        queue.list(&absurd).await.unwrap().jobs.len(),
        1,
        "brought into the bounds"
    );
}

#[tokio::test]
async fn the_longest_running_job_can_be_watched() {
    let bed = Bed::new().await;
    let clock = StillClock::new();
    let queue = bed.queue_at(clock.clone()).await;
    assert_eq!(queue.oldest_running().await.unwrap(), None);
    let began = clock.now();
    queue
        .enqueue_all(vec![job("a", "a"), job("b", "b")])
        .await
        .unwrap();
    let first = queue.claim(&[]).await.unwrap().unwrap();
    clock.advance(TimeDelta::minutes(3));
    queue.claim(&[]).await.unwrap().unwrap();
    assert_eq!(queue.oldest_running().await.unwrap(), Some(began));
    queue
        .finish(&first, Outcome::Success { result_url: None })
        .await
        .unwrap();
    assert_eq!(queue.oldest_running().await.unwrap(), Some(clock.now()));
}

#[tokio::test]
async fn claims_and_lists_use_their_indices() {
    let bed = Bed::new().await;
    let (writer, _) = common::pools(&bed.database()).await;
    let questions = [
        (
            "INDEX jobs_by_status (status=? AND planned_at<?)",
            "SELECT id FROM jobs WHERE status = 'queued' AND removed_at IS NULL \
             AND planned_at <= '2026' AND lane NOT IN (SELECT lane FROM jobs WHERE status = \
             'running') ORDER BY planned_at, id LIMIT 1",
        ),
        (
            "INDEX jobs_listed",
            "SELECT * FROM jobs WHERE removed_at IS NULL ORDER BY planned_at, status, id LIMIT 50",
        ),
    ];
    for (index, question) in questions {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "EXPLAIN QUERY PLAN {question}"
        )))
        .fetch_all(&writer)
        .await
        .unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        let plan = plan.join("\n");
        assert!(plan.contains(index), "{index} is not used:\n{plan}");
        assert!(
            !plan.contains("TEMP B-TREE"),
            "it sorts instead of reading in order:\n{plan}"
        );
    }
}

#[tokio::test]
async fn whoever_changes_a_job_it_is_found_behind_the_last_change() {
    let bed = Bed::new().await;
    let (own, other) = (bed.queue().await, bed.queue().await);
    let a = own.enqueue(job("a", "lane")).await.unwrap();
    let begin = own.last_change().await.unwrap();
    assert!(begin > 0, "a job that is made is a change");
    assert!(
        own.changes_after(begin).await.unwrap().jobs.is_empty(),
        "nothing changed since"
    );
    let b = other.enqueue(job("b", "lane")).await.unwrap();
    other
        .pause(a.id, Reason::new("paused", "Another process."))
        .await
        .unwrap();
    other.resume(a.id).await.unwrap();
    other.remove(b.id).await.unwrap();
    let changes = own.changes_after(begin).await.unwrap();
    let seen: Vec<_> = changes
        .jobs
        .iter()
        .map(|job| (job.subject.as_str(), job.status, job.removed_at.is_some()))
        .collect();
    assert_eq!(
        seen,
        [
            ("a", JobStatus::Queued, false),
            ("b", JobStatus::Queued, true)
        ],
        "each once as it is now, in the order of their last changes"
    );
    assert_eq!(changes.next, own.last_change().await.unwrap());

    // A run's heartbeat is no change; its end is.
    let run = other.claim(&[]).await.unwrap().unwrap();
    let claimed = own.changes_after(changes.next).await.unwrap();
    assert_eq!(claimed.jobs[0].status, JobStatus::Running);
    other.heartbeat(&run).await.unwrap();
    assert!(
        own.changes_after(claimed.next)
            .await
            .unwrap()
            .jobs
            .is_empty()
    );
    let since = claimed.jobs[0].updated_at;
    other
        .finish(&run, Outcome::Failed(Reason::new("form_changed", "")))
        .await
        .unwrap();
    let ended = own.ended_since(since).await.unwrap();
    assert_eq!((ended.len(), ended[0].id), (1, a.id), "it ended");
    assert!(
        own.ended_since(ended[0].updated_at + TimeDelta::seconds(1))
            .await
            .unwrap()
            .is_empty(),
        "not after its end"
    );
}
