//! Main colours: the site's names, background and skin left out.
//!
//! What stands at the edges of the photo is taken for background; what is unlike it and near the middle for the garment.
//! There is no segmentation model: how often this is right stands in docs/measurements.md.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::picture::Picture;

/// The longer side at which colours are counted. Points are taken, not means: a mean of black and white checks is gray.
const EDGE: f32 = 160.0;
/// What is this near to a colour of the edges is background, and how quickly that fades, in units of [`distance`].
const BACKGROUND: f32 = 12.0;
const FADE: f32 = 3.0;
/// Kinds of colours at the edges, and the least part of the edges that counts as one.
const BACKGROUNDS: usize = 4;
const LEAST_BACKGROUND: f32 = 0.06;
/// With less of the middle left than this, the garment is as its background: all of the middle is taken.
const LEAST_GARMENT: f32 = 0.08;
/// More than this of the garment in the colours of skin is a beige garment, not a person.
const MOST_SKIN: f32 = 0.35;
/// Photos taken in poor light are lightened so far that their whitest parts are nearly white, at most by this.
const MOST_GAIN: f32 = 1.2;
const NEARLY_WHITE: f32 = 245.0;
/// The part of the garment that a second colour must have.
const SECOND: f32 = 0.22;
/// A colour with less does not count towards many colours.
const ONE_OF_MANY: f32 = 0.10;
/// Multicoloured: no colour has more than this, and so many differ.
const MANY_FIRST: f32 = 0.42;
const MANY: usize = 4;

/// Steps of the palette in lightness and in the two colour axes.
const STEPS: [usize; 3] = [6, 8, 8];
/// Numbers of a palette.
pub const PALETTE: usize = STEPS[0] * STEPS[1] * STEPS[2];

/// A named colour with its part of the garment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamedColour {
    /// The site's name in French.
    pub name: String,
    /// 0 to 1.
    pub share: f32,
}

/// The colours of a garment in a photo.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Colours {
    /// The main colours, at most two.
    pub main: Vec<NamedColour>,
    /// All colours by name, largest first.
    pub shares: Vec<NamedColour>,
    /// How its colours lie, for comparing photos: [`PALETTE`] parts in 255ths of the largest.
    pub palette: Vec<u8>,
}

/// How alike two palettes are, 0 to 1: the part that they share.
#[must_use]
pub fn alike(a: &[u8], b: &[u8]) -> f32 {
    let sum = |palette: &[u8]| palette.iter().map(|&n| f32::from(n)).sum::<f32>().max(1.0);
    let (whole_a, whole_b) = (sum(a), sum(b));
    a.iter()
        .zip(b)
        .map(|(&a, &b)| (f32::from(a) / whole_a).min(f32::from(b) / whole_b))
        .sum()
}

/// A colour as eyes tell colours apart: CIE L*a*b*, D65.
type Lab = [f32; 3];

struct Prototype {
    name: usize,
    lab: Lab,
}

struct Prototypes {
    names: Vec<&'static str>,
    /// The names that lie beside each name.
    neighbours: Vec<Vec<&'static str>>,
    all: Vec<Prototype>,
}

static PROTOTYPES: LazyLock<Prototypes> = LazyLock::new(|| {
    let mut prototypes = Prototypes {
        names: Vec::new(),
        neighbours: Vec::new(),
        all: Vec::new(),
    };
    let lines = include_str!("../../data/colour_prototypes.tsv").lines();
    for line in lines.filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        let (Some(name), Some(values), Some(near)) =
            (columns.next(), columns.next(), columns.next())
        else {
            continue;
        };
        for value in values.split(' ') {
            // A test reads the file: every value is six hex digits.
            let value = u32::from_str_radix(value, 16).unwrap_or_default();
            let rgb = [(value >> 16) as u8, (value >> 8) as u8, value as u8];
            let name = prototypes.names.len();
            prototypes.all.push(Prototype {
                name,
                lab: lab(rgb.map(f32::from)),
            });
        }
        prototypes.names.push(name);
        prototypes.neighbours.push(near.split('|').collect());
    }
    prototypes
});

/// A point of the photo that may be the garment.
struct Point {
    lab: Lab,
    /// How much it is of the garment.
    weight: f32,
    skin: bool,
    /// How near to the middle, whatever is there.
    middle: f32,
    inmost: bool,
}

