//! Several processes press at once: one wins. Each has its own connections to the same data folder, and nobody waits
//! for a turn on the site, so that only the unique indices of the publish log stand between them.
//!
//! `RACES=500` runs more of them.

use std::sync::Arc;

use app::ports::PublishLog as _;
use contract::Code;
use domain::attempt::AttemptState;
use tokio::sync::Semaphore;

use crate::{
    bed::{Bed, account_id},
    market::Sight,
};

/// Races in a usual run.
const USUAL: usize = 40;

/// What the racers have in common.
#[derive(Clone, Copy, Debug)]
enum Shared {
    Token,
    TokenAndKey,
    /// Each has a token of its own for the same content.
    Draft,
}

#[test]
fn of_several_that_press_at_once_one_publishes() {
    let count = std::env::var("RACES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(USUAL);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    for number in 0..count {
        let shared = [Shared::Token, Shared::TokenAndKey, Shared::Draft][number % 3];
        let racers = 2 + number % 4;
        runtime.block_on(race(number, shared, racers));
    }
}

async fn race(number: usize, shared: Shared, racers: usize) {
    let mut bed = Bed::new().await;
    bed.market.look(Sight::Clear);
    let mut processes = Vec::new();
    let mut tokens: Vec<String> = Vec::new();
    for n in 0..racers {
        let process = bed.process(true).await;
        let token = match (n, shared) {
            (0, _) | (_, Shared::Draft) => process.prepare(0, 0).await.unwrap(),
            _ => tokens[0].clone(),
        };
        processes.push(process);
        tokens.push(token);
    }
    let mut running = tokio::task::JoinSet::new();
    for (n, process) in processes.iter().enumerate() {
        let (app, token) = (process.app.clone(), tokens[n].clone());
        let key = match shared {
            Shared::TokenAndKey => "one key".to_owned(),
            Shared::Token | Shared::Draft => format!("key {n}"),
        };
        running.spawn(async move { app.publish(&token, true, Some(&key)).await });
    }
    let outcomes = running.join_all().await;
    let state = bed.market.state();
    assert_eq!(
        (state.items.len(), state.calls),
        (1, 1),
        "race {number}, {shared:?}, {racers} racers: one call, one listing: {outcomes:?}"
    );
    let winners = outcomes
        .iter()
        .filter(|o| o.as_ref().is_ok_and(|view| !view.replayed))
        .count();
    assert_eq!(
        winners, 1,
        "race {number}, {shared:?}: one wins: {outcomes:?}"
    );
    for outcome in &outcomes {
        let Err(failure) = outcome else { continue };
        assert!(
            matches!(
                failure.code,
                Code::TokenUsed | Code::DuplicatePublish | Code::AlreadyPublished
            ),
            "race {number}, {shared:?}: the others are told why: {failure:?}"
        );
    }
}

#[tokio::test]
async fn a_start_leaves_the_attempt_of_a_living_process_alone() {
    let mut bed = Bed::new().await;
    let pressing = bed.process(true).await;
    let token = pressing.prepare(0, 0).await.unwrap();
    let gate = Arc::new(Semaphore::new(0));
    bed.market.state().gate = Some(Arc::clone(&gate));
    let app = pressing.app.clone();
    let press = tokio::spawn(async move { app.publish(&token, true, Some("k")).await });
    while bed.market.state().calls == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    let starting = bed.process(true).await;
    starting.app.settle_open_attempts().await.unwrap();
    let attempt = bed.db.by_key(account_id(0), "k").await.unwrap().unwrap();
    assert_eq!(
        attempt.state,
        AttemptState::Submitted,
        "its own process waits for the answer"
    );
    gate.add_permits(1);
    let view = press.await.unwrap().unwrap();
    assert!(view.listing_id.is_some(), "and hears it: {view:?}");
}

#[test]
fn without_the_indices_a_race_has_several_winners() {
    // The races must be able to fail: the indices are what decides them.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let several = (0..USUAL).any(|_| runtime.block_on(unguarded()) > 1);
    assert!(
        several,
        "{USUAL} races without indices had one winner each, so they prove nothing"
    );
}

/// Listings made by a race in a data folder whose unique indices are gone.
async fn unguarded() -> usize {
    let mut bed = Bed::new().await;
    bed.without_indices().await;
    let mut running = tokio::task::JoinSet::new();
    let first = bed.process(true).await;
    let token = first.prepare(0, 0).await.unwrap();
    for n in 0..4 {
        let (app, token) = (bed.process(true).await.app.clone(), token.clone());
        running.spawn(async move { app.publish(&token, true, Some(&format!("key {n}"))).await });
    }
    running.join_all().await;
    bed.market.state().items.len()
}
