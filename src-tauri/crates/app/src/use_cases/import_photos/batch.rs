//! Photos of an import that have no draft yet, and the drafts made of them.

use std::collections::{HashMap, HashSet};

use contract::{Event, Failure, Grouping, PhotoGroupView};
use domain::{Draft, Photo, PhotoId};
use uuid::Uuid;

use super::BATCH;
use crate::{
    App, fail,
    ports::{FileOutcome, Grouper, ImportFile, PhotoGroup},
};

/// Photos that one garment can have at most, for the purpose of waiting for more: beyond them nothing is held back.
const MOST_HELD: usize = 2 * BATCH;

/// Photos that wait for a draft, in the order of their files; each once.
#[derive(Default)]
pub(super) struct Pending {
    photos: Vec<Photo>,
    seen: HashSet<PhotoId>,
}

impl Pending {
    /// Knows the photos that an earlier part of the import gave a draft, and waits for a draft of those whose files
    /// are not there any more: not among `found`.
    pub(super) fn after(
        earlier: &HashMap<ImportFile, FileOutcome>,
        found: &HashSet<&ImportFile>,
    ) -> Self {
        let drafted = earlier.values().filter_map(|outcome| match outcome {
            FileOutcome::Photo {
                photo,
                drafted: true,
                ..
            } => Some(photo.id),
            _ => None,
        });
        let mut pending = Self {
            photos: Vec::new(),
            seen: drafted.collect(),
        };
        let mut gone: Vec<_> = earlier.iter().filter(|(f, _)| !found.contains(f)).collect();
        gone.sort_by(|(a, _), (b, _)| a.path.cmp(&b.path));
        for (_, outcome) in gone {
            if let FileOutcome::Photo { photo, drafted, .. } = outcome {
                pending.add(photo.as_ref().clone(), *drafted);
            }
        }
        pending
    }

    pub(super) fn add(&mut self, photo: Photo, drafted: bool) {
        if !drafted && self.seen.insert(photo.id) {
            self.photos.push(photo);
        }
    }

    /// Takes what makes whole groups. While more files are to come, the group of the last photo is kept: its
    /// garment may go on with the next file.
    fn take(
        &mut self,
        grouper: &dyn Grouper,
        grouping: Grouping,
        last: bool,
    ) -> Vec<(PhotoGroup, Vec<Photo>)> {
        if self.photos.is_empty() || (grouping == Grouping::One && !last) {
            return Vec::new();
        }
        let groups = match grouping {
            Grouping::Auto => grouper.group(&self.photos),
            Grouping::One => vec![by_person((0..self.photos.len()).collect())],
            Grouping::None => (0..self.photos.len()).map(|i| by_person(vec![i])).collect(),
        };
        let newest = self.photos.len() - 1;
        let hold = grouping == Grouping::Auto && !last;
        let (held, whole): (Vec<PhotoGroup>, Vec<PhotoGroup>) =
            groups.into_iter().partition(|group| {
                hold && group.indices.contains(&newest) && group.indices.len() <= MOST_HELD
            });
        let photos = std::mem::take(&mut self.photos);
        let of = |group: &PhotoGroup| -> Vec<Photo> {
            let wanted = group.indices.iter();
            wanted.filter_map(|&i| photos.get(i).cloned()).collect()
        };
        self.photos = held.iter().flat_map(of).collect();
        whole
            .into_iter()
            .map(|group| {
                let photos = of(&group);
                (group, photos)
            })
            .collect()
    }
}

