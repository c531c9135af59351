//! A photo in memory, as the networks and the colour rules want it.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

/// Pixels beyond this are refused: the app's own photos have at most 1600 x 1600.
pub const MAX_PIXELS: u64 = 20_000_000;

/// An upright picture: sRGB, eight bits, three bytes a pixel, rows without gaps.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({} x {})", self.width, self.height)
    }
}

/// The bytes make no picture.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The samples do not fill the sides.
    #[error("{width} x {height} pixels need three bytes each; {bytes} were given")]
    Incomplete {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
        /// Bytes that were given.
        bytes: usize,
    },
    /// No pixels, or more than [`MAX_PIXELS`].
    #[error("a picture of {width} x {height} pixels is not looked at (at most 20 megapixels)")]
    Size {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// The JPEG cannot be read.
    #[error("the photo cannot be read: {0}")]
    Unreadable(String),
}

/// A quarter turn, clockwise, that stands a picture upright.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// It stands upright.
    None,
    /// 90 degrees clockwise.
    Right,
    /// Upside down.
    Half,
    /// 90 degrees counter-clockwise.
    Left,
}

impl Turn {
    /// All four.
    pub const ALL: [Self; 4] = [Self::None, Self::Right, Self::Half, Self::Left];
}

impl Picture {
    /// A picture from its samples.
    ///
    /// # Errors
    /// Samples that do not fill the sides; no pixels or too many.
    pub fn new(width: u32, height: u32, rgb: Vec<u8>) -> Result<Self, PictureError> {
        check_size(width, height)?;
        if rgb.len() != width as usize * height as usize * 3 {
            return Err(PictureError::Incomplete {
                width,
                height,
                bytes: rgb.len(),
            });
        }
        Ok(Self { width, height, rgb })
    }

    /// A picture from a JPEG of the app's own photo store: those are upright, sRGB and of known size. Files from
    /// outside go through the crate `images` first.
    ///
    /// # Errors
    /// What is no JPEG, broken, or too large.
    pub fn from_jpeg(bytes: &[u8]) -> Result<Self, PictureError> {
        let unreadable = |error: image::ImageError| PictureError::Unreadable(error.to_string());
        let decoder = image::codecs::jpeg::JpegDecoder::new(std::io::Cursor::new(bytes))
            .map_err(unreadable)?;
        let (width, height) = image::ImageDecoder::dimensions(&decoder);
        check_size(width, height)?;
        let rgb = image::DynamicImage::from_decoder(decoder)
            .map_err(unreadable)?
            .into_rgb8();
        Self::new(width, height, rgb.into_raw())
    }

    /// Pixels across.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Pixels down.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The samples.
    #[must_use]
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// One pixel. Places outside are those at the nearest edge.
    #[must_use]
    pub fn at(&self, x: i64, y: i64) -> [u8; 3] {
        let x = x.clamp(0, i64::from(self.width) - 1) as usize;
        let y = y.clamp(0, i64::from(self.height) - 1) as usize;
        let at = (y * self.width as usize + x) * 3;
        [self.rgb[at], self.rgb[at + 1], self.rgb[at + 2]]
    }

    /// Between pixels, by the four around. Pixel centres lie at whole numbers.
    #[must_use]
    pub fn between(&self, x: f32, y: f32) -> [f32; 3] {
        let (left, top) = (x.floor(), y.floor());
        let (dx, dy) = (x - left, y - top);
        let (left, top) = (left as i64, top as i64);
        let corners = [
            (self.at(left, top), (1.0 - dx) * (1.0 - dy)),
            (self.at(left + 1, top), dx * (1.0 - dy)),
            (self.at(left, top + 1), (1.0 - dx) * dy),
            (self.at(left + 1, top + 1), dx * dy),
        ];
        let mut sum = [0.0; 3];
        for (pixel, weight) in corners {
            for (sum, sample) in sum.iter_mut().zip(pixel) {
                *sum += f32::from(sample) * weight;
            }
        }
        sum
    }

