//! The record ports over a real SQLite file.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use app::ports::{
    Account, Accounts, Attempt, AttemptFacts, Confirmation, DraftQuery, Drafts, Fingerprint,
    IntentRefused, Listings, Photos, PublishLog, RecordError,
};
use chrono::{TimeZone, Utc};
use domain::{
    Brand, Condition, Currency, Draft, DraftStatus, PackageSize, Photo, Size,
    attempt::{AttemptEvent, AttemptState},
    content::content_hash,
    listing::Listing,
};
use proptest::prelude::*;
use store::Database;
use uuid::Uuid;

fn at(seconds: i64) -> chrono::DateTime<Utc> {
    Utc.timestamp_opt(1_700_000_000 + seconds, 0)
        .single()
        .unwrap()
}

fn photo(n: u128) -> Photo {
    Photo {
        id: Uuid::from_u128(n).into(),
        sha256: format!("{n:064x}"),
        filename: format!("IMG_{n}.JPG"),
        width: 1200,
        height: 1600,
        phash: 3,
        captured_at: None,
        camera: None,
        orientation: 1,
        edited: None,
        created_at: at(0),
    }
}

fn draft(n: u128) -> Draft {
    Draft {
        title: "Robe bleue Sézane 38 – Très bon état".into(),
        description: "Coton.\nDoublée.".into(),
        price_min_cents: Some(900),
        price_target_cents: Some(1200),
        price_max_cents: Some(1500),
        brand: Some(Brand::Named("Sézane".into())),
        size: Size::Label("38".into()),
        condition: Some(Condition::VeryGood),
        category: Some("Femmes > Vêtements > Robes".into()),
        colors: vec!["Bleu".into()],
        materials: vec!["Coton".into()],
        package_size: Some(PackageSize::Small),
        confidence: Some(0.8),
        ..Draft::new(Uuid::from_u128(n).into(), at(i64::try_from(n).unwrap()))
    }
}

struct Bed {
    folder: tempfile::TempDir,
    db: Database,
}

impl Bed {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = Database::open(folder.path()).await.unwrap();
        Self { folder, db }
    }

    async fn with_draft() -> (Self, Draft) {
        let bed = Self::new().await;
        let account = Account::new(
            Uuid::from_u128(500).into(),
            "main".into(),
            "http://127.0.0.1:1".into(),
        );
        bed.db.save(&account).await.unwrap();
        let draft = draft(1);
        Drafts::insert(&bed.db, std::slice::from_ref(&draft))
            .await
            .unwrap();
        (bed, draft)
    }

    async fn confirmed(&self, draft: &Draft, n: u128) -> Confirmation {
        let confirmation = Confirmation {
            id: Uuid::from_u128(n).into(),
            draft_id: draft.id,
            account_id: Uuid::from_u128(500).into(),
            login: "zoe".into(),
            site_url: "http://127.0.0.1:1".into(),
            content_hash: content_hash(draft),
            fields: vec![],
            dry_only: false,
            prepared_at: at(0),
            expires_at: at(1800),
        };
        self.db.confirm(&confirmation).await.unwrap();
        confirmation
    }
}

fn attempt(confirmation: &Confirmation, n: u128, key: &str) -> Attempt {
    Attempt {
        id: Uuid::from_u128(n).into(),
        confirmation_id: confirmation.id,
        draft_id: confirmation.draft_id,
        account_id: confirmation.account_id,
        content_hash: confirmation.content_hash.clone(),
        idempotency_key: key.into(),
        state: AttemptState::Intent,
        baseline: vec!["11".into()],
        fingerprint: Fingerprint {
            title: "Robe".into(),
            price_cents: 1200,
            currency: Currency::Eur,
            photo_count: 2,
        },
        boot_id: Uuid::from_u128(900),
        by_hand: false,
        evidence: None,
        listing_id: None,
        listing_url: None,
        reason: None,
        result: None,
        created_at: at(1),
        updated_at: at(1),
    }
}

