//! Vision models of `vision` behind the app's port.

use app::ports::{
    Charge, ModelAccess, ModelAddress, ModelAnswer, ModelPlace, ModelQuestion, ModelStop,
    ModelTokens, NoModelAnswer, VisionModels,
};
use async_trait::async_trait;
use tokio_util::sync::CancellationToken;
use vision::{Access, Address, BadAnswer, Client, Limits, Place, Question, Tokens, VisionError};

/// The name of every answer's schema.
const SCHEMA: &str = "garment";

pub(crate) struct OpenAiCompatible(Client);

impl OpenAiCompatible {
    pub(crate) fn new() -> Result<Self, reqwest::Error> {
        Client::new(Limits::default()).map(Self)
    }
}

#[async_trait]
impl VisionModels for OpenAiCompatible {
    fn address(&self, typed: &str) -> Result<ModelAddress, String> {
        let address = Address::parse(typed).map_err(|e| e.to_string())?;
        Ok(ModelAddress {
            host: address.host_text(),
            place: match address.place() {
                Place::ThisMachine => ModelPlace::ThisMachine,
                Place::LocalNetwork => ModelPlace::LocalNetwork,
                Place::Elsewhere => ModelPlace::Elsewhere,
            },
            encrypted: address.is_encrypted(),
            text: address.as_str().to_owned(),
        })
    }

    async fn ask(
        &self,
        access: &ModelAccess,
        question: &ModelQuestion,
        cancel: &CancellationToken,
    ) -> Result<ModelAnswer, ModelStop> {
        let address = Address::parse(&access.address).map_err(|e| ModelStop {
            why: NoModelAnswer::NotThere,
            sentence: format!("it must be {e}"),
            charge: Charge::Nothing,
        })?;
        let access = Access {
            address,
            model: access.model.clone(),
            key: access.key.clone(),
        };
        let question = Question {
            instructions: question.instructions.clone(),
            text: question.text.clone(),
            photos: question.photos.clone(),
            schema_name: SCHEMA.to_owned(),
            schema: question.schema.clone(),
            max_tokens: question.max_tokens,
        };
        match self.0.ask(&access, &question, cancel).await {
            Ok(answer) => Ok(ModelAnswer {
                json: answer.json,
                tokens: answer.tokens.map(counted),
            }),
            Err(error) => Err(stop(&error)),
        }
    }
}

fn counted(tokens: Tokens) -> ModelTokens {
    ModelTokens {
        question: tokens.question,
        answer: tokens.answer,
    }
}

fn stop(error: &VisionError) -> ModelStop {
    let (why, tokens) = match *error {
        VisionError::Unreachable | VisionError::BrokenOff | VisionError::TimedOut => {
            (NoModelAnswer::Unreachable, None)
        }
        VisionError::Redirected => (NoModelAnswer::Redirected, None),
        VisionError::KeyRefused | VisionError::UnsendableKey => (NoModelAnswer::KeyRefused, None),
        VisionError::NotThere => (NoModelAnswer::NotThere, None),
        VisionError::Busy { retry_after } => (NoModelAnswer::Busy { retry_after }, None),
        VisionError::ServerFault(status) => (NoModelAnswer::Fault(status), None),
        VisionError::Rejected(status) => (NoModelAnswer::Rejected(status), None),
        VisionError::TooManyPhotos(_) => (NoModelAnswer::Rejected(413), None),
        VisionError::Refused { tokens } => (NoModelAnswer::Refused, tokens),
        VisionError::Unusable {
            why: BadAnswer::Cut,
            tokens,
        } => (NoModelAnswer::Cut, tokens),
        VisionError::Unusable { tokens, .. } => (NoModelAnswer::Unreadable, tokens),
        VisionError::Cancelled { .. } => (NoModelAnswer::Cancelled, None),
    };
    ModelStop {
        why,
        sentence: error.to_string(),
        charge: match tokens {
            Some(tokens) => Charge::Counted(counted(tokens)),
            None if error.is_free() => Charge::Nothing,
            None => Charge::Unknown,
        },
    }
}
