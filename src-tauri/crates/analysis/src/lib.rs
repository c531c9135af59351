//! Photos to groups and draft fields, offline.
//!
//! [`group`] proposes which photos show the same garment. It knows nothing of drafts and files: the
//! caller hands in times and takes back indices.

pub mod group;
