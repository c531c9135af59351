//! What a photo shows: which kind of garment, in which colours.

mod category;
mod colour;
mod embedding;
mod head;

pub use category::{Audience, Category, LeafGuess, audience_of, category};
pub use colour::{Colours, NamedColour, PALETTE, alike, colours};
pub use embedding::{Embedder, Embedding, SIDES};
pub use head::{Guess, Head, Kind, SURE};
