//! What the use cases need from the outside. `store`, `vinted` and the shells' assembly implement it.

mod analysis;
mod archives;
mod browsers;
mod budgets;
mod clock;
mod draft_rows;
mod draft_versions;
mod grouping;
mod health;
mod hook_uses;
mod imports;
mod machine;
mod overview;
mod own_log;
mod own_model;
mod phones;
mod photo_plans;
mod photos;
mod records;
mod restores;
mod sealed_values;
mod secrets;
mod site;
mod site_brands;
mod suggestions;
mod uploads;
mod webhooks;

pub use analysis::{
    Analyst, Facts, ItemKnown, ItemSeen, LookError, PileWhy, RollPhoto, RollPile, SeenPhotos,
    SellsFor,
};
pub use archives::{Archives, ManifestOf, Packed};
pub use browsers::{BrowserFound, BrowserOffered, Browsers, DownloadProgress, DownloadStop};
pub use budgets::{Budgets, CountedClock};
pub use clock::{Clock, Reading, Steady};
pub use draft_rows::{DraftRowQuery, DraftRows, RowKind, StoredRow};
pub use draft_versions::{Cause, DraftVersions, ManyChanged, Said, Version};
pub use grouping::{Grouper, PhotoGroup};
pub use health::{AccountHealth, Health, MAX_REFUSALS, Refusal, Restriction, SessionState};
pub use hook_uses::{HookUse, HookUses, HookWorked};
pub use imports::{FileOutcome, ImportFile, ImportRun, Imports};
pub use machine::{Check, Machine, Processes, Turn};
pub use overview::{DraftPageQuery, Overview, StoredCounts};
pub use own_log::OwnLog;
pub use own_model::*;
pub use phones::{PairedPhone, PairedPhones};
pub use photo_plans::{
    DraftChanges, DraftStyle, PhotoPlan, PhotoPlans, PileStep, PlanBody, PlanFile, PlanPile,
    PlanState,
};
pub use photos::{PhotoFiles, PhotoPipeline, PhotoRefusal, Processed};
pub use records::*;
pub use restores::{Restore, Restored, Restores, UnpackRefused, Unpacked, Unpacker};
pub use sealed_values::SealedValues;
pub use secrets::{SecretError, Secrets};
pub use site::*;
pub use site_brands::SiteBrands;
pub use suggestions::Suggestions;
pub use uploads::{Upload, UploadStatus, Uploads};
pub use webhooks::{Delivery, EndedAttempt, Messenger, Webhooks};
