//! Budgets over random histories of a real database: publishing, refusals, restarts of program and machine, and a wall
//! clock that is set to anything.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests: a failed step fails the test"
)]

use std::time::Duration;

use app::budget::{Limit, Limits, Room, room};
use app::ports::{
    Account, Accounts, Budgets, Drafts, Health, MAX_REFUSALS, PublishLog, Reading, Refusal, Steady,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{AccountId, Draft, attempt::AttemptEvent};
use proptest::prelude::*;
use store::Database;
use uuid::Uuid;

/// A short form runs with the others; `HISTORIES=2000` is the whole.
fn histories() -> u32 {
    std::env::var("HISTORIES")
        .ok()
        .and_then(|number| number.parse().ok())
        .unwrap_or(12)
}

const LIMITS: Limits = Limits {
    hour: 2,
    day: 5,
    gap: TimeDelta::zero(),
};

#[derive(Clone, Debug)]
enum Step {
    /// Real time goes by, in minutes.
    Pass(u32),
    /// Somebody wants to publish.
    Publish,
    /// The last one is refused by the site: nothing was made.
    Refuse,
    /// The wall clock is set, by so many minutes.
    SetClock(i64),
    /// The program ends and starts again.
    Restart,
    /// The machine does, and is off for so many minutes. Its wall clock comes up right.
    Reboot(u32),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0_u32..50).prop_map(Step::Pass),
        8 => Just(Step::Publish),
        1 => Just(Step::Refuse),
        2 => prop_oneof![
            Just(-5_256_000_i64), Just(5_256_000), Just(-60), Just(60), -2000_i64..2000
        ].prop_map(Step::SetClock),
        1 => Just(Step::Restart),
        1 => (0_u32..200).prop_map(Step::Reboot),
    ]
}

/// The machine as it really is, beside what its clocks say.
struct World {
    real: i64,
    boot: u32,
    since: i64,
    wall_off_by: i64,
}

impl World {
    fn pass(&mut self, seconds: i64) {
        self.real += seconds;
        self.since += seconds;
    }

    fn reading(&self) -> Reading {
        let wall = 1_790_000_000 + self.real + self.wall_off_by;
        Reading {
            steady: Some(Steady {
                boot: format!("boot {}", self.boot),
                since: Duration::from_secs(u64::try_from(self.since).unwrap()),
            }),
            wall: DateTime::from_timestamp(wall, 0).unwrap(),
        }
    }
}

fn account() -> Account {
    Account::new(
        Uuid::from_u128(500).into(),
        "main".into(),
        "http://127.0.0.1:1".into(),
    )
}

async fn may(db: &Database, account: AccountId, world: &World) -> Room {
    let now = db.counted_now(&world.reading()).await.unwrap();
    let spent = db
        .spent_since(account, now - Limit::Day.span())
        .await
        .unwrap();
    room(&spent, now, &LIMITS)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: histories(), max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn no_real_hour_or_day_holds_more_than_its_limit(steps in prop::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let mut db = Database::open(folder.path()).await.unwrap();
            let account = account();
            db.save(&account).await.unwrap();
            let mut world = World { real: 0, boot: 1, since: 1000, wall_off_by: 0 };
            // When listings were really made, in real seconds.
            let mut made: Vec<i64> = Vec::new();
            let mut last = None;
            let mut number = 0;
            for step in steps {
                match step {
                    Step::Pass(minutes) => world.pass(i64::from(minutes) * 60),
                    Step::SetClock(minutes) => world.wall_off_by += minutes * 60,
                    Step::Restart => {
                        db.close().await;
                        db = Database::open(folder.path()).await.unwrap();
                    }
                    Step::Reboot(minutes) => {
                        world.pass(i64::from(minutes) * 60);
                        world.boot += 1;
                        world.wall_off_by = 0;
                        world.since = 5;
                        // The program looks at the clock when it starts.
                        db.counted_now(&world.reading()).await.unwrap();
                    }
                    Step::Publish => {
                        if may(&db, account.id, &world).await == Room::Now {
                            number += 1;
                            last = Some(begin(&db, account.id, number, &world).await);
                            // A site may take up to half a minute, and not each time the same.
                            made.push(world.real + i64::from(number % 30));
                        }
                    }
                    Step::Refuse => {
                        if let Some(attempt) = last.take() {
                            db.advance(attempt, AttemptEvent::NotPublished, &app::ports::AttemptFacts::default())
                                .await
                                .unwrap();
                            made.pop();
                        }
                    }
                }
            }
            made.sort_unstable();
            for (limit, span) in [(LIMITS.hour, 3600), (LIMITS.day, 86_400)] {
                let most = usize::try_from(limit).unwrap();
                for group in made.windows(most + 1) {
                    prop_assert!(
                        group[most] - group[0] >= span,
                        "{} listings within {} s: {:?}", most + 1, group[most] - group[0], made
                    );
                }
            }
            Ok(())
        })?;
    }
}

