//! `queue move`: a planned job to another time.

use contract::{Code, Event, Failure, JobView};
use serde_json::json;

use super::{queue_add::queue_failure, queue_control::job_id};
use crate::{App, wall_clock};

/// The job that goes out next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextJob {
    /// The draft's title.
    pub title: String,
    /// When, by the wall clock: `21:58`; with the date where it is not today's: `2026-11-21 18:30`.
    pub clock: String,
}

impl App {
    /// The planned job that goes out next, for the tray; none where none is planned.
    ///
    /// # Errors
    /// Storage only.
    pub async fn queue_next(&self) -> Result<Option<NextJob>, Failure> {
        let next = self.parts.queue.next_planned().await;
        let zone = self.parts.clock.zone();
        let today = wall_clock::local_of(self.parts.clock.now(), &zone).date();
        Ok(next.map_err(queue_failure)?.map(|job| {
            let at = wall_clock::local_of(job.planned_at, &zone);
            let form = if at.date() == today {
                "%H:%M"
            } else {
                "%Y-%m-%d %H:%M"
            };
            NextJob {
                title: job.label,
                clock: at.strftime(form).to_string(),
            }
        }))
    }

    /// Moves a job that waits to another time: RFC 3339, or by the machine's wall clock `2026-11-21 19:30`.
    ///
    /// The budgets of its account are looked at when its time comes, as for every job.
    ///
    /// # Errors
    /// `not_found`; `illegal_transition` for a job that runs or has ended; `invalid_field` for what is no time, or one
    /// that is past.
    pub async fn queue_move(&self, job: &str, at: &str) -> Result<JobView, Failure> {
        let zone = self.parts.clock.zone();
        let now = self.parts.clock.now();
        let wrong = |sentence: String| {
            Failure::new(Code::InvalidField, sentence)
                .with(json!({ "fields": { "at": "invalid_field" } }))
        };
        let planned = wall_clock::moment(at, now, &zone).map_err(|e| wrong(format!("{e}.")))?;
        if planned < now {
            return Err(wrong(
                "This time is past. Choose a later one, or run the job now.".to_owned(),
            ));
        }
        let wall = wall_clock::wall_of(planned, &zone);
        let job = self
            .parts
            .queue
            .reschedule(job_id(job)?, planned, Some(wall))
            .await
            .map_err(queue_failure)?;
        self.tell(Event::DraftChanged {
            id: job.subject.clone(),
        });
        self.job_view(job).await
    }
}
