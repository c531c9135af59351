//! Runs over photos with everything real: the use cases, SQLite, the shipped networks, photos that ship.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

use std::path::{Path, PathBuf};

use app::{
    App, PileWay,
    ports::{
        DraftStyle, Drafts, PhotoPlan, PhotoPlans, Photos, PileWhy, PlanBody, PlanPile, PlanState,
    },
};
use assembly::{Assembled, DataFolder, Environment, Options, VaultChoice, assemble};
use contract::{Code, DraftChange, Event, PhotoPlanView, PileEdit};
use domain::{Draft, Photo};
use store::Database;
use uuid::Uuid;

fn shipped(what: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(what)
}

struct Bed {
    folder: tempfile::TempDir,
    photos: Vec<String>,
}

impl Bed {
    /// The samples that are JPEG, as an import leaves them: without their times, so that looks decide.
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path()).await.unwrap();
        let mut names: Vec<PathBuf> = fs_err::read_dir(shipped("samples"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|end| end == "JPG"))
            .collect();
        names.sort();
        let mut photos = Vec::new();
        for (n, path) in (1u128..).zip(names) {
            let sha256 = format!("{n:064x}");
            let shelf = folder.path().join("photos").join(&sha256[..2]);
            fs_err::create_dir_all(&shelf).unwrap();
            fs_err::copy(path, shelf.join(format!("{sha256}.jpg"))).unwrap();
            let photo = Photo {
                id: Uuid::from_u128(n).into(),
                sha256,
                filename: format!("IMG_{n}.JPG"),
                width: 300,
                height: 400,
                phash: (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15),
                captured_at: None,
                camera: None,
                orientation: 1,
                edited: None,
                created_at: chrono::DateTime::UNIX_EPOCH,
            };
            database.insert_once(&photo).await.unwrap();
            photos.push(photo.id.to_string());
        }
        database.close().await;
        Self { folder, photos }
    }

    /// A run as an import leaves it: a draft of each photo, which follow the piles.
    async fn following(&self) -> (String, Vec<String>) {
        let database = Database::open(self.folder.path()).await.unwrap();
        let ids: Vec<_> = self.photos.iter().map(|id| id.parse().unwrap()).collect();
        let photos = database.get_many(&ids).await.unwrap();
        let drafts: Vec<Draft> = (1_001u128..)
            .zip(photos)
            .map(|(n, photo)| Draft {
                photos: vec![photo],
                ..Draft::new(Uuid::from_u128(n).into(), chrono::DateTime::UNIX_EPOCH)
            })
            .collect();
        Drafts::insert(&database, &drafts).await.unwrap();
        let pile = |(number, draft): (u32, &Draft)| PlanPile {
            number,
            photos: draft.photos.iter().map(|photo| photo.id).collect(),
            by_person: false,
            why: PileWhy::default(),
            confidence: 0.5,
            unsure: Vec::new(),
            no_garment: false,
            draft: Some(draft.id),
            written: draft.revision,
        };
        let plan = PhotoPlan {
            id: Uuid::from_u128(2_000),
            import: None,
            state: PlanState::Stopped,
            boot_id: Uuid::from_u128(3_000),
            revision: 1,
            body: PlanBody {
                photos: ids,
                piles: (1..).zip(&drafts).map(pile).collect(),
                next_pile: u32::try_from(drafts.len()).unwrap(),
                total: u32::try_from(drafts.len()).unwrap(),
                regroup: true,
                follows: true,
                ..PlanBody::default()
            },
            created_at: chrono::Utc::now(),
        };
        database.begin(std::slice::from_ref(&plan)).await.unwrap();
        database.close().await;
        let drafts = drafts.iter().map(|draft| draft.id.to_string());
        (plan.id.to_string(), drafts.collect())
    }

    async fn open(&self, models: PathBuf) -> Assembled {
        let environment = Environment {
            data_dir: None,
            site_url: None,
            browser: None,
            browser_args: Vec::new(),
            models: Some(models),
            vault: VaultChoice::File { passphrase: None },
            pace: 0.0,
            headless: Some(true),
            log: "warn".into(),
            api_token: None,
            phone_address: None,
            model_address: None,
            model_key: None,
        };
        let options = Options {
            folder: DataFolder::choose(Some(self.folder.path().to_owned())).unwrap(),
            practice_url: None,
            logs: None,
        };
        assemble(&environment, options).await.unwrap()
    }
}