    /// The picture stretched to other sides. Each new pixel is a weighted mean of all that it covers.
    #[must_use]
    pub fn resized(&self, width: u32, height: u32) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        if (width, height) == (self.width, self.height) {
            return self.clone();
        }
        let mut target = Image::new(width, height, PixelType::U8x3);
        let options = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::Bilinear))
            .use_alpha(false);
        // Both buffers have the size that their sides ask for: that is all that can go wrong here.
        if let Ok(source) = ImageRef::new(self.width, self.height, &self.rgb, PixelType::U8x3) {
            let done = Resizer::new().resize(&source, &mut target, &options);
            debug_assert!(done.is_ok(), "{done:?}");
        }
        Self {
            width,
            height,
            rgb: target.into_vec(),
        }
    }

    /// The picture with its longer side at `edge`, the shape kept; smaller pictures stay as they are.
    #[must_use]
    pub fn within(&self, edge: u32) -> Self {
        let longer = self.width.max(self.height);
        if longer <= edge {
            return self.clone();
        }
        let scaled = |side: u32| (u64::from(side) * u64::from(edge) / u64::from(longer)) as u32;
        self.resized(scaled(self.width), scaled(self.height))
    }

    /// The picture after a turn.
    #[must_use]
    pub fn turned(&self, turn: Turn) -> Self {
        let (w, h) = (self.width as usize, self.height as usize);
        let (width, height) = match turn {
            Turn::None | Turn::Half => (w, h),
            Turn::Right | Turn::Left => (h, w),
        };
        let mut rgb = Vec::with_capacity(self.rgb.len());
        for y in 0..height {
            for x in 0..width {
                let (from_x, from_y) = match turn {
                    Turn::None => (x, y),
                    Turn::Right => (y, h - 1 - x),
                    Turn::Half => (w - 1 - x, h - 1 - y),
                    Turn::Left => (w - 1 - y, x),
                };
                let at = (from_y * w + from_x) * 3;
                rgb.extend_from_slice(&self.rgb[at..at + 3]);
            }
        }
        Self {
            width: width as u32,
            height: height as u32,
            rgb,
        }
    }
}

fn check_size(width: u32, height: u32) -> Result<(), PictureError> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 || pixels > MAX_PIXELS {
        return Err(PictureError::Size { width, height });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(width: u32, height: u32) -> Picture {
        let rgb = (0..width * height).flat_map(|n| [n as u8; 3]).collect();
        Picture::new(width, height, rgb).unwrap()
    }

    #[test]
    fn turns_go_clockwise() {
        let picture = numbered(3, 2); // 0 1 2 / 3 4 5
        let first = |turn| {
            picture
                .turned(turn)
                .rgb()
                .iter()
                .step_by(3)
                .copied()
                .collect::<Vec<_>>()
        };
        assert_eq!(first(Turn::None), [0, 1, 2, 3, 4, 5]);
        assert_eq!(
            first(Turn::Right),
            [3, 0, 4, 1, 5, 2],
            "the left column becomes the top row"
        );
        assert_eq!(first(Turn::Half), [5, 4, 3, 2, 1, 0]);
        assert_eq!(
            first(Turn::Left),
            [2, 5, 1, 4, 0, 3],
            "the right column becomes the top row"
        );
    }

    #[test]
    fn sizes_are_checked_before_anything_else() {
        assert!(
            matches!(Picture::new(0, 5, vec![]), Err(PictureError::Size { .. })),
            "no pixels"
        );
        assert!(
            matches!(
                Picture::new(100_000, 100_000, vec![]),
                Err(PictureError::Size { .. })
            ),
            "too many pixels"
        );
        assert!(
            matches!(
                Picture::new(2, 2, vec![0; 11]),
                Err(PictureError::Incomplete { .. })
            ),
            "a sample is missing"
        );
        assert!(
            matches!(
                Picture::from_jpeg(b"no jpeg"),
                Err(PictureError::Unreadable(_))
            ),
            "text is no photo"
        );
    }

    #[test]
    fn edges_answer_for_what_lies_outside() {
        let picture = numbered(2, 2);
        assert_eq!(picture.at(-3, 9), [2; 3], "the nearest pixel");
        assert_eq!(
            picture.between(0.5, 0.0),
            [0.5; 3],
            "half way between 0 and 1"
        );
    }
}
