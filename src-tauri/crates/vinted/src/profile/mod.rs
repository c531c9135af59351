//! What is known of the site's pages, as data: `profile/vinted.toml`, or a newer file of the same shape.

mod hook;
mod load;
mod way;

use std::collections::BTreeMap;

use browser::{RequestSeen, UrlPattern};
use serde::{Deserialize, Serialize};

pub use hook::Hook;
pub use load::ProfileError;
pub use way::{Confidence, How, Way};

/// The languages that every label has (issue: fr, en, de, es, it, nl, pl, pt at least).
pub const LANGUAGES: [&str; 8] = ["fr", "en", "de", "es", "it", "nl", "pl", "pt"];

/// The site's pages, as far as the app touches them.
#[derive(Clone, Debug)]
pub struct Profile {
    /// When it was last checked against observations, `YYYY-MM-DD`. The newer of two profiles is used.
    pub date: String,
    pub(crate) paths: Paths,
    pub(crate) calls: Calls,
    pub(crate) endpoints: Endpoints,
    pub(crate) challenge: ChallengeSigns,
    pub(crate) check: CheckPlan,
    pub(crate) order: Order,
    pub(crate) hooks: BTreeMap<Hook, Vec<Way>>,
    /// Label -> language -> words.
    pub(crate) labels: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

impl Profile {
    /// The ways of a hook, best first; never empty in a loaded profile.
    #[must_use]
    pub fn ways(&self, hook: Hook) -> &[Way] {
        self.hooks.get(&hook).map_or(&[], Vec::as_slice)
    }

    /// The words of a label in all languages, as the site writes them.
    pub(crate) fn label(&self, label: &str) -> Vec<&str> {
        self.labels
            .get(label)
            .into_iter()
            .flat_map(|by_language| by_language.values().flatten())
            .map(String::as_str)
            .collect()
    }
}

/// Paths of pages; `{id}` stands for an item's id.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Paths {
    pub(crate) new_listing: String,
    pub(crate) edit_listing: String,
    pub(crate) item: String,
    pub(crate) log_in: String,
}

/// A call that the page makes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) url: String,
}

impl Call {
    pub(crate) fn pattern(&self) -> UrlPattern {
        UrlPattern::method(&self.method, &self.url)
    }

    /// Whether a request is this call.
    pub(crate) fn is(&self, request: &RequestSeen) -> bool {
        self.pattern().matches(&request.method, &request.url)
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Calls {
    pub(crate) publish: Call,
    pub(crate) never: Vec<Call>,
    pub(crate) photo_upload: Call,
    pub(crate) watched: Vec<String>,
}

/// Addresses that are read in the page's own session, with GET.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Endpoints {
    pub(crate) current_user: String,
    pub(crate) catalogue: String,
    pub(crate) colors: String,
    pub(crate) attributes: String,
    pub(crate) brands: String,
    pub(crate) item: String,
    pub(crate) wardrobe: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChallengeSigns {
    pub(crate) datadome_hosts: Vec<String>,
    pub(crate) cloudflare_hosts: Vec<String>,
    pub(crate) verification_paths: Vec<String>,
    pub(crate) datadome_words: Vec<String>,
    pub(crate) cloudflare_words: Vec<String>,
    pub(crate) cloudflare_titles: Vec<String>,
    pub(crate) log_in_words: Vec<String>,
    pub(crate) verification_codes: Vec<i64>,
}

/// The form's fields in their known order.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    pub(crate) fields: Vec<OrderedField>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderedField {
    pub(crate) hook: Hook,
    pub(crate) shape: Shape,
}

/// What a field's control looks like, whatever it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Shape {
    Line,
    Area,
    Picker,
    Amount,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckPlan {
    pub(crate) leaves: Vec<String>,
}
