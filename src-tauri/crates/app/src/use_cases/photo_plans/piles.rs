//! A plan's piles: by pauses at first, and as their drafts are now.

use std::collections::HashMap;

use contract::Failure;
use domain::{Draft, DraftId, DraftStatus, Photo, PhotoId};

use crate::{
    App, fail,
    ports::{PhotoGroup, PhotoPlan, PileWhy, PlanBody, PlanPile, RecordError},
};

/// Drafts of a plan's piles that are still there, and whether somebody other than the plan worked on each.
pub(super) type Drafts = HashMap<DraftId, (Draft, bool)>;

impl App {
    /// Puts photos into piles by the times at which they were taken; what an import does before anybody looked.
    pub(crate) fn pile_by_pauses(&self, body: &mut PlanBody, photos: &[Photo]) {
        let groups = if body.regroup {
            self.parts.grouper.group(photos)
        } else {
            (0..photos.len()).map(alone).collect()
        };
        for group in groups {
            let number = body.take_number();
            let ids = group.indices.iter().filter_map(|&at| photos.get(at));
            body.piles.push(PlanPile {
                number,
                photos: ids.map(|photo| photo.id).collect(),
                by_person: group.reason == "by_person",
                why: PileWhy {
                    reason: group.reason.to_owned(),
                    seconds: group.seconds,
                    ..PileWhy::default()
                },
                confidence: group.confidence,
                unsure: Vec::new(),
                no_garment: false,
                draft: None,
                written: 0,
            });
        }
    }

    /// The piles with the photos that their drafts have now, and those drafts. A pile whose draft the person removed is
    /// no pile any more.
    pub(super) async fn current_piles(
        &self,
        plan: &PhotoPlan,
    ) -> Result<(Vec<PlanPile>, Drafts), Failure> {
        let mut piles = Vec::new();
        let mut drafts = Drafts::new();
        for pile in &plan.body.piles {
            let Some(id) = pile.draft else {
                piles.push(pile.clone());
                continue;
            };
            let draft = match self.parts.drafts.get(id).await {
                Ok(draft) => draft,
                Err(RecordError::NotFound) => continue,
                Err(error) => return Err(fail::record("reading the drafts")(error)),
            };
            let touched = draft.revision != pile.written
                || draft.status != DraftStatus::Draft
                || self.is_queued(id).await?;
            let photos: Vec<PhotoId> = draft.photos.iter().map(|photo| photo.id).collect();
            piles.push(PlanPile {
                photos,
                ..pile.clone()
            });
            drafts.insert(id, (draft, touched));
        }
        Ok((piles, drafts))
    }
}

impl PlanBody {
    /// A number that no pile had before.
    pub(crate) fn take_number(&mut self) -> u32 {
        self.next_pile += 1;
        self.next_pile
    }
}

fn alone(at: usize) -> PhotoGroup {
    PhotoGroup {
        indices: vec![at],
        reason: "by_person",
        seconds: None,
        confidence: 1.0,
    }
}
