//! With the shipped networks, on a photo that ships.

use domain::{form::Field, suggestion::Source};
use uuid::Uuid;

use super::*;
use crate::{folder::DataFolder, photo_files::Folders};

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models")
}

struct Place {
    _temp: tempfile::TempDir,
    offline: Offline,
}

fn place(models: Option<PathBuf>) -> Place {
    let temp = tempfile::tempdir().unwrap();
    let folder = DataFolder::choose(Some(temp.path().to_owned())).unwrap();
    let files = Arc::new(Folders::of(&folder).unwrap());
    Place {
        offline: Offline::new(models, files),
        _temp: temp,
    }
}

/// Puts a sample into the photo store and returns its name there.
fn store(place: &Place, sample: &str, letter: &str) -> String {
    let sha256 = letter.repeat(64);
    let to = place.offline.files.picture(&sha256);
    fs_err::create_dir_all(to.parent().unwrap()).unwrap();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    fs_err::copy(samples.join(sample), to).unwrap();
    sha256
}

#[tokio::test]
async fn a_photo_is_looked_at_and_the_networks_go_when_idle() {
    let mut place = place(Some(shipped()));
    place.offline.idle = Duration::from_millis(500);
    assert_eq!(place.offline.missing(), Vec::<String>::new());
    let sample = store(&place, "IMG_2050.JPG", "a");
    let facts = place.offline.look(&sample).await.unwrap();
    let again = place.offline.look(&sample).await.unwrap();
    assert_eq!(facts, again, "the same photo says the same");

    let id = PhotoId(Uuid::from_u128(1));
    let seen = place
        .offline
        .item(
            vec![(id, facts.clone())],
            ItemKnown {
                sells_for: Some(SellsFor::Men),
                ..ItemKnown::default()
            },
            DateTime::UNIX_EPOCH,
        )
        .await
        .unwrap();
    assert!(!seen.no_garment, "a garment is seen");
    let category = seen
        .suggestions
        .iter()
        .find(|s| s.value.field() == Field::Category)
        .unwrap();
    assert_eq!(
        category.source,
        Source::Look { photo: Some(id) },
        "with its evidence"
    );
    let roll = vec![
        RollPhoto {
            captured_at: None,
            camera: None,
            phash: 1,
            facts: Some(facts),
            by_person: None,
        };
        2
    ];
    let piles = place.offline.piles(roll).await.unwrap();
    assert_eq!(
        piles.len(),
        1,
        "twice the same photo is one garment: {piles:?}"
    );
    assert_eq!(piles[0].why.reason, "same_garment");

    let missing = place.offline.look(&"b".repeat(64)).await;
    assert!(matches!(missing, Err(LookError::Photo(_))), "{missing:?}");
    for _ in 0..400 {
        if place.offline.open.lock().await.is_none() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the memory of the networks is given back");
}

#[tokio::test]
async fn what_is_missing_or_damaged_is_named_and_nothing_else_fails() {
    let nowhere = place(None);
    assert!(!nowhere.offline.is_able());
    assert_eq!(nowhere.offline.missing().len(), 4, "each file is named");
    let refused = nowhere.offline.look(&"a".repeat(64)).await;
    assert!(matches!(refused, Err(LookError::NoModels(files)) if files.len() == 4));

    let models = tempfile::tempdir().unwrap();
    for file in ModelFile::ALL {
        fs_err::copy(shipped().join(file.name()), models.path().join(file.name())).unwrap();
    }
    let whole = place(Some(models.path().to_owned())).offline.version();
    // As long as the right one, and nothing like it: seen only when it is opened.
    let broken = models.path().join(ModelFile::Embedding.name());
    fs_err::write(&broken, vec![7; ModelFile::Embedding.bytes() as usize]).unwrap();
    let place = place(Some(models.path().to_owned()));
    let sample = store(&place, "IMG_2044.JPG", "a");
    place.offline.look(&sample).await.unwrap();
    let missing = place.offline.missing();
    assert!(
        missing.len() == 1 && missing[0].contains("efflite0_emb.onnx"),
        "the damaged one is named: {missing:?}"
    );
    assert!(place.offline.is_able(), "labels are read");
    assert_ne!(
        place.offline.version(),
        whole,
        "half of it is not kept as if it were all"
    );
}