/// The main colours of the garment in the picture.
#[must_use]
pub fn colours(picture: &Picture) -> Colours {
    let points = garment(picture);
    let prototypes = &*PROTOTYPES;
    let mut shares = vec![0.0f32; prototypes.names.len()];
    let mut palette = vec![0.0f32; PALETTE];
    for point in points.iter().filter(|point| point.weight > 0.0) {
        let nearest = prototypes
            .all
            .iter()
            .map(|p| (distance(point.lab, p.lab), p.name))
            .fold(
                (f32::MAX, 0),
                |best, next| {
                    if next.0 < best.0 { next } else { best }
                },
            );
        shares[nearest.1] += point.weight;
        spread(&mut palette, point);
    }
    let whole: f32 = shares.iter().sum::<f32>().max(f32::MIN_POSITIVE);
    let mut shares: Vec<(usize, f32)> = shares
        .iter()
        .map(|share| share / whole)
        .enumerate()
        .filter(|(_, share)| *share > 0.0)
        .collect();
    shares.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let largest = palette.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    Colours {
        main: main(&shares, prototypes),
        shares: shares
            .iter()
            .map(|&(name, share)| named(prototypes.names[name], share))
            .collect(),
        palette: palette
            .iter()
            .map(|part| (part / largest * 255.0).round() as u8)
            .collect(),
    }
}

fn named(name: &str, share: f32) -> NamedColour {
    NamedColour {
        name: name.to_owned(),
        share,
    }
}

fn main(shares: &[(usize, f32)], prototypes: &Prototypes) -> Vec<NamedColour> {
    let Some(&(first, share)) = shares.first() else {
        return Vec::new();
    };
    let near = |a: usize, b: usize| prototypes.neighbours[a].contains(&prototypes.names[b]);
    let mut apart = vec![first];
    for &(name, share) in &shares[1..] {
        if share > ONE_OF_MANY && !apart.iter().any(|&other| near(name, other)) {
            apart.push(name);
        }
    }
    if share < MANY_FIRST && apart.len() >= MANY {
        return vec![named("Multicolore", 1.0)];
    }
    let second = shares[1..]
        .iter()
        .find(|(name, share)| *share >= SECOND && !near(*name, first));
    std::iter::once(&(first, share))
        .chain(second)
        .map(|&(name, share)| named(prototypes.names[name], share))
        .collect()
}

/// Points over the whole photo with their weights.
fn garment(picture: &Picture) -> Vec<Point> {
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let scale = (EDGE / width.max(height)).min(1.0);
    let (across, down) = (
        ((width * scale) as usize).max(8),
        ((height * scale) as usize).max(8),
    );
    let mut rgb = Vec::with_capacity(across * down);
    for y in 0..down {
        for x in 0..across {
            let place =
                |at: usize, of: usize, side: f32| (at as f32 + 0.5) / of as f32 * side - 0.5;
            rgb.push(picture.between(place(x, across, width), place(y, down, height)));
        }
    }
    let gain = gain(&rgb);
    let mut points: Vec<Point> = Vec::with_capacity(rgb.len());
    let mut edges: Vec<Lab> = Vec::new();
    for (at, pixel) in rgb.iter().enumerate() {
        let pixel = pixel.map(|sample| (sample * gain).min(255.0));
        let lab = lab(pixel);
        // -1 to 1 from side to side.
        let x = ((at % across) as f32 + 0.5) / across as f32 * 2.0 - 1.0;
        let y = ((at / across) as f32 + 0.5) / down as f32 * 2.0 - 1.0;
        if x.abs() > 0.86 || y.abs() > 0.90 {
            edges.push(lab);
        }
        points.push(Point {
            lab,
            weight: 0.0,
            skin: is_skin(pixel),
            middle: (-((x / 0.55).powi(2) + (y / 0.6).powi(2)) / 2.0).exp(),
            inmost: x.abs().max(y.abs()) < 0.5,
        });
    }
    let backgrounds = kinds(&mut edges);
    for point in &mut points {
        let away = backgrounds
            .iter()
            .map(|b| distance(point.lab, *b))
            .fold(f32::MAX, f32::min);
        let unlike = 1.0 / (1.0 + (-(away - BACKGROUND) / FADE).exp());
        point.weight = unlike * point.middle;
    }
    let sum = |points: &[Point], of: fn(&Point) -> f32| points.iter().map(of).sum::<f32>();
    let skin = sum(&points, |p| if p.skin { p.weight } else { 0.0 })
        / sum(&points, |p| p.weight).max(f32::MIN_POSITIVE);
    if skin < MOST_SKIN {
        points
            .iter_mut()
            .filter(|p| p.skin)
            .for_each(|p| p.weight = 0.0);
    }
    if sum(&points, |p| p.weight) < LEAST_GARMENT * sum(&points, |p| p.middle) {
        for point in &mut points {
            point.weight = if point.inmost { point.middle } else { 0.0 };
        }
    }
    points
}

