//! What is set of the model: address, name, prices, budget.

use contract::{Code, Failure, OwnModelView};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::key::{KeyState, is_key};
use crate::{
    App, fail,
    ports::{ModelAccess, ModelAddress, ModelPlace},
};

/// Setting: `offline` or `own_model`.
pub(crate) const WHO_LOOKS: &str = "photo_analysis";
/// Setting: base of the API.
pub(crate) const ADDRESS: &str = "model_address";
/// Setting: the model's name there.
pub(crate) const MODEL: &str = "model_name";
/// Setting: price of a million tokens asked.
pub(crate) const PRICE_QUESTION: &str = "model_price_question";
/// Setting: price of a million tokens answered.
pub(crate) const PRICE_ANSWER: &str = "model_price_answer";
/// Setting: what a month may cost, in the currency of the prices.
pub(crate) const BUDGET: &str = "model_budget_month";
/// The key among the settings: no row, kept sealed.
pub(crate) const KEY: &str = "model_key";

/// Where a key of the environment belongs when it comes without an address.
const USUAL_ADDRESS: &str = "https://api.openai.com/v1";
/// What a month may cost where nothing is set.
const USUAL_BUDGET: f64 = 5.0;
/// Longest name of a model, in characters.
const MAX_NAME: usize = 200;

/// What the environment says of a model, for where the settings say nothing.
#[derive(Clone, Debug, Default)]
pub struct ModelEnvironment {
    /// `OPENAI_BASE_URL`.
    pub address: Option<String>,
    /// `OPENAI_API_KEY`.
    pub key: Option<SecretString>,
}

/// Prices of a million tokens: so many millionths of the currency each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Prices {
    pub(super) question: f64,
    pub(super) answer: f64,
}

impl Prices {
    /// What that many tokens cost, in millionths, rounded up.
    pub(super) fn micros(self, question: u32, answer: u32) -> u64 {
        // At most 1,000 a million tokens and ten million tokens: far below what a float holds exactly.
        (f64::from(question) * self.question + f64::from(answer) * self.answer).ceil() as u64
    }
}

/// What is set, as far as it is.
pub(super) struct Setup {
    pub(super) address: Option<ModelAddress>,
    /// `settings`, `environment`, `default` or `none`.
    pub(super) address_from: &'static str,
    /// Why the address that was typed is none.
    problem: Option<Failure>,
    pub(super) model: Option<String>,
    pub(super) prices: Option<Prices>,
    prices_set: (Option<f64>, Option<f64>),
    pub(super) budget_micros: u64,
}

/// All that a question needs.
pub(super) struct Ready {
    pub(super) address: ModelAddress,
    pub(super) access: ModelAccess,
    pub(super) prices: Prices,
    pub(super) budget_micros: u64,
}

impl App {
    /// Whether the person's own model looks at photos where nobody says who does.
    ///
    /// # Errors
    /// Storage only.
    pub async fn own_model_looks(&self) -> Result<bool, Failure> {
        let who = self.model_setting(WHO_LOOKS).await?;
        Ok(who.is_some_and(|who| who == "own_model"))
    }

    /// What is set of the person's own model, and what it cost this month.
    ///
    /// # Errors
    /// Storage only.
    pub async fn own_model(&self) -> Result<OwnModelView, Failure> {
        let setup = self.model_setup().await?;
        let consent_at = match &setup.address {
            Some(address) => self.model_consent(address).await?,
            None => None,
        };
        let mut lacks = setup.lacks();
        if consent_at.is_none() {
            lacks.push("consent");
        }
        let key = self.model_key_state(&setup).await?;
        let address = setup.address.as_ref();
        Ok(OwnModelView {
            address: address.map(|a| a.text.clone()).unwrap_or_default(),
            address_from: setup.address_from.to_owned(),
            address_problem: setup.problem.clone(),
            host: address.map(|a| a.host.clone()).unwrap_or_default(),
            place: address.map_or("", |a| place(a.place)).to_owned(),
            encrypted: address.is_some_and(|a| a.encrypted),
            model: setup.model.clone().unwrap_or_default(),
            key: match key {
                KeyState::Stored => "stored",
                KeyState::Environment => "environment",
                KeyState::OtherAddress => "other_address",
                KeyState::None => "none",
            }
            .to_owned(),
            price_question: setup.prices_set.0,
            price_answer: setup.prices_set.1,
            consent_at: consent_at.map(contract::time),
            consent_text: address.map(super::consent::sentence).unwrap_or_default(),
            lacks: lacks.into_iter().map(str::to_owned).collect(),
            spending: self.model_spending().await?,
        })
    }

