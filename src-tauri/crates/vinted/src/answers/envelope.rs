//! `{code, message, message_code, errors:[{field, value}]}` (vinted-facts A8, H).

use serde_json::Value;

/// The envelope of an answer. Every part may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Envelope {
    pub(crate) code: Option<i64>,
    pub(crate) message: String,
    /// The site's field name and sentence.
    pub(crate) errors: Vec<(String, String)>,
}

impl Envelope {
    pub(crate) fn of(body: &Value) -> Self {
        let text = |value: &Value| {
            value
                .as_str()
                .unwrap_or_default()
                .chars()
                .take(500)
                .collect()
        };
        let errors = body["errors"].as_array().map_or(&[][..], Vec::as_slice);
        Self {
            code: body["code"].as_i64(),
            message: text(&body["message"]),
            errors: errors
                .iter()
                .take(50)
                .map(|e| (text(&e["field"]), text(&e["value"])))
                .filter(|(field, value): &(String, String)| !(field.is_empty() && value.is_empty()))
                .collect(),
        }
    }

    /// Everything it refuses: the fields, or the one sentence where it names none.
    pub(crate) fn refusals(&self) -> Vec<(String, String)> {
        if self.errors.is_empty() && !self.message.is_empty() {
            return vec![(String::new(), self.message.clone())];
        }
        self.errors.clone()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn all_errors_are_read() {
        let envelope = Envelope::of(&json!({
            "code": 99, "message": "Validation error", "message_code": "validation_error",
            "errors": [{"field": "title", "value": "trop court"}, {"field": "price", "value": "≥ 1.0"}],
        }));
        assert_eq!(envelope.code, Some(99), "the code");
        assert_eq!(
            envelope.refusals(),
            [
                ("title".into(), "trop court".into()),
                ("price".into(), "≥ 1.0".into())
            ],
            "all messages are shown, not only the price's (vinted-facts A3)"
        );
    }

    #[test]
    fn anything_else_is_an_empty_envelope() {
        for body in [
            json!(null),
            json!([1]),
            json!({"errors": "no"}),
            json!({"code": "0"}),
        ] {
            assert_eq!(
                Envelope::of(&body),
                Envelope::default(),
                "{body} says nothing"
            );
        }
    }

    #[test]
    fn a_sentence_without_fields_is_kept() {
        let envelope = Envelope::of(&json!({"code": 99, "message": "Compte limité"}));
        assert_eq!(
            envelope.refusals(),
            [(String::new(), "Compte limité".into())],
            "the sentence"
        );
    }
}
