//! What the core tells its shells while it works.

use serde::{Deserialize, Serialize};

use crate::{BrowserDownloadProgress, ImportProgress, ImportResult, JobView, PlanProgress};

/// Something happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Event {
    /// An import went on.
    Import {
        /// How far.
        progress: ImportProgress,
    },
    /// Photos that came from phones became drafts: their import has ended. Others answer their caller.
    ImportEnded {
        /// Which.
        import_id: String,
        /// What it gave.
        result: ImportResult,
    },
    /// The phones' door, its code or the paired phones changed.
    PhonesChanged,
    /// A run over many photos went on.
    Plan {
        /// How far.
        progress: PlanProgress,
    },
    /// A draft was made, changed or removed.
    DraftChanged {
        /// Which.
        id: String,
    },
    /// Many drafts changed in one step.
    DraftsChanged {
        /// How many; 0: events were lost, so anything may have changed.
        count: u32,
    },
    /// The queue, or the part of one account, was paused or goes on.
    QueueChanged,
    /// A job changed its state.
    JobUpdate {
        /// The job.
        job: JobView,
    },
    /// A job wrote a line.
    JobLog {
        /// Which job.
        job_id: String,
        /// The line.
        line: String,
    },
    /// A prepare or publish step began; `code` names it, such as `open_form` or `fill_title`.
    Step {
        /// The draft.
        draft_id: String,
        /// The step.
        code: String,
    },
    /// The session of an account changed.
    SessionChanged {
        /// The account's name.
        account: String,
    },
    /// The download of a browser went on.
    BrowserDownload {
        /// How far.
        progress: BrowserDownloadProgress,
    },
}