#[tokio::test]
async fn a_draft_reads_back_whole_with_its_photos_in_order() {
    let bed = Bed::new().await;
    let mut draft = draft(1);
    for n in [30, 10, 20] {
        bed.db.insert_once(&photo(n)).await.unwrap();
        draft.photos.push(photo(n));
    }
    Drafts::insert(&bed.db, std::slice::from_ref(&draft))
        .await
        .unwrap();
    bed.db.close().await;
    let again = Database::open(bed.folder.path()).await.unwrap();
    assert_eq!(
        Drafts::get(&again, draft.id).await.unwrap(),
        draft,
        "a restart loses nothing"
    );
}

#[tokio::test]
async fn of_two_editors_the_later_is_told() {
    let (bed, draft) = Bed::with_draft().await;
    let mut first = draft.clone();
    first.title = "Une".into();
    first.revision += 1;
    bed.db.update(&first).await.unwrap();
    let mut second = draft.clone();
    second.title = "Autre".into();
    second.revision += 1;
    let error = bed.db.update(&second).await.unwrap_err();
    assert!(
        matches!(error, RecordError::Stale),
        "the second must not overwrite what it has not seen"
    );
    assert_eq!(
        Drafts::get(&bed.db, draft.id).await.unwrap().title,
        "Une",
        "the first change stays"
    );
}

#[tokio::test]
async fn search_folds_case_and_accents_and_escapes_wildcards() {
    let (bed, draft) = Bed::with_draft().await;
    let hits = async |search: &str| {
        let query = DraftQuery {
            search: search.into(),
            limit: 10,
            offset: 0,
        };
        bed.db.list(&query).await.unwrap().len()
    };
    assert_eq!(
        hits("SEZANE robe").await,
        1,
        "words in any order, without accents"
    );
    assert_eq!(hits("femmes").await, 1, "the category counts");
    assert_eq!(hits("pantalon").await, 0, "another word finds nothing");
    assert_eq!(
        hits("%").await,
        0,
        "a typed % is a character, not everything"
    );
    bed.db.remove(draft.id, at(5)).await.unwrap();
    assert_eq!(hits("robe").await, 0, "a removed draft is in no list");
    bed.db.restore(draft.id).await.unwrap();
    assert_eq!(hits("robe").await, 1, "undo brings it back");
}

#[tokio::test]
async fn one_confirmation_serves_one_attempt() {
    let (bed, draft) = Bed::with_draft().await;
    let c = bed.confirmed(&draft, 1000).await;
    bed.db
        .begin(&attempt(&c, 1, "k"), draft.revision)
        .await
        .unwrap();
    let again = bed
        .db
        .begin(&attempt(&c, 2, "other"), draft.revision)
        .await
        .unwrap_err();
    assert!(
        matches!(again, IntentRefused::TokenUsed(id) if id == Uuid::from_u128(1).into()),
        "a used token names the attempt that used it: {again}"
    );
    let c2 = bed.confirmed(&draft, 1001).await;
    let same_key = bed
        .db
        .begin(&attempt(&c2, 3, "k"), draft.revision)
        .await
        .unwrap_err();
    assert!(
        matches!(same_key, IntentRefused::KeyInUse(_)),
        "a key serves one content: {same_key}"
    );
    let new_key = bed
        .db
        .begin(&attempt(&c2, 4, "new"), draft.revision)
        .await
        .unwrap_err();
    assert!(
        matches!(new_key, IntentRefused::ContentInUse(_)),
        "a second confirmation of the same draft must not publish beside the first: {new_key}"
    );
}

/// Confirmation, key and draft each hold by themselves: what one of them alone has in common is refused.
#[tokio::test]
async fn confirmation_key_and_draft_each_refuse_alone() {
    let (bed, draft) = Bed::with_draft().await;
    let mut others = Vec::new();
    for n in 2..4 {
        others.push(self::draft(n));
    }
    Drafts::insert(&bed.db, &others).await.unwrap();
    let first = bed.confirmed(&draft, 1000).await;
    bed.db
        .begin(&attempt(&first, 1, "k"), draft.revision)
        .await
        .unwrap();

    let of_other_draft = Attempt {
        draft_id: others[0].id,
        ..attempt(&first, 2, "other")
    };
    let same_key = attempt(&bed.confirmed(&others[1], 1001).await, 3, "k");
    let same_draft = attempt(&bed.confirmed(&draft, 1002).await, 4, "another");
    for (attempt, revision, what) in [
        (of_other_draft, others[0].revision, "the confirmation"),
        (same_key, others[1].revision, "the key"),
        (same_draft, draft.revision, "the draft"),
    ] {
        assert!(
            bed.db.begin(&attempt, revision).await.is_err(),
            "{what} alone allows a second attempt"
        );
    }
}

