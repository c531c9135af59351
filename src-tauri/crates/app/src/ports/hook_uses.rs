//! Which ways through the site's pages worked, and when.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::Recorded;

/// A way that found a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookUse {
    /// The field's code.
    pub field: String,
    /// The kind of way: `test_id`, `id`, `name`, `css`, `role`, `label`, `position`.
    pub way: String,
    /// What it goes by, such as `title--input`.
    pub hook: String,
}

impl HookUse {
    /// From a hook as a report writes it, its kind first: `test_id title--input`.
    #[must_use]
    pub fn of(field: &str, hook: &str) -> Self {
        let (way, hook) = hook.split_once(' ').unwrap_or((hook, ""));
        Self {
            field: field.to_owned(),
            way: way.to_owned(),
            hook: hook.to_owned(),
        }
    }
}

/// How a way fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookWorked {
    /// Which.
    pub used: HookUse,
    /// The site profile's date when it last worked.
    pub profile: String,
    /// When it last worked.
    pub last_worked: DateTime<Utc>,
    /// How often.
    pub count: u32,
}

/// The ways that worked.
#[async_trait]
pub trait HookUses: Send + Sync {
    /// Notes that these found their fields.
    async fn worked(&self, uses: &[HookUse], profile: &str, at: DateTime<Utc>) -> Recorded<()>;

    /// All, the last to have worked first.
    async fn all(&self) -> Recorded<Vec<HookWorked>>;
}
