//! JSON of no fixed shape, named for the generated TypeScript.

use std::collections::BTreeMap;

/// What `serde_json::Value` is on the wire. Only the type generator uses it.
#[derive(serde::Serialize, serde::Deserialize, specta::Type)]
#[serde(untagged)]
#[allow(missing_docs, reason = "the variants are JSON's own kinds")]
pub enum JsonValue {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<JsonValue>),
    Map(BTreeMap<String, JsonValue>),
}
