//! What may be wrong with a title's form.

use serde::{Deserialize, Serialize};

use crate::{values::Condition, words::Found};

/// What keeps a title from its form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum TitleProblem {
    /// Not exactly one en dash (–).
    Dashes {
        /// How many there are.
        count: usize,
    },
    /// The dash has no blank on each side.
    DashBlanks,
    /// What follows the dash is no condition label.
    NoCondition {
        /// It.
        found: Found,
    },
    /// The condition is another than the draft's.
    OtherCondition {
        /// It.
        found: Found,
        /// The draft's, as its code.
        expected: Condition,
    },
    /// It does not begin with a garment noun.
    NoNoun {
        /// Its first word.
        found: Option<Found>,
    },
    /// It begins with the noun of another garment.
    OtherNoun {
        /// It.
        found: Found,
        /// The nouns of the draft's category, in French.
        expected: Vec<String>,
    },
    /// No colour.
    NoColour {
        /// The draft's.
        expected: Vec<String>,
    },
    /// The first colour is none of the draft's.
    OtherColour {
        /// It.
        found: Found,
        /// The draft's.
        expected: Vec<String>,
    },
    /// A size that is not the draft's.
    OtherSize {
        /// It.
        found: Found,
    },
    /// A name that is not the draft's brand.
    UnknownName {
        /// It.
        found: Found,
    },
    /// Colour, brand and size do not follow each other in this order.
    Order,
    /// A sign that no title holds.
    Sign {
        /// It.
        found: Found,
    },
}