    /// Reads the settings, and the environment for what they leave out.
    pub(super) async fn model_setup(&self) -> Result<Setup, Failure> {
        let set = self.model_setting(ADDRESS).await?;
        let environment = &self.parts.model_environment;
        let (typed, address_from) = match (&set, &environment.address, &environment.key) {
            (Some(Value::String(set)), _, _) => (Some(set.clone()), "settings"),
            (_, Some(address), _) => (Some(address.clone()), "environment"),
            (_, None, Some(_)) => (Some(USUAL_ADDRESS.to_owned()), "default"),
            _ => (None, "none"),
        };
        let (address, problem) = match typed.map(|typed| self.parts.models.address(&typed)) {
            None => (None, None),
            Some(Ok(address)) => (Some(address), None),
            Some(Err(what)) => {
                let name = match address_from {
                    "settings" => "The setting model_address",
                    _ => "The environment variable OPENAI_BASE_URL",
                };
                let problem = Failure::new(Code::InvalidField, format!("{name} must be {what}."))
                    .with(json!({ "fields": { ADDRESS: "invalid_field" } }));
                (None, Some(problem))
            }
        };
        let model = self.model_setting(MODEL).await?;
        let model = model.and_then(|m| m.as_str().map(str::to_owned));
        let price = |value: Option<Value>| value.and_then(|v| v.as_f64());
        let question = price(self.model_setting(PRICE_QUESTION).await?);
        let answer = price(self.model_setting(PRICE_ANSWER).await?);
        let here = address
            .as_ref()
            .is_some_and(|a| a.place == ModelPlace::ThisMachine);
        let prices = match (question, answer) {
            (Some(question), Some(answer)) => Some(Prices { question, answer }),
            // A model of this machine costs nothing unless somebody says so.
            _ if here => Some(Prices {
                question: question.unwrap_or(0.0),
                answer: answer.unwrap_or(0.0),
            }),
            _ => None,
        };
        let budget = price(self.model_setting(BUDGET).await?).unwrap_or(USUAL_BUDGET);
        Ok(Setup {
            address,
            address_from,
            problem,
            model,
            prices,
            prices_set: (question, answer),
            budget_micros: micros(budget),
        })
    }

    /// The address that is set once these settings are.
    pub(crate) async fn model_address_after(
        &self,
        values: &[(String, Value)],
    ) -> Result<Option<ModelAddress>, Failure> {
        let typed = values.iter().rev().find(|(key, _)| key == ADDRESS);
        match typed.and_then(|(_, value)| value.as_str()) {
            // It was looked at before: `refusal`.
            Some(typed) => Ok(self.parts.models.address(typed).ok()),
            None => Ok(self.model_setup().await?.address),
        }
    }

    async fn model_setting(&self, key: &str) -> Result<Option<Value>, Failure> {
        let value = self.parts.settings.get(key).await;
        value.map_err(fail::record("reading the settings"))
    }

    /// All that a question needs.
    ///
    /// # Errors
    /// `model_not_set`, naming what is missing.
    pub(super) async fn ready_model(&self) -> Result<Ready, Failure> {
        let setup = self.model_setup().await?;
        let key = self.model_key(&setup).await?;
        if let Some(problem) = setup.problem {
            return Err(problem);
        }
        let lacks = setup.lacks();
        match (setup.address, setup.model, setup.prices) {
            (Some(address), Some(model), Some(prices)) => Ok(Ready {
                access: ModelAccess {
                    address: address.text.clone(),
                    model,
                    key,
                },
                address,
                prices,
                budget_micros: setup.budget_micros,
            }),
            _ => Err(Failure::new(
                Code::ModelNotSet,
                format!(
                    "Your model is not set up: {} missing. Nothing was sent. Set it in Settings, Photo analysis, or with \
                     `studio settings set`: {ADDRESS}, {MODEL}, {PRICE_QUESTION} and {PRICE_ANSWER} (the price of a \
                     million tokens, 0 where it costs nothing).",
                    lacks.join(", ")
                ),
            )
            .with(json!({ "lacks": lacks }))),
        }
    }
}

impl Setup {
    fn lacks(&self) -> Vec<&'static str> {
        let mut lacks = Vec::new();
        if self.address.is_none() {
            lacks.push("address");
        }
        if self.model.is_none() {
            lacks.push("model");
        }
        if self.prices.is_none() {
            lacks.push("price");
        }
        lacks
    }
}

/// The contract's word.
pub(super) fn place(place: ModelPlace) -> &'static str {
    match place {
        ModelPlace::ThisMachine => "this_machine",
        ModelPlace::LocalNetwork => "local_network",
        ModelPlace::Elsewhere => "elsewhere",
    }
}

/// Millionths of a currency's unit.
fn micros(money: f64) -> u64 {
    (money * 1_000_000.0).round() as u64
}

/// Millionths as units of a currency.
pub(super) fn money(micros: u64) -> f64 {
    micros as f64 / 1_000_000.0
}

/// Why a setting of the model does not take a value; none for other settings.
pub(crate) fn refusal(app: &App, key: &str, value: &Value) -> Option<String> {
    let amount = |most: f64| {
        let fits = value
            .as_f64()
            .is_some_and(|amount| (0.0..=most).contains(&amount));
        (!fits).then(|| format!("a number from 0 to {most}"))
    };
    match key {
        ADDRESS => match value.as_str() {
            Some(typed) => app.parts.models.address(typed).err(),
            None => Some("an address".to_owned()),
        },
        MODEL => {
            let fits = value.as_str().is_some_and(|name| {
                !name.trim().is_empty()
                    && name.chars().count() <= MAX_NAME
                    && !name.chars().any(char::is_control)
            });
            (!fits).then(|| "the name of a model".to_owned())
        }
        PRICE_QUESTION | PRICE_ANSWER => amount(1_000.0),
        BUDGET => amount(10_000.0),
        KEY => {
            let fits = value.as_str().is_some_and(|key| is_key(key.trim()));
            (!fits).then(|| "a key, without blanks".to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_are_rounded_up_and_never_lost() {
        let cheap = Prices {
            question: 0.15,
            answer: 0.6,
        };
        assert_eq!(cheap.micros(1, 0), 1, "a fraction counts as one");
        assert_eq!(cheap.micros(1_000_000, 1_000_000), 750_000);
        let dear = Prices {
            question: 1_000.0,
            answer: 1_000.0,
        };
        assert_eq!(dear.micros(10_000_000, 10_000_000), 20_000_000_000);
        assert!((money(750_000) - 0.75).abs() < f64::EPSILON);
        assert_eq!(micros(5.0), 5_000_000);
    }
}
