//! Photos to groups and draft fields, offline.
//!
//! - [`photo::Analyser`] looks at one photo: text, embedding, kind of garment, colours ([`photo::PhotoFacts`]).
//! - [`roll::piles`] puts the photos of a roll into piles, one for each garment, from what is known of them.
//! - [`item::item`] says what an item is, each value with its [`evidence`].
//! - [`group`] groups by capture times alone: what an import does before anything was looked at.
//!
//! It knows nothing of drafts and of how they are kept: the caller hands in pictures and takes back values. The networks
//! are files ([`models`]); without them the rest works.

pub mod evidence;
pub mod garment;
pub mod group;
pub mod item;
pub mod label;
pub mod models;
pub mod photo;
pub mod picture;
pub mod roll;
pub mod text;
