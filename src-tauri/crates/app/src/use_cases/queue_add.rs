//! `queue add`: ready drafts only. With `live` the person confirms the content as it is now.

use contract::{Code, Event, Failure, QueueAdded, QueueRequest};
use domain::{Draft, content::content_hash};
use queue::{Mode, NewJob, QueueError};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{App, fail, ports::Account, use_cases::change_draft::draft_id, view};

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
const MAX_ATTEMPTS: u32 = 5;
/// Drafts of one request: more than anybody's wardrobe of a year at the ceiling of a day.
const MAX_DRAFTS: usize = 10_000;

impl App {
    /// Queues drafts, all or none, and says when they go out.
    ///
    /// # Errors
    /// `not_ready` with what each draft lacks, `already_published`, `outcome_unknown`, `session_missing`,
    /// `duplicate_publish` where the same content is queued, `invalid_field` for a time that is none, for a draft in
    /// another currency than the account's, and where nobody said which of several accounts.
    pub async fn queue_add(&self, request: &QueueRequest) -> Result<QueueAdded, Failure> {
        let (drafts, account) = self.drafts_to_queue(request).await?;
        let plan = self.plan_of(request, &drafts, &account).await?;
        let new = drafts
            .iter()
            .zip(plan.jobs)
            .map(|(draft, planned)| {
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
                    planned_at: planned.at,
                    planned_wall: planned.wall,
                    waits: planned.waits,
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
        Ok(QueueAdded {
            jobs: self.job_views(jobs).await?,
            plan: plan.view,
        })
    }

    /// The drafts of a request, all of them ready, and the account that they go out on.
    pub(crate) async fn drafts_to_queue(
        &self,
        request: &QueueRequest,
    ) -> Result<(Vec<Draft>, Account), Failure> {
        if request.draft_ids.is_empty() || request.draft_ids.len() > MAX_DRAFTS {
            return Err(Failure::new(
                Code::InvalidField,
                format!("Name 1 to {MAX_DRAFTS} drafts."),
            )
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
        let (account, _) = self
            .account_with_session(request.account.as_deref())
            .await?;
        let currency = account.country().currency();
        if let Some(draft) = drafts.iter().find(|draft| draft.currency != currency) {
            return Err(Failure::new(
                Code::InvalidField,
                format!(
                    "The account {} sells in {}, but \"{}\" is priced in {}. Change the draft's currency and prices, \
                     or choose another account. Nothing was queued.",
                    account.name,
                    currency.code(),
                    draft.title,
                    draft.currency.code()
                ),
            )
            .with(json!({ "fields": { "currency": "invalid_field" }, "draft": draft.id.to_string() })));
        }
        Ok((drafts, account))
    }
}

pub(crate) fn queue_failure(error: QueueError) -> Failure {
    match error {
        QueueError::NotFound(_) => Failure::new(Code::NotFound, "There is no such job."),
        QueueError::IllegalTransition { from, .. } => Failure::new(
            Code::IllegalTransition,
            format!(
                "A job that is {} does not allow this. `studio queue list` says where each job stands.",
                from.as_str()
            ),
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
        QueueError::Storage(cause) => fail::refused_by_disk("working with the queue", &cause),
        other => fail::internal("working with the queue", other),
    }
}
