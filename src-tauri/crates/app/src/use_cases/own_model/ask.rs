//! One question within the budget: noted before it is sent, settled after.

use contract::{Code, Failure};
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    setup::{Ready, money},
    spending::month,
};
use crate::{
    App, fail,
    ports::{
        Charge, ModelBegun, ModelCall, ModelCallEnd, ModelQuestion, ModelStop, ModelTokens,
        NoModelAnswer,
    },
};

/// Tokens of a photo of 768 px where this model has not been asked before. Makers' documents: 258 to some 1,600 for most;
/// gpt-4o-mini counts 2,833 and 5,667 for each of four tiles (platform.openai.com/docs/guides/images-vision, Nov 2026).
const USUAL_PHOTO: u32 = 26_000;

/// What became of wanting to ask.
pub(super) enum Asked {
    Answered(Answered),
    /// The same question is under way: here, in another window or on the command line.
    Elsewhere,
    /// It was answered, or refused, while this one waited: nothing was sent.
    Before,
}

/// A question that is asked by one at a time.
pub(super) struct Claim<'a> {
    /// Its hash.
    pub(super) key: &'a str,
    /// It was under way elsewhere before.
    pub(super) waited: bool,
}

/// An answer that is not settled yet.
pub(super) struct Answered {
    pub(super) call: Uuid,
    pub(super) json: Map<String, Value>,
    pub(super) tokens: Option<ModelTokens>,
    /// What it cost, or is taken to.
    pub(super) micros: u64,
}

impl App {
    /// Asks, if the budget allows, and unless the claimed question is under way already. The caller settles what was
    /// answered with [`App::settle_model_call`].
    ///
    /// # Errors
    /// `model_budget_reached` before anything is sent; else why there is no answer, settled already.
    pub(super) async fn ask_model(
        &self,
        ready: &Ready,
        question: &ModelQuestion,
        claim: Option<Claim<'_>>,
        cancel: &CancellationToken,
    ) -> Result<Asked, Failure> {
        if cancel.is_cancelled() {
            // Nothing was noted, so nothing counts.
            return Err(Failure::new(
                Code::Cancelled,
                "Stopped before it was asked.",
            ));
        }
        let records = &self.parts.model_records;
        let access = &ready.access;
        let known = records
            .tokens_per_photo(&access.address, &access.model)
            .await;
        let known = known.map_err(fail::record("reading what your model cost"))?;
        let estimate = estimate(ready, question, known.unwrap_or(USUAL_PHOTO));
        let now = self.parts.clock.now();
        let call = ModelCall {
            id: self.parts.clock.new_id(),
            address: access.address.clone(),
            model: access.model.clone(),
            photos: u32::try_from(question.photos.len()).unwrap_or(u32::MAX),
            started_at: now,
            estimate_micros: estimate,
            claim: claim
                .as_ref()
                .map(|claim| (claim.key.to_owned(), self.parts.boot_id)),
        };
        let begin = || records.begin_call(&call, month(now), ready.budget_micros);
        let mut begun = begin().await;
        if let Ok(ModelBegun::AskedElsewhere { by }) = begun
            && by != self.parts.boot_id
            && !self.parts.processes.alive(by)
        {
            let freed = records.end_claims(by).await;
            freed.map_err(fail::record("noting a question to your model"))?;
            begun = begin().await;
        }
        match begun.map_err(fail::record("noting a question to your model"))? {
            ModelBegun::Yes => {}
            ModelBegun::OverBudget => return Err(self.budget_reached(ready, estimate).await?),
            ModelBegun::AskedElsewhere { .. } => return Ok(Asked::Elsewhere),
        }
        if let Some(claim) = claim
            && (claim.waited || self.kept_answer(claim.key).await?.is_some())
        {
            // It was answered, or refused, between the last look and the claim: nothing is sent.
            let end = ModelCallEnd {
                id: call.id,
                cost_micros: Some(0),
                tokens: None,
                answer: None,
                at: self.parts.clock.now(),
            };
            let ended = records.end_call(end).await;
            ended.map_err(fail::record("noting a question to your model"))?;
            return Ok(Asked::Before);
        }
        failpoint::reached("model.call_begun");
        let answer = self.parts.models.ask(access, question, cancel).await;
        failpoint::reached("model.answered");
        match answer {
            Ok(answer) => Ok(Asked::Answered(Answered {
                call: call.id,
                micros: answer
                    .tokens
                    .map_or(estimate, |t| ready.prices.micros(t.question, t.answer)),
                json: answer.json,
                tokens: answer.tokens,
            })),
            Err(stop) => {
                let (cost_micros, tokens) = match stop.charge {
                    Charge::Nothing => (Some(0), None),
                    Charge::Counted(t) => {
                        (Some(ready.prices.micros(t.question, t.answer)), Some(t))
                    }
                    Charge::Unknown => (None, None),
                };
                let end = ModelCallEnd {
                    id: call.id,
                    cost_micros,
                    tokens,
                    answer: None,
                    at: self.parts.clock.now(),
                };
                let ended = records.end_call(end).await;
                ended.map_err(fail::record("noting what your model cost"))?;
                Err(self.no_answer(&stop, ready))
            }
        }
    }

