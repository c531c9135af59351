//! What a seller does, step by step, and what must be there after each.

use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::place::Place;

/// One step: a command, and what its answer promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    LogIn,
    ImportFirst,
    Edit,
    Queue,
    Pause,
    Settings,
    ImportSecond,
    Export,
}

pub(crate) const STEPS: [Step; 8] = [
    Step::LogIn,
    Step::ImportFirst,
    Step::Edit,
    Step::Queue,
    Step::Pause,
    Step::Settings,
    Step::ImportSecond,
    Step::Export,
];

const TITLE: &str = "Sweat à capuche gris Levi's taille M – Très bon état";

/// What a restarted app says is there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Facts {
    pub(crate) drafts: Vec<Value>,
    jobs: Vec<Value>,
    settings: Value,
}

impl Facts {
    /// Asks a fresh process. It opens the database, which checks it whole (`quick_check`).
    pub(crate) fn of(place: &Place) -> Self {
        let list = |view: &Value, name: &str| view[name].as_array().unwrap().clone();
        let mut drafts = list(&place.studio(&["drafts", "list"]).done(), "drafts");
        drafts.sort_by_key(|d| d["id"].to_string());
        for photo in drafts.iter().flat_map(|d| d["photos"].as_array().unwrap()) {
            let hash = photo["sha256"].as_str().unwrap();
            let file = photo_file(place.data(), hash);
            let bytes = fs_err::read(&file)
                .unwrap_or_else(|e| panic!("a draft's photo is not on the disk: {e}"));
            assert_eq!(
                hex::encode(Sha256::digest(bytes)),
                hash,
                "a draft's photo is whole"
            );
        }
        Self {
            drafts,
            jobs: list(&place.studio(&["queue", "list"]).done(), "jobs"),
            settings: place.studio(&["settings", "get"]).done()["settings"].clone(),
        }
    }

    fn draft(&self) -> Option<&Value> {
        self.drafts
            .iter()
            .find(|d| d["photos"].as_array().is_some_and(|p| p.len() == 2))
    }

    fn id(&self) -> String {
        let draft = self.draft().expect("the first draft");
        draft["id"].as_str().unwrap().to_owned()
    }

    fn job(&self) -> String {
        self.jobs[0]["id"].as_str().unwrap().to_owned()
    }

    /// Every photo that a draft names.
    pub(crate) fn photos(&self) -> Vec<String> {
        self.drafts
            .iter()
            .flat_map(|d| d["photos"].as_array().unwrap())
            .map(|p| p["sha256"].as_str().unwrap().to_owned())
            .collect()
    }
}

pub(crate) fn photo_file(data: &Path, hash: &str) -> PathBuf {
    data.join("photos")
        .join(&hash[..2])
        .join(format!("{hash}.jpg"))
}

/// Three small pictures that ship with the tests.
pub(crate) fn picture(n: usize) -> String {
    let name = ["red.png", "green.png", "blue.png"][n];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("storage/pictures");
    folder.join(name).display().to_string()
}

impl Step {
    /// The command, on a place with these facts.
    pub(crate) fn arguments(self, place: &Place, before: &Facts) -> Vec<String> {
        let words: Vec<String> = match self {
            Self::LogIn => {
                // Nobody is asked: there is no browser here, and the session is kept all the same.
                let file = place.out().with_file_name("cookies.txt");
                fs_err::write(&file, "access_token_web=a-session-of-the-sweep").unwrap();
                let file = file.display().to_string();
                [
                    "session",
                    "set",
                    "--cookie-file",
                    &file,
                    "--user-agent",
                    "Sweep/1",
                ]
                .map(str::to_owned)
                .to_vec()
            }
            Self::ImportFirst => vec![
                "import".into(),
                picture(0),
                picture(1),
                "--group".into(),
                "one".into(),
            ],
            Self::ImportSecond => {
                vec!["import".into(), picture(2), "--group".into(), "none".into()]
            }
            Self::Edit => {
                let mut words = vec!["drafts".into(), "set".into(), before.id()];
                words.extend(acceptance::COMPLETE.map(str::to_owned));
                words
            }
            Self::Queue => vec!["queue".into(), "add".into(), before.id()],
            Self::Pause => vec!["queue".into(), "pause".into(), before.job()],
            Self::Settings => vec!["settings".into(), "set".into(), "language=en".into()],
            Self::Export => vec!["export".into(), zip(place).display().to_string()],
        };
        words
    }

