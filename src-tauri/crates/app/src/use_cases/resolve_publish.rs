//! `publish resolve`: the person settles what nobody could prove.

use contract::{Code, Event, Failure, PublishView, Resolution};
use domain::attempt::{AttemptEvent, AttemptState};

use queue::{JobFilter, JobStatus, Reason, Settlement};

use super::{
    publish::{listing_of, nothing_published},
    queue_add::queue_failure,
};
use crate::{App, fail, use_cases::change_draft::draft_id};

impl App {
    /// Takes the person's word on a draft's unknown outcome.
    ///
    /// # Errors
    /// `not_found`, `illegal_transition` where nothing is unknown, `invalid_field` for a listing id that is none.
    pub async fn resolve_publish(
        &self,
        draft: &str,
        resolution: &Resolution,
    ) -> Result<PublishView, Failure> {
        let id = draft_id(draft)?;
        let latest = self
            .parts
            .publish_log
            .latest_of_draft(id)
            .await
            .map_err(fail::record("reading the draft's attempts"))?;
        let attempt = match latest {
            Some(attempt) if attempt.state == AttemptState::Unknown => attempt,
            _ => {
                return Err(Failure::new(
                    Code::IllegalTransition,
                    "Nothing is unknown about this draft, so there is nothing to settle.",
                ));
            }
        };
        let view = match resolution {
            Resolution::NotPublished => {
                self.advance(
                    &attempt,
                    AttemptEvent::NotPublished,
                    Some(Code::OutcomeUnknown),
                    None,
                )
                .await?;
                nothing_published()
            }
            Resolution::Published { listing_id } => {
                let listing_id = listing_id.trim();
                if listing_id.is_empty()
                    || listing_id.len() > 30
                    || !listing_id.bytes().all(|b| b.is_ascii_digit())
                {
                    return Err(Failure::new(
                        Code::InvalidField,
                        "A listing's id is the number in its address, such as 123 in /items/123-robe.",
                    )
                    .with(serde_json::json!({ "fields": { "listing_id": "invalid_field" } })));
                }
                let url = self.listing_url(attempt.account_id, listing_id).await?;
                let listing = listing_of(&attempt, listing_id, &url, self.parts.clock.now());
                self.advance(&attempt, AttemptEvent::Published, None, Some(listing))
                    .await?;
                PublishView {
                    listing_id: Some(listing_id.to_owned()),
                    listing_url: Some(url),
                    warnings: vec![Code::ReadbackUnavailable.as_str().to_owned()],
                    ..nothing_published()
                }
            }
        };
        self.settle_jobs(draft, &view).await?;
        self.tell(Event::DraftChanged {
            id: draft.to_owned(),
        });
        Ok(view)
    }

    /// The job that waits for the same answer gets it.
    async fn settle_jobs(&self, draft: &str, view: &PublishView) -> Result<(), Failure> {
        let filter = JobFilter {
            statuses: vec![JobStatus::Unknown],
            subject: Some(draft.to_owned()),
            ..JobFilter::default()
        };
        let waiting = self
            .parts
            .queue
            .list(&filter)
            .await
            .map_err(queue_failure)?;
        for job in waiting.jobs {
            let settlement = match &view.listing_url {
                Some(url) => Settlement::Success {
                    result_url: Some(url.clone()),
                },
                None => Settlement::Failed(Reason::new(
                    Code::Cancelled.as_str(),
                    "Not published, by the person's word.",
                )),
            };
            self.parts
                .queue
                .settle(job.id, settlement)
                .await
                .map_err(queue_failure)?;
        }
        Ok(())
    }
}