/// By how much the photo is lightened.
fn gain(rgb: &[[f32; 3]]) -> f32 {
    let mut lightest: Vec<f32> = rgb
        .iter()
        .map(|p| p.iter().copied().fold(0.0, f32::max))
        .collect();
    lightest.sort_by(f32::total_cmp);
    let top = lightest
        .get(lightest.len() * 97 / 100)
        .copied()
        .unwrap_or(NEARLY_WHITE);
    (NEARLY_WHITE / top.max(1.0)).clamp(1.0, MOST_GAIN)
}

/// The kinds of colours at the edges that are more than specks (k-means; it starts at steps of lightness, so that the
/// same photo always gives the same).
fn kinds(edges: &mut [Lab]) -> Vec<Lab> {
    edges.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let Some(last) = edges.len().checked_sub(1) else {
        return Vec::new();
    };
    let start = |n: usize| {
        edges[(last as f32 * (0.05 + 0.9 * n as f32 / (BACKGROUNDS - 1) as f32)) as usize]
    };
    let mut centres: Vec<Lab> = (0..BACKGROUNDS).map(start).collect();
    let mut counts = [0usize; BACKGROUNDS];
    for _ in 0..8 {
        let mut sums = [[0.0f32; 3]; BACKGROUNDS];
        counts = [0; BACKGROUNDS];
        for edge in edges.iter() {
            let nearest = (0..BACKGROUNDS)
                .map(|n| (distance(*edge, centres[n]), n))
                .fold(
                    (f32::MAX, 0),
                    |best, next| {
                        if next.0 < best.0 { next } else { best }
                    },
                );
            counts[nearest.1] += 1;
            for (sum, part) in sums[nearest.1].iter_mut().zip(edge) {
                *sum += part;
            }
        }
        for (centre, (sum, count)) in centres.iter_mut().zip(sums.iter().zip(counts)) {
            if count > 0 {
                *centre = sum.map(|part| part / count as f32);
            }
        }
    }
    let least = LEAST_BACKGROUND * edges.len() as f32;
    centres
        .into_iter()
        .zip(counts)
        .filter(|(_, count)| *count as f32 > least)
        .map(|(centre, _)| centre)
        .collect()
}

/// Skin in YCbCr (after Chai and Ngan 1999, narrowed: wider bounds take beige and pink garments for skin).
fn is_skin([r, g, b]: [f32; 3]) -> bool {
    let cb = 128.0 - 0.169 * r - 0.331 * g + 0.5 * b;
    let cr = 128.0 + 0.5 * r - 0.419 * g - 0.081 * b;
    (138.0..168.0).contains(&cr) && (85.0..122.0).contains(&cb) && r > 95.0
}

/// How unlike two colours are. Lightness counts less: shadows change it.
fn distance(a: Lab, b: Lab) -> f32 {
    let [l, x, y] = [0, 1, 2].map(|n| a[n] - b[n]);
    ((l * 0.75).powi(2) + x * x + y * y).sqrt()
}

