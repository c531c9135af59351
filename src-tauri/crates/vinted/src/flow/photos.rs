//! Photos: given to the page's own input, then counted as the page shows them.

use std::{path::PathBuf, time::Duration};

use app::ports::SiteStop;
use domain::form::Field;
use tokio::time::Instant;

use crate::{
    answers::Envelope,
    lookout::{Step, reply_of},
    page::Place,
    profile::Hook,
    stop,
    visit::Visit,
};

/// Without any progress for so long the upload counts as failed (vinted-facts A2: a source waits 90 s).
const STALLED: Duration = Duration::from_secs(90);
/// All uploads answered, but the thumbnails not drawn.
const DRAWN: Duration = Duration::from_secs(15);
const LOOK_EVERY: Duration = Duration::from_millis(60);
/// For the page to show what came instead of an answer.
const SHOWS: Duration = Duration::from_millis(500);

/// Photos that are being uploaded.
pub(crate) struct Uploading {
    mark: u64,
    count: usize,
}

/// Why photos are not all there.
pub(crate) struct Failed {
    /// Place in the draft, from 0.
    pub(crate) index: usize,
    pub(crate) reason: String,
}

impl From<Failed> for SiteStop {
    fn from(failed: Failed) -> Self {
        Self::PhotoUpload {
            index: failed.index,
            reason: failed.reason,
        }
    }
}

/// Gives the files to the page, which starts to upload them.
pub(crate) async fn start(visit: &Visit, photos: &[PathBuf]) -> Result<Uploading, SiteStop> {
    visit.step("add_photos");
    let mark = visit.lookout.mark();
    let input = visit.page.at(&Place::of(Hook::Photos));
    visit
        .page
        .tab
        .set_files(input, photos)
        .await
        .map_err(|error| match error {
            browser::BrowserError::File { path, reason } => SiteStop::PhotoUpload {
                index: photos.iter().position(|p| *p == path).unwrap_or_default(),
                reason,
            },
            error => stop::of_field(Field::Photos, visit.profile(), error),
        })?;
    Ok(Uploading {
        mark,
        count: photos.len(),
    })
}

/// Waits until the page shows as many photos as it was given.
pub(crate) async fn finish(
    visit: &Visit,
    uploading: &Uploading,
) -> Result<Result<(), Failed>, SiteStop> {
    let mut before = (0, 0);
    let mut moved = Instant::now();
    let mut all_answered = None;
    loop {
        if let Some(stop) = visit.lookout.trouble() {
            return Err(stop);
        }
        let uploads = Uploads::of(visit, uploading.mark);
        if let Some(failed) = uploads.first_failed() {
            // A challenge in place of an answer may show itself in the page only, a moment later.
            tokio::time::sleep(SHOWS).await;
            visit.clear().await?;
            return Ok(Err(failed));
        }
        let (thumbnails, _) = visit
            .page
            .count(Hook::PhotoThumbnail)
            .await
            .map_err(stop::of_browser)?;
        let answered = uploads.answered();
        if thumbnails >= uploading.count && answered >= uploading.count {
            return Ok(Ok(()));
        }
        let now = Instant::now();
        if (thumbnails, answered) != before {
            before = (thumbnails, answered);
            moved = now;
        }
        if answered >= uploading.count {
            let since = *all_answered.get_or_insert(now);
            if now - since > DRAWN {
                return Ok(Err(Failed {
                    index: thumbnails.min(uploading.count.saturating_sub(1)),
                    reason: format!("the page shows {thumbnails} of {} photos", uploading.count),
                }));
            }
        }
        if now - moved > STALLED {
            return Ok(Err(Failed {
                index: answered.min(uploading.count.saturating_sub(1)),
                reason: format!("nothing happened for {} s", STALLED.as_secs()),
            }));
        }
        // Also ends with the run's cancellation and the browser's death: the count above asks the page.
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// The upload calls since a mark, in the order in which they left: the order of the files.
struct Uploads(Vec<Upload>);

struct Upload {
    id: String,
    /// None until it was answered.
    outcome: Option<Result<(), String>>,
}

impl Uploads {
    fn of(visit: &Visit, mark: u64) -> Self {
        let call = &visit.profile().calls.photo_upload;
        let mut uploads: Vec<Upload> = Vec::new();
        for step in visit.lookout.since(mark) {
            let request = step.request();
            if !call.is(request) {
                continue;
            }
            let outcome = match &step {
                Step::Sent(_) => None,
                Step::Failed(_) => Some(Err("the connection was lost".to_owned())),
                Step::Answered(exchange) => Some(judged(exchange)),
            };
            match uploads.iter_mut().find(|u| u.id == request.id) {
                Some(upload) if outcome.is_some() => upload.outcome = outcome,
                Some(_) => {}
                None => uploads.push(Upload {
                    id: request.id.clone(),
                    outcome,
                }),
            }
        }
        Self(uploads)
    }

    fn answered(&self) -> usize {
        self.0
            .iter()
            .filter(|u| matches!(u.outcome, Some(Ok(()))))
            .count()
    }

    fn first_failed(&self) -> Option<Failed> {
        self.0
            .iter()
            .enumerate()
            .find_map(|(index, upload)| match &upload.outcome {
                Some(Err(reason)) => Some(Failed {
                    index,
                    reason: reason.clone(),
                }),
                _ => None,
            })
    }
}

fn judged(exchange: &browser::Exchange) -> Result<(), String> {
    let reply = reply_of(exchange);
    let envelope = Envelope::of(&reply.json());
    if (200..300).contains(&reply.status) && matches!(envelope.code, None | Some(0)) {
        return Ok(());
    }
    let said: Vec<String> = envelope
        .refusals()
        .into_iter()
        .map(|(_, sentence)| sentence)
        .collect();
    Err(if said.is_empty() {
        format!("status {}", reply.status)
    } else {
        said.join("; ")
    })
}
