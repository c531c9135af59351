//! `publish resolve`: the person settles what nobody could prove.

use contract::{Code, Event, Failure, PublishView, Resolution};
use domain::attempt::{AttemptEvent, AttemptState};

use super::{
    publish::{listing_of, not_read_back, nothing_published},
    publish_evidence::nothing_unknown,
};
use crate::{App, fail, ports::AttemptFacts, use_cases::change_draft::draft_id};

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
        let latest = match latest {
            // A dead process's click becomes an unknown that can be settled here, with or without a network.
            Some(attempt) => Some(self.settle_if_dead(attempt, None).await?),
            None => None,
        };
        let attempt = match latest {
            Some(attempt) if attempt.state == AttemptState::Unknown => attempt,
            _ => {
                return Err(nothing_unknown());
            }
        };
        let view = match resolution {
            Resolution::NotPublished => {
                let facts = AttemptFacts::because(Code::OutcomeUnknown);
                self.advance(&attempt, AttemptEvent::NotPublished, facts)
                    .await?;
                nothing_published()
            }
            Resolution::Published { listing_id } => {
                let listing_id = listing_id.trim();
                if listing_id.is_empty()
                    || listing_id.len() > 30
                    || !listing_id.bytes().all(|b| b.is_ascii_digit())
                {
                    return Err(no_such_listing(
                        "A listing's id is the number in its address, such as 123 in /items/123-robe.",
                    ));
                }
                let others = self
                    .parts
                    .listings
                    .ids_of_other_drafts(attempt.account_id, id)
                    .await
                    .map_err(fail::record("reading the listings"))?;
                if others.iter().any(|other| other == listing_id) {
                    return Err(no_such_listing(
                        "This listing belongs to another of your drafts. Look at its address again.",
                    ));
                }
                if attempt.baseline.iter().any(|before| before == listing_id) {
                    return Err(no_such_listing(
                        "This listing was there before the button was pressed. Look at its address again.",
                    ));
                }
                let url = self.listing_url(attempt.account_id, listing_id).await;
                let listing = listing_of(&attempt, listing_id, &url, self.parts.clock.now());
                let facts = AttemptFacts {
                    listing: Some(listing),
                    ..AttemptFacts::default()
                };
                self.advance(&attempt, AttemptEvent::Published, facts)
                    .await?;
                not_read_back(listing_id, &url)
            }
        };
        self.reconcile_jobs().await;
        self.tell(Event::DraftChanged {
            id: draft.to_owned(),
        });
        Ok(view)
    }
}

fn no_such_listing(why: &str) -> Failure {
    Failure::new(Code::InvalidField, why)
        .with(serde_json::json!({ "fields": { "listing_id": "invalid_field" } }))
}
