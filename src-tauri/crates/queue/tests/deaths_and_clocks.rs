//! Random histories of a whole queue: two processes that work, die and start again, under a clock that
//! jumps by minutes and by years. `HISTORIES=2000` runs the whole; a short form runs with the others.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests: a failed step fails the test"
)]

mod common;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::TimeDelta;
use common::{Bed, StillClock, histories, job};
use proptest::prelude::*;
use queue::{
    Clock, Hold, HoldScope, Job, JobFilter, JobStatus, Lease, LeaseState, NewJob, Outcome, Phase,
    Queue, QueueError, Reason, Rescue,
};
use uuid::Uuid;

const LANES: [&str; 3] = ["one", "two", "three"];
const ATTEMPTS: u32 = 3;

#[derive(Clone, Debug)]
enum Step {
    Add { lane: usize, in_minutes: i64 },
    Claim { process: usize },
    Commit { process: usize },
    End { process: usize, how: usize },
    Die { process: usize },
    Beat { process: usize },
    Jump { minutes: i64 },
    Hold { lane: usize, hours: i64 },
    Release { lane: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let process = 0_usize..2;
    let lane = 0_usize..LANES.len();
    prop_oneof![
        4 => (lane.clone(), 0_i64..200).prop_map(|(lane, in_minutes)| Step::Add { lane, in_minutes }),
        6 => process.clone().prop_map(|process| Step::Claim { process }),
        3 => process.clone().prop_map(|process| Step::Commit { process }),
        5 => (process.clone(), 0_usize..6).prop_map(|(process, how)| Step::End { process, how }),
        2 => process.clone().prop_map(|process| Step::Die { process }),
        1 => process.prop_map(|process| Step::Beat { process }),
        3 => prop_oneof![
            Just(-5_256_000_i64), Just(5_256_000), Just(-60), Just(60), 0_i64..300
        ].prop_map(|minutes| Step::Jump { minutes }),
        1 => (lane.clone(), 1_i64..48).prop_map(|(lane, hours)| Step::Hold { lane, hours }),
        1 => lane.prop_map(|lane| Step::Release { lane }),
    ]
}

struct Process {
    queue: Queue,
    run: Option<(Lease, Phase)>,
}

struct World {
    bed: Bed,
    clock: Arc<StillClock>,
    processes: Vec<Process>,
    /// Runs of each job that may have had their effect.
    effects: HashMap<Uuid, u32>,
    /// Runs of each job that count as attempts.
    tries: HashMap<Uuid, u32>,
}

impl World {
    async fn new() -> Self {
        let bed = Bed::new().await;
        let clock = StillClock::new();
        let mut processes = Vec::new();
        for _ in 0..2 {
            let queue = bed.queue_at(clock.clone()).await;
            processes.push(Process { queue, run: None });
        }
        Self {
            bed,
            clock,
            processes,
            effects: HashMap::new(),
            tries: HashMap::new(),
        }
    }

    async fn jobs(&self) -> Vec<Job> {
        let all = JobFilter::default();
        self.processes[0].queue.list(&all).await.unwrap().jobs
    }

    async fn take(&mut self, step: Step) -> Result<(), TestCaseError> {
        match step {
            Step::Add { lane, in_minutes } => {
                let new = NewJob {
                    planned_at: self.clock.now() + TimeDelta::minutes(in_minutes),
                    max_attempts: ATTEMPTS,
                    ..job("s", LANES[lane])
                };
                self.processes[0].queue.enqueue(new).await.unwrap();
            }
            Step::Claim { process } => {
                let now = self.clock.now();
                let one = &mut self.processes[process];
                if one.run.is_some() {
                    return Ok(());
                }
                if let Some(lease) = one.queue.claim(&[]).await.unwrap() {
                    let job = lease.job();
                    prop_assert!(job.planned_at <= now, "taken before its time");
                    prop_assert_eq!(
                        self.effects.get(&job.id),
                        None,
                        "a job that may have had its effect runs again"
                    );
                    one.run = Some((lease, Phase::Safe));
                }
            }
            Step::Commit { process } => {
                let one = &mut self.processes[process];
                if let Some((lease, phase)) = &mut one.run {
                    // Whatever the clock did, the run of a living process is its own.
                    one.queue.enter(lease, Phase::Committed).await.unwrap();
                    *phase = Phase::Committed;
                }
            }
            Step::End { process, how } => self.end(process, how).await?,
            Step::Die { process } => {
                let old = &mut self.processes[process];
                if let Some((lease, Phase::Committed)) = old.run.take() {
                    *self.effects.entry(lease.job().id).or_default() += 1;
                }
                let fresh = self.bed.queue_at(self.clock.clone()).await;
                // The old one's presence goes with it, as the system lets go of a dead process's lock.
                let dead = std::mem::replace(&mut old.queue, fresh).boot_id();
                // The very first look of the next start.
                self.processes[process]
                    .queue
                    .rescue(Rescue::by_phase)
                    .await
                    .unwrap();
                for job in self.jobs().await {
                    prop_assert_ne!(
                        job.boot_id,
                        Some(dead),
                        "a dead process's job is running still"
                    );
                }
            }
            Step::Beat { process } => {
                let one = &self.processes[process];
                // The other one looks after dead processes; this one lives.
                self.processes[1 - process]
                    .queue
                    .rescue(Rescue::by_phase)
                    .await
                    .unwrap();
                if let Some((lease, _)) = &one.run {
                    let state = one.queue.heartbeat(lease).await.unwrap();
                    prop_assert_eq!(state, LeaseState::Held, "a living process lost its run");
                }
            }
            Step::Jump { minutes } => self.clock.advance(TimeDelta::minutes(minutes)),
            Step::Hold { lane, hours } => {
                let hold = Hold {
                    scope: HoldScope::Lane(LANES[lane].to_owned()),
                    reason: Reason::new("rate_limited", "for the test"),
                    until: Some(self.clock.now() + TimeDelta::hours(hours)),
                };
                self.processes[0].queue.hold(hold).await.unwrap();
            }
            Step::Release { lane } => {
                let scope = HoldScope::Lane(LANES[lane].to_owned());
                self.processes[0]
                    .queue
                    .release(&scope, "rate_limited")
                    .await
                    .unwrap();
            }
        }
        let mut lanes: Vec<String> = self
            .jobs()
            .await
            .into_iter()
            .filter(|job| job.status == JobStatus::Running)
            .map(|job| job.lane)
            .collect();
        let running = lanes.len();
        lanes.sort_unstable();
        lanes.dedup();
        prop_assert_eq!(lanes.len(), running, "two jobs of one lane run");
        Ok(())
    }

