//! What the tests of this crate share: fixtures, pixels, and a pool of real workers.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file uses its own part"
)]

use std::path::Path;

use images::{Decoder, Limits, WorkerCommand};
use turbojpeg::{PixelFormat, Subsamp};

/// A file of `tests/fixtures`.
pub fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    fs_err::read(folder.join(name)).expect("fixture")
}

/// Names of all pictures among the fixtures.
pub fn pictures() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut names: Vec<String> = fs_err::read_dir(folder)
        .expect("fixtures")
        .map(|entry| {
            entry
                .expect("entry")
                .file_name()
                .into_string()
                .expect("plain name")
        })
        .filter(|name| {
            [".jpg", ".png", ".webp", ".heic", ".avif", ".gif", ".tiff"]
                .iter()
                .any(|end| name.ends_with(end))
        })
        .collect();
    names.sort();
    assert!(names.len() > 20, "the fixtures are missing: {names:?}");
    names
}

/// A picture decoded to RGB.
#[derive(Clone)]
pub struct Picture {
    pub width: usize,
    pub height: usize,
    pub rgb: Vec<u8>,
}

impl Picture {
    pub fn of_jpeg(bytes: &[u8]) -> Self {
        let image = turbojpeg::decompress(bytes, PixelFormat::RGB).expect("a JPEG without a flaw");
        Self {
            width: image.width,
            height: image.height,
            rgb: image.pixels,
        }
    }

    /// A picture of a formula over x and y in 0 to 1.
    pub fn drawn(width: usize, height: usize, at: impl Fn(f64, f64) -> [f64; 3]) -> Self {
        let mut rgb = Vec::with_capacity(width * height * 3);
        for y in 0..height {
            for x in 0..width {
                let (x, y) = (
                    (x as f64 + 0.5) / width as f64,
                    (y as f64 + 0.5) / height as f64,
                );
                rgb.extend(at(x, y).map(|value| (value * 255.0).round().clamp(0.0, 255.0) as u8));
            }
        }
        Self { width, height, rgb }
    }

    pub fn to_jpeg(&self) -> Vec<u8> {
        let image = turbojpeg::Image {
            pixels: self.rgb.as_slice(),
            width: self.width,
            pitch: self.width * 3,
            height: self.height,
            format: PixelFormat::RGB,
        };
        turbojpeg::compress(image, 95, Subsamp::Sub2x2)
            .expect("compressed")
            .to_vec()
    }

    pub fn pixel(&self, x: usize, y: usize) -> [u8; 3] {
        let at = (y * self.width + x) * 3;
        [self.rgb[at], self.rgb[at + 1], self.rgb[at + 2]]
    }

    pub fn upside_down(&self) -> Self {
        let rows = self.rgb.chunks_exact(self.width * 3).rev();
        Self {
            rgb: rows.flatten().copied().collect(),
            ..self.clone()
        }
    }

    pub fn part(&self, left: usize, top: usize, width: usize, height: usize) -> Self {
        let row = |y: usize| {
            let at = ((top + y) * self.width + left) * 3;
            self.rgb[at..at + width * 3].iter().copied()
        };
        Self {
            width,
            height,
            rgb: (0..height).flat_map(row).collect(),
        }
    }

    /// How far the mean colours are apart.
    pub fn mean_apart(&self, other: &Self) -> f64 {
        let mean = |picture: &Self, channel: usize| {
            let samples = picture.rgb.iter().skip(channel).step_by(3);
            samples.map(|v| f64::from(*v)).sum::<f64>() / (picture.rgb.len() / 3) as f64
        };
        (0..3)
            .map(|c| (mean(self, c) - mean(other, c)).abs())
            .fold(0.0, f64::max)
    }

    /// Mean difference of the samples, 0 to 255; far apart if the sides differ.
    pub fn difference(&self, other: &Self) -> f64 {
        if (self.width, self.height) != (other.width, other.height) {
            return 255.0;
        }
        let sum: u64 = self
            .rgb
            .iter()
            .zip(&other.rgb)
            .map(|(a, b)| u64::from(a.abs_diff(*b)))
            .sum();
        sum as f64 / self.rgb.len() as f64
    }
}

/// How this crate's own worker is started.
pub fn worker() -> WorkerCommand {
    let program = env!("CARGO_BIN_EXE_decode-worker").into();
    WorkerCommand {
        program,
        args: vec![images::WORKER_ARG.into()],
    }
}

pub fn decoder(workers: usize, limits: Limits) -> Decoder {
    Decoder::new(worker(), workers, limits)
}

/// A PNG of one bit a pixel: few bytes, many pixels, and a while to decode.
pub fn wide_png(side: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.set_compression(png::Compression::Fastest);
    let mut writer = encoder.write_header().expect("header");
    let line = side.div_ceil(8) as usize;
    writer
        .write_image_data(&vec![0x5A; line * side as usize])
        .expect("pixels");
    writer.finish().expect("finished");
    bytes
}