/// An intent as publishing writes it, of a draft of its own.
async fn begin(db: &Database, account: AccountId, number: u32, world: &World) -> domain::AttemptId {
    let draft = common::draft(u128::from(number), world.reading().wall);
    Drafts::insert(db, std::slice::from_ref(&draft))
        .await
        .unwrap();
    let attempt = common::attempt(&draft, account, number, world.reading().wall);
    db.confirm(&common::confirmation(&draft, account, &attempt))
        .await
        .unwrap();
    db.begin(&attempt, draft.revision).await.unwrap();
    attempt.id
}

#[tokio::test]
async fn a_refused_attempt_gives_its_place_back_and_an_unknown_one_keeps_it() {
    let folder = tempfile::tempdir().unwrap();
    let db = Database::open(folder.path()).await.unwrap();
    let account = account();
    db.save(&account).await.unwrap();
    let world = World {
        real: 0,
        boot: 1,
        since: 1000,
        wall_off_by: 0,
    };
    assert_eq!(may(&db, account.id, &world).await, Room::Now);
    let refused = begin(&db, account.id, 1, &world).await;
    let unknown = begin(&db, account.id, 2, &world).await;
    assert!(
        matches!(
            may(&db, account.id, &world).await,
            Room::From(_, Limit::Hour)
        ),
        "two are on their way"
    );
    let facts = app::ports::AttemptFacts::default();
    db.advance(unknown, AttemptEvent::Press, &facts)
        .await
        .unwrap();
    db.advance(unknown, AttemptEvent::Lost, &facts)
        .await
        .unwrap();
    assert!(
        matches!(
            may(&db, account.id, &world).await,
            Room::From(_, Limit::Hour)
        ),
        "an unknown one may have made a listing: it counts"
    );
    db.advance(refused, AttemptEvent::NotPublished, &facts)
        .await
        .unwrap();
    assert_eq!(
        may(&db, account.id, &world).await,
        Room::Now,
        "a proven failure made none"
    );
}

#[tokio::test]
async fn the_last_refusals_are_kept_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let db = Database::open(folder.path()).await.unwrap();
    let account = account();
    db.save(&account).await.unwrap();
    let at: DateTime<Utc> = "2026-11-20T08:00:00Z".parse().unwrap();
    for n in 0..30 {
        let refusal = Refusal {
            at: at + TimeDelta::minutes(n),
            code: "site_refused".into(),
            detail: format!("number {n}"),
        };
        db.note_refusal(account.id, &refusal).await.unwrap();
    }
    let health = db.health(account.id).await.unwrap();
    assert_eq!(health.refusals.len(), MAX_REFUSALS, "the list is bounded");
    assert_eq!(health.refusals[0].detail, "number 29", "newest first");
}

mod common {
    //! Rows as publishing makes them.

    use app::ports::{Attempt, Confirmation, Fingerprint};
    use domain::{Currency, attempt::AttemptState, content::content_hash};

    use super::*;

    pub(super) fn draft(number: u128, now: DateTime<Utc>) -> Draft {
        Draft::new(Uuid::from_u128(10_000 + number).into(), now)
    }

    pub(super) fn attempt(
        draft: &Draft,
        account: AccountId,
        number: u32,
        now: DateTime<Utc>,
    ) -> Attempt {
        Attempt {
            id: Uuid::from_u128(20_000 + u128::from(number)).into(),
            confirmation_id: Uuid::from_u128(30_000 + u128::from(number)).into(),
            draft_id: draft.id,
            account_id: account,
            content_hash: content_hash(draft),
            idempotency_key: format!("key {number}"),
            state: AttemptState::Intent,
            baseline: Vec::new(),
            fingerprint: Fingerprint {
                title: "Robe".into(),
                price_cents: 1200,
                currency: Currency::Eur,
                photo_count: 1,
            },
            boot_id: Uuid::from_u128(1),
            by_hand: false,
            evidence: None,
            listing_id: None,
            listing_url: None,
            reason: None,
            result: None,
            created_at: now,
            updated_at: now,
        }
    }

    pub(super) fn confirmation(
        draft: &Draft,
        account: AccountId,
        attempt: &Attempt,
    ) -> Confirmation {
        Confirmation {
            id: attempt.confirmation_id,
            draft_id: draft.id,
            account_id: account,
            login: "zoe".into(),
            site_url: "http://127.0.0.1:1".into(),
            content_hash: attempt.content_hash.clone(),
            fields: Vec::new(),
            dry_only: false,
            prepared_at: attempt.created_at,
            expires_at: attempt.created_at + TimeDelta::minutes(30),
        }
    }
}
