//! What is asked.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::dialect::{Dialect, Form, TokenField};

/// Most photos of one question.
pub const MAX_PHOTOS: usize = 25;

/// A question with photos, and the shape of its answer.
#[derive(Clone)]
pub struct Question {
    /// What the model is to do, as the system's word.
    pub instructions: String,
    /// The question.
    pub text: String,
    /// JPEGs, at most [`MAX_PHOTOS`].
    pub photos: Vec<Vec<u8>>,
    /// The schema's name: letters, digits, `_` and `-`.
    pub schema_name: String,
    /// JSON schema of the answer, an object.
    pub schema: Value,
    /// Most tokens of the answer.
    pub max_tokens: u32,
}

impl fmt::Debug for Question {
    /// Counts only: photos and texts are the person's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Question")
            .field("schema_name", &self.schema_name)
            .field("photos", &self.photos.len())
            .finish_non_exhaustive()
    }
}

impl Question {
    /// The body of the call. A server that does not know the schema as a field gets it as words.
    pub(crate) fn body(&self, model: &str, dialect: Dialect) -> Value {
        let mut parts = vec![json!({ "type": "text", "text": self.text })];
        parts.extend(self.photos.iter().map(|photo| {
            let url = format!("data:image/jpeg;base64,{}", STANDARD.encode(photo));
            json!({ "type": "image_url", "image_url": { "url": url } })
        }));
        let mut instructions = self.instructions.clone();
        if dialect.form != Form::Schema {
            instructions
                .push_str("\nAnswer with one JSON object of this JSON schema and nothing else:\n");
            instructions.push_str(&self.schema.to_string());
        }
        let mut body = json!({
            "model": model,
            "stream": false,
            "messages": [
                { "role": "system", "content": instructions },
                { "role": "user", "content": parts },
            ],
        });
        match dialect.form {
            Form::Schema => {
                body["response_format"] = json!({
                    "type": "json_schema",
                    "json_schema": { "name": self.schema_name, "strict": true, "schema": self.schema },
                });
            }
            Form::Object => body["response_format"] = json!({ "type": "json_object" }),
            Form::Words => {}
        }
        let tokens = match dialect.tokens {
            TokenField::Completion => "max_completion_tokens",
            TokenField::Plain => "max_tokens",
        };
        body[tokens] = json!(self.max_tokens);
        body
    }
}
