//! ICC profiles to sRGB, exact to 2 levels: profiles and expected values are both made here from the spaces'
//! definitions, by other code than the one under test.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by them")]

mod common;

use common::Picture;
use images::{Limits, process};
use turbojpeg::{PixelFormat, Subsamp};

type Matrix = [[f64; 3]; 3];
type Vector = [f64; 3];

/// White of the profile connection space (ICC.1:2022, 7.2.16).
const D50: Vector = [0.9642, 1.0, 0.8249];
/// sRGB's red, green and blue adapted to D50 (Bradford), in columns: IEC 61966-2-1 Annex, as printed in the ICC's own
/// sRGB profile.
const SRGB: Matrix = [
    [0.436_065_7, 0.385_147_1, 0.143_066_4],
    [0.222_488_4, 0.716_873_2, 0.060_607_9],
    [0.013_916_0, 0.097_076_4, 0.714_096_1],
];

/// A space of three primaries and one curve.
struct Space {
    name: &'static str,
    /// x and y of red, green, blue, white.
    xy: [[f64; 2]; 4],
    curve: Curve,
}

#[derive(Clone, Copy)]
enum Curve {
    Gamma(f64),
    Srgb,
}

const SPACES: [Space; 3] = [
    Space {
        name: "Display P3",
        xy: [
            [0.680, 0.320],
            [0.265, 0.690],
            [0.150, 0.060],
            [0.3127, 0.3290],
        ],
        curve: Curve::Srgb,
    },
    // Adobe RGB (1998), 4.3.1: gamma 563/256.
    Space {
        name: "Adobe RGB",
        xy: [[0.64, 0.33], [0.21, 0.71], [0.15, 0.06], [0.3127, 0.3290]],
        curve: Curve::Gamma(563.0 / 256.0),
    },
    // ISO 22028-2 without its linear foot, as most ProPhoto profiles have it.
    Space {
        name: "ProPhoto",
        xy: [
            [0.7347, 0.2653],
            [0.1596, 0.8404],
            [0.0366, 0.0001],
            [0.3457, 0.3585],
        ],
        curve: Curve::Gamma(1.8),
    },
];

fn times(m: &Matrix, v: Vector) -> Vector {
    m.map(|row| row[0] * v[0] + row[1] * v[1] + row[2] * v[2])
}

fn product(a: &Matrix, b: &Matrix) -> Matrix {
    let column = |i: usize| times(a, [b[0][i], b[1][i], b[2][i]]);
    let columns = [column(0), column(1), column(2)];
    [0, 1, 2].map(|row| [0, 1, 2].map(|i| columns[i][row]))
}

fn inverse(m: &Matrix) -> Matrix {
    let minor = |r: usize, c: usize| {
        let (r1, r2, c1, c2) = ((r + 1) % 3, (r + 2) % 3, (c + 1) % 3, (c + 2) % 3);
        m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1]
    };
    let determinant: f64 = (0..3).map(|c| m[0][c] * minor(0, c)).sum();
    [0, 1, 2].map(|row| [0, 1, 2].map(|column| minor(column, row) / determinant))
}

fn xyz([x, y]: [f64; 2]) -> Vector {
    [x / y, 1.0, (1.0 - x - y) / y]
}

impl Space {
    /// From linear RGB to XYZ of D50.
    fn matrix(&self) -> Matrix {
        let [red, green, blue, white] = self.xy.map(xyz);
        let columns: Matrix = [0, 1, 2].map(|row| [red[row], green[row], blue[row]]);
        let share = times(&inverse(&columns), white);
        let own: Matrix =
            columns.map(|row| [row[0] * share[0], row[1] * share[1], row[2] * share[2]]);
        // Bradford (ICC.1:2022, Annex E).
        let bradford: Matrix = [
            [0.8951, 0.2664, -0.1614],
            [-0.7502, 1.7135, 0.0367],
            [0.0389, -0.0685, 1.0296],
        ];
        let (from, to) = (times(&bradford, white), times(&bradford, D50));
        let scale: Matrix = [
            [to[0] / from[0], 0.0, 0.0],
            [0.0, to[1] / from[1], 0.0],
            [0.0, 0.0, to[2] / from[2]],
        ];
        product(
            &product(&inverse(&bradford), &product(&scale, &bradford)),
            &own,
        )
    }

    fn to_srgb(&self, colour: [u8; 3]) -> [u8; 3] {
        let linear = colour.map(|v| self.curve.to_linear(f64::from(v) / 255.0));
        from_xyz(times(&self.matrix(), linear))
    }

    fn profile(&self) -> Vec<u8> {
        let m = self.matrix();
        let column = |i: usize| xyz_tag([m[0][i], m[1][i], m[2][i]]);
        let curve = self.curve.tag();
        let (red, green, blue) = (column(0), column(1), column(2));
        profile(
            b"RGB ",
            b"XYZ ",
            &[
                (b"rXYZ", &red),
                (b"gXYZ", &green),
                (b"bXYZ", &blue),
                (b"rTRC", &curve),
                (b"gTRC", &curve),
                (b"bTRC", &curve),
            ],
        )
    }
}