    /// Notes what an answer cost, and keeps it judged, in one step.
    pub(super) async fn settle_model_call(
        &self,
        answered: &Answered,
        answer: Option<(&str, &Value)>,
    ) -> Result<(), Failure> {
        let end = ModelCallEnd {
            id: answered.call,
            // A server that does not count leaves the estimate standing, as what it cost.
            cost_micros: Some(answered.micros),
            tokens: answered.tokens,
            answer,
            at: self.parts.clock.now(),
        };
        let ended = self.parts.model_records.end_call(end).await;
        ended.map_err(fail::record("noting what your model cost"))?;
        failpoint::reached("model.call_settled");
        Ok(())
    }

    async fn budget_reached(&self, ready: &Ready, estimate: u64) -> Result<Failure, Failure> {
        let spent = self.model_spending().await?.spent;
        let (budget, estimate) = (money(ready.budget_micros), money(estimate));
        Ok(Failure::new(
            Code::ModelBudgetReached,
            format!(
                "This question was not sent: {spent:.2} of this month's {budget:.2} for your model are spent, and it may \
                 cost up to {estimate:.2}. Raise the budget in Settings, Photo analysis, or go on next month; what was \
                 answered is kept."
            ),
        )
        .with(json!({ "spent": spent, "budget": budget, "estimate": estimate })))
    }

    fn no_answer(&self, stop: &ModelStop, ready: &Ready) -> Failure {
        let host = &ready.address.host;
        tracing::warn!(host, why = ?stop.why, "the model gave no answer");
        let what = &stop.sentence;
        let open = match stop.charge {
            Charge::Unknown => {
                " It may have been counted there, so its estimate counts in your budget."
            }
            _ => "",
        };
        let (code, next) = match stop.why {
            NoModelAnswer::Unreachable => (
                Code::ModelUnreachable,
                format!(
                    "Check that the server at {host} runs and the network is there, then try again."
                ),
            ),
            NoModelAnswer::Fault(_) => (Code::ModelUnreachable, "Try again later.".to_owned()),
            NoModelAnswer::KeyRefused => (
                Code::ModelKeyRefused,
                "Type the key again in Settings, Photo analysis.".to_owned(),
            ),
            NoModelAnswer::NotThere => (
                Code::ModelRefused,
                "Check the address and the model's name in Settings, Photo analysis.".to_owned(),
            ),
            NoModelAnswer::Redirected => (
                Code::ModelRefused,
                "Nothing was sent there. Set the address at which it answers itself.".to_owned(),
            ),
            NoModelAnswer::Rejected(_) => (
                Code::ModelRefused,
                "Check that the model reads photos and that its account is in order.".to_owned(),
            ),
            NoModelAnswer::Refused => (
                Code::ModelRefused,
                "The draft stays as it is; fill it by hand.".to_owned(),
            ),
            NoModelAnswer::Busy { .. } => (Code::ModelBusy, "Try again later.".to_owned()),
            NoModelAnswer::Cut | NoModelAnswer::Unreadable => (
                Code::ModelAnswerInvalid,
                "Nothing of it was used. Try again, or choose another model.".to_owned(),
            ),
            NoModelAnswer::Cancelled => (
                Code::Cancelled,
                "What was answered before is kept, and is not paid again.".to_owned(),
            ),
        };
        let mut failure = Failure::new(code, format!("{host}: {what}. {next}{open}"));
        if let NoModelAnswer::Busy {
            retry_after: Some(seconds),
        } = stop.why
        {
            // A day at most: a header gone wild must not plan for another century.
            let wait =
                chrono::TimeDelta::seconds(i64::try_from(seconds.min(86_400)).unwrap_or(86_400));
            failure.retry_at = Some(contract::time(self.parts.clock.now() + wait));
        }
        failure
    }
}

/// The most that a question is taken to cost, in millionths: three letters a token, and the answer's whole bound.
fn estimate(ready: &Ready, question: &ModelQuestion, tokens_per_photo: u32) -> u64 {
    let letters =
        question.instructions.len() + question.text.len() + question.schema.to_string().len();
    let words = u32::try_from(letters / 3).unwrap_or(u32::MAX);
    let photos = u32::try_from(question.photos.len()).unwrap_or(u32::MAX);
    let asked = words.saturating_add(photos.saturating_mul(tokens_per_photo));
    ready.prices.micros(asked, question.max_tokens)
}