    async fn end(&mut self, process: usize, how: usize) -> Result<(), TestCaseError> {
        let now = self.clock.now();
        let one = &mut self.processes[process];
        let Some((lease, phase)) = one.run.take() else {
            return Ok(());
        };
        let id = lease.job().id;
        let reason = Reason::new("site_error", "for the test");
        let at = now + TimeDelta::minutes(30);
        let outcome = match how {
            0 => Outcome::Success { result_url: None },
            1 => Outcome::Failed(reason),
            2 => Outcome::NeedsManual(reason),
            3 => Outcome::RetryAt { at, reason },
            4 => Outcome::Postponed { at, reason },
            _ => Outcome::Interrupted,
        };
        let counts = matches!(outcome, Outcome::RetryAt { .. });
        let job = match one.queue.finish(&lease, outcome).await {
            Ok(job) => job,
            Err(QueueError::LeaseLost(_)) => {
                return Err(TestCaseError::fail("a living process lost its run"));
            }
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
        };
        if phase == Phase::Committed {
            *self.effects.entry(id).or_default() += 1;
            prop_assert!(
                job.status != JobStatus::Queued && job.status != JobStatus::Paused,
                "{} after its decisive step",
                job.status
            );
        } else if counts {
            let tries = self.tries.entry(id).or_default();
            *tries += 1;
            let expected = if *tries >= ATTEMPTS {
                JobStatus::Failed
            } else {
                JobStatus::Queued
            };
            prop_assert_eq!(job.status, expected, "after {} tries", tries);
        }
        Ok(())
    }

    /// Whatever happened: with nobody dead any more and the clock running, all that may run comes to an end.
    async fn settle(&mut self) -> Result<(), TestCaseError> {
        for process in 0..2 {
            self.take(Step::Die { process }).await?;
        }
        for lane in 0..LANES.len() {
            self.take(Step::Release { lane }).await?;
        }
        // Past every plan, wherever the clock was when it was made.
        self.clock.advance(TimeDelta::days(365 * 1000));
        let queue = &self.processes[0].queue;
        while let Some(lease) = queue.claim(&[]).await.unwrap() {
            prop_assert_eq!(
                self.effects.get(&lease.job().id),
                None,
                "a job that may have had its effect runs again at the end"
            );
            queue
                .finish(&lease, Outcome::Success { result_url: None })
                .await
                .unwrap();
        }
        for job in self.jobs().await {
            prop_assert!(
                matches!(
                    job.status,
                    JobStatus::Success
                        | JobStatus::Failed
                        | JobStatus::NeedsManual
                        | JobStatus::Unknown
                ),
                "a job is left {} for ever",
                job.status
            );
            let effects = self.effects.get(&job.id).copied().unwrap_or_default();
            prop_assert!(effects <= 1, "a job had its effect {} times", effects);
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: histories(10), max_shrink_iters: 100, ..ProptestConfig::default() })]

    #[test]
    fn whatever_dies_and_jumps_nothing_is_lost_or_done_twice(steps in prop::collection::vec(step(), 1..50)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut world = World::new().await;
            for step in steps {
                world.take(step).await?;
            }
            world.settle().await
        })?;
    }
}