    /// What the step promises is there. Where a command came through and its answer was lost, the same command again
    /// may add a second dry run: at least one job is what is asked.
    pub(crate) fn holds(self, place: &Place, before: &Facts, after: &Facts) -> Result<(), String> {
        let held = match self {
            Self::LogIn => session_opens(place),
            // In one draft, or in two where the disk refused one photo and it came in later.
            Self::ImportFirst => after.photos().len() >= 2,
            Self::ImportSecond => after.drafts.len() > before.drafts.len(),
            Self::Edit => after
                .draft()
                .is_some_and(|d| d["title"] == TITLE && d["price_target_cents"] == 1550),
            Self::Queue => !after.jobs.is_empty(),
            Self::Pause => after.jobs.iter().any(|j| j["status"] == "paused"),
            Self::Settings => after.settings["language"] == "en",
            Self::Export => return whole_export(&zip(place), before),
        };
        held.then_some(())
            .ok_or_else(|| format!("{self:?} was confirmed and is not there: {after:?}"))
    }

    /// Whatever became of the step, what was there before it is there still.
    pub(crate) fn lost_nothing(self, before: &Facts, after: &Facts) -> Result<(), String> {
        for draft in &before.drafts {
            let Some(now) = after.drafts.iter().find(|d| d["id"] == draft["id"]) else {
                return Err(format!("a draft is gone: {draft}"));
            };
            let may_change = matches!(self, Self::Edit | Self::Queue | Self::Pause);
            if now != draft && !may_change {
                return Err(format!("a draft changed from {draft} to {now}"));
            }
            // All values of an edit, or none.
            if self == Self::Edit
                && now["title"] != draft["title"]
                && now["price_target_cents"] != 1550
            {
                return Err(format!("an edit came through in part: {now}"));
            }
        }
        for job in &before.jobs {
            if !after.jobs.iter().any(|j| j["id"] == job["id"]) {
                return Err(format!("a job is gone: {job}"));
            }
        }
        if self != Self::Settings && before.settings != after.settings {
            return Err("settings changed by themselves".to_owned());
        }
        Ok(())
    }
}

/// The stored session is there and its key fits.
fn session_opens(place: &Place) -> bool {
    let report = place.studio(&["doctor"]).done();
    let mut checks = report["checks"].as_array().unwrap().iter();
    checks.any(|c| c["name"] == "session" && c["ok"] == true)
}

pub(crate) fn zip(place: &Place) -> PathBuf {
    place.out().join("all.zip")
}

/// An export is whole, or it is not there.
pub(crate) fn whole_export(path: &Path, facts: &Facts) -> Result<(), String> {
    let file = fs_err::File::open(path).map_err(|e| e.to_string())?;
    let mut archive = zip::ZipArchive::new(file).map_err(|e| format!("no ZIP file: {e}"))?;
    let manifest: Value = {
        let entry = archive
            .by_name("manifest.json")
            .map_err(|e| e.to_string())?;
        serde_json::from_reader(entry).map_err(|e| e.to_string())?
    };
    if manifest["drafts"].as_array().map(Vec::len) != Some(facts.drafts.len()) {
        return Err(format!("not all drafts: {manifest}"));
    }
    for hash in facts.photos() {
        let mut entry = archive
            .by_name(&format!("photos/{hash}.jpg"))
            .map_err(|e| e.to_string())?;
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut bytes).map_err(|e| e.to_string())?;
        if hex::encode(Sha256::digest(bytes)) != hash {
            return Err(format!("photo {hash} is not whole in the export"));
        }
    }
    Ok(())
}

/// The places and facts before each step of an undisturbed run, and after the last.
pub(crate) fn undisturbed() -> Vec<(Place, Facts)> {
    let mut stands = Vec::new();
    let mut place = Place::new();
    // The folder is new: what the first command finds is nothing at all.
    let empty = Place::new();
    let mut facts = Facts::of(&empty);
    for step in STEPS {
        let next = place.copied();
        let arguments = step.arguments(&next, &facts);
        let _ = next.studio(&arguments).done();
        let after = Facts::of(&next);
        step.holds(&next, &facts, &after)
            .expect("without a fault every step holds");
        stands.push((place, facts));
        (place, facts) = (next, after);
    }
    stands.push((place, facts));
    stands
}