impl App {
    /// Makes drafts of the photos whose groups are whole; of all that wait, where this is the `last` time.
    pub(super) async fn make_drafts(
        &self,
        run: Uuid,
        pending: &mut Pending,
        grouping: Grouping,
        last: bool,
    ) -> Result<(), Failure> {
        let groups = pending.take(self.parts.grouper.as_ref(), grouping, last);
        if groups.is_empty() {
            return Ok(());
        }
        let (drafts, groups): (Vec<Draft>, Vec<PhotoGroupView>) = groups
            .into_iter()
            .map(|(group, photos)| {
                let mut draft =
                    Draft::new(self.parts.clock.new_id().into(), self.parts.clock.now());
                draft.photos = photos;
                draft.confidence = (grouping == Grouping::Auto).then_some(group.confidence);
                let told = PhotoGroupView {
                    draft_id: draft.id.to_string(),
                    reason: group.reason.to_owned(),
                    seconds: group.seconds,
                    confidence: group.confidence,
                    ..PhotoGroupView::default()
                };
                (draft, told)
            })
            .unzip();
        self.parts
            .imports
            .add_drafts(run, &drafts, &groups)
            .await
            .map_err(fail::record("storing the drafts"))?;
        for draft in &drafts {
            self.tell(Event::DraftChanged {
                id: draft.id.to_string(),
            });
        }
        Ok(())
    }
}

fn by_person(indices: Vec<usize>) -> PhotoGroup {
    PhotoGroup {
        indices,
        reason: "by_person",
        seconds: None,
        confidence: 1.0,
    }
}

#[cfg(test)]
mod tests {
    use chrono::Utc;

    use super::*;

    /// Photos of the same thousand belong together.
    struct ByThousand;

    impl Grouper for ByThousand {
        fn group(&self, photos: &[Photo]) -> Vec<PhotoGroup> {
            let mut groups: Vec<PhotoGroup> = Vec::new();
            let mut of: HashMap<u64, usize> = HashMap::new();
            for (index, photo) in photos.iter().enumerate() {
                let place = *of.entry(photo.phash / 1000).or_insert_with(|| {
                    groups.push(by_person(Vec::new()));
                    groups.len() - 1
                });
                groups[place].indices.push(index);
            }
            groups
        }
    }

    fn photo(n: u64) -> Photo {
        Photo {
            id: Uuid::from_u128(n.into()).into(),
            sha256: format!("{n:064x}"),
            filename: String::new(),
            width: 1,
            height: 1,
            phash: n,
            captured_at: None,
            camera: None,
            orientation: 1,
            edited: None,
            created_at: Utc::now(),
        }
    }

    fn numbers(groups: &[(PhotoGroup, Vec<Photo>)]) -> Vec<Vec<u64>> {
        groups
            .iter()
            .map(|(_, photos)| photos.iter().map(|p| p.phash).collect())
            .collect()
    }

    #[test]
    fn a_garment_is_not_cut_where_a_batch_ends() {
        let mut pending = Pending::default();
        for n in [1000, 1001, 2000, 2001, 2001] {
            pending.add(photo(n), false);
        }
        let first = pending.take(&ByThousand, Grouping::Auto, false);
        assert_eq!(numbers(&first), [[1000, 1001]], "the last group waits");
        pending.add(photo(2002), false);
        pending.add(photo(3000), false);
        let rest = pending.take(&ByThousand, Grouping::Auto, true);
        assert_eq!(
            numbers(&rest),
            [vec![2000, 2001, 2002], vec![3000]],
            "and is whole, each photo once"
        );
        assert!(pending.take(&ByThousand, Grouping::Auto, true).is_empty());
    }

    #[test]
    fn what_has_a_draft_gets_no_second_one() {
        let mut pending = Pending::default();
        pending.add(photo(1), true);
        pending.add(photo(2), false);
        let groups = pending.take(&ByThousand, Grouping::None, false);
        assert_eq!(numbers(&groups), [[2]]);
        pending.add(photo(2), false);
        assert!(
            pending.take(&ByThousand, Grouping::None, true).is_empty(),
            "two files of one photo"
        );
    }

    #[test]
    fn one_draft_for_all_waits_for_the_end() {
        let mut pending = Pending::default();
        pending.add(photo(1), false);
        assert!(pending.take(&ByThousand, Grouping::One, false).is_empty());
        pending.add(photo(5000), false);
        let all = pending.take(&ByThousand, Grouping::One, true);
        assert_eq!(numbers(&all), [[1, 5000]]);
    }
}