fn from_xyz(colour: Vector) -> [u8; 3] {
    times(&inverse(&SRGB), colour).map(|linear| {
        let linear = linear.clamp(0.0, 1.0);
        let encoded = if linear <= 0.003_130_8 {
            linear * 12.92
        } else {
            1.055 * linear.powf(1.0 / 2.4) - 0.055
        };
        (encoded * 255.0).round() as u8
    })
}

impl Curve {
    fn to_linear(self, v: f64) -> f64 {
        match self {
            Self::Gamma(gamma) => v.powf(gamma),
            Self::Srgb if v <= 0.04045 => v / 12.92,
            Self::Srgb => ((v + 0.055) / 1.055).powf(2.4),
        }
    }

    /// A parametric curve (ICC.1:2022, 10.18).
    fn tag(self) -> Vec<u8> {
        let (kind, numbers) = match self {
            Self::Gamma(gamma) => (0u16, vec![gamma]),
            Self::Srgb => (
                3,
                vec![2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045],
            ),
        };
        let mut tag = b"para\0\0\0\0".to_vec();
        tag.extend(kind.to_be_bytes());
        tag.extend([0, 0]);
        tag.extend(numbers.into_iter().flat_map(fixed));
        tag
    }
}

fn fixed(value: f64) -> [u8; 4] {
    ((value * 65536.0).round() as i32).to_be_bytes()
}

fn xyz_tag(colour: Vector) -> Vec<u8> {
    let mut tag = b"XYZ \0\0\0\0".to_vec();
    tag.extend(colour.into_iter().flat_map(fixed));
    tag
}

/// A whole profile (ICC.1:2022, 7): header, tag table, tags.
fn profile(space: &[u8; 4], connection: &[u8; 4], tags: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let white = xyz_tag(D50);
    let mut words = b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS\0\0\0\x02\0\0\0\x1c".to_vec();
    words.extend([0, b'x', 0, 0]);
    let mut all: Vec<(&[u8; 4], &[u8])> =
        vec![(b"desc", &words), (b"cprt", &words), (b"wtpt", &white)];
    all.extend_from_slice(tags);
    let (mut table, mut data) = (Vec::new(), Vec::new());
    let first = 128 + 4 + 12 * all.len();
    for (name, tag) in &all {
        table.extend_from_slice(*name);
        table.extend(((first + data.len()) as u32).to_be_bytes());
        table.extend((tag.len() as u32).to_be_bytes());
        data.extend_from_slice(tag);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    let mut head = vec![0; 128];
    head[..4].copy_from_slice(&((first + data.len()) as u32).to_be_bytes());
    head[8] = 4;
    head[12..16].copy_from_slice(if space == b"CMYK" { b"prtr" } else { b"mntr" });
    head[16..20].copy_from_slice(space);
    head[20..24].copy_from_slice(connection);
    head[36..40].copy_from_slice(b"acsp");
    head[68..80].copy_from_slice(&D50.map(fixed).concat());
    [head, (all.len() as u32).to_be_bytes().to_vec(), table, data].concat()
}

const PATCH: usize = 32;
/// Saturated and muted colours, grays and skin.
const COLOURS: [[u8; 3]; 12] = [
    [255, 255, 255],
    [0, 0, 0],
    [128, 128, 128],
    [30, 31, 29],
    [200, 120, 90],
    [234, 190, 170],
    [60, 90, 150],
    [90, 140, 70],
    [180, 60, 60],
    [40, 200, 180],
    [250, 220, 60],
    [120, 20, 130],
];

/// A PNG of patches, one beside the other, with a profile.
fn png_of(samples: usize, patches: &[Vec<u8>], profile: &[u8]) -> Vec<u8> {
    let width = patches.len() * PATCH;
    let row: Vec<u8> = patches.iter().flat_map(|p| p.repeat(PATCH)).collect();
    let mut info = png::Info::with_size(width as u32, PATCH as u32);
    info.color_type = if samples == 1 {
        png::ColorType::Grayscale
    } else {
        png::ColorType::Rgb
    };
    info.bit_depth = png::BitDepth::Eight;
    info.icc_profile = Some(profile.to_vec().into());
    let mut bytes = Vec::new();
    let encoder = png::Encoder::with_info(&mut bytes, info).expect("encoder");
    let mut writer = encoder.write_header().expect("header");
    writer.write_image_data(&row.repeat(PATCH)).expect("pixels");
    writer.finish().expect("finished");
    bytes
}

fn check(name: &str, file: &[u8], expected: &[[u8; 3]], levels: u8) {
    let limits = Limits {
        quality: 100,
        ..Limits::default()
    };
    let photo = process(file, &limits).unwrap_or_else(|error| panic!("{name}: {error}"));
    let picture = Picture::of_jpeg(&photo.jpeg);
    for (index, expected) in expected.iter().enumerate() {
        let found = picture.pixel(index * PATCH + PATCH / 2, PATCH / 2);
        let close = found
            .iter()
            .zip(expected)
            .all(|(a, b)| a.abs_diff(*b) <= levels);
        assert!(close, "{name}, patch {index}: {found:?}, not {expected:?}");
    }
}

#[test]
fn wide_spaces_become_srgb_within_two_levels() {
    for space in &SPACES {
        let patches: Vec<Vec<u8>> = COLOURS.iter().map(|c| c.to_vec()).collect();
        let expected: Vec<_> = COLOURS.iter().map(|c| space.to_srgb(*c)).collect();
        let moved = COLOURS
            .iter()
            .zip(&expected)
            .filter(|(a, b)| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > 4))
            .count();
        assert!(
            moved >= 7,
            "{}: only {moved} patches would show a missing conversion",
            space.name
        );
        check(
            space.name,
            &png_of(3, &patches, &space.profile()),
            &expected,
            2,
        );
    }
}