#[tokio::test]
async fn a_full_disk_is_told_from_a_broken_one() {
    let (bed, draft) = Bed::with_draft().await;
    // SQLite takes a bound below what is there for "no page more".
    sqlx::query("PRAGMA max_page_count = 1")
        .execute(&bed.db.writer())
        .await
        .unwrap();
    let mut long = draft.clone();
    long.description = "x".repeat(100_000);
    long.revision += 1;
    let error = bed.db.update(&long).await.unwrap_err();
    assert!(
        matches!(error, RecordError::Full),
        "the person is told to make room, not that something is broken: {error}"
    );
    assert_eq!(
        Drafts::get(&bed.db, draft.id).await.unwrap(),
        draft,
        "what was there stays"
    );
}

#[tokio::test]
async fn a_proven_failure_frees_token_key_and_draft() {
    let (bed, draft) = Bed::with_draft().await;
    let c = bed.confirmed(&draft, 1000).await;
    let first = attempt(&c, 1, "k");
    bed.db.begin(&first, draft.revision).await.unwrap();
    let facts = AttemptFacts {
        at: Some(at(2)),
        ..AttemptFacts::default()
    };
    bed.db
        .advance(first.id, AttemptEvent::Press, &facts)
        .await
        .unwrap();
    bed.db
        .advance(first.id, AttemptEvent::NotPublished, &facts)
        .await
        .unwrap();
    bed.db
        .begin(&attempt(&c, 2, "k"), draft.revision)
        .await
        .unwrap();
    let latest = bed.db.by_key(c.account_id, "k").await.unwrap().unwrap();
    assert_eq!(
        latest.id,
        Uuid::from_u128(2).into(),
        "the newest attempt answers for the key"
    );
}

#[tokio::test]
async fn an_unknown_attempt_frees_nothing() {
    let (bed, draft) = Bed::with_draft().await;
    let c = bed.confirmed(&draft, 1000).await;
    let first = attempt(&c, 1, "k");
    bed.db.begin(&first, draft.revision).await.unwrap();
    let facts = AttemptFacts {
        at: Some(at(2)),
        ..AttemptFacts::default()
    };
    bed.db
        .advance(first.id, AttemptEvent::Press, &facts)
        .await
        .unwrap();
    bed.db
        .advance(first.id, AttemptEvent::Lost, &facts)
        .await
        .unwrap();
    assert!(
        bed.db
            .begin(&attempt(&c, 2, "k"), draft.revision)
            .await
            .is_err(),
        "what may have been published is never published again"
    );
    let pressed = bed
        .db
        .advance(first.id, AttemptEvent::Press, &facts)
        .await
        .unwrap_err();
    assert!(
        matches!(pressed, RecordError::Illegal { .. }),
        "nothing leads from unknown to a click"
    );
    assert_eq!(
        bed.db.drafts_with_unknown_outcome().await.unwrap(),
        [draft.id],
        "the person is asked about it"
    );
}

#[tokio::test]
async fn an_edited_draft_is_not_published() {
    let (bed, draft) = Bed::with_draft().await;
    let c = bed.confirmed(&draft, 1000).await;
    let refused = bed
        .db
        .begin(&attempt(&c, 1, "k"), draft.revision + 1)
        .await
        .unwrap_err();
    assert!(
        matches!(refused, IntentRefused::DraftChanged),
        "the revision is checked in the same transaction"
    );
    assert!(
        bed.db.by_key(c.account_id, "k").await.unwrap().is_none(),
        "nothing was written"
    );
}

#[tokio::test]
async fn a_draft_whose_photo_was_turned_is_not_published() {
    let (bed, draft) = Bed::with_draft().await;
    bed.db.insert_once(&photo(30)).await.unwrap();
    let draft = Draft {
        photos: vec![photo(30)],
        revision: draft.revision + 1,
        ..draft
    };
    Drafts::update(&bed.db, &draft).await.unwrap();
    let c = bed.confirmed(&draft, 1000).await;
    let turned = Photo {
        sha256: format!("{:064x}", 31),
        ..photo(30)
    };
    bed.db.replace(&turned, &photo(30).sha256).await.unwrap();
    let refused = bed
        .db
        .begin(&attempt(&c, 1, "k"), draft.revision)
        .await
        .unwrap_err();
    assert!(
        matches!(refused, IntentRefused::DraftChanged),
        "the person confirmed another picture: {refused:?}"
    );
}

