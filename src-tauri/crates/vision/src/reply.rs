//! From a server's bytes to a JSON object.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{BadAnswer, VisionError};

/// What is believed of a server's count, in tokens: no model takes more at once.
const MAX_TOKENS: u64 = 10_000_000;

/// What a call used, as the server counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Of the question, photos included.
    pub question: u32,
    /// Of the answer.
    pub answer: u32,
}

/// What the model said: an object, not yet judged by anybody.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// It.
    pub json: Map<String, Value>,
    /// What it cost, where the server says so.
    pub tokens: Option<Tokens>,
}

/// The parts of a chat completion that are looked at; all else is dropped unread.
#[derive(Deserialize)]
struct Completion {
    #[serde(default)]
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Value,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    message: Message,
    #[serde(default)]
    finish_reason: Value,
}

#[derive(Default, Deserialize)]
struct Message {
    #[serde(default)]
    content: Value,
    #[serde(default)]
    refusal: Value,
    #[serde(default)]
    tool_calls: Value,
    #[serde(default)]
    function_call: Value,
}

/// Reads an answer's body.
pub(crate) fn read(body: &[u8]) -> Result<Answer, VisionError> {
    let unusable = |why, tokens| VisionError::Unusable { why, tokens };
    let completion: Completion =
        serde_json::from_slice(body).map_err(|_| unusable(BadAnswer::NoCompletion, None))?;
    let tokens = used(&completion.usage);
    let Some(choice) = completion.choices.into_iter().next() else {
        return Err(unusable(BadAnswer::NoCompletion, tokens));
    };
    let message = choice.message;
    if message.refusal.as_str().is_some_and(|r| !r.is_empty()) {
        return Err(VisionError::Refused { tokens });
    }
    let calls = message.tool_calls.as_array().is_some_and(|c| !c.is_empty());
    if calls || message.function_call.is_object() {
        return Err(unusable(BadAnswer::ToolCall, tokens));
    }
    match choice.finish_reason.as_str() {
        Some("content_filter") => return Err(VisionError::Refused { tokens }),
        Some("length") => return Err(unusable(BadAnswer::Cut, tokens)),
        Some("tool_calls" | "function_call") => {
            return Err(unusable(BadAnswer::ToolCall, tokens));
        }
        _ => {}
    }
    match object(&text(&message.content)) {
        Some(json) => Ok(Answer { json, tokens }),
        None => Err(unusable(BadAnswer::NotJson, tokens)),
    }
}

fn used(usage: &Value) -> Option<Tokens> {
    let count = |name: &str| {
        let count = usage.get(name)?.as_u64()?.min(MAX_TOKENS);
        u32::try_from(count).ok()
    };
    let tokens = Tokens {
        question: count("prompt_tokens")?,
        answer: count("completion_tokens")?,
    };
    // A question always has tokens: a server that says none does not count.
    (tokens.question > 0).then_some(tokens)
}

/// A text, or the texts of parts.
fn text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts
            .iter()
            .filter_map(|part| part.get("text").and_then(Value::as_str))
            .collect(),
        _ => String::new(),
    }
}

/// The object of a text. Models without a strict form put it in a fence of Markdown, or behind what they thought.
fn object(text: &str) -> Option<Map<String, Value>> {
    let mut text = text.trim();
    if text.starts_with("<think>") {
        text = text.rsplit("</think>").next()?.trim();
    }
    if let Some(fenced) = text.strip_prefix("```") {
        let fenced = fenced.strip_prefix("json").unwrap_or(fenced);
        text = fenced.trim().strip_suffix("```")?.trim();
    }
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Some(object),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(content: &str) -> Result<Answer, VisionError> {
        let body = json!({ "choices": [{ "message": { "content": content } }] });
        read(body.to_string().as_bytes())
    }

    #[test]
    fn fences_and_thoughts_are_taken_off() {
        for content in [
            r#"{"a":1}"#,
            "```json\n{\"a\":1}\n```",
            "```\n{\"a\":1}\n```",
            "<think>{\"a\":2}</think>\n{\"a\":1}",
        ] {
            assert_eq!(said(content).unwrap().json["a"], 1, "{content}");
        }
    }

    #[test]
    fn other_words_are_no_object() {
        let deep = "[".repeat(100_000);
        for content in [
            "",
            "[]",
            "42",
            "sure! {\"a\":1}",
            "```json",
            "<think>",
            &deep,
        ] {
            let error = said(content).unwrap_err();
            let VisionError::Unusable { why, .. } = error else {
                panic!("{error}");
            };
            assert_eq!(why, BadAnswer::NotJson);
        }
    }

    #[test]
    fn a_count_out_of_this_world_is_bounded() {
        let usage = json!({ "prompt_tokens": u64::MAX, "completion_tokens": 3 });
        assert_eq!(used(&usage).unwrap().question, 10_000_000);
        for wrong in [
            json!({ "prompt_tokens": -1, "completion_tokens": 3 }),
            json!({ "prompt_tokens": 0, "completion_tokens": 0 }),
            json!(null),
        ] {
            assert_eq!(
                used(&wrong),
                None,
                "no count is better than a wrong one: {wrong}"
            );
        }
    }
}
