//! Several processes press at once: one wins. Each has its own connections to the same data folder, and nobody waits
//! for a turn on the site, so that only the unique indices of the publish log stand between them.
//!
//! `RACES=500` runs more of them.

use contract::Code;

use crate::{bed::Bed, market::Sight};

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