#[tokio::test]
async fn settling_stores_the_listing_and_marks_the_draft_at_once() {
    let (bed, draft) = Bed::with_draft().await;
    let c = bed.confirmed(&draft, 1000).await;
    let first = attempt(&c, 1, "k");
    bed.db.begin(&first, draft.revision).await.unwrap();
    let pressed = AttemptFacts {
        at: Some(at(2)),
        ..AttemptFacts::default()
    };
    bed.db
        .advance(first.id, AttemptEvent::Press, &pressed)
        .await
        .unwrap();
    let listing = Listing {
        site_id: "42".into(),
        account_id: c.account_id,
        draft_id: draft.id,
        url: "http://127.0.0.1:1/items/42".into(),
        title: "Robe".into(),
        price_cents: Some(1200),
        currency: Currency::Eur,
        under_review: false,
        published_at: at(3),
    };
    let facts = AttemptFacts {
        at: Some(at(3)),
        listing: Some(listing.clone()),
        ..AttemptFacts::default()
    };
    let settled = bed
        .db
        .advance(first.id, AttemptEvent::Published, &facts)
        .await
        .unwrap();
    assert_eq!(
        settled.listing_id.as_deref(),
        Some("42"),
        "the attempt knows its listing"
    );
    let stored = Drafts::get(&bed.db, draft.id).await.unwrap();
    assert_eq!(stored.status, DraftStatus::Published, "the draft shows it");
    assert_eq!(
        stored.revision, draft.revision,
        "an open editor is not thrown out"
    );
    assert_eq!(
        bed.db.of_draft(draft.id).await.unwrap(),
        Some(listing.clone()),
        "the listing reads back"
    );
    assert_eq!(
        bed.db.not_read_back(at(0)).await.unwrap().len(),
        1,
        "what the site stored is still to be compared"
    );
    let stored = Listing {
        price_cents: Some(0),
        under_review: true,
        ..listing
    };
    bed.db.note_result(first.id, "{}", &stored).await.unwrap();
    assert_eq!(
        bed.db.newest_of(&[draft.id]).await.unwrap(),
        [stored],
        "the listing is what the site stored, not what was sent"
    );
    assert!(
        bed.db.not_read_back(at(0)).await.unwrap().is_empty(),
        "compared once"
    );
}

#[tokio::test]
async fn of_many_at_once_one_wins() {
    let (bed, draft) = Bed::with_draft().await;
    let other = Database::open(bed.folder.path()).await.unwrap();
    let c = bed.confirmed(&draft, 1000).await;
    let mut racing = tokio::task::JoinSet::new();
    for n in 0..16_u128 {
        let db = if n % 2 == 0 {
            bed.db.clone()
        } else {
            other.clone()
        };
        let try_one = attempt(&c, n + 1, &format!("key {n}"));
        racing.spawn(async move { db.begin(&try_one, 1).await });
    }
    let results = racing.join_all().await;
    assert_eq!(
        results.iter().filter(|r| r.is_ok()).count(),
        1,
        "two windows and the command line pressing at once: one wins"
    );
    assert!(
        results
            .iter()
            .filter_map(|r| r.as_ref().err())
            .all(|e| matches!(e, IntentRefused::TokenUsed(_))),
        "the others are told that the token has served"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_typed_reads_back(title in "\\PC{0,80}", description in "[^\\x00]{0,200}", size in "\\PC{0,20}", category in proptest::option::of("\\PC{1,60}")) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let bed = Bed::new().await;
            let written = Draft { title, description, size: Size::parse(&size), category, ..draft(1) };
            Drafts::insert(&bed.db, std::slice::from_ref(&written)).await.unwrap();
            let read = Drafts::get(&bed.db, written.id).await.unwrap();
            prop_assert_eq!(read, written, "nothing typed is changed on its way to the disk");
            Ok(())
        })?;
    }
}
