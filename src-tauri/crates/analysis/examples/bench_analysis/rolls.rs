//! Made-up rolls: several views of each garment, labels, pauses as people make them, shots taken later.

use std::path::{Path, PathBuf};

use analysis::photo::{Analyser, PhotoFacts};
use analysis::picture::Picture;
use analysis::roll::RollPhoto;
use anyhow::{Context, Result};
use chrono::NaiveDateTime;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

use crate::draw::{Canvas, Fonts, Hardness, View, label_photo};
use crate::{labels, machine};

/// The longer side of a made-up photo: as the app's own thumbnails of 1600 would be too slow to draw, smaller.
const EDGE: u32 = 1_024;

/// A photo of a made-up roll.
pub(crate) struct Shot {
    /// Which garment it is of.
    pub(crate) item: usize,
    pub(crate) is_label: bool,
    pub(crate) at: Option<NaiveDateTime>,
    pub(crate) phash: u64,
    pub(crate) facts: PhotoFacts,
    /// How long the analyser took.
    pub(crate) took: std::time::Duration,
    /// Processor time that went into it, in seconds; 0 where the system does not say.
    pub(crate) cpu: f64,
}

/// A garment's photo of the given folder.
#[derive(Clone)]
pub(crate) struct Garment {
    pub(crate) path: PathBuf,
    /// The mean colour of its edges: photos of one home look alike there.
    edge: [f32; 3],
}

/// The garments of a split (`train`, `validation`), in the order of their names.
pub(crate) fn garments(folder: &Path, split: &str) -> Result<Vec<Garment>> {
    let mut paths = Vec::new();
    let split = folder.join(split);
    let classes = fs_err::read_dir(&split)
        .with_context(|| format!("{} must hold a folder a class", split.display()))?;
    for class in classes.flatten() {
        for photo in fs_err::read_dir(class.path())?.flatten() {
            if photo.path().extension().is_some_and(|end| end == "jpg") {
                paths.push(photo.path());
            }
        }
    }
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let picture = Picture::from_jpeg(&fs_err::read(&path)?)?.resized(24, 24);
            let mut sum = [0.0; 3];
            let mut count = 0.0;
            for (at, pixel) in picture.rgb().chunks_exact(3).enumerate() {
                let (x, y) = (at % 24, at / 24);
                if x < 2 || y < 2 || x > 21 || y > 21 {
                    sum.iter_mut()
                        .zip(pixel)
                        .for_each(|(sum, sample)| *sum += f32::from(*sample));
                    count += 1.0;
                }
            }
            Ok(Garment {
                path,
                edge: sum.map(|sum| sum / count),
            })
        })
        .collect()
}

/// How a roll is made.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) items: usize,
    /// The part of the photos that have lost their time.
    pub(crate) without_time: f64,
}

/// A photo as a camera would leave it.
pub(crate) struct Taken {
    pub(crate) item: usize,
    is_label: bool,
    /// Seconds since the roll began.
    second: f64,
    pub(crate) jpeg: Vec<u8>,
}

impl Taken {
    /// The camera's wall clock.
    pub(crate) fn at(&self) -> Result<NaiveDateTime> {
        let start = chrono::DateTime::from_timestamp(1_790_000_000, 0).context("a date")?;
        Ok(start.naive_utc() + chrono::TimeDelta::seconds(self.second.round() as i64))
    }
}

/// A roll from the garments: as of one home, where the backgrounds look alike. The same seed gives the same roll.
pub(crate) fn roll(
    garments: &[Garment],
    kind: Kind,
    fonts: &Fonts,
    analyser: &Analyser,
    seed: u64,
) -> Result<Vec<Shot>> {
    let mut rng = StdRng::seed_from_u64(seed);
    let taken = taken(garments, kind.items, fonts, Labels::NowAndThen, &mut rng)?;
    taken
        .into_iter()
        .map(|photo| {
            let picture = Picture::from_jpeg(&photo.jpeg)?;
            let (before, cpu) = (std::time::Instant::now(), machine::cpu_seconds());
            let facts = analyser.look(&picture)?;
            let took = before.elapsed();
            let cpu = machine::cpu_seconds() - cpu;
            let known = !rng.random_bool(kind.without_time);
            Ok(Shot {
                item: photo.item,
                is_label: photo.is_label,
                at: known.then(|| photo.at()).transpose()?,
                phash: difference_hash(&picture),
                facts,
                took,
                cpu,
            })
        })
        .collect()
}

/// Which garments have a photo of their label.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Labels {
    /// Somewhat more than half of them, with whatever sizes.
    NowAndThen,
    /// Each: its brand, and a size of its kind of garment. As of a seller who knows what buyers ask.
    Each,
}

