//! Whether a token still stands for its draft, and what its key was given before.

use contract::{Code, Failure, PublishView};
use domain::{Draft, attempt::AttemptState, content::content_hash};

use super::view::replay;
use crate::{
    App,
    app::SiteTurn,
    fail,
    ports::{Confirmation, RecordError},
    token,
};

impl App {
    /// What an earlier attempt with this key answers: a replay, a refusal to repeat, or nothing.
    pub(super) async fn answer_by_key(
        &self,
        confirmation: &Confirmation,
        key: &str,
        turn: Option<&SiteTurn>,
    ) -> Result<Option<PublishView>, Failure> {
        let found = self
            .parts
            .publish_log
            .by_key(confirmation.account_id, key)
            .await
            .map_err(fail::record("looking the key up"))?;
        let Some(attempt) = found else {
            return Ok(None);
        };
        if attempt.content_hash != confirmation.content_hash
            || attempt.draft_id != confirmation.draft_id
        {
            return Err(duplicate(
                "The key belongs to another content. Use a new one.",
            ));
        }
        match self.settle_if_dead(attempt, turn).await? {
            settled if settled.state == AttemptState::Settled => Ok(Some(replay(&settled))),
            open if open.state.is_open() => Err(duplicate(
                "This is being published right now. Wait for its result.",
            )),
            unknown if unknown.state == AttemptState::Unknown => {
                let settled = self.settle_by_evidence(unknown, turn).await?;
                match settled.state {
                    AttemptState::Settled => Ok(Some(replay(&settled))),
                    _ => Err(fail::outcome_unknown()),
                }
            }
            _ => Ok(None),
        }
    }

    /// The draft as it was confirmed, still free to be published.
    pub(super) async fn confirmed_draft(
        &self,
        confirmation: &Confirmation,
        key: &str,
        live: bool,
        turn: Option<&SiteTurn>,
    ) -> Result<Draft, Failure> {
        let used = self
            .parts
            .publish_log
            .by_confirmation(confirmation.id)
            .await
            .map_err(fail::record("looking the confirmation up"))?;
        let used = match used {
            Some(attempt) => Some(self.settle_if_dead(attempt, turn).await?),
            None => None,
        };
        if let Some(attempt) = used
            && !attempt.state.allows_new_attempt()
            && attempt.idempotency_key != key
        {
            return Err(Failure::new(
                Code::TokenUsed,
                "This confirmation has served. Prepare the draft again if you want to publish it anew.",
            ));
        }
        if self.parts.clock.now() >= confirmation.expires_at {
            return Err(token::expired());
        }
        let draft = match self.parts.drafts.get(confirmation.draft_id).await {
            Ok(draft) => draft,
            Err(RecordError::NotFound) => return Err(draft_changed()),
            Err(error) => return Err(fail::record("reading the draft")(error)),
        };
        self.refuse_published(&draft, turn).await?;
        if content_hash(&draft) != confirmation.content_hash {
            return Err(draft_changed());
        }
        if live && confirmation.dry_only {
            return Err(Failure::new(
                Code::MissingPhotos,
                "The form was filled without photos, for a dry run only. Add photos and prepare the draft again.",
            ));
        }
        Ok(draft)
    }
}

pub(super) fn duplicate(why: &str) -> Failure {
    Failure::new(Code::DuplicatePublish, why)
}

pub(crate) fn draft_changed() -> Failure {
    Failure::new(
        Code::DraftChanged,
        "The draft was changed since you confirmed it. Nothing was published; prepare it again.",
    )
}
