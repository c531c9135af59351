//! One tiny question without photos: address, key and model work together.

use contract::{Code, Failure, ModelTestView};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{ask::Asked, setup::money};
use crate::{App, ports::ModelQuestion};

impl App {
    /// Asks the model for one word. No photo leaves, so no consent is needed.
    ///
    /// # Errors
    /// `model_not_set`, `model_budget_reached`, or why there is no answer.
    pub async fn test_model(&self, cancel: &CancellationToken) -> Result<ModelTestView, Failure> {
        let ready = self.ready_model().await?;
        let question = ModelQuestion {
            instructions: "You answer with JSON only.".to_owned(),
            text: "Answer with the object {\"ok\": true}.".to_owned(),
            photos: Vec::new(),
            schema: json!({
                "type": "object",
                "properties": { "ok": { "type": "boolean" } },
                "required": ["ok"],
                "additionalProperties": false,
            }),
            // Room for a model that thinks before it answers.
            max_tokens: 1_000,
        };
        let begun = std::time::Instant::now();
        let Asked::Answered(answered) = self.ask_model(&ready, &question, None, cancel).await?
        else {
            return Err(crate::fail::internal(
                "testing your model",
                "it claims nothing",
            ));
        };
        self.settle_model_call(&answered, None).await?;
        if !answered.json.contains_key("ok") {
            return Err(Failure::new(
                Code::ModelAnswerInvalid,
                format!(
                    "{} answered something else than was asked. Choose another model.",
                    ready.address.host
                ),
            ));
        }
        Ok(ModelTestView {
            host: ready.address.host,
            model: ready.access.model,
            duration_ms: u32::try_from(begun.elapsed().as_millis()).unwrap_or(u32::MAX),
            cost: money(answered.micros),
            counts_tokens: answered.tokens.is_some(),
        })
    }
}
