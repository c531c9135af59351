use chrono::NaiveDateTime;
use sha2::{Digest, Sha256};

use crate::decode::{self, Decoded};
use crate::orientation::Orientation;
use crate::{Edit, Format, ImageError, Limits, encode, phash, resize, sniff};

/// A photo ready to keep: upright, sRGB, small enough, and nothing in it but pixels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Processed {
    /// The photo: baseline JPEG, sRGB, no metadata of any kind.
    pub jpeg: Vec<u8>,
    /// SHA-256 of `jpeg`, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Pixels across, upright.
    pub width: u32,
    /// Pixels down, upright.
    pub height: u32,
    /// The thumbnail: a JPEG like `jpeg`, longer side at most [`Limits::thumb_edge`].
    pub thumb: Vec<u8>,
    /// 64-bit difference hash of the upright picture: alike pictures differ in few bits.
    pub phash: u64,
    /// When the photo was taken by the camera's own clock (EXIF has no time zone to rely on).
    pub captured_at: Option<NaiveDateTime>,
    /// Maker and model, at most 64 characters.
    pub camera: Option<String>,
    /// The orientation tag found and applied, 1 to 8; 1 for none. HEIC turns by properties of its
    /// own, and its EXIF tag is to be ignored (ISO/IEC 23008-12, A.2.2): there it is always 1.
    pub orientation: u8,
    /// What the file was.
    pub source_format: Format,
}

/// Makes a clean photo of a file's bytes, in the calling process.
///
/// This is what a worker runs. It keeps to `max_bytes` and `max_pixels`, not to `wall` and
/// `memory`: for files of unknown origin use [`crate::Decoder`].
///
/// # Errors
/// Every refusal is an [`ImageError`]; none concerns other files.
pub fn process(bytes: &[u8], limits: &Limits) -> Result<Processed, ImageError> {
    let photo = run(bytes, limits, &Edit::default(), &mut |_| {})?;
    Ok(photo.finish())
}

/// A processed photo before its hash is taken: a worker leaves that to the process that keeps the
/// photo and must not take a stranger's word for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Photo {
    pub(crate) jpeg: Vec<u8>,
    pub(crate) thumb: Vec<u8>,
    pub(crate) facts: PhotoFacts,
}

/// What goes with the pixels.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PhotoFacts {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) phash: u64,
    pub(crate) captured_at: Option<NaiveDateTime>,
    pub(crate) camera: Option<String>,
    pub(crate) orientation: u8,
    pub(crate) source_format: Format,
}

impl Photo {
    pub(crate) fn finish(self) -> Processed {
        let Self { jpeg, thumb, facts } = self;
        Processed {
            sha256: hex::encode(Sha256::digest(&jpeg)),
            jpeg,
            thumb,
            width: facts.width,
            height: facts.height,
            phash: facts.phash,
            captured_at: facts.captured_at,
            camera: facts.camera,
            orientation: facts.orientation,
            source_format: facts.source_format,
        }
    }
}

/// What is refused before any decoder sees a byte.
pub(crate) fn admit(bytes: &[u8], limits: &Limits) -> Result<Format, ImageError> {
    let size = bytes.len() as u64;
    if size > limits.max_bytes {
        return Err(ImageError::FileTooLarge {
            bytes: size,
            max: limits.max_bytes,
        });
    }
    let format = sniff(bytes).ok_or(ImageError::NotAnImage)?;
    if decode::is_read(format) {
        Ok(format)
    } else {
        Err(ImageError::unsupported(format.name()))
    }
}

/// `show` gets the thumbnail as soon as there is one, before the photo is encoded.
pub(crate) fn run(
    bytes: &[u8],
    limits: &Limits,
    edit: &Edit,
    show: &mut dyn FnMut(&[u8]),
) -> Result<Photo, ImageError> {
    let format = admit(bytes, limits)?;
    let Decoded {
        pixels,
        full_size,
        area,
        colour,
        turned,
        facts,
    } = decode::decode(format, bytes, limits)?;
    let orientation = facts.orientation.unwrap_or(Orientation::UPRIGHT);

    let size = resize::fitted(full_size.0, full_size.1, limits.max_edge);
    // Fewer pixels first: the rest of the work then costs what the result costs, not the source.
    let stored = colour.to_srgb(resize::shrink(pixels, area, size)?)?;
    let upright = edit.apply(turned.then(orientation).apply(stored)?)?;

    let (width, height) = (upright.width, upright.height);
    let small = resize::lanczos(&upright, resize::fitted(width, height, limits.thumb_edge))?;
    let thumb = encode::jpeg(&small, limits.quality)?;
    show(&thumb);
    Ok(Photo {
        jpeg: encode::jpeg(&upright, limits.quality)?,
        thumb,
        facts: PhotoFacts {
            width,
            height,
            phash: phash::difference_hash(&small)?,
            captured_at: facts.captured_at,
            camera: facts.camera,
            orientation: orientation.value(),
            source_format: format,
        },
    })
}
