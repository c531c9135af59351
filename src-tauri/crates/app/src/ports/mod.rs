//! What the use cases need from the outside. `store`, `vinted` and the shells' assembly implement it.

mod archives;
mod browsers;
mod budgets;
mod clock;
mod grouping;
mod health;
mod hook_uses;
mod imports;
mod machine;
mod photos;
mod records;
mod secrets;
mod site;
mod suggestions;

pub use archives::{Archives, ManifestOf, Packed};
pub use browsers::{BrowserFound, BrowserOffered, Browsers, DownloadProgress, DownloadStop};
pub use budgets::{Budgets, CountedClock};
pub use clock::{Clock, Reading, Steady};
pub use grouping::{Grouper, PhotoGroup};
pub use health::{AccountHealth, Health, MAX_REFUSALS, Refusal, Restriction, SessionState};
pub use hook_uses::{HookUse, HookUses, HookWorked};
pub use imports::{FileOutcome, ImportFile, ImportRun, Imports};
pub use machine::{Check, Machine, Processes, Turn};
pub use photos::{PhotoFiles, PhotoPipeline, PhotoRefusal, Processed};
pub use records::*;
pub use secrets::{SecretError, Secrets};
pub use site::*;
pub use suggestions::Suggestions;