async fn over(app: &App, id: &str) -> PhotoPlanView {
    for _ in 0..1_200 {
        let plan = app.photo_plan(id).await.unwrap();
        if !matches!(plan.state.as_str(), "looking" | "filling") {
            return plan;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the run is over within half a minute");
}

fn ids(plan: &PhotoPlanView, at: usize) -> Vec<&str> {
    plan.piles[at]
        .photos
        .iter()
        .map(|photo| photo.id.as_str())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_is_watched_stopped_edited_and_made_drafts_of_once() {
    let bed = Bed::new().await;
    let assembled = bed.open(shipped("models")).await;
    let app = &assembled.app;
    let mut events = app.events();

    let begun = app.start_plan(&bed.photos).await.unwrap();
    app.cancel_plan(&begun.id).await.unwrap();
    let stopped = over(app, &begun.id).await;
    assert_eq!(stopped.state, "stopped", "after the photo that it was at");
    assert!(
        !stopped.piles.is_empty(),
        "piles by pauses are there at once"
    );

    // The person puts the first and the last photo together: no look would.
    let (first, last) = (bed.photos[0].clone(), bed.photos.last().unwrap().clone());
    let mut edits = Vec::new();
    if stopped.piles.len() == 1 {
        edits.push(PileEdit::Split {
            pile: stopped.piles[0].number,
            photos: vec![first.clone(), last.clone()],
        });
    } else {
        edits.push(PileEdit::Move {
            photos: vec![first.clone(), last.clone()],
            pile: stopped.piles[0].number,
        });
        let others: Vec<String> = ids(&stopped, 0)
            .into_iter()
            .filter(|id| *id != first && *id != last)
            .map(str::to_owned)
            .collect();
        edits.push(PileEdit::Split {
            pile: stopped.piles[0].number,
            photos: others,
        });
    }
    app.edit_piles(&begun.id, &edits).await.unwrap();
    app.resume_plan(&begun.id).await.unwrap();
    let ready = over(app, &begun.id).await;
    assert_eq!(
        (ready.state.as_str(), ready.percent),
        ("ready", 100),
        "{:?}",
        ready.problem
    );
    let theirs = ready
        .piles
        .iter()
        .find(|pile| pile.photos.iter().any(|photo| photo.id == first))
        .unwrap();
    let together: Vec<&str> = theirs
        .photos
        .iter()
        .map(|photo| photo.id.as_str())
        .collect();
    assert!(
        theirs.by_person && together == [first.as_str(), last.as_str()],
        "what the person put together is never undone: {together:?}"
    );
    let mut all: Vec<&str> = (0..ready.piles.len())
        .flat_map(|at| ids(&ready, at))
        .collect();
    all.sort_unstable();
    assert_eq!(all, bed.photos, "each photo in one pile");
    let mut told = Vec::new();
    while let Ok(event) = events.try_recv() {
        if let Event::Plan { progress } = event {
            told.push((progress.done, progress.state));
        }
    }
    let whole = bed.photos.len() as u32;
    assert!(
        told.iter()
            .any(|(done, state)| *done == whole && state == "looking"),
        "{told:?}"
    );

    let style = DraftStyle::default();
    let made = app.make_plan_drafts(&begun.id, style).await.unwrap();
    assert_eq!(
        made.draft_ids.len() + made.failed as usize,
        ready.piles.len()
    );
    let again = app.make_plan_drafts(&begun.id, style).await.unwrap();
    assert_eq!(again, made, "no pile gets two drafts");
    let draft = app.show_draft(&made.draft_ids[0]).await.unwrap();
    assert!(
        draft.color.is_some(),
        "filled from what was seen: {draft:?}"
    );
    let late = app.edit_piles(&begun.id, &edits).await.unwrap_err();
    assert_eq!(
        late.code,
        Code::IllegalTransition,
        "now the drafts are changed themselves"
    );

    let one = app.start_plan(&bed.photos[..1]).await.unwrap();
    let one = over(app, &one.id).await;
    assert_eq!(
        one.piles[0].reason, "single",
        "a roll of one photo is one pile"
    );
    for (photos, code) in [
        (Vec::new(), Code::MissingPhotos),
        (vec![Uuid::from_u128(999).to_string()], Code::InvalidField),
        (
            (0..501u128)
                .map(|n| Uuid::from_u128(n).to_string())
                .collect(),
            Code::TooManyFiles,
        ),
    ] {
        assert_eq!(app.start_plan(&photos).await.unwrap_err().code, code);
    }
    assembled.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_models_piles_and_drafts_are_there_and_the_file_is_named() {
    let bed = Bed::new().await;
    let nowhere = bed.folder.path().join("no-models");
    let assembled = bed.open(nowhere).await;
    let app = &assembled.app;
    let begun = app.start_plan(&bed.photos).await.unwrap();
    let ready = over(app, &begun.id).await;
    assert_eq!(ready.state, "ready", "it goes on without");
    let problem = ready.problem.unwrap();
    assert_eq!(problem.code, Code::NotAvailable);
    assert!(problem.message.contains("efflite0_emb.onnx"), "{problem}");
    let made = app
        .make_plan_drafts(&begun.id, DraftStyle::default())
        .await
        .unwrap();
    assert_eq!(made.draft_ids.len(), ready.piles.len(), "a draft a pile");
    let draft = app.show_draft(&made.draft_ids[0]).await.unwrap();
    assert!(
        draft.color.is_none() && draft.category.is_none(),
        "nothing is made up"
    );
    assembled.close().await;
}

fn typed(title: &str) -> Vec<DraftChange> {
    vec![DraftChange {
        key: "title".into(),
        value: title.into(),
    }]
}

/// The photos of each draft in all lists; none stands in two.
async fn standing(app: &App, drafts: &[String]) -> Vec<(String, Vec<String>)> {
    let mut all = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for id in drafts {
        if let Ok(draft) = app.show_draft(id).await {
            let photos: Vec<String> = draft.photos.iter().map(|p| p.id.clone()).collect();
            for photo in &photos {
                assert!(seen.insert(photo.clone()), "{photo} stands in two drafts");
            }
            all.push((id.clone(), photos));
        }
    }
    all
}

/// The person types, removes and rearranges while their photos are looked at, and after that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_person_does_while_a_run_goes_on_is_never_undone() {
    let bed = Bed::new().await;
    let (plan, drafts) = bed.following().await;
    let assembled = bed.open(shipped("models")).await;
    let app = &assembled.app;
    let mut events = app.events();
    app.resume_plan(&plan).await.unwrap();
    // While it looks: at the first photo that is done.
    loop {
        if let Event::Plan { progress } = events.recv().await.unwrap()
            && progress.done >= 1
        {
            break;
        }
    }
    app.change_draft(&drafts[0], Some(1), &typed("Robe à moi"))
        .await
        .unwrap();
    app.remove_draft(&drafts[5]).await.unwrap();
    let done = over(app, &plan).await;
    assert_eq!(done.state, "done", "{:?}", done.problem);
    assert_eq!(done.done as usize, bed.photos.len(), "all were looked at");
    assert!(
        done.piles.len() < drafts.len() - 1,
        "garments were put together"
    );
    let all = standing(app, &drafts).await;
    let mine = app.show_draft(&drafts[0]).await.unwrap();
    assert_eq!(mine.title, "Robe à moi");
    assert_eq!(
        all[0],
        (drafts[0].clone(), vec![bed.photos[0].clone()]),
        "its pile stays as it was"
    );
    assert!(
        all.iter()
            .all(|(_, photos)| !photos.contains(&bed.photos[5])),
        "what the person removed does not come back through another draft"
    );

    // An editor was open on a draft that looking took away; the next key press.
    let is_there = |id: &String| all.iter().any(|(there, _)| there == id);
    let (at, away) = drafts
        .iter()
        .enumerate()
        .find(|(at, id)| *at != 5 && !is_there(id))
        .unwrap();
    let kept = app
        .change_draft(away, Some(1), &typed("Tapé trop tard"))
        .await
        .unwrap();
    let with: Vec<&str> = kept.photos.iter().map(|p| p.id.as_str()).collect();
    assert_eq!(
        (kept.title.as_str(), with),
        ("Tapé trop tard", vec![bed.photos[at].as_str()]),
        "nothing typed is lost, and it stands beside its photo"
    );
    standing(app, &drafts).await;
    let removed = app.change_draft(&drafts[5], None, &typed("x")).await;
    assert_eq!(
        removed.unwrap_err().code,
        Code::NotFound,
        "what the person removed stays removed"
    );

    // Piles of drafts that are there: joined, taken back, done again.
    let before = app.photo_plan(&plan).await.unwrap();
    let [first, second, ..] = before.piles.as_slice() else {
        panic!("the samples are several garments");
    };
    let (into, other) = (
        first.draft_id.clone().unwrap(),
        second.draft_id.clone().unwrap(),
    );
    app.change_draft(&other, None, &typed("Deuxième"))
        .await
        .unwrap();
    let join = PileEdit::Merge {
        piles: vec![first.number, second.number],
    };
    app.edit_piles(&plan, &[join]).await.unwrap();
    let joined = over(app, &plan).await;
    assert_eq!(joined.state, "done");
    assert_eq!(joined.piles.len(), before.piles.len() - 1);
    assert_eq!(
        app.show_draft(&into).await.unwrap().photos.len(),
        first.photos.len() + second.photos.len()
    );
    let gone = app.change_draft(&other, None, &typed("x")).await;
    assert_eq!(
        gone.unwrap_err().code,
        Code::NotFound,
        "the person joined it: typing does not part it again"
    );
    app.undo_piles(&plan, PileWay::Undo).await.unwrap();
    let undone = over(app, &plan).await;
    assert_eq!(
        undone.piles.iter().map(|p| &p.photos).collect::<Vec<_>>(),
        before.piles.iter().map(|p| &p.photos).collect::<Vec<_>>()
    );
    let back = app.show_draft(&other).await.unwrap();
    assert_eq!(
        (back.title.as_str(), back.photos.len()),
        ("Deuxième", second.photos.len())
    );
    app.undo_piles(&plan, PileWay::Redo).await.unwrap();
    assert_eq!(over(app, &plan).await.piles.len(), joined.piles.len());
    app.undo_piles(&plan, PileWay::Undo).await.unwrap();
    over(app, &plan).await;
    // Another garment's photo in a draft is a change that no undo knows of.
    let again = app.undo_piles(&plan, PileWay::Redo).await.unwrap();
    app.arrange_photos(&into, &[first.photos[0].id.clone()])
        .await
        .unwrap();
    let refused = app.undo_piles(&plan, PileWay::Undo).await.unwrap_err();
    assert_eq!(refused.code, Code::IllegalTransition, "{again:?}");
    assembled.close().await;
}

/// A photo whose file is damaged counts for nothing and is named; a run that is stopped goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_photo_that_cannot_be_looked_at_is_named() {
    let bed = Bed::new().await;
    let broken = format!("{:064x}", 2);
    let path = bed.folder.path().join("photos").join(&broken[..2]);
    fs_err::write(path.join(format!("{broken}.jpg")), b"no picture").unwrap();
    let assembled = bed.open(shipped("models")).await;
    let app = &assembled.app;
    let begun = app.start_plan(&bed.photos[..3]).await.unwrap();
    // Stopped and gone on with in one breath, again and again: the last word counts.
    for _ in 0..3 {
        app.cancel_plan(&begun.id).await.unwrap();
        app.resume_plan(&begun.id).await.unwrap();
    }
    let ready = over(app, &begun.id).await;
    assert_eq!((ready.state.as_str(), ready.done), ("ready", 2));
    let problem = ready.problem.unwrap();
    assert_eq!(problem.code, Code::CorruptImage);
    assert!(problem.message.contains("IMG_2.JPG"), "{problem}");
    let style = DraftStyle {
        skip_validation: true,
        ..DraftStyle::default()
    };
    // Two ask at once: both hear of the same drafts, and they are filled.
    let (one, other) = tokio::join!(
        app.make_plan_drafts(&begun.id, style),
        app.make_plan_drafts(&begun.id, style)
    );
    let made = one.unwrap();
    assert_eq!(other.unwrap(), made);
    let holding = made.draft_ids.clone();
    let analyzed = app
        .analyze_drafts(
            &holding,
            contract::Provider::Offline,
            tokio_util::sync::CancellationToken::new(),
        )
        .await
        .unwrap();
    let notes: Vec<&str> = analyzed.notes.iter().map(|n| n.kind.as_str()).collect();
    assert!(notes.contains(&"unreadable"), "{:?}", analyzed.notes);
    assembled.close().await;
}