/// The photos of a roll in the order in which they were taken.
pub(crate) fn taken(
    garments: &[Garment],
    items: usize,
    fonts: &Fonts,
    labels: Labels,
    rng: &mut StdRng,
) -> Result<Vec<Taken>> {
    let chosen = one_home(garments, items, rng);
    // Each seller has a rhythm.
    let (within, between) = (rng.random_range(3.0..9.0f64), rng.random_range(1.6..4.0f64));
    let mut clock = 0.0f64;
    let mut shots: Vec<(f64, usize, bool, Vec<u8>)> = Vec::new();
    let mut later: Vec<(usize, usize, bool, Vec<u8>)> = Vec::new();
    for (item, garment) in chosen.iter().enumerate() {
        let photo = Picture::from_jpeg(&fs_err::read(&garment.path)?)?;
        let class = garment.path.parent().and_then(|folder| folder.file_name());
        let class = class.map(|name| name.to_string_lossy());
        let neck = (labels == Labels::Each).then_some(class.as_deref().unwrap_or_default());
        let views = views(&photo, fonts, neck, rng)?;
        clock += within * between * spread(rng, 0.7);
        for (n, (canvas, is_label)) in views.into_iter().enumerate() {
            let canvas = canvas.jpeg()?;
            if n > 0 {
                clock += within * spread(rng, 0.6);
            }
            // One in twenty is taken when the next garments lie there already.
            if n > 0 && rng.random_bool(0.05) {
                later.push((item + rng.random_range(1..4), item, is_label, canvas));
                continue;
            }
            shots.push((clock, item, is_label, canvas));
        }
        for (_, of, is_label, canvas) in later.extract_if(.., |(due, ..)| *due <= item) {
            clock += within * spread(rng, 0.6);
            shots.push((clock, of, is_label, canvas));
        }
    }
    for (_, of, is_label, canvas) in later {
        clock += within;
        shots.push((clock, of, is_label, canvas));
    }
    let taken = |(second, item, is_label, jpeg)| Taken {
        item,
        is_label,
        second,
        jpeg,
    };
    Ok(shots.into_iter().map(taken).collect())
}

/// The roll as the program gets it.
pub(crate) fn as_given<'a>(shots: &'a [Shot], times: bool) -> Vec<RollPhoto<'a>> {
    shots
        .iter()
        .map(|shot| RollPhoto {
            captured_at: shot.at.filter(|_| times),
            camera: None,
            phash: Some(shot.phash),
            facts: Some(&shot.facts),
            by_person: None,
        })
        .collect()
}

/// Garments in front of alike backgrounds: drawn from the sixty nearest to one of them.
fn one_home<'a>(garments: &'a [Garment], count: usize, rng: &mut StdRng) -> Vec<&'a Garment> {
    let home = garments[rng.random_range(0..garments.len())].edge;
    let away = |garment: &Garment| {
        garment
            .edge
            .iter()
            .zip(home)
            .map(|(a, b)| (a - b).powi(2))
            .sum::<f32>()
    };
    let mut near: Vec<&Garment> = garments.iter().collect();
    near.sort_by(|a, b| away(a).total_cmp(&away(b)));
    near.truncate((count * 3).max(60));
    near.shuffle(rng);
    near.truncate(count);
    near
}

/// Views of one garment: front, back, details, labels, now and then the same shot twice. `neck`: a label as garments of
/// this class have it.
fn views(
    photo: &Picture,
    fonts: &Fonts,
    neck: Option<&str>,
    rng: &mut StdRng,
) -> Result<Vec<(Canvas, bool)>> {
    let front = View::any(rng, (0.88, 1.0), 4.0, false);
    let mut views = vec![(front.of(photo, EDGE), false)];
    if rng.random_bool(0.1) {
        let again = View {
            light: front.light * 1.02,
            turn: front.turn + 0.3,
            ..front
        };
        views.push((again.of(photo, EDGE), false));
    }
    if rng.random_bool(0.75) {
        views.push((View::any(rng, (0.8, 1.0), 6.0, true).of(photo, EDGE), false));
    }
    for _ in 0..rng.random_range(0..3) {
        let mirrored = rng.random_bool(0.5);
        views.push((
            View::any(rng, (0.4, 0.7), 15.0, mirrored).of(photo, EDGE),
            false,
        ));
    }
    let hardness = Hardness {
        askew: 8.0,
        turned: 0.12,
        folds: rng.random_range(0.0..0.35),
        blur: (0.0, 1.4),
    };
    if neck.is_some() || rng.random_bool(0.55) {
        let text = match neck {
            Some(class) => labels::neck_of(class, rng),
            None => labels::neck(rng),
        };
        views.push((
            label_photo(&text.lines, true, photo, fonts, hardness, rng)?,
            true,
        ));
    }
    if rng.random_bool(0.45) {
        let text = labels::care(rng);
        views.push((
            label_photo(&text.lines, false, photo, fonts, hardness, rng)?,
            true,
        ));
    }
    Ok(views)
}

/// A factor around one: logarithmically normal, by the sum of uniform numbers.
fn spread(rng: &mut StdRng, deviation: f64) -> f64 {
    let normal: f64 = (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0;
    (normal * deviation).exp()
}

/// As the crate `images` hashes photos: 9 x 8 gray means, a bit where brightness falls to the right.
fn difference_hash(picture: &Picture) -> u64 {
    let small = picture.resized(9, 8);
    let gray: Vec<u32> = small
        .rgb()
        .chunks_exact(3)
        .map(|p| u32::from(p[0]) * 299 + u32::from(p[1]) * 587 + u32::from(p[2]) * 114)
        .collect();
    let falls = gray
        .chunks_exact(9)
        .flat_map(|row| row.windows(2))
        .map(|p| p[0] > p[1]);
    falls.fold(0, |hash, falls| (hash << 1) | u64::from(falls))
}
