//! What the browser itself tells: pages that come and go, each handed to its context.
use crate::connection::{CALL_BOUND, CallError, Connection, Gone, Listener, read};
use crate::context::ContextState;
use crate::{BrowserError, CrashOf};
use chromiumoxide_cdp::cdp::browser_protocol::target::{
    DetachFromTargetParams, GetTargetsParams, SetAutoAttachParams, SetDiscoverTargetsParams,
};
use chromiumoxide_cdp::cdp::js_protocol::runtime::RunIfWaitingForDebuggerParams;
use parking_lot::Mutex;
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Weak};

/// A target of the browser: page, iframe of another site, worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetSeen {
    /// `page`, `iframe`, `worker`, `service_worker` …
    pub kind: String,
    /// Full address.
    pub url: String,
    /// The page's title, if any.
    pub title: String,
}

/// What we read of a target; unknown fields of newer browsers are passed over.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TargetInfo {
    pub(crate) target_id: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) url: String,
    #[serde(default)]
    pub(crate) title: String,
    pub(crate) opener_id: Option<String>,
    pub(crate) browser_context_id: Option<String>,
}

/// `Target.attachedToTarget`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Attached {
    pub(crate) session_id: String,
    pub(crate) target_info: TargetInfo,
}

/// All targets now.
pub(crate) async fn targets(connection: &Connection) -> Result<Vec<TargetInfo>, CallError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Targets {
        target_infos: Vec<TargetInfo>,
    }
    let result = connection
        .call(None, &GetTargetsParams::default(), CALL_BOUND)
        .await?;
    let targets: Targets = read("Target.getTargets", result)?;
    Ok(targets.target_infos)
}

/// Listens to the browser itself: hands new pages to their contexts.
pub(crate) struct Root {
    connection: Arc<Connection>,
    contexts: Mutex<HashMap<String, Weak<ContextState>>>,
    runtime: tokio::runtime::Handle,
}

impl Root {
    /// Follows the browser from now on. Every page and popup is held until it was made ready: see
    /// `PageState::set_up`.
    pub(crate) async fn follow(connection: &Arc<Connection>) -> Result<Arc<Self>, BrowserError> {
        let root = Arc::new(Self {
            connection: Arc::clone(connection),
            contexts: Mutex::default(),
            runtime: tokio::runtime::Handle::current(),
        });
        connection.listen("", Arc::clone(&root) as Arc<dyn Listener>);
        connection.call(None, &auto_attach(), CALL_BOUND).await?;
        connection
            .call(None, &SetDiscoverTargetsParams::new(true), CALL_BOUND)
            .await?;
        Ok(root)
    }

    /// Pages of this context are handed to it from now on.
    pub(crate) fn add(&self, context: &Arc<ContextState>) {
        self.contexts
            .lock()
            .insert(context.id().to_owned(), Arc::downgrade(context));
    }

    fn context_of(&self, info: &TargetInfo) -> Option<Arc<ContextState>> {
        let mut contexts = self.contexts.lock();
        contexts.retain(|_, context| context.strong_count() > 0);
        contexts.get(info.browser_context_id.as_ref()?)?.upgrade()
    }

    fn attached(&self, attached: Attached) {
        let context = self.context_of(&attached.target_info);
        match context {
            // A tab in no window is of the kind `other` (Chromium 156).
            Some(context) if matches!(attached.target_info.kind.as_str(), "page" | "other") => {
                context.page_attached(attached, &self.runtime);
            }
            // Not ours to watch: workers of the browser, pages of its own.
            _ => release(&self.connection, &attached.session_id, None),
        }
    }
}

/// Lets a held target run, without us.
pub(crate) fn release(connection: &Connection, session: &str, parent: Option<&str>) {
    connection.fire(Some(session), &RunIfWaitingForDebuggerParams::default());
    let detach = DetachFromTargetParams {
        session_id: Some(session.to_owned().into()),
    };
    connection.fire(parent, &detach);
}

impl Listener for Root {
    fn event(self: Arc<Self>, method: &str, params: Value) {
        match method {
            "Target.attachedToTarget" => match serde_json::from_value::<Attached>(params) {
                Ok(attached) => self.attached(attached),
                Err(error) => tracing::warn!(%error, "a new target is not understood"),
            },
            "Target.detachedFromTarget" => {
                if let Some(session) = params["sessionId"].as_str() {
                    self.connection.detach(session);
                }
            }
            "Target.targetInfoChanged" => {
                if let Ok(info) = serde_json::from_value::<TargetInfo>(params["targetInfo"].clone())
                    && let Some(context) = self.context_of(&info)
                {
                    context.target_changed(info);
                }
            }
            _ => {}
        }
    }

    fn gone(&self, why: Gone) {
        if let Gone::Died(reason) = why {
            let error = BrowserError::Crashed {
                of: CrashOf::Browser,
                reason,
            };
            tracing::info!(%error, "browser ended");
        }
    }
}

/// Attach to whatever belongs to the target, and hold it until it was made ready.
pub(crate) fn auto_attach() -> SetAutoAttachParams {
    SetAutoAttachParams {
        flatten: Some(true),
        ..SetAutoAttachParams::new(true, true)
    }
}
