//! What is known of a tab, kept up to date by the browser's events, and how it is set up.
use super::dialogs::Dialogs;
use super::frames::{Child, Popups};
use crate::connection::{CALL_BOUND, Connection, Gone, Listener};
use crate::context::ContextState;
use crate::network::{Traffic, Watch};
use crate::targets::{Attached, TargetInfo, auto_attach, release};
use crate::{BrowserError, CrashOf, Pace};
use chromiumoxide_cdp::cdp::browser_protocol::emulation::SetFocusEmulationEnabledParams;
use chromiumoxide_cdp::cdp::browser_protocol::inspector;
use chromiumoxide_cdp::cdp::browser_protocol::network::{
    EnableParams as NetworkEnable, SetBypassServiceWorkerParams,
};
use chromiumoxide_cdp::cdp::browser_protocol::page::EnableParams as PageEnable;
use chromiumoxide_cdp::cdp::js_protocol::runtime::RunIfWaitingForDebuggerParams;
use parking_lot::Mutex;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

pub(crate) struct PageState {
    context: Arc<ContextState>,
    session: String,
    target: String,
    runtime: Handle,
    pub(crate) traffic: Mutex<Traffic>,
    pub(crate) dialogs: Mutex<Dialogs>,
    pub(crate) popups: Mutex<Popups>,
    pub(crate) watches: Mutex<Vec<Arc<Watch>>>,
    /// Iframes of other sites and workers, by session.
    pub(crate) children: Mutex<HashMap<String, Child>>,
    pub(crate) crashed: watch::Sender<bool>,
    ready: watch::Sender<Option<Result<(), BrowserError>>>,
    end: OnceLock<BrowserError>,
    pub(crate) gone: CancellationToken,
}

impl PageState {
    pub(crate) fn new(
        context: &Arc<ContextState>,
        session: String,
        info: &TargetInfo,
        runtime: Handle,
    ) -> Arc<Self> {
        Arc::new(Self {
            context: Arc::clone(context),
            session,
            target: info.target_id.clone(),
            runtime,
            traffic: Mutex::default(),
            dialogs: Mutex::default(),
            popups: Mutex::default(),
            watches: Mutex::default(),
            children: Mutex::default(),
            crashed: watch::Sender::new(false),
            ready: watch::Sender::new(None),
            end: OnceLock::new(),
            gone: CancellationToken::new(),
        })
    }

    pub(crate) fn context(&self) -> &Arc<ContextState> {
        &self.context
    }

    pub(crate) fn connection(&self) -> &Arc<Connection> {
        &self.context.connection
    }

    pub(crate) fn session(&self) -> &str {
        &self.session
    }

    /// Also the id of its main frame.
    pub(crate) fn target(&self) -> &str {
        &self.target
    }

    pub(crate) fn runtime(&self) -> &Handle {
        &self.runtime
    }

    pub(crate) fn pace(&self) -> Pace {
        self.context.pace
    }

    /// The page's own session and those of its iframes and workers.
    pub(crate) fn sessions(&self) -> Vec<String> {
        let children = self.children.lock();
        std::iter::once(&self.session)
            .chain(children.keys())
            .cloned()
            .collect()
    }

    /// Resolves as soon as nothing can be done with the page any more.
    pub(crate) async fn ended(&self) -> BrowserError {
        let mut crashed = self.crashed.subscribe();
        tokio::select! {
            biased;
            () = self.gone.cancelled() => {
                self.end.get().cloned().unwrap_or(BrowserError::PageClosed)
            }
            _ = crashed.wait_for(|crashed| *crashed) => BrowserError::Crashed {
                of: CrashOf::Page,
                reason: "its process ended".to_owned(),
            },
        }
    }

    /// Resolves once the page was set up.
    pub(crate) async fn ready(&self) -> Result<(), BrowserError> {
        let mut ready = self.ready.subscribe();
        let ready = ready.wait_for(Option::is_some).await;
        ready
            .ok()
            .and_then(|ready| ready.clone())
            .unwrap_or(Err(BrowserError::PageClosed))
    }

    pub(crate) fn main_listener(self: &Arc<Self>) -> Arc<dyn Listener> {
        Arc::new(SessionListener {
            page: Arc::clone(self),
            session: self.session.clone(),
        })
    }

    /// Makes the held page ready, with the bans already on it, then lets it run.
    pub(crate) async fn set_up(self: Arc<Self>) {
        let result = self.set_up_page().await;
        if let Err(error) = &result {
            tracing::warn!(code = error.code(), "a new tab could not be made ready");
        }
        self.ready.send_replace(Some(result));
    }

    async fn set_up_page(&self) -> Result<(), BrowserError> {
        let (connection, session) = (self.connection(), Some(self.session()));
        // A window without an opener answers most of these only once it runs, so it is let go as
        // soon as the bans are on it, which the browser's main process does by itself.
        let run = async {
            self.apply_patterns_to(self.session()).await?;
            connection
                .call(
                    session,
                    &RunIfWaitingForDebuggerParams::default(),
                    CALL_BOUND,
                )
                .await?;
            Ok::<_, BrowserError>(())
        };
        let (page, inspector, network, workers, focus, attach, run) = tokio::join!(
            biased;
            connection.call(session, &PageEnable::default(), CALL_BOUND),
            connection.call(session, &inspector::EnableParams::default(), CALL_BOUND),
            connection.call(session, &network_enable(), CALL_BOUND),
            // What a service worker answers by itself would be neither seen nor stopped.
            connection.call(session, &SetBypassServiceWorkerParams::new(true), CALL_BOUND),
            // Typing goes to the page also while another window has the focus.
            connection.call(session, &SetFocusEmulationEnabledParams::new(true), CALL_BOUND),
            connection.call(session, &auto_attach(), CALL_BOUND),
            run,
        );
        for result in [page, inspector, network, workers, focus, attach] {
            result?;
        }
        run
    }

