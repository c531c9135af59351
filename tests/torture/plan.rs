//! Which place is broken how: from what a run without faults reaches.

use std::collections::BTreeMap;

use rand::{Rng as _, SeedableRng as _, rngs::StdRng, seq::SliceRandom as _};

use crate::{bench::Stage, controller::Reached};

/// What breaks while the program stands at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// The app is killed.
    App,
    /// The browser is killed.
    Browser,
    /// Both are, at once.
    Both,
    /// Every connection to the site is reset, and further ones refused, until the command has ended.
    Cut,
    /// Nothing arrives any more for a while.
    Hang,
}

impl Fault {
    pub(crate) const ALL: [Self; 5] = [Self::App, Self::Browser, Self::Both, Self::Cut, Self::Hang];

    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::App => "app killed",
            Self::Browser => "browser killed",
            Self::Both => "both killed",
            Self::Cut => "connection cut",
            Self::Hang => "site hangs",
        }
    }
}

/// One run: this breaks at this place.
#[derive(Clone, Debug)]
pub(crate) struct Break {
    pub(crate) stage: Stage,
    pub(crate) place: String,
    pub(crate) nth: usize,
    pub(crate) fault: Fault,
    /// The site hangs until the app gives up, not only for a moment.
    pub(crate) for_good: bool,
}

/// The places of one stage's run without faults, and how many requests it made in all.
pub(crate) struct Clean {
    pub(crate) stage: Stage,
    pub(crate) reached: Vec<Reached>,
    pub(crate) requests: u64,
}

/// Distinct names over all stages.
pub(crate) fn names(clean: &[Clean]) -> Vec<String> {
    let mut names: Vec<String> = clean
        .iter()
        .flat_map(|c| c.reached.iter().map(|r| r.name.clone()))
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Every place with every fault that can happen there: a browser is killed where one runs, the wire breaks where
/// requests are still to come. Where a name is reached several times, the seed chooses which time.
pub(crate) fn all(clean: &[Clean], seed: u64) -> Vec<Break> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut breaks = Vec::new();
    for place in names(clean) {
        for fault in Fault::ALL {
            // In every stage the first two times: later ones of a loop need not come again.
            let mut possible: Vec<(Stage, &Reached)> = Vec::new();
            // What also happens on the plain way is broken there: it costs less.
            let elsewhere = clean
                .iter()
                .any(|c| c.stage != Stage::Settle && c.reached.iter().any(|r| r.name == place));
            for stage in clean {
                if stage.stage == Stage::Settle && elsewhere {
                    continue;
                }
                let fits =
                    |r: &&Reached| r.name == place && r.nth <= 2 && can_happen(fault, r, stage);
                possible.extend(stage.reached.iter().filter(fits).map(|r| (stage.stage, r)));
            }
            if possible.is_empty() {
                continue;
            }
            let (stage, at) = possible[random.random_range(0..possible.len())];
            breaks.push(Break {
                stage,
                place: place.clone(),
                nth: at.nth,
                fault,
                for_good: fault == Fault::Hang && hangs_for_good(&place),
            });
        }
    }
    breaks
}

fn can_happen(fault: Fault, at: &Reached, stage: &Clean) -> bool {
    match fault {
        Fault::App => true,
        Fault::Browser | Fault::Both => at.browser && stage.runs_a_browser(at),
        // One that comes in this run need not come in the next, or is on its way already; what a page that was left alone
        // still loads is nobody's step.
        Fault::Cut | Fault::Hang => {
            at.requests + 2 <= stage.requests && stage.waits_for_the_site(at)
        }
    }
}

/// Places right after an answer of the site that the app asked for.
const ANSWERED: [&str; 6] = [
    "browser.navigated",
    "browser.answer_read",
    "site.photos_uploaded",
    "site.publish_call_left",
    "site.own_items_read",
    "site.listing_read_back",
];

impl Clean {
    /// Whether the app still asks the site for something after a place.
    fn waits_for_the_site(&self, at: &Reached) -> bool {
        self.reached
            .iter()
            .skip_while(|r| r.name != at.name || r.nth != at.nth)
            .skip(1)
            .any(|r| ANSWERED.contains(&r.name.as_str()))
    }

    /// More were started than are gone: one that is just ending still stands in the list of processes.
    fn runs_a_browser(&self, at: &Reached) -> bool {
        let until = self
            .reached
            .iter()
            .position(|r| r.name == at.name && r.nth == at.nth)
            .unwrap_or(0);
        let count = |name: &str| {
            let so_far = &self.reached[..=until];
            so_far.iter().filter(|r| r.name == name).count()
        };
        count("browser.process_started") > count("browser.gone")
    }
}

/// Between the press and its answer the app waits until its own limit, wherever else a moment shows the same.
fn hangs_for_good(place: &str) -> bool {
    [
        "site.publish_call_left",
        "site.publish_pressed",
        "publish.press_written",
    ]
    .contains(&place)
}

/// So many of them, as many of each fault.
pub(crate) fn some(all: &[Break], runs: usize, seed: u64) -> Vec<Break> {
    let mut by_fault: BTreeMap<Fault, Vec<Break>> = BTreeMap::new();
    for one in all {
        by_fault.entry(one.fault).or_default().push(one.clone());
    }
    let mut random = StdRng::seed_from_u64(seed);
    let each = runs / Fault::ALL.len();
    let mut chosen: Vec<Break> = by_fault
        .into_values()
        .flat_map(|mut breaks| {
            breaks.shuffle(&mut random);
            breaks.truncate(each);
            breaks
        })
        .collect();
    chosen.shuffle(&mut random);
    chosen
}

/// [`some`], none of which waits for a limit of the app.
pub(crate) fn brief(all: &[Break], runs: usize, seed: u64) -> Vec<Break> {
    let mut chosen = some(all, runs, seed);
    chosen.iter_mut().for_each(|one| one.for_good = false);
    chosen
}
