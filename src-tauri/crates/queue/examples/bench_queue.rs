//! How long claims and lists take at 10,000 queued jobs: `cargo xtask bench queue`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement for the terminal: a failed step ends it"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use queue::{
    Hold, HoldScope, JobFilter, JobStatus, Mode, NewJob, Outcome, Queue, Reason, SystemClock,
};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

const JOBS: usize = 10_000;
const LANES: usize = 5;
const ROUNDS: usize = 200;
const PAGE: u32 = 100;
const MIGRATIONS: [&str; 2] = [
    include_str!("../../../../migrations/0002_queue.sql"),
    include_str!("../../../../migrations/0003_queue_plans.sql"),
];

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let queue = open(&folder.path().join("queue.db")).await;
    // Due, but planned so that each claim must choose the first of its lane.
    let first = Utc::now() - TimeDelta::days(1);
    let jobs = (0..JOBS)
        .map(|n| NewJob {
            subject: format!("draft {n}"),
            label: format!("Robe d'été n° {n}"),
            lane: format!("account {}", n % LANES),
            payload: serde_json::json!({ "content_hash": "0".repeat(64), "live": true }),
            planned_at: first + TimeDelta::seconds(i64::try_from(n).unwrap()),
            planned_wall: None,
            waits: None,
            mode: Mode::Automated,
            max_attempts: 5,
            unique_key: Some(format!("key {n}")),
        })
        .collect();
    let began = Instant::now();
    queue.enqueue_all(jobs).await.unwrap();
    println!("| adding {JOBS} jobs at once | {:.0?} |", began.elapsed());

    let mut claims = Vec::new();
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let lease = queue.claim(&[]).await.unwrap().unwrap();
        claims.push(began.elapsed());
        queue.finish(&lease, Outcome::Interrupted).await.unwrap();
    }
    row(&format!("claim at {JOBS} queued jobs"), claims);

    // The worst case: whatever is due waits for its account, and the claim has to see that.
    for lane in 0..LANES {
        let hold = Hold {
            scope: HoldScope::Lane(format!("account {lane}")),
            reason: Reason::new("rate_limited", "for the measurement"),
            until: None,
        };
        queue.hold(hold).await.unwrap();
    }
    let mut held = Vec::new();
    for _ in 0..ROUNDS {
        let began = Instant::now();
        assert!(
            queue.claim(&[]).await.unwrap().is_none(),
            "every lane is held"
        );
        held.push(began.elapsed());
    }
    row("claim where all of them wait for their accounts", held);

    let last = u32::try_from(JOBS).unwrap() / PAGE;
    for (what, page, search) in [
        ("first page of 100", 1, None),
        ("last page of 100", last, None),
        ("page of 100 with a search", 1, Some("n° 77".to_owned())),
    ] {
        let mut lists = Vec::new();
        for _ in 0..ROUNDS {
            let filter = JobFilter {
                statuses: vec![JobStatus::Queued],
                search: search.clone(),
                page,
                page_size: PAGE,
                ..JobFilter::default()
            };
            let began = Instant::now();
            let found = queue.list(&filter).await.unwrap();
            lists.push(began.elapsed());
            assert!(!found.jobs.is_empty(), "the page has jobs");
        }
        row(what, lists);
    }
}

fn row(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1000.0;
    println!(
        "| {what} | {:.2} ms (99 % within {:.2} ms, {} rounds) |",
        at(50),
        at(99),
        times.len()
    );
}

async fn open(path: &Path) -> Queue {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true);
    let pool = async |connections: u32| -> SqlitePool {
        SqlitePoolOptions::new()
            .max_connections(connections)
            .connect_with(options.clone())
            .await
            .unwrap()
    };
    let writer = pool(1).await;
    for migration in MIGRATIONS {
        sqlx::raw_sql(migration).execute(&writer).await.unwrap();
    }
    Queue::new(
        writer,
        pool(4).await,
        uuid::Uuid::new_v4(),
        Arc::new(SystemClock),
    )
}
