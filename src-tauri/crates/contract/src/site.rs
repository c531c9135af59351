//! The site's pages: whether the app still finds its way, and what became of a page at which the site asked for the
//! person.

use serde::{Deserialize, Serialize};

use crate::PrepareView;

/// What the site check found. Nothing was published, saved or uploaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct SiteCheckView {
    /// Every field and the publish button were found.
    pub ok: bool,
    /// What the form was read with.
    pub profile: SiteProfileView,
    /// The account whose session was used, by its name in the app.
    pub account: String,
    /// The language of the site's pages, such as `fr`.
    pub language: String,
    /// Field by field, in the form's order.
    pub fields: Vec<SiteFieldView>,
    /// What found the publish button, which was not pressed; null where nothing did.
    pub publish_button: Option<String>,
    /// Where the picture of the form lies: `/previews/<id>.png`.
    pub preview_url: Option<String>,
    /// When the form was walked (RFC 3339).
    pub checked_at: String,
}

/// What is known of the site's pages, and where from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct SiteProfileView {
    /// Its date, `YYYY-MM-DD`: its version.
    pub date: String,
    /// The file it came from; null: the one that the app ships.
    pub file: Option<String>,
    /// Why a file that was named is not used.
    pub problem: Option<String>,
}

/// One field of the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct SiteFieldView {
    /// The contract's name, such as `title`.
    pub field: String,
    /// The form can do without it: where it is not found it is left to the person.
    pub optional: bool,
    /// The kind of the way that found it, best first: `test_id`, `id`, `name`, `css`, `role`, `label`, `position`; null
    /// where none did.
    pub way: Option<String>,
    /// What found it, such as `title--input`.
    pub hook: Option<String>,
    /// All ways that find it now, the used one first.
    pub found_by: Vec<String>,
    /// All ways that were tried.
    pub tried: Vec<String>,
    /// Ways that worked before, newest first.
    pub worked: Vec<HookUseView>,
}

/// A way that found a field when a form was filled or checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct HookUseView {
    /// The kind of way.
    pub way: String,
    /// What it goes by.
    pub hook: String,
    /// The site profile's date then.
    pub profile: String,
    /// When it last worked (RFC 3339).
    pub last_worked: String,
    /// How often it worked.
    pub count: u32,
}

/// What came of a page at which the site asked for the person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct ChallengeView {
    /// The draft whose form it stood in the way of.
    pub draft_id: String,
    /// Jobs that wait for nothing any more and run again, by id. Each starts with a fresh check of the form.
    pub jobs: Vec<String>,
    /// Without such a job: the form, filled and checked afresh. It may need the person again.
    pub prepared: Option<PrepareView>,
}
