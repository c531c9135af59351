//! Where the runs of one worker happen: a marketplace, the wire to it, and data folders to begin from.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use acceptance::{Bed, copy_folder, samples};
use serde_json::Value;
use tokio::process::Child;

use crate::{
    controller::{Controller, Reached},
    processes,
    wire::Wire,
};

/// Longer than any command takes that waits for its own limits to pass.
const LIMIT: Duration = Duration::from_secs(240);
/// Tokens live for half an hour: folders to begin from are made anew before that.
const FRESH: Duration = Duration::from_secs(12 * 60);
/// No browser of a dead or ended app is left after this (the promise of the issue).
pub(crate) const GONE_WITHIN: Duration = Duration::from_secs(5);
/// Under this key the two-step way publishes.
pub(crate) const KEY: &str = "torture";

/// What is run while something breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// `studio prepare`
    Prepare,
    /// `studio publish --live`, in a process of its own
    Publish,
    /// `studio queue run --until-empty`: both steps in one process
    Queue,
    /// The same after a process that died when the site had made the listing and nobody had noted it
    Settle,
}

/// Folders to begin a stage from, and what belongs to them.
struct Start {
    made: Instant,
    draft: String,
    token: String,
}

/// A marketplace of its own, and everything that is needed to run a stage against it again and again.
pub(crate) struct Bench {
    pub(crate) bed: Bed,
    pub(crate) wire: Arc<Wire>,
    start: Option<Start>,
    runs: usize,
}

/// A data folder in which one stage is run.
pub(crate) struct Run {
    pub(crate) stage: Stage,
    pub(crate) data: PathBuf,
    pub(crate) draft: String,
    pub(crate) token: String,
}

/// What a command gave, or how it ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// Exit code; none: killed.
    pub(crate) code: Option<i32>,
    pub(crate) json: Value,
    pub(crate) text: String,
}

impl Ended {
    /// The code of a refusal; empty for anything else.
    pub(crate) fn refusal(&self) -> &str {
        self.json["error"]["code"].as_str().unwrap_or_default()
    }
}

impl Bench {
    pub(crate) async fn new() -> Self {
        let mut bed = Bed::new().await;
        let upstream: SocketAddr = bed
            .market
            .url()
            .trim_start_matches("http://")
            .parse()
            .expect("the marketplace's address");
        let wire = Arc::new(Wire::to(upstream).await);
        bed.set("STUDIO_SITE_URL", &wire.url());
        let home = bed.folder.path().join("home");
        fs_err::create_dir_all(&home).unwrap();
        bed.set("HOME", &home.display().to_string());
        Self {
            bed,
            wire,
            start: None,
            runs: 0,
        }
    }

    /// The folder that a stage begins from.
    fn start_of(&self, stage: Stage) -> PathBuf {
        self.bed.folder.path().join(format!("start-{stage:?}"))
    }

    /// Makes the folders to begin from: logged in with a ready draft, prepared, queued. Gives the places of `prepare`.
    pub(crate) async fn make_starts(&mut self) -> Vec<Reached> {
        self.wire.heal();
        self.bed.market.reset();
        let data = self.bed.folder.path().join("making");
        if data.exists() {
            fs_err::remove_dir_all(&data).unwrap();
        }
        self.bed.set("STUDIO_DATA_DIR", &data.display().to_string());
        self.bed.log_in().await;
        let draft = self.bed.ready_draft(&samples()[..3]).await;
        copy_folder(&data, &self.start_of(Stage::Prepare));
        copy_folder(&data, &self.start_of(Stage::Queue));

        let queued = self.start_of(Stage::Queue);
        let added = self
            .studio(&queued, &["queue", "add", &draft, "--live"])
            .await;
        assert_eq!(added.code, Some(0), "the draft is queued: {}", added.text);

        let controller = Controller::open(data.clone(), Arc::clone(&self.wire)).await;
        self.wire.reset();
        let child = self.begin(&data, &["prepare", &draft], Some(&controller));
        let prepared = ended(child).await;
        let token = prepared.json["confirm_token"]
            .as_str()
            .unwrap_or_else(|| panic!("a token: {}", prepared.text))
            .to_owned();
        copy_folder(&data, &self.start_of(Stage::Publish));
        self.start = Some(Start {
            made: Instant::now(),
            draft,
            token,
        });
        controller.reached()
    }

