//! Writes a made-up roll as files, as a camera leaves them: for whoever imports it.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use chrono::NaiveDateTime;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::Common;
use crate::draw::Fonts;
use crate::rolls::{Labels, garments, taken};

/// The part of the photos that have lost their time.
const WITHOUT_TIME: f64 = 0.08;

/// Writes `IMG_0001.jpg` and so on in the order of the roll, and beside the folder a `.csv`: which garment each is of.
pub(crate) fn write(
    common: &Common,
    to: &Path,
    (items, labels): (usize, Labels),
    seed: u64,
) -> Result<()> {
    let garments = garments(&common.garments, "validation")?;
    let fonts = Fonts::find(&common.fonts)?;
    let mut rng = StdRng::seed_from_u64(seed);
    fs_err::create_dir_all(to)?;
    let mut table = String::from("file,garment\n");
    for (n, photo) in taken(&garments, items, &fonts, labels, &mut rng)?
        .into_iter()
        .enumerate()
    {
        let name = format!("IMG_{:04}.jpg", n + 1);
        let at = (!rng.random_bool(WITHOUT_TIME))
            .then(|| photo.at())
            .transpose()?;
        let bytes = match at {
            Some(at) => with_time(&photo.jpeg, at)?,
            None => photo.jpeg,
        };
        fs_err::write(to.join(&name), bytes)?;
        table.push_str(&format!("{name},{}\n", photo.item));
    }
    fs_err::write(to.with_extension("csv"), table)?;
    Ok(())
}

/// The JPEG with the smallest metadata that name a time (EXIF 2.32: `DateTimeOriginal` in the Exif IFD).
fn with_time(jpeg: &[u8], at: NaiveDateTime) -> Result<Vec<u8>> {
    let rest = jpeg.strip_prefix(&[0xff, 0xd8]).context("a JPEG")?;
    let time = format!("{}\0", at.format("%Y:%m:%d %H:%M:%S"));
    ensure!(time.len() == 20, "a time has 19 characters");
    let mut tiff: Vec<u8> = b"II\x2a\x00\x08\x00\x00\x00".to_vec();
    // One entry: where the Exif IFD lies (tag 8769, long), right behind this directory.
    tiff.extend(1u16.to_le_bytes());
    tiff.extend([0x69, 0x87, 4, 0, 1, 0, 0, 0]);
    tiff.extend(26u32.to_le_bytes());
    tiff.extend(0u32.to_le_bytes());
    // One entry: the time (tag 9003, 20 characters), behind this one.
    tiff.extend(1u16.to_le_bytes());
    tiff.extend([0x03, 0x90, 2, 0, 20, 0, 0, 0]);
    tiff.extend(44u32.to_le_bytes());
    tiff.extend(0u32.to_le_bytes());
    tiff.extend(time.as_bytes());
    let length = u16::try_from(2 + 6 + tiff.len()).context("a short segment")?;
    let mut bytes = vec![0xff, 0xd8, 0xff, 0xe1];
    bytes.extend(length.to_be_bytes());
    bytes.extend(b"Exif\0\0");
    bytes.extend(tiff);
    bytes.extend(rest);
    Ok(bytes)
}
