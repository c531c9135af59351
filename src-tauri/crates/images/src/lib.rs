//! Bytes in, clean photo out: sniff, decode in a child process, orient, convert to sRGB, resize, encode, strip, hash.
//!
//! A general tool: it knows photos, not what they are used for.
//!
//! - [`Decoder::process`] is what an application calls: each file is decoded in a child process
//!   with limits on time and memory, so that a hostile file harms nothing but itself.
//! - [`process`] is the same work in the calling process: what the child runs.
//! - [`worker_main`] is the child: the executable calls it when its first argument is
//!   [`WORKER_ARG`], before anything else.
//! - [`read_bounded`] opens what a person dropped: regular files only, and not too large ones.
//! - [`store_once`] keeps the result on disk under its name, once and durably.

mod codecs;
mod colour;
mod decode;
mod edit;
mod encode;
mod error;
mod file_read;
mod file_store;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod isolation;
mod limits;
mod metadata;
mod orientation;
mod phash;
mod pipeline;
mod pixels;
mod planes;
mod platform;
mod resize;
mod sniff;
mod worker;

pub use codecs::{
    CodecVersions, DAV1D_FLOOR, LIBDE265_FLOOR, LIBHEIF_FLOOR, Version, codec_versions,
};
pub use edit::{Crop, Edit};
pub use error::ImageError;
pub use file_read::read_bounded;
pub use file_store::store_once;
pub use isolation::{Isolation, confine};
pub use limits::Limits;
pub use pipeline::{Processed, process};
pub use sniff::{Format, sniff};
pub use worker::{Decoder, WORKER_ARG, WorkerCommand, worker_main};
