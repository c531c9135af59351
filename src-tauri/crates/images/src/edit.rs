//! What a person changes of a photo afterwards.

use serde::{Deserialize, Serialize};

use crate::ImageError;
use crate::orientation::Orientation;
use crate::pixels::Raster;

/// A change of a processed photo: first the crop, then the turns. The default changes nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// The part that is kept, in pixels of the photo before the turns. `None`: all of it.
    pub crop: Option<Crop>,
    /// Quarter turns clockwise; four are none.
    pub quarter_turns: u8,
}

/// A part of a photo, in pixels from its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crop {
    /// Pixels left of the part.
    pub left: u32,
    /// Pixels above the part.
    pub top: u32,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

impl Edit {
    pub(crate) fn apply(self, upright: Raster) -> Result<Raster, ImageError> {
        let kept = match self.crop {
            Some(crop) => crop.apply(&upright)?,
            None => upright,
        };
        let turn = match self.quarter_turns % 4 {
            0 => return Ok(kept),
            1 => 6,
            2 => 3,
            _ => 8,
        };
        Orientation::new(turn)
            .unwrap_or(Orientation::UPRIGHT)
            .apply(kept)
    }
}

impl Crop {
    fn apply(self, whole: &Raster) -> Result<Raster, ImageError> {
        let fits = |start: u32, length: u32, side: u32| {
            length > 0 && start.checked_add(length).is_some_and(|end| end <= side)
        };
        if !fits(self.left, self.width, whole.width) || !fits(self.top, self.height, whole.height) {
            return Err(ImageError::corrupt("the crop lies outside the picture"));
        }
        let mut part = Raster::zeroed(self.width, self.height, whole.samples)?;
        let size = whole.samples.count();
        let (across, kept) = (whole.width as usize * size, self.width as usize * size);
        let left = self.left as usize * size;
        let rows = whole.data.chunks_exact(across).skip(self.top as usize);
        for (to, from) in part.data.chunks_exact_mut(kept).zip(rows) {
            to.copy_from_slice(&from[left..left + kept]);
        }
        Ok(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::Samples;

    fn letters(width: u32, height: u32, data: &[u8]) -> Raster {
        Raster {
            width,
            height,
            samples: Samples::Gray,
            data: data.to_vec(),
        }
    }

    #[test]
    fn the_crop_comes_before_the_turns() {
        let crop = Crop {
            left: 1,
            top: 0,
            width: 2,
            height: 2,
        };
        let picture = letters(3, 3, b"abcdefghi");
        for (quarter_turns, expected) in [
            (0, b"bcef"),
            (1, b"ebfc"),
            (2, b"fecb"),
            (3, b"cfbe"),
            (4, b"bcef"),
        ] {
            let edit = Edit {
                crop: Some(crop),
                quarter_turns,
            };
            let edited = edit.apply(picture.clone()).expect("edited");
            assert_eq!(edited.data, expected, "{quarter_turns} quarter turns");
        }
    }

    #[test]
    fn a_crop_outside_the_picture_is_refused() {
        for (left, top, width, height) in [
            (2, 0, 2, 1),
            (0, 0, 0, 1),
            (0, 3, 1, 1),
            (u32::MAX, 0, 2, 1),
        ] {
            let crop = Crop {
                left,
                top,
                width,
                height,
            };
            let edit = Edit {
                crop: Some(crop),
                quarter_turns: 0,
            };
            let refused = edit.apply(letters(3, 3, b"abcdefghi"));
            assert_eq!(
                refused.map_err(|e| e.code()).err(),
                Some("corrupt_image"),
                "{crop:?}"
            );
        }
    }
}