    /// A fresh run of a stage.
    pub(crate) async fn run(&mut self, stage: Stage) -> Run {
        let run = self.copied(stage).await;
        if stage == Stage::Settle {
            self.die_before_the_note(&run).await;
        }
        run
    }

    /// Publishes, and kills the app when the answer is there and not noted yet.
    async fn die_before_the_note(&self, run: &Run) {
        let controller = Controller::open(run.data.clone(), Arc::clone(&self.wire)).await;
        let there = controller.hold("site.publish_answered", 1);
        let child = self.begin_stage(run, Some(&controller));
        let held = tokio::time::timeout(LIMIT, there).await;
        let held = held.expect("in time").expect("the app publishes");
        assert!(processes::kill(held.pid), "the app dies");
        held.let_go();
        assert_eq!(ended(child).await.code, None, "the app was killed");
        let left = processes::left_after(&run.data, GONE_WITHIN).await;
        assert_eq!(left, Vec::<String>::new(), "nothing outlives it");
        assert_eq!(self.bed.market.created().len(), 1, "one listing is there");
        self.wire.reset();
    }

    async fn copied(&mut self, stage: Stage) -> Run {
        if self.start.as_ref().is_none_or(|s| s.made.elapsed() > FRESH) {
            self.make_starts().await;
        }
        let start = self.start.as_ref().expect("made above");
        self.runs += 1;
        let data = self.bed.folder.path().join(format!("run-{}", self.runs));
        let (draft, token) = (start.draft.clone(), start.token.clone());
        let from = match stage {
            Stage::Settle => Stage::Queue,
            other => other,
        };
        copy_folder(&self.start_of(from), &data);
        self.wire.heal();
        self.wire.reset();
        self.bed.market.reset();
        Run {
            stage,
            data,
            draft,
            token,
        }
    }

    /// Starts the stage's command.
    pub(crate) fn begin_stage(&self, run: &Run, controller: Option<&Controller>) -> Child {
        match run.stage {
            Stage::Prepare => self.begin(&run.data, &["prepare", &run.draft], controller),
            Stage::Publish => {
                let publish = ["publish", &run.token, "--live", "--idempotency-key", KEY];
                self.begin(&run.data, &publish, controller)
            }
            Stage::Queue | Stage::Settle => {
                self.begin(&run.data, &["queue", "run", "--until-empty"], controller)
            }
        }
    }

    /// Runs `studio ARGUMENTS` on a data folder, with nothing in its way.
    pub(crate) async fn studio(&self, data: &Path, arguments: &[&str]) -> Ended {
        ended(self.begin(data, arguments, None)).await
    }

    fn begin(&self, data: &Path, arguments: &[&str], controller: Option<&Controller>) -> Child {
        let mut command = self.bed.command(arguments);
        command.env("STUDIO_DATA_DIR", data);
        if let Some(controller) = controller {
            command.env("STUDIO_FAIL_CONTROL", controller.address());
        }
        command.spawn().expect("studio can be started")
    }
}

/// Waits for a command's end.
pub(crate) async fn ended(child: Child) -> Ended {
    let output = tokio::time::timeout(LIMIT, child.wait_with_output())
        .await
        .unwrap_or_else(|_| panic!("studio did not end within {} s", LIMIT.as_secs()))
        .expect("studio can be waited for");
    let stdout = String::from_utf8_lossy(&output.stdout);
    Ended {
        code: output.status.code(),
        json: serde_json::from_str(&stdout).unwrap_or(Value::Null),
        text: format!("{stdout} {}", String::from_utf8_lossy(&output.stderr)),
    }
}
