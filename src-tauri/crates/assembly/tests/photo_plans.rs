//! Runs over photos with everything real: the use cases, SQLite, the shipped networks, photos that ship.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

use std::path::{Path, PathBuf};

use app::{
    App,
    ports::{DraftStyle, Photos},
};
use assembly::{Assembled, DataFolder, Environment, Options, VaultChoice, assemble};
use contract::{Code, Event, PhotoPlanView, PileEdit};
use domain::Photo;
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
