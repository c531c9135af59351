//! Scripts in the page: the caller's, and our own on one element.
use super::{Described, ElementRef, Locator, Page};
use crate::BrowserError;
use crate::connection::{CallError, read};
use chromiumoxide_cdp::cdp::js_protocol::runtime::{
    CallFunctionOnParams, EvaluateParams, ReleaseObjectParams,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;

/// For one script.
const SCRIPT_BOUND: Duration = Duration::from_secs(10);
const COMMON: &str = include_str!("js/common.js");
/// Our own name for what Chromium says in several ways: the document went away under the script.
const DOCUMENT_GONE: &str = "the page went elsewhere meanwhile";

/// `Runtime.evaluate` and `Runtime.callFunctionOn`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Evaluated {
    #[serde(default)]
    result: RemoteObject,
    exception_details: Option<Exception>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct RemoteObject {
    #[serde(default)]
    value: Value,
    object_id: Option<String>,
    #[serde(default)]
    description: String,
}

#[derive(Deserialize)]
struct Exception {
    #[serde(default)]
    text: String,
    #[serde(default)]
    exception: RemoteObject,
}

/// What our scripts answer about an element.
#[derive(Debug, Deserialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub(super) enum Verdict {
    Missing,
    Hidden,
    Moving,
    Disabled,
    Unfocusable,
    Covered { by: String },
    Ready { x: f64, y: f64 },
    Guarded,
    Done,
}

impl Verdict {
    /// The error if it stays like this; `None` for the good ones.
    pub(super) fn error(self, target: &Locator) -> Option<BrowserError> {
        let what = target.to_string();
        match self {
            Self::Missing => Some(BrowserError::ElementNotFound { what }),
            Self::Hidden => Some(BrowserError::NotVisible { what }),
            Self::Moving => Some(BrowserError::Unstable { what }),
            Self::Disabled => Some(BrowserError::Disabled { what }),
            Self::Unfocusable => Some(BrowserError::NotFocusable { what }),
            Self::Covered { by } => Some(BrowserError::Covered { what, by }),
            Self::Ready { .. } | Self::Guarded | Self::Done => None,
        }
    }
}

/// Whether a script's error only says that its document is no more: what was asked may be asked
/// again of the next one.
pub(super) fn document_gone(error: &BrowserError) -> bool {
    matches!(error, BrowserError::Script { message } if message == DOCUMENT_GONE)
}

impl Page {
    /// Value of a JavaScript expression (a promise is awaited), at most 10 s.
    /// `undefined` reads as null. The page's own address and dialogs aside, this is the only way in
    /// which text of the page enters the app: treat it as foreign.
    ///
    /// # Errors
    /// `Script` if it throws, has another shape than `T`, or its document went away meanwhile.
    pub async fn eval<T: DeserializeOwned>(&self, js: &str) -> Result<T, BrowserError> {
        let result = self.evaluate(js, true).await?;
        serde_json::from_value(result.value).map_err(|error| BrowserError::Script {
            message: format!("the result has another shape: {error}"),
        })
    }

    /// The first of the locators that finds an element now; no waiting. A locator that is not
    /// valid counts as one that finds nothing.
    ///
    /// # Errors
    /// `Script` if the document went away meanwhile.
    pub async fn query<L: Into<Locator> + Clone>(
        &self,
        ways: &[L],
    ) -> Result<Option<ElementRef>, BrowserError> {
        let ways: Vec<Locator> = ways.iter().cloned().map(Into::into).collect();
        match self.first_of(&ways, 0).await {
            // One that is no JavaScript spoils the whole script: then each is tried by itself.
            Err(BrowserError::Script { message }) if message.starts_with("SyntaxError") => {
                for (at, way) in ways.iter().enumerate() {
                    match self.first_of(std::slice::from_ref(way), at).await {
                        Err(BrowserError::Script { message })
                            if message.starts_with("SyntaxError") => {}
                        Ok(None) => {}
                        found => return found,
                    }
                }
                Ok(None)
            }
            found => found,
        }
    }

