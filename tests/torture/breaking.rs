//! One run: the stage begins, something breaks at a place, the command ends, the app starts again without faults.

use std::{sync::Arc, time::Duration};

use tokio::process::Child;

use crate::{
    bench::{Bench, Ended, GONE_WITHIN, Run, ended},
    controller::{Controller, Held, Reached},
    judge::{self, Outcome},
    plan::{Break, Fault},
    processes,
};

/// How long the site hangs where it does not hang for good, counted from the first request that it holds.
const STALL: Duration = Duration::from_millis(1_500);
/// For the place to be reached, on a busy machine.
const REACHED_WITHIN: Duration = Duration::from_secs(90);

/// All that is known of a run when it is judged.
pub(crate) struct Story {
    pub(crate) run: Run,
    /// The command at which something broke.
    pub(crate) broken: Ended,
    /// What the next start said.
    pub(crate) next: Ended,
    /// The places in their order, the one of the fault with its position.
    pub(crate) reached: Vec<Reached>,
    pub(crate) at: usize,
    /// The answer to a publish call went out to the browser while there was one.
    pub(crate) answer_arrived: bool,
}

/// Breaks what is to be broken, and judges what came of it.
pub(crate) async fn happens(bench: &mut Bench, broken: &Break) -> Result<Outcome, String> {
    let run = bench.run(broken.stage).await;
    let folder = run.data.clone();
    let result = told(bench, run, broken).await;
    bench.wire.heal();
    for pid in processes::all_of(&folder) {
        processes::kill(pid);
    }
    if result.is_ok() {
        fs_err::remove_dir_all(&folder).map_err(|error| error.to_string())?;
    }
    result
}

async fn told(bench: &mut Bench, run: Run, broken: &Break) -> Result<Outcome, String> {
    let controller = Controller::open(run.data.clone(), Arc::clone(&bench.wire)).await;
    let there = controller.hold(&broken.place, broken.nth);
    let mut child = bench.begin_stage(&run, Some(&controller));
    let held = tokio::select! {
        held = tokio::time::timeout(REACHED_WITHIN, there) => held,
        _ = child.wait() => return Err(format!(
            "the fault never fired: the command ended before the place, after {}",
            last(&controller.reached())
        )),
    };
    let Ok(Ok(held)) = held else {
        return Err(format!(
            "the fault never fired: the place was not reached, the last was {}",
            last(&controller.reached())
        ));
    };
    let at = controller.reached().len() - 1;
    let (first, answer_arrived) = strike(bench, &run, broken, held, child).await?;

    let left = processes::left_after(&run.data, GONE_WITHIN).await;
    if !left.is_empty() {
        return Err(format!(
            "processes are left {} s after the command's end: {left:?}",
            GONE_WITHIN.as_secs()
        ));
    }
    bench.wire.heal();
    bench.wire.calm().await;
    let next = ended(bench.begin_stage(&run, None)).await;
    let story = Story {
        run,
        broken: first,
        next,
        reached: controller.reached(),
        at,
        answer_arrived,
    };
    let judged = judge::judge(bench, broken, &story).await;
    judged.map_err(|why| {
        format!(
            "{why}\n  at the fault: {:?} {}\n  at the next start: {:?} {}\n  places around it: {}",
            story.broken.code,
            story.broken.text.trim(),
            story.next.code,
            story.next.text.trim(),
            around(&story.reached, story.at)
        )
    })
}

/// The fault itself, until the command has ended; and whether an answer to the publish call had gone out by then: what
/// a healed wire still delivers has no reader. An error where the fault could not take effect.
async fn strike(
    bench: &Bench,
    run: &Run,
    broken: &Break,
    held: Held,
    child: Child,
) -> Result<(Ended, bool), String> {
    let answered = || bench.wire.publish_answers() > 0;
    match broken.fault {
        Fault::App | Fault::Browser | Fault::Both => {
            let mut victims = Vec::new();
            if broken.fault != Fault::App {
                victims = processes::browsers(&run.data);
                if victims.is_empty() {
                    return Err("the fault never fired: no browser runs here".to_owned());
                }
            }
            if broken.fault != Fault::Browser {
                victims.push(held.pid);
            }
            for pid in victims {
                if !processes::kill(pid) {
                    return Err(format!("the fault never fired: {pid} was gone already"));
                }
            }
            held.let_go();
            let ended = ended(child).await;
            if broken.fault != Fault::Browser && ended.code.is_some() {
                return Err(format!("the killed app ended by itself: {:?}", ended.code));
            }
            Ok((ended, answered()))
        }
        Fault::Cut => {
            bench.wire.cut();
            held.let_go();
            let ended = ended(child).await;
            hit(bench, ended, answered())
        }
        Fault::Hang => {
            bench.wire.hang();
            held.let_go();
            let ending = ended(child);
            tokio::pin!(ending);
            let stall = async {
                while bench.wire.hits() == 0 || broken.for_good {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                tokio::time::sleep(STALL).await;
            };
            let ended = tokio::select! {
                ended = &mut ending => ended,
                () = stall => {
                    bench.wire.heal();
                    ending.await
                }
            };
            hit(bench, ended, answered())
        }
    }
}

fn hit(bench: &Bench, ended: Ended, answered: bool) -> Result<(Ended, bool), String> {
    if bench.wire.hits() == 0 {
        return Err("the fault never fired: no request met it".to_owned());
    }
    Ok((ended, answered))
}

fn last(reached: &[Reached]) -> &str {
    reached.last().map_or("none", |r| &r.name)
}

fn around(reached: &[Reached], at: usize) -> String {
    let from = at.saturating_sub(4);
    let to = (at + 12).min(reached.len());
    let names: Vec<String> = (from..to)
        .map(|i| {
            let name = &reached[i].name;
            if i == at {
                format!("[{name}]")
            } else {
                name.clone()
            }
        })
        .collect();
    names.join(" ")
}
