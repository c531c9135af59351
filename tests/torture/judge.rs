//! What must hold after any fault: at most one listing per confirmation, `unknown` only where the answer was really
//! lost, and an app that tells the truth about both.

use serde_json::Value;

use crate::{
    bench::{Bench, Stage},
    breaking::Story,
    plan::{Break, Fault},
};

/// What became of the one confirmation of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// One listing, and the app knows it.
    Published,
    /// No listing, and the app knows that.
    Nothing,
    /// The app cannot know, says so, and asks.
    Unknown,
}

impl Outcome {
    pub(crate) const ALL: [Self; 3] = [Self::Published, Self::Nothing, Self::Unknown];
}

macro_rules! hold {
    ($condition:expr, $($words:tt)+) => {
        if !$condition {
            return Err(format!($($words)+));
        }
    };
}

/// The outcome, or what does not hold.
pub(crate) async fn judge(bench: &Bench, broken: &Break, story: &Story) -> Result<Outcome, String> {
    let created = bench.bed.market.created();
    let calls = bench.bed.market.publish_calls();
    hold!(
        calls <= 1 && created.len() <= 1,
        "one confirmation, but {calls} publish calls and {} listings",
        created.len()
    );
    let outcome = said(story)?;
    let draft = draft(bench, story).await?;
    let (status, unknown) = (&draft["status"], &draft["unknown_outcome"]);
    match outcome {
        Outcome::Published => {
            hold!(
                created.len() == 1,
                "the app says published, but the site has no listing"
            );
            hold!(
                *status == "published",
                "published, but the draft says {status}"
            );
            if story.run.stage == Stage::Publish {
                let named = &story.next.json["listing_id"];
                hold!(
                    named.as_str() == Some(created[0].id.to_string().as_str()),
                    "the app names listing {named}, the site has {}",
                    created[0].id
                );
            }
        }
        Outcome::Nothing => {
            hold!(
                created.is_empty(),
                "the app says that nothing was published, but the site has a listing"
            );
            hold!(
                *status != "published" && *unknown == false,
                "nothing is published, but the draft says {status}, unknown {unknown}"
            );
        }
        Outcome::Unknown => {
            hold!(
                created.is_empty(),
                "the listing is there to be found, but the app says unknown"
            );
            hold!(
                *status != "published" && *unknown == true,
                "unknown, but the draft says {status}, unknown {unknown}"
            );
            hold!(
                answer_lost(broken, story),
                "unknown although the answer was not lost"
            );
            persons_word(bench, story).await?;
        }
    }
    Ok(outcome)
}

/// What the app says after the next start.
fn said(story: &Story) -> Result<Outcome, String> {
    let next = &story.next;
    match story.run.stage {
        Stage::Prepare => {
            hold!(
                next.json["confirm_token"].is_string(),
                "the draft cannot be prepared any more"
            );
            Ok(Outcome::Nothing)
        }
        Stage::Publish => {
            if next.json["listing_id"].is_string() {
                // What the first process said, if it could say anything, stays true.
                let before = &story.broken.json["listing_id"];
                hold!(
                    before.is_null() || *before == next.json["listing_id"],
                    "first it was listing {before}"
                );
                return Ok(Outcome::Published);
            }
            hold!(
                next.refusal() == "outcome_unknown",
                "the same command without a fault does not work any more"
            );
            Ok(Outcome::Unknown)
        }
        Stage::Queue | Stage::Settle => {
            let job = &next.json["jobs"][0];
            match job["status"].as_str().unwrap_or_default() {
                "success" => Ok(Outcome::Published),
                "unknown" => Ok(Outcome::Unknown),
                // A later try, or a reason and a person who reads it.
                "queued" | "failed" | "paused" if job["last_error"].is_string() => {
                    Ok(Outcome::Nothing)
                }
                other => Err(format!("the job is {other}: {job}")),
            }
        }
    }
}

/// Whether nobody who is still alive can know the answer: it never went out, or whoever was to note it was killed
/// between the press and the note.
fn answer_lost(broken: &Break, story: &Story) -> bool {
    let passed = |name: &str| story.reached.iter().position(|r| r.name == name);
    match broken.fault {
        Fault::App | Fault::Browser | Fault::Both => {
            let after_intent = passed("publish.intent_written").is_some_and(|p| p < story.at);
            let before_note = passed("publish.outcome_written").is_none_or(|p| story.at < p);
            after_intent && before_note
        }
        Fault::Cut | Fault::Hang => {
            passed("publish.press_written").is_some() && !story.answer_arrived
        }
    }
}

async fn draft(bench: &Bench, story: &Story) -> Result<Value, String> {
    let shown = bench
        .studio(&story.run.data, &["drafts", "show", &story.run.draft])
        .await;
    hold!(
        shown.code == Some(0),
        "the draft cannot be read any more: {}",
        shown.text
    );
    Ok(shown.json)
}

/// The way out of `unknown`: the person looks and says.
async fn persons_word(bench: &Bench, story: &Story) -> Result<(), String> {
    let word = ["publish", "resolve", &story.run.draft, "--not-published"];
    let resolved = bench.studio(&story.run.data, &word).await;
    hold!(
        resolved.code == Some(0),
        "the person's word is not taken: {}",
        resolved.text
    );
    let draft = draft(bench, story).await?;
    hold!(
        draft["unknown_outcome"] == false,
        "settled by the person, but still unknown"
    );
    Ok(())
}
