//! What a server understands of the request: newer fields first, older ones where it complains.

/// How the answer's shape is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `response_format: json_schema`, strict.
    Schema,
    /// `response_format: json_object`, the schema in words.
    Object,
    /// In words only.
    Words,
}

/// How the answer's length is bounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenField {
    /// `max_completion_tokens`: OpenAI's newer models take no other.
    Completion,
    /// `max_tokens`: what older servers know.
    Plain,
}

/// One way to put a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) form: Form,
    pub(crate) tokens: TokenField,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            form: Form::Schema,
            tokens: TokenField::Completion,
        }
    }
}

impl Dialect {
    /// The way to try after a refusal that says what it did not understand; none where another way would not help.
    /// `complaint` is the beginning of the server's answer; it goes nowhere else.
    pub(crate) fn after(self, complaint: &str) -> Option<Self> {
        if self.tokens == TokenField::Completion && complaint.contains("max_completion_tokens") {
            return Some(Self {
                tokens: TokenField::Plain,
                ..self
            });
        }
        let about_form = ["response_format", "json_schema", "json_object"]
            .iter()
            .any(|word| complaint.contains(word));
        let form = match self.form {
            Form::Schema if about_form => Form::Object,
            Form::Object if about_form => Form::Words,
            _ => return None,
        };
        Some(Self { form, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_asked_in_older_ways_and_never_in_circles() {
        let complaint = "unknown field response_format; unknown field max_completion_tokens";
        let mut dialect = Dialect::default();
        let mut ways = 1;
        while let Some(next) = dialect.after(complaint) {
            dialect = next;
            ways += 1;
        }
        assert_eq!(ways, 4, "two fields, three forms");
        assert_eq!(
            Dialect::default().after("the model is overloaded"),
            None,
            "another complaint is not answered with another form"
        );
    }
}