#[test]
fn a_gray_profile_bends_gray() {
    let curve = Curve::Gamma(1.8);
    let tag = curve.tag();
    let profile = profile(b"GRAY", b"XYZ ", &[(b"kTRC", &tag)]);
    let levels: Vec<u8> = (0..12).map(|n| n * 23).collect();
    let patches: Vec<Vec<u8>> = levels.iter().map(|v| vec![*v]).collect();
    let expected: Vec<_> = levels
        .iter()
        .map(|v| from_xyz(D50.map(|w| w * curve.to_linear(f64::from(*v) / 255.0))))
        .collect();
    check("gray 1.8", &png_of(1, &patches, &profile), &expected, 2);
}

/// Ink with a table in its profile. The table is a plane, so that every way to interpolate gives the same.
#[test]
fn ink_is_read_through_the_table_of_its_profile() {
    // L, a, b of paper, and what a full share of each ink adds.
    let paper = [95.0, 0.0, 2.0];
    let inks = [
        [-22.0, -14.0, -24.0],
        [-26.0, 30.0, -2.0],
        [-6.0, -4.0, 38.0],
        [-38.0, 0.0, 0.0],
    ];
    let lab = |ink: [u8; 4]| {
        let share = |i: usize| f64::from(ink[i]) / 255.0;
        [0, 1, 2].map(|c| paper[c] + (0..4).map(|i| inks[i][c] * share(i)).sum::<f64>())
    };
    let mut table = b"mft2\0\0\0\0\x04\x03\x02\0".to_vec();
    for value in [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0] {
        table.extend(fixed(value));
    }
    table.extend([0, 2, 0, 2]);
    let straight = [0u16, 65535].map(u16::to_be_bytes).concat();
    table.extend(straight.repeat(4));
    for corner in 0..16u8 {
        let ink = [3, 2, 1, 0].map(|bit| (corner >> bit & 1) * 255);
        let [l, a, b] = lab(ink);
        // The 16-bit encoding of this tag type: 65280 is 100 and 127 (ICC.1:2022, table 42).
        for value in [l * 652.8, (a + 128.0) * 256.0, (b + 128.0) * 256.0] {
            table.extend((value.round() as u16).to_be_bytes());
        }
    }
    table.extend(straight.repeat(3));
    let profile = profile(b"CMYK", b"Lab ", &[(b"A2B0", &table)]);

    let patches: Vec<[u8; 4]> = vec![
        [0, 0, 0, 0],
        [128, 0, 0, 0],
        [0, 128, 0, 0],
        [0, 0, 200, 0],
        [0, 0, 0, 255],
        [60, 60, 60, 60],
        [30, 100, 140, 10],
    ];
    let to_xyz = |[l, a, b]: Vector| {
        let y = (l + 16.0) / 116.0;
        [y + a / 500.0, y, y - b / 200.0].map(|f: f64| {
            if f > 6.0 / 29.0 {
                f.powi(3)
            } else {
                (f - 4.0 / 29.0) * 3.0 * (6.0f64 / 29.0).powi(2)
            }
        })
    };
    let expected: Vec<_> = patches
        .iter()
        .map(|ink| {
            let relative = to_xyz(lab(*ink));
            from_xyz([0, 1, 2].map(|i| relative[i] * D50[i]))
        })
        .collect();
    // Adobe wrote ink the other way round.
    let row: Vec<u8> = patches
        .iter()
        .flat_map(|p| p.map(|v| 255 - v).repeat(PATCH))
        .collect();
    let pixels = row.repeat(PATCH);
    let image = turbojpeg::Image {
        pixels: pixels.as_slice(),
        width: patches.len() * PATCH,
        pitch: row.len(),
        height: PATCH,
        format: PixelFormat::CMYK,
    };
    let jpeg = turbojpeg::compress(image, 100, Subsamp::None).expect("compressed");
    let mut segment = b"ICC_PROFILE\0\x01\x01".to_vec();
    segment.extend(&profile);
    let mut file = jpeg[..2].to_vec();
    file.extend([0xFF, 0xE2]);
    file.extend((segment.len() as u16 + 2).to_be_bytes());
    file.extend(&segment);
    file.extend(&jpeg[2..]);
    // The colour library is a level coarser with tables than with curves.
    check("CMYK", &file, &expected, 4);
}