/// From sRGB (0 to 255) to CIE L*a*b* under D65.
fn lab(rgb: [f32; 3]) -> Lab {
    let [r, g, b] = rgb.map(|sample| {
        let part = sample / 255.0;
        if part <= 0.040_45 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    });
    let f = |part: f32| {
        if part > 0.008_856 {
            part.cbrt()
        } else {
            7.787 * part + 16.0 / 116.0
        }
    };
    let x = f((0.412_453 * r + 0.357_58 * g + 0.180_423 * b) / 0.950_456);
    let y = f(0.212_671 * r + 0.715_16 * g + 0.072_169 * b);
    let z = f((0.019_334 * r + 0.119_193 * g + 0.950_227 * b) / 1.088_754);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// Adds a point to the steps around it, so that a little more light moves little.
fn spread(palette: &mut [f32], point: &Point) {
    let [l, a, b] = point.lab;
    let at = [l / 100.0, (a + 60.0) / 120.0, (b + 60.0) / 120.0];
    let mut low = [0usize; 3];
    let mut part = [0.0f32; 3];
    for axis in 0..3 {
        let place = (at[axis] * STEPS[axis] as f32 - 0.5).clamp(0.0, (STEPS[axis] - 1) as f32);
        low[axis] = (place as usize).min(STEPS[axis] - 2);
        part[axis] = place - low[axis] as f32;
    }
    for corner in 0..8 {
        let mut weight = point.weight;
        let mut index = 0;
        for axis in 0..3 {
            let upper = corner >> axis & 1;
            weight *= if upper == 1 {
                part[axis]
            } else {
                1.0 - part[axis]
            };
            index = index * STEPS[axis] + low[axis] + upper;
        }
        palette[index] += weight;
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// A garment of one colour, or of two halves, on a background.
    fn photo(background: [u8; 3], left: [u8; 3], right: [u8; 3]) -> Picture {
        let mut rgb = Vec::new();
        for y in 0..120 {
            for x in 0..100 {
                let inside = (25..75).contains(&x) && (25..95).contains(&y);
                rgb.extend(if !inside {
                    background
                } else if x < 50 {
                    left
                } else {
                    right
                });
            }
        }
        Picture::new(100, 120, rgb).unwrap()
    }

    fn names(picture: &Picture) -> Vec<String> {
        colours(picture).main.into_iter().map(|c| c.name).collect()
    }

    const WALL: [u8; 3] = [228, 222, 210];

    #[rstest]
    #[case([20, 20, 22], "Noir")]
    #[case([200, 30, 40], "Rouge")]
    #[case([30, 40, 76], "Marine")]
    #[case([107, 26, 42], "Bordeaux")]
    #[case([60, 154, 76], "Vert")]
    #[case([110, 108, 68], "Kaki")]
    #[case([242, 216, 60], "Jaune")]
    #[case([47, 95, 174], "Bleu")]
    #[case([166, 198, 228], "Bleu clair")]
    #[case([95, 58, 124], "Violet")]
    fn one_colour(#[case] garment: [u8; 3], #[case] wanted: &str) {
        assert_eq!(
            names(&photo(WALL, garment, garment)),
            [wanted],
            "{garment:?} on a light wall"
        );
    }

    #[test]
    fn two_colours_and_a_strange_background() {
        let mut halves = names(&photo([60, 150, 70], [20, 20, 22], [240, 240, 240]));
        halves.sort();
        assert_eq!(
            halves,
            ["Blanc", "Noir"],
            "the lawn is no colour of the garment"
        );
        assert_eq!(
            names(&photo(WALL, WALL, WALL)).len(),
            1,
            "a garment as its background still has a colour"
        );
    }

    #[test]
    fn hands_are_left_out_but_beige_is_a_colour() {
        let skin = [224, 172, 140];
        assert!(is_skin(skin.map(f32::from)), "the test's skin is skin");
        let mut hand = photo(WALL, [30, 40, 76], [30, 40, 76]).rgb().to_vec();
        for y in 40..52 {
            for x in 30..50 {
                hand[(y * 100 + x) * 3..][..3].copy_from_slice(&skin);
            }
        }
        let hand = Picture::new(100, 120, hand).unwrap();
        let found = colours(&hand);
        assert_eq!(
            found.main.len(),
            1,
            "the hand is no second colour: {found:?}"
        );
        assert!(
            found.shares[0].share > 0.95,
            "nearly nothing but the garment: {:?}",
            found.shares
        );
        assert!(
            !names(&photo([90, 90, 96], skin, skin)).is_empty(),
            "a garment in the colour of skin is not thrown away"
        );
    }

    #[test]
    fn every_name_is_the_site_s() {
        let prototypes = &*PROTOTYPES;
        for (name, near) in prototypes.names.iter().zip(&prototypes.neighbours) {
            for name in std::iter::once(name).chain(near.iter().filter(|n| !n.is_empty())) {
                let known = domain::vocabulary::colour(name);
                assert!(
                    known.is_some_and(|c| c.fr == *name),
                    "the site has no colour {name}"
                );
            }
        }
        assert_eq!(
            prototypes.names.len(),
            25,
            "all but gold, silver, multicoloured, transparent"
        );
    }

    #[test]
    fn palettes_tell_photos_apart() {
        let red = colours(&photo(WALL, [200, 30, 40], [200, 30, 40])).palette;
        let darker = colours(&photo(WALL, [180, 26, 36], [180, 26, 36])).palette;
        let blue = colours(&photo(WALL, [47, 95, 174], [47, 95, 174])).palette;
        assert_eq!(red.len(), PALETTE);
        assert!((alike(&red, &red) - 1.0).abs() < 1e-5);
        assert!(
            alike(&red, &darker) > 0.5,
            "a little less light: {}",
            alike(&red, &darker)
        );
        assert!(
            alike(&red, &blue) < 0.2,
            "another colour: {}",
            alike(&red, &blue)
        );
    }
}
