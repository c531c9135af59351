//! Where a value comes from and how sure it is.

use serde::{Deserialize, Serialize};

/// A piece of a photo. Its corners run clockwise from the top left of what is written or shown there, as parts of
/// the upright photo's width and height (0 to 1).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Region {
    /// The corners: x, y.
    pub corners: [[f32; 2]; 4],
}

/// How a value was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Read on a label or a print.
    Label,
    /// What the garment looks like, by the category model.
    Look,
    /// Counted in the photo's pixels.
    Measured,
    /// A usual value that a person has to confirm.
    Default,
}

/// Why a value is proposed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// How it was found.
    pub method: Method,
    /// The photo, as the caller numbers it; none where it rests on no single one.
    pub photo: Option<usize>,
    /// Where in the photo.
    pub region: Option<Region>,
    /// What was read, as it stands there.
    pub text: Option<String>,
    /// How sure, 0 to 1.
    pub confidence: f32,
}

/// A value with its evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposed<T> {
    /// The value.
    pub value: T,
    /// Why.
    pub evidence: Evidence,
}
