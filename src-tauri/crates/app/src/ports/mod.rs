//! What the use cases need from the outside. `store`, `vinted` and the shells' assembly implement it.

mod clock;
mod grouping;
mod machine;
mod photos;
mod records;
mod secrets;
mod site;

pub use clock::Clock;
pub use grouping::{Grouper, PhotoGroup};
pub use machine::{Check, Machine, Processes, Turn};
pub use photos::{PhotoFiles, PhotoPipeline, PhotoRefusal, Processed};
pub use records::*;
pub use secrets::{SecretError, Secrets};
pub use site::*;
