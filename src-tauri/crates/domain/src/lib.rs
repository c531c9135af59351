//! Draft, listing, publish attempt, price, quality gates, catalogue: pure rules, no I/O.
//!
//! Nothing here reads a clock, a file or a random number; the use cases of `app` pass them in.

pub mod attempt;
pub mod brand;
pub mod catalogue;
pub mod choices;
pub mod content;
pub mod country;
pub mod draft;
pub mod form;
pub mod gates;
pub mod ids;
pub mod language;
pub mod listing;
pub mod money;
pub mod photo;
pub mod photo_edit;
pub mod price;
pub mod size_guide;
pub mod suggestion;
#[cfg(test)]
mod test_drafts;
pub mod text;
pub mod title;
pub mod values;
pub mod vocabulary;
mod words;

pub use country::Country;
pub use draft::{Brand, Draft, DraftStatus, Size};
pub use ids::{AccountId, AttemptId, ConfirmationId, DraftId, JobId, PhotoId};
pub use language::Language;
pub use money::Currency;
pub use photo::{Edited, Master, Photo};
pub use photo_edit::PhotoEdit;
pub use values::{Condition, PackageSize};
