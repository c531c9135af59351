//! Photos to groups, one group per garment, from the times at which they were taken.
//!
//! People take all photos of a garment, then change it: the pause is longer. That is all this knows, and
//! it is a proposal that the person corrects: with times alone about a third of the garments come out
//! exactly right (simulated rolls: F1 0.62, 31 % exact), so no group is surer than [`MOST_CONFIDENT`].

use std::{collections::BTreeMap, time::Duration};

use chrono::NaiveDateTime;

/// The pause that parts garments where a roll is too short or too even to tell its own.
///
/// Front, back and label follow each other within some ten seconds; changing the garment takes more.
pub const DEFAULT_GAP: Duration = Duration::from_secs(30);

/// What a group by capture time is at most, since pauses alone leave much open.
pub const MOST_CONFIDENT: f64 = 0.7;

/// Confidence of photos of which nobody knows when they were taken.
const WITHOUT_TIMES: f64 = 0.2;

/// Pauses from which the roll's own rhythm is read: fewer say too little.
const FEWEST_PAUSES: usize = 12;
/// Long pauses are at least this many times the short ones, else the roll has no two kinds of them.
const RATIO: f64 = 4.0;
/// Pauses beyond this are another session and say nothing about the rhythm.
const SESSION: Duration = Duration::from_secs(3600);
/// Bounds of what is taken for a roll's own gap.
const SHORTEST_GAP: f64 = 4.0;
const LONGEST_GAP: f64 = 300.0;

/// What grouping needs to know of a photo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoTime {
    /// Whatever tells the photo apart, such as its place in the import; handed back in the groups.
    pub index: usize,
    /// When the camera says it was taken.
    pub captured_at: Option<NaiveDateTime>,
    /// Camera model as the metadata names it.
    pub camera: Option<String>,
}

/// Why photos are together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Each was taken at most that long after the one before.
    TakenWithin {
        /// The longest pause between two neighbours, rounded up.
        seconds: u64,
    },
    /// Nobody knows when they were taken; they were imported one after the other.
    NoTimes,
    /// Nothing was taken near it.
    Single,
    /// The person said so.
    ByPerson,
}

/// Photos of one garment, as far as can be told.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The photos' indices. Those with a time are in the order of their times.
    pub indices: Vec<usize>,
    /// Why.
    pub reason: Reason,
    /// How sure, 0 to 1.
    pub confidence: f64,
}

/// Groups by pauses in capture time longer than `gap`.
///
/// `photos` are in import order. Every photo is in exactly one group, groups are in the order of their
/// first photo in the import, and the same input gives the same groups.
///
/// - Where several cameras are named, each has its own timeline: clocks differ, and two people may work
///   side by side.
/// - A photo without a time between two photos of one group in the import joins them. Other photos
///   without a time make a group of their own with their neighbours ([`Reason::NoTimes`]): which
///   garment they belong to is not known, and a wrong photo in a listing is worse than a group to move.
#[must_use]
pub fn group_by_capture_time(photos: &[PhotoTime], gap: Duration) -> Vec<Group> {
    let mut groups = Vec::new();
    // The group of each photo that has a time.
    let mut group_of: Vec<Option<usize>> = vec![None; photos.len()];
    for timeline in timelines(photos) {
        let breaks: Vec<usize> = (1..timeline.len())
            .filter(|&at| pause(&timeline[at - 1], &timeline[at]) > gap)
            .collect();
        let starts = std::iter::once(0).chain(breaks.iter().copied());
        let ends = breaks.iter().copied().chain([timeline.len()]);
        for (start, end) in starts.zip(ends).filter(|(start, end)| start < end) {
            for moment in &timeline[start..end] {
                group_of[moment.place] = Some(groups.len());
            }
            groups.push(Timed::new(&timeline, start, end, gap));
        }
    }
    let mut piles: Vec<Pile> = groups.into_iter().map(Pile::Timed).collect();
    let mut at = 0;
    while at < photos.len() {
        let run = (at..photos.len())
            .take_while(|&i| group_of[i].is_none())
            .count();
        if run == 0 {
            at += 1;
            continue;
        }
        let before = at.checked_sub(1).and_then(|i| group_of[i]);
        let after = group_of.get(at + run).copied().flatten();
        match (before, after) {
            (Some(before), Some(after)) if before == after => {
                if let Pile::Timed(timed) = &mut piles[before] {
                    timed.insert_after(at - 1, at..at + run);
                }
            }
            _ => piles.push(Pile::Untimed((at..at + run).collect())),
        }
        at += run;
    }
    piles.sort_by_key(|pile| pile.places().iter().copied().min());
    piles
        .into_iter()
        .map(|pile| pile.into_group(photos))
        .collect()
}

/// The pause that tells garments apart in this roll.
///
/// Some photograph a garment in ten seconds, others in two minutes, so no fixed pause fits. The pauses
/// are parted into short and long where the two kinds, on a logarithmic scale, differ most (Otsu 1979).
/// Where they do not differ fourfold, or are fewer than twelve, it is [`DEFAULT_GAP`].
#[must_use]
pub fn natural_gap(photos: &[PhotoTime]) -> Duration {
    let mut pauses: Vec<f64> = timelines(photos)
        .iter()
        .flat_map(|timeline| timeline.windows(2))
        .map(|pair| pause(&pair[0], &pair[1]))
        .filter(|pause| *pause <= SESSION)
        // Clocks count whole seconds: below one they say nothing.
        .map(|pause| pause.as_secs_f64().max(1.0).ln())
        .collect();
    if pauses.len() < FEWEST_PAUSES {
        return DEFAULT_GAP;
    }
    pauses.sort_by(f64::total_cmp);
    let total: f64 = pauses.iter().sum();
    let mut below = 0.0;
    let mut best: Option<Split> = None;
    for at in 1..pauses.len() {
        below += pauses[at - 1];
        let (short, long) = (at as f64, (pauses.len() - at) as f64);
        let distance = (total - below) / long - below / short;
        let between = short * long * distance * distance;
        if pauses[at] > pauses[at - 1] && best.is_none_or(|b| between > b.between) {
            best = Some(Split {
                at,
                distance,
                between,
            });
        }
    }
    best.filter(|split| split.distance >= RATIO.ln())
        .map_or(DEFAULT_GAP, |Split { at, .. }| {
            let middle = f64::midpoint(pauses[at - 1], pauses[at]);
            Duration::from_secs_f64(middle.exp().clamp(SHORTEST_GAP, LONGEST_GAP))
        })
}

