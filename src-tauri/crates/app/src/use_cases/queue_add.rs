//! `queue add`: ready drafts only. With `live` the person confirms the content as it is now.

use chrono::{DateTime, Utc};
use contract::{Code, Event, Failure, JobList, QueueRequest};
use domain::content::content_hash;
use queue::{Mode, NewJob, QueueError};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{App, fail, use_cases::change_draft::draft_id, view};

/// What a job carries. Never a secret: the queue stores it in the clear.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Payload {
    /// The content that the person confirmed; another one pauses the job.
    pub(crate) content_hash: String,
    /// Publish; without it the form is only filled.
    pub(crate) live: bool,
    /// The account's name.
    pub(crate) account: String,
}

/// Runs of one job by itself: what is safe to retry is retried a few times, then the person is asked.
const MAX_ATTEMPTS: u32 = 3;

impl App {
    /// Queues drafts, all or none.
    ///
    /// # Errors
    /// `not_ready` with what each draft lacks, `already_published`, `outcome_unknown`, `session_missing`,
    /// `duplicate_publish` where the same content is queued, `invalid_field` for a time that is none.
    pub async fn queue_add(&self, request: &QueueRequest) -> Result<JobList, Failure> {
        if request.draft_ids.is_empty() {
            return Err(Failure::new(Code::InvalidField, "Name at least one draft.")
                .with(json!({ "fields": { "draft_ids": "invalid_field" } })));
        }
        let mut drafts = Vec::new();
        let mut lacking = serde_json::Map::new();
        for id in &request.draft_ids {
            let draft = self
                .parts
                .drafts
                .get(draft_id(id)?)
                .await
                .map_err(fail::record("reading the draft"))?;
            self.refuse_published(&draft, None).await?;
            let report = view::gate_report(&draft);
            if !report.publish_ready() {
                lacking.insert(
                    draft.id.to_string(),
                    json!(report.missing.iter().map(|g| g.code()).collect::<Vec<_>>()),
                );
            }
            drafts.push(draft);
        }
        if !lacking.is_empty() {
            return Err(Failure::new(
                Code::NotReady,
                "Only ready drafts can be queued; nothing was queued. `studio drafts check ID` says what is missing.",
            )
            .with(json!({ "drafts": lacking })));
        }
        let (account, _) = self.account_with_session(None).await?;
        let times = planned(request, drafts.len(), self.parts.clock.now())?;
        let new = drafts
            .iter()
            .zip(times)
            .map(|(draft, planned_at)| {
                let content_hash = content_hash(draft);
                let payload = Payload {
                    content_hash: content_hash.clone(),
                    live: request.live,
                    account: account.name.clone(),
                };
                Ok(NewJob {
                    subject: draft.id.to_string(),
                    label: draft.title.chars().take(200).collect(),
                    lane: account.id.to_string(),
                    payload: serde_json::to_value(&payload)
                        .map_err(|e| fail::internal("queueing a draft", e))?,
                    planned_at,
                    mode: if request.at.is_some() || request.between.is_some() {
                        Mode::Automated
                    } else {
                        Mode::Manual
                    },
                    max_attempts: MAX_ATTEMPTS,
                    unique_key: request.live.then(|| format!("{}:{content_hash}", draft.id)),
                })
            })
            .collect::<Result<Vec<_>, Failure>>()?;
        let jobs = self
            .parts
            .queue
            .enqueue_all(new)
            .await
            .map_err(queue_failure)?;
        for draft in &drafts {
            self.tell(Event::DraftChanged {
                id: draft.id.to_string(),
            });
        }
        self.job_views(jobs).await.map(|jobs| JobList { jobs })
    }
}

/// When each of `count` jobs runs: now, at a time, or spread evenly over a window.
fn planned(
    request: &QueueRequest,
    count: usize,
    now: DateTime<Utc>,
) -> Result<Vec<DateTime<Utc>>, Failure> {
    let read = |text: &str| {
        DateTime::parse_from_rfc3339(text)
            .map(|t| t.with_timezone(&Utc))
            .map_err(|_| {
                Failure::new(
                    Code::InvalidField,
                    format!("\"{text}\" is no time of the form 2026-11-20T19:00:00+01:00."),
                )
                .with(json!({ "fields": { "at": "invalid_field" } }))
            })
    };
    match (&request.at, &request.between) {
        (Some(_), Some(_)) => Err(Failure::new(
            Code::InvalidField,
            "Give one time or a window, not both.",
        )
        .with(json!({ "fields": { "at": "invalid_field" } }))),
        (Some(at), None) => Ok(vec![read(at)?; count]),
        (None, Some((from, to))) => {
            let (from, to) = (read(from)?, read(to)?);
            if to <= from || to <= now {
                return Err(Failure::new(
                    Code::InvalidField,
                    "The window must end after it begins, and not in the past.",
                )
                .with(json!({ "fields": { "between": "invalid_field" } })));
            }
            let step = (to - from) / i32::try_from(count.max(1)).unwrap_or(i32::MAX);
            Ok((0..count)
                .map(|i| from + step * i32::try_from(i).unwrap_or(i32::MAX))
                .collect())
        }
        (None, None) => Ok(vec![now; count]),
    }
}

pub(crate) fn queue_failure(error: QueueError) -> Failure {
    match error {
        QueueError::NotFound(_) => Failure::new(Code::NotFound, "There is no such job."),
        QueueError::IllegalTransition { from, .. } => Failure::new(
            Code::IllegalTransition,
            format!("A job that is {} does not allow this.", from.as_str()),
        ),
        QueueError::Duplicate { existing } => Failure::new(
            Code::DuplicatePublish,
            "The same content is in the queue already. Nothing was queued.",
        )
        .with(json!({ "job": existing.to_string() })),
        QueueError::StorageFull => Failure::new(
            Code::StorageFull,
            "The disk is full. Nothing was lost; free some space, then try again.",
        ),
        other => fail::internal("working with the queue", other),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    fn at(hour: u32) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 20, hour, 0, 0)
            .single()
            .unwrap()
    }

    #[test]
    fn a_window_is_spread_evenly_and_never_left() {
        let request = QueueRequest {
            between: Some(("2026-11-20T19:00:00Z".into(), "2026-11-20T22:00:00Z".into())),
            ..QueueRequest::default()
        };
        let times = planned(&request, 3, at(8)).unwrap();
        assert_eq!(
            times,
            [at(19), at(20), at(21)],
            "three hours, three jobs, one an hour"
        );
    }

    #[test]
    fn a_window_that_is_over_is_refused() {
        let request = QueueRequest {
            between: Some(("2026-11-20T05:00:00Z".into(), "2026-11-20T06:00:00Z".into())),
            ..QueueRequest::default()
        };
        assert_eq!(
            planned(&request, 1, at(8)).unwrap_err().code,
            Code::InvalidField,
            "a plan for the past would run at once, which nobody asked for"
        );
    }

    #[test]
    fn zones_are_understood() {
        let request = QueueRequest {
            at: Some("2026-11-20T20:00:00+01:00".into()),
            ..QueueRequest::default()
        };
        assert_eq!(
            planned(&request, 1, at(8)).unwrap(),
            [at(19)],
            "20 h in Paris is 19 h UTC"
        );
    }
}