    /// An iframe of another site, or a worker, has come; it is held until it was set up.
    fn child_attached(self: &Arc<Self>, parent: &str, attached: Attached) {
        let Attached {
            session_id,
            target_info,
        } = attached;
        if !matches!(
            target_info.kind.as_str(),
            "iframe" | "worker" | "shared_worker"
        ) {
            release(self.connection(), &session_id, Some(parent));
            return;
        }
        let child = Child {
            target: target_info.target_id,
            kind: target_info.kind,
        };
        let is_frame = child.kind == "iframe";
        self.children.lock().insert(session_id.clone(), child);
        let listener = SessionListener {
            page: Arc::clone(self),
            session: session_id.clone(),
        };
        self.connection().listen(&session_id, Arc::new(listener));
        let page = Arc::clone(self);
        self.runtime
            .spawn(async move { page.set_up_child(&session_id, is_frame).await });
    }

    async fn set_up_child(&self, session: &str, is_frame: bool) {
        let (connection, to) = (self.connection(), Some(session));
        let run = async {
            // A frame that cannot be put under the bans stays held: better stuck than free.
            match self.apply_patterns_to(session).await {
                Ok(()) => connection.fire(to, &RunIfWaitingForDebuggerParams::default()),
                Err(error) => tracing::warn!(code = error.code(), "a frame stays held"),
            }
        };
        let follow = async {
            if !is_frame {
                return [None, None];
            }
            let (page, attach) = tokio::join!(
                connection.call(to, &PageEnable::default(), CALL_BOUND),
                connection.call(to, &auto_attach(), CALL_BOUND),
            );
            [page.err(), attach.err()]
        };
        let network = connection.call(to, &network_enable(), CALL_BOUND);
        let (follow, network, ()) = tokio::join!(biased; follow, network, run);
        for error in follow.into_iter().flatten().chain(network.err()) {
            tracing::debug!(?error, "a frame or worker cannot be followed in everything");
        }
    }

    fn on_event(self: &Arc<Self>, session: &str, method: &str, params: &Value) {
        match method {
            "Fetch.requestPaused" => self.request_paused(session, params),
            "Network.requestWillBeSent" => {
                self.traffic.lock().request(params, &self.target);
            }
            "Network.responseReceived" => self.traffic.lock().response(params, &self.target),
            "Network.loadingFailed" => {
                let id = params["requestId"].as_str().unwrap_or_default();
                let reason = params["errorText"].as_str().unwrap_or("failed");
                for watch in self.watches.lock().iter() {
                    watch.failed(id, reason);
                }
            }
            "Network.webSocketCreated" | "Network.webTransportCreated" => {
                self.traffic
                    .lock()
                    .host(params["url"].as_str().unwrap_or_default());
            }
            "Page.javascriptDialogOpening" => self.dialog_opened(session, params),
            // `Target.targetCrashed` says the same again later, when the page may be back already.
            "Inspector.targetCrashed" if session == self.session => {
                self.crashed.send_replace(true);
            }
            "Target.attachedToTarget" => match serde_json::from_value::<Attached>(params.clone()) {
                Ok(attached) => self.child_attached(session, attached),
                Err(error) => tracing::warn!(%error, "a new frame is not understood"),
            },
            "Target.detachedFromTarget" => {
                if let Some(session) = params["sessionId"].as_str() {
                    self.connection().detach(session);
                }
            }
            _ => {}
        }
    }

    fn on_gone(&self, session: &str, why: Gone) {
        if session != self.session {
            self.children.lock().remove(session);
            return;
        }
        let error = match why {
            Gone::Detached => BrowserError::PageClosed,
            Gone::Died(reason) => BrowserError::Crashed {
                of: CrashOf::Browser,
                reason,
            },
        };
        let _ = self.end.set(error.clone());
        self.gone.cancel();
        self.ready.send_if_modified(|ready| match ready {
            Some(_) => false,
            None => {
                *ready = Some(Err(error));
                true
            }
        });
        self.context.page_gone(&self.target);
    }
}

/// Events only: bodies are read by holding the answer, so the browser need not keep them.
fn network_enable() -> NetworkEnable {
    NetworkEnable {
        max_total_buffer_size: Some(1_000_000),
        max_resource_buffer_size: Some(100_000),
        max_post_data_size: Some(0),
        ..NetworkEnable::default()
    }
}

struct SessionListener {
    page: Arc<PageState>,
    session: String,
}

impl Listener for SessionListener {
    fn event(self: Arc<Self>, method: &str, params: Value) {
        self.page.on_event(&self.session, method, &params);
    }

    fn gone(&self, why: Gone) {
        self.page.on_gone(&self.session, why);
    }
}
