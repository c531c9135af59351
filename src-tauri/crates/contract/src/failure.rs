//! The one shape of an error at every edge.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Code, JsonValue};

/// An error as it reaches a person or a program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct Failure {
    /// What it is; programs branch on it, the window translates it.
    pub code: Code,
    /// An English sentence with the next step, for logs and the command line.
    pub message: String,
    /// Further facts, such as `{"fields":{"price":"price_order"}}`; never a secret.
    #[serde(default)]
    #[specta(type = JsonValue)]
    pub details: Value,
    /// When it is worth trying again (RFC 3339), where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<String>,
}

impl Failure {
    /// A failure without details.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            details: Value::Null,
            retry_at: None,
        }
    }

    /// Adds details.
    #[must_use]
    pub fn with(mut self, details: Value) -> Self {
        self.details = details;
        self
    }

    /// Adds one detail to those that are there.
    #[must_use]
    pub fn and(mut self, name: &str, detail: Value) -> Self {
        if !self.details.is_object() {
            self.details = Value::Object(serde_json::Map::new());
        }
        self.details[name] = detail;
        self
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.message, self.code.as_str())
    }
}

impl std::error::Error for Failure {}
