//! The generated hostile files: the same bytes on every machine, each made only when it is needed.
//!
//! Every fixture cut at each sixteenth and with bits flipped by seed, and files written by hand
//! that lie about their size or hold more than they show.
#![allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    clippy::expect_used,
    reason = "shared by a test and the long run; each uses its part, and fails by a panic"
)]

mod bombs;

use std::path::{Path, PathBuf};

pub use bombs::png_chunk;

/// How many differently damaged copies each fixture gives.
const FLIPS: u64 = 28;

/// A file to be made.
pub struct Hostile {
    /// Says what it is, for the reader of a failure.
    pub name: String,
    recipe: Recipe,
}

enum Recipe {
    /// The first `.1` sixteenths of a fixture.
    Cut(PathBuf, usize),
    /// A fixture with bits flipped by this seed.
    Flipped(PathBuf, u64),
    Bomb(fn() -> Vec<u8>),
}

impl Hostile {
    pub fn bytes(&self) -> Vec<u8> {
        match &self.recipe {
            Recipe::Cut(path, sixteenths) => {
                let mut bytes = fs_err::read(path).expect("fixture");
                bytes.truncate(bytes.len() * sixteenths / 16);
                bytes
            }
            Recipe::Flipped(path, seed) => flipped(fs_err::read(path).expect("fixture"), *seed),
            Recipe::Bomb(make) => make(),
        }
    }
}

/// The whole set, in a fixed order.
pub fn all() -> Vec<Hostile> {
    let mut set: Vec<Hostile> = bombs::ALL
        .iter()
        .map(|(name, make)| Hostile {
            name: (*name).to_owned(),
            recipe: Recipe::Bomb(*make),
        })
        .collect();
    for path in pictures() {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        for sixteenths in 1..16 {
            set.push(Hostile {
                name: format!("{name} cut at {sixteenths}/16"),
                recipe: Recipe::Cut(path.clone(), sixteenths),
            });
        }
        for seed in 0..FLIPS {
            set.push(Hostile {
                name: format!("{name} with bits flipped, seed {seed}"),
                recipe: Recipe::Flipped(path.clone(), seed),
            });
        }
    }
    set
}

/// All fixtures that are pictures, of every format that there is one of.
fn pictures() -> Vec<PathBuf> {
    let kinds = ["jpg", "png", "webp", "heic", "avif", "gif", "tif", "tiff"];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut paths: Vec<PathBuf> = fs_err::read_dir(folder)
        .expect("fixtures")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|end| kinds.iter().any(|kind| end == *kind))
        })
        .collect();
    paths.sort();
    paths
}

/// One to sixteen bits flipped: half of the seeds in the first kilobyte, where headers are.
fn flipped(mut bytes: Vec<u8>, seed: u64) -> Vec<u8> {
    let mut random = SplitMix(seed ^ bytes.len() as u64);
    let within = if seed.is_multiple_of(2) {
        bytes.len().min(1024)
    } else {
        bytes.len()
    };
    for _ in 0..1 << (seed % 5) {
        let at = random.below(within);
        bytes[at] ^= 1 << random.below(8);
    }
    bytes
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine and with every version of every crate.
struct SplitMix(u64);

impl SplitMix {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % end as u64) as usize
    }
}