/// Short pauses before `at`, long ones from it on.
#[derive(Clone, Copy)]
struct Split {
    at: usize,
    /// Between the means of the two kinds, as a logarithm.
    distance: f64,
    /// Otsu's variance between the kinds.
    between: f64,
}

/// All photos in one group, by the person's word; none where there are no photos.
#[must_use]
pub fn all_in_one(photos: &[PhotoTime]) -> Vec<Group> {
    if photos.is_empty() {
        return Vec::new();
    }
    vec![by_person(photos.iter().map(|p| p.index).collect())]
}

/// A group a photo, by the person's word.
#[must_use]
pub fn one_each(photos: &[PhotoTime]) -> Vec<Group> {
    photos.iter().map(|p| by_person(vec![p.index])).collect()
}

fn by_person(indices: Vec<usize>) -> Group {
    Group {
        indices,
        reason: Reason::ByPerson,
        confidence: 1.0,
    }
}

/// A photo with its time.
#[derive(Clone, Copy, Debug)]
struct Moment {
    /// Its place in the import.
    place: usize,
    at: NaiveDateTime,
}

/// The photos that have a time, one timeline a camera, each in the order of time.
fn timelines(photos: &[PhotoTime]) -> Vec<Vec<Moment>> {
    let mut by_camera: BTreeMap<Option<&str>, Vec<Moment>> = BTreeMap::new();
    let mut named = photos.iter().filter_map(|p| p.camera.as_deref());
    let first = named.next();
    let several = named.any(|camera| Some(camera) != first);
    for (place, photo) in photos.iter().enumerate() {
        let Some(at) = photo.captured_at else {
            continue;
        };
        let camera = photo.camera.as_deref().filter(|_| several);
        by_camera
            .entry(camera)
            .or_default()
            .push(Moment { place, at });
    }
    let mut timelines: Vec<Vec<Moment>> = by_camera.into_values().collect();
    for timeline in &mut timelines {
        timeline.sort_by_key(|m| (m.at, m.place));
    }
    timelines
}

fn pause(earlier: &Moment, later: &Moment) -> Duration {
    later
        .at
        .signed_duration_since(earlier.at)
        .to_std()
        .unwrap_or_default()
}

/// Photos of one timeline.
struct Timed {
    places: Vec<usize>,
    longest: Option<Duration>,
    confidence: f64,
}

impl Timed {
    fn new(timeline: &[Moment], start: usize, end: usize, gap: Duration) -> Self {
        let longest = timeline[start..end]
            .windows(2)
            .map(|p| pause(&p[0], &p[1]))
            .max();
        let before = (start > 0).then(|| pause(&timeline[start - 1], &timeline[start]));
        let after = timeline
            .get(end)
            .map(|next| pause(&timeline[end - 1], next));
        let nearest = before.into_iter().chain(after).min();
        Self {
            places: timeline[start..end].iter().map(|m| m.place).collect(),
            longest,
            confidence: confidence(longest.unwrap_or(gap), nearest),
        }
    }

    fn insert_after(&mut self, place: usize, run: std::ops::Range<usize>) {
        let at = self
            .places
            .iter()
            .position(|p| *p == place)
            .map_or(self.places.len(), |p| p + 1);
        self.places.splice(at..at, run);
    }
}

/// Half of the most where nothing parts the group from its neighbours, or where it has none to be
/// parted from; the most where the pause around it is eight times the longest within.
fn confidence(within: Duration, around: Option<Duration>) -> f64 {
    let Some(around) = around else {
        return MOST_CONFIDENT / 2.0;
    };
    let ratio = around.as_secs_f64().max(1.0) / within.as_secs_f64().max(1.0);
    let sure = (ratio.max(1.0).ln() / 8f64.ln()).min(1.0);
    MOST_CONFIDENT * f64::midpoint(1.0, sure)
}

enum Pile {
    Timed(Timed),
    Untimed(Vec<usize>),
}

impl Pile {
    fn places(&self) -> &[usize] {
        match self {
            Self::Timed(timed) => &timed.places,
            Self::Untimed(places) => places,
        }
    }

    fn into_group(self, photos: &[PhotoTime]) -> Group {
        let indices = self
            .places()
            .iter()
            .map(|&place| photos[place].index)
            .collect();
        match self {
            Self::Timed(Timed {
                longest: Some(longest),
                confidence,
                ..
            }) => Group {
                indices,
                reason: Reason::TakenWithin {
                    seconds: longest.as_secs_f64().ceil() as u64,
                },
                confidence,
            },
            Self::Timed(Timed { confidence, .. }) => Group {
                indices,
                reason: Reason::Single,
                confidence,
            },
            Self::Untimed(_) => Group {
                indices,
                reason: Reason::NoTimes,
                confidence: WITHOUT_TIMES,
            },
        }
    }
}

#[cfg(test)]
mod tests;