    async fn first_of(
        &self,
        ways: &[Locator],
        first_way: usize,
    ) -> Result<Option<ElementRef>, BrowserError> {
        let list: Vec<String> = ways
            .iter()
            .map(|way| format!("() => {}", way.expression()))
            .collect();
        let script = format!(
            "(() => {{ {COMMON} return ({describe})([{list}]); }})()",
            describe = include_str!("js/describe.js"),
            list = list.join(", "),
        );
        let found: Option<Described> = self.eval(&script).await?;
        Ok(found.and_then(|found| {
            Some(ElementRef {
                locator: ways.get(found.way)?.clone(),
                way: first_way + found.way,
                tag: found.tag,
                kind: found.kind,
                visible: found.visible,
                enabled: found.enabled,
                rect: found.rect,
            })
        }))
    }

    /// How many elements match a CSS selector.
    ///
    /// # Errors
    /// `Script` if the selector is not valid.
    pub async fn count(&self, css: &str) -> Result<usize, BrowserError> {
        self.eval(&format!(
            "document.querySelectorAll({}).length",
            Value::from(css)
        ))
        .await
    }

    /// An attribute, `None` if the element has none of that name.
    ///
    /// # Errors
    /// `ElementNotFound`; the same for the reads below.
    pub async fn attribute(
        &self,
        target: impl Into<Locator>,
        name: &str,
    ) -> Result<Option<String>, BrowserError> {
        self.read_of(
            &target.into(),
            &format!("(el) => el.getAttribute({})", Value::from(name)),
        )
        .await
    }

    /// The text a person would read (`innerText`).
    pub async fn text(&self, target: impl Into<Locator>) -> Result<String, BrowserError> {
        self.read_of(
            &target.into(),
            "(el) => el.innerText ?? el.textContent ?? ''",
        )
        .await
    }

    /// What a field holds: `value` of inputs, the text of editable elements.
    pub async fn value(&self, target: impl Into<Locator>) -> Result<String, BrowserError> {
        let script = "(el) => 'value' in el ? String(el.value) : (el.innerText ?? '')";
        self.read_of(&target.into(), script).await
    }

    /// The document's HTML, cut to 2 MB.
    pub async fn html(&self) -> Result<String, BrowserError> {
        self.eval("(document.documentElement?.outerHTML ?? '').slice(0, 2_000_000)")
            .await
    }

    /// Runs `function(el, arg)`; an answer `{state: …}` is understood as a verdict.
    pub(super) async fn verdict(
        &self,
        target: &Locator,
        function: &str,
        arg: &impl Serialize,
    ) -> Result<Verdict, BrowserError> {
        self.eval(&on_element(target, function, arg)?).await
    }

    /// As [`verdict`](Self::verdict), and keeps the answered object in the page.
    pub(super) async fn verdict_and_handle(
        &self,
        target: &Locator,
        function: &str,
        arg: &impl Serialize,
    ) -> Result<(Verdict, Handle), BrowserError> {
        let object = self
            .evaluate(&on_element(target, function, arg)?, false)
            .await?;
        let handle = self.handle(object)?;
        let verdict = self
            .call_on(&handle, "function () { return { ...this }; }")
            .await?;
        Ok((verdict, handle))
    }

    /// The element itself, held by the browser.
    pub(super) async fn element(&self, target: &Locator) -> Result<Option<Handle>, BrowserError> {
        let found = format!(
            "(() => {{ {COMMON} const el = {}; return isElement(el) ? el : null; }})()",
            target.expression()
        );
        let object = self.evaluate(&found, false).await?;
        object
            .object_id
            .is_some()
            .then(|| self.handle(object))
            .transpose()
    }

    /// Calls a function with the held object as `this`.
    pub(super) async fn call_on<T: DeserializeOwned>(
        &self,
        handle: &Handle,
        function: &str,
    ) -> Result<T, BrowserError> {
        let call = CallFunctionOnParams {
            object_id: Some(handle.id.clone().into()),
            return_by_value: Some(true),
            ..CallFunctionOnParams::new(function)
        };
        let result = self.scripted(&call).await?;
        serde_json::from_value(result.value).map_err(|error| BrowserError::Script {
            message: format!("the result has another shape: {error}"),
        })
    }

