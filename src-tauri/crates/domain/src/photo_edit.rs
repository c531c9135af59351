//! Turning and cropping a photo: a list of changes, and what the list comes to.

use serde::{Deserialize, Serialize};

/// Shortest side that a crop may leave, in pixels: less shows nothing of a garment.
pub const MIN_SIDE: u32 = 64;
/// Changes of one photo that are kept; nobody makes more by hand.
pub const MAX_EDITS: usize = 200;

/// One change, in the picture as it was shown when the person made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum PhotoEdit {
    /// Quarter turns clockwise, 1 to 3.
    Turn {
        /// How many.
        quarter_turns: u8,
    },
    /// Keep this part only.
    Crop(Part),
}

/// A part of a picture, in pixels from its upper left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Pixels left of it.
    pub left: u32,
    /// Pixels above it.
    pub top: u32,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// What a list of changes comes to: first the part of the master, then the turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rendering {
    /// The part of the master that is left.
    pub part: Part,
    /// Quarter turns clockwise, 0 to 3.
    pub quarter_turns: u8,
}

/// Why a change cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The part reaches over the picture's edge.
    #[error("the part lies outside the picture of {width} x {height} pixels")]
    Outside {
        /// Pixels across of the picture as it is shown.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// The part is smaller than [`MIN_SIDE`] pixels on a side.
    #[error("the part is smaller than {MIN_SIDE} pixels on a side")]
    TooSmall,
    /// There are [`MAX_EDITS`] changes already.
    #[error("there are too many changes")]
    TooMany,
}

impl Rendering {
    /// The whole picture as it is.
    #[must_use]
    pub fn whole((width, height): (u32, u32)) -> Self {
        Self {
            part: Part {
                left: 0,
                top: 0,
                width,
                height,
            },
            quarter_turns: 0,
        }
    }

    /// What the changes come to on a master of these sides.
    ///
    /// # Errors
    /// Where one of them cannot be made.
    pub fn of(master: (u32, u32), edits: &[PhotoEdit]) -> Result<Self, EditError> {
        if edits.len() > MAX_EDITS {
            return Err(EditError::TooMany);
        }
        edits
            .iter()
            .try_fold(Self::whole(master), |done, edit| done.then(*edit))
    }

    /// Sides of the picture as it is shown.
    #[must_use]
    pub fn shown(&self) -> (u32, u32) {
        let Part { width, height, .. } = self.part;
        if self.quarter_turns % 2 == 1 {
            (height, width)
        } else {
            (width, height)
        }
    }

    fn then(self, edit: PhotoEdit) -> Result<Self, EditError> {
        match edit {
            PhotoEdit::Turn { quarter_turns } => Ok(Self {
                quarter_turns: (self.quarter_turns + quarter_turns % 4) % 4,
                ..self
            }),
            PhotoEdit::Crop(shown) => {
                let (width, height) = self.shown();
                let ends = |start: u32, length: u32, side: u32| {
                    start.checked_add(length).is_some_and(|end| end <= side)
                };
                if !ends(shown.left, shown.width, width) || !ends(shown.top, shown.height, height) {
                    return Err(EditError::Outside { width, height });
                }
                if shown.width < MIN_SIDE || shown.height < MIN_SIDE {
                    return Err(EditError::TooSmall);
                }
                Ok(Self {
                    part: self.in_master(shown),
                    ..self
                })
            }
        }
    }

    /// A part of the shown picture as part of the master: the turns taken back.
    fn in_master(&self, shown: Part) -> Part {
        let Part {
            left,
            top,
            width,
            height,
        } = self.part;
        let right_of = shown.left + shown.width;
        let below = shown.top + shown.height;
        let (from_left, from_top, across, down) = match self.quarter_turns {
            0 => (shown.left, shown.top, shown.width, shown.height),
            1 => (shown.top, height - right_of, shown.height, shown.width),
            2 => (width - right_of, height - below, shown.width, shown.height),
            _ => (width - below, shown.left, shown.height, shown.width),
        };
        Part {
            left: left + from_left,
            top: top + from_top,
            width: across,
            height: down,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MASTER: (u32, u32) = (1600, 1200);

    /// The changes made one after another on a grid of points, the slow way.
    fn step_by_step(edits: &[PhotoEdit]) -> Vec<Vec<(u32, u32)>> {
        let mut picture: Vec<Vec<(u32, u32)>> = (0..MASTER.1)
            .map(|y| (0..MASTER.0).map(|x| (x, y)).collect())
            .collect();
        for edit in edits {
            picture = match *edit {
                PhotoEdit::Turn { quarter_turns } => (0..quarter_turns).fold(picture, |p, _| {
                    (0..p[0].len())
                        .map(|x| p.iter().rev().map(|row| row[x]).collect())
                        .collect()
                }),
                PhotoEdit::Crop(part) => picture
                    [part.top as usize..(part.top + part.height) as usize]
                    .iter()
                    .map(|row| row[part.left as usize..(part.left + part.width) as usize].to_vec())
                    .collect(),
            };
        }
        picture
    }

    fn crop(left: u32, top: u32, width: u32, height: u32) -> PhotoEdit {
        PhotoEdit::Crop(Part {
            left,
            top,
            width,
            height,
        })
    }

    fn turn(quarter_turns: u8) -> PhotoEdit {
        PhotoEdit::Turn { quarter_turns }
    }

    #[test]
    fn a_list_comes_to_what_its_changes_do_one_after_another() {
        for turns in 1..=3 {
            let edits = [
                crop(100, 50, 1200, 900),
                turn(turns),
                crop(30, 70, 600, 500),
                turn(1),
                crop(5, 6, 333, 444),
                turn(2),
            ];
            let rendering = Rendering::of(MASTER, &edits).unwrap();
            let at_once = step_by_step(&[
                PhotoEdit::Crop(rendering.part),
                turn(rendering.quarter_turns),
            ]);
            assert_eq!(at_once, step_by_step(&edits), "{turns} turns in between");
            let (width, height) = rendering.shown();
            assert_eq!(
                (at_once[0].len(), at_once.len()),
                (width as usize, height as usize),
                "sides"
            );
        }
    }

    #[test]
    fn four_quarter_turns_are_none() {
        let edits = [turn(1), turn(3), turn(2), turn(2)];
        assert_eq!(Rendering::of(MASTER, &edits), Ok(Rendering::whole(MASTER)));
    }

    #[test]
    fn a_part_must_lie_in_the_picture_as_it_is_shown() {
        let outside = Err(EditError::Outside {
            width: 1200,
            height: 1600,
        });
        assert_eq!(
            Rendering::of(MASTER, &[turn(1), crop(0, 0, 1201, 100)]),
            outside
        );
        assert_eq!(
            Rendering::of(MASTER, &[turn(1), crop(u32::MAX, 0, 100, 100)]),
            outside
        );
        assert!(
            Rendering::of(MASTER, &[turn(1), crop(0, 0, 1200, 1600)]).is_ok(),
            "all of it"
        );
        assert_eq!(
            Rendering::of(MASTER, &[crop(0, 0, 63, 900)]),
            Err(EditError::TooSmall)
        );
        assert_eq!(
            Rendering::of(MASTER, &[turn(1); MAX_EDITS + 1]),
            Err(EditError::TooMany)
        );
    }
}
