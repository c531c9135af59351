//! The draft that a person is about to change; one that looking took away under their hands comes back for it.

use contract::{Code, Event, Failure};
use domain::{Draft, DraftId, DraftStatus};

use crate::{
    App, fail,
    ports::{DraftChanges, RecordError},
};

/// How often it is tried again because a draft was changed meanwhile.
const TRIES: usize = 5;

impl App {
    /// A draft, to be changed by the person. Looking may have put its photos into other drafts while it was open in an
    /// editor: then it comes back, with those of its photos that nobody has made part of another draft since, so that
    /// what is typed is kept and stands beside what it is about.
    ///
    /// # Errors
    /// `not_found`, storage.
    pub(crate) async fn draft_to_change(&self, id: DraftId) -> Result<Draft, Failure> {
        let reading = || fail::record("reading the draft");
        for _ in 0..TRIES {
            match self.parts.drafts.get(id).await {
                Err(RecordError::NotFound) => {}
                draft => return draft.map_err(reading()),
            }
            let mut back = match self.parts.plans.taken_out(id).await {
                Ok((draft, false)) => draft,
                // The person wanted it away.
                Ok((_, true)) | Err(RecordError::NotFound) => {
                    return Err(reading()(RecordError::NotFound));
                }
                Err(error) => return Err(reading()(error)),
            };
            let changes = self.taken_back(&mut back).await?;
            match self.parts.plans.change_drafts(&changes).await {
                Ok(()) => {
                    failpoint::reached("draft.taken_back");
                    for id in changes.ids() {
                        self.tell(Event::DraftChanged { id: id.to_string() });
                    }
                    return Ok(back);
                }
                Err(RecordError::Stale) => {}
                Err(error) => return Err(fail::record("bringing the draft back")(error)),
            }
        }
        Err(Failure::new(
            Code::DraftChanged,
            "Its photos are being put into piles at this moment. Try again.",
        ))
    }

    /// Takes the photos of `back` out of the drafts that hold them now, except those that are the person's: there they
    /// stay, and `back` goes without.
    async fn taken_back(&self, back: &mut Draft) -> Result<DraftChanges, Failure> {
        let reading = || fail::record("reading the drafts");
        let ids: Vec<_> = back.photos.iter().map(|photo| photo.id).collect();
        let mut changes = DraftChanges::default();
        let holders = self.parts.plans.holders(&ids).await.map_err(reading())?;
        for holder in holders {
            let memory = self.parts.suggestions.of_draft(holder.id).await;
            let said = !memory.map_err(reading())?.said.is_empty();
            if said || holder.status != DraftStatus::Draft || self.is_queued(holder.id).await? {
                back.photos.retain(|photo| !holder.photos.contains(photo));
                continue;
            }
            let mut after = holder.clone();
            after.photos.retain(|photo| !ids.contains(&photo.id));
            if after.photos.is_empty() {
                changes.gone.push((holder.id, holder.revision));
            } else {
                after.revision += 1;
                after.updated_at = self.parts.clock.now();
                changes.changed.push(after);
            }
        }
        changes.back.push(back.clone());
        Ok(changes)
    }
}