    fn handle(&self, object: RemoteObject) -> Result<Handle, BrowserError> {
        let id = object.object_id.ok_or_else(|| BrowserError::Script {
            message: "the result is no object".to_owned(),
        })?;
        Ok(Handle {
            id,
            page: self.clone(),
        })
    }

    async fn read_of<T: DeserializeOwned>(
        &self,
        target: &Locator,
        function: &str,
    ) -> Result<T, BrowserError> {
        let wrapped = format!("(el) => ({{ state: 'read', value: ({function})(el) }})");
        let answer: Value = self.eval(&on_element(target, &wrapped, &())?).await?;
        if answer["state"] == "missing" {
            return Err(BrowserError::ElementNotFound {
                what: target.to_string(),
            });
        }
        serde_json::from_value(answer["value"].clone()).map_err(|error| BrowserError::Script {
            message: error.to_string(),
        })
    }

    async fn evaluate(&self, js: &str, by_value: bool) -> Result<RemoteObject, BrowserError> {
        let evaluate = EvaluateParams {
            return_by_value: Some(by_value),
            await_promise: Some(true),
            // Also ends a script that never gives the page's thread back.
            timeout: Some(
                chromiumoxide_cdp::cdp::js_protocol::runtime::TimeDelta::new(
                    SCRIPT_BOUND.as_secs_f64() * 1000.0,
                ),
            ),
            ..EvaluateParams::new(js)
        };
        self.scripted(&evaluate).await
    }

    async fn scripted<C: chromiumoxide_types::Method + Serialize>(
        &self,
        command: &C,
    ) -> Result<RemoteObject, BrowserError> {
        let result = match self
            .call(command, SCRIPT_BOUND + Duration::from_secs(1))
            .await
        {
            Err(BrowserError::Protocol { message, .. }) if says_document_gone(&message) => {
                return Err(BrowserError::Script {
                    message: DOCUMENT_GONE.to_owned(),
                });
            }
            // What `EvaluateParams::timeout` ends, Chromium calls so.
            Err(BrowserError::Protocol { message, .. }) if message == "Internal error" => {
                return Err(BrowserError::Timeout {
                    what: "a script".to_owned(),
                    seconds: SCRIPT_BOUND.as_secs_f64(),
                });
            }
            other => other?,
        };
        let evaluated: Evaluated =
            read("Runtime.evaluate", result).map_err(<CallError as Into<BrowserError>>::into)?;
        match evaluated.exception_details {
            None => Ok(evaluated.result),
            Some(exception) => {
                let said = if exception.exception.description.is_empty() {
                    exception
                        .exception
                        .value
                        .as_str()
                        .unwrap_or(&exception.text)
                        .to_owned()
                } else {
                    exception.exception.description
                };
                // A stack follows the first line.
                let message = said.lines().next().unwrap_or_default();
                Err(BrowserError::Script {
                    message: message.chars().take(500).collect(),
                })
            }
        }
    }
}

fn says_document_gone(message: &str) -> bool {
    [
        "Execution context was destroyed",
        "Cannot find context with specified id",
        "Cannot find default execution context",
        "Inspected target navigated or closed",
        "Could not find object with given id",
        "Promise was collected",
    ]
    .iter()
    .any(|sign| message.contains(sign))
}

/// `function(el, arg)` on the element, or `{state: "missing"}`.
fn on_element(
    target: &Locator,
    function: &str,
    arg: &impl Serialize,
) -> Result<String, BrowserError> {
    let arg = serde_json::to_string(arg).map_err(|error| BrowserError::Script {
        message: error.to_string(),
    })?;
    Ok(format!(
        "(async () => {{ {COMMON} const el = {find}; \
         if (!isElement(el)) return {{ state: 'missing' }}; \
         return await ({function})(el, {arg}); }})()",
        find = target.expression(),
    ))
}

/// An object held in the page; let go when dropped.
pub(super) struct Handle {
    pub(super) id: String,
    page: Page,
}

impl Drop for Handle {
    fn drop(&mut self) {
        let state = self.page.state();
        state.connection().fire(
            Some(state.session()),
            &ReleaseObjectParams::new(self.id.clone()),
        );
    }
}
