//! What the handlers share.

use std::{
    net::SocketAddr,
    ops::Deref,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use app::App;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::{sync::Semaphore, time::interval};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    answer::{Answer, Refusal},
    doors::{Gates, Keys, origins},
    page::Page,
};

/// Form uploads that are read at once; further ones wait.
pub(crate) const UPLOADS: usize = 4;
/// How often what is over is forgotten.
const SWEEP: Duration = Duration::from_secs(60);

/// Cheap to clone.
#[derive(Clone)]
pub(crate) struct Api(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) app: App,
    pub(crate) keys: Keys,
    pub(crate) gates: Gates,
    /// Where the server listens.
    pub(crate) local: SocketAddr,
    /// Where files lie for the moment between their arrival and their becoming photos.
    pub(crate) incoming: PathBuf,
    pub(crate) uploads: Semaphore,
    /// The server is about to end: streams say so and close.
    pub(crate) stopping: CancellationToken,
    /// Work that goes on to a tidy end although nobody waits for it any more.
    pub(crate) work: TaskTracker,
    /// The page for a browser tab, where it is served.
    pub(crate) page: Option<Page>,
    pub(crate) measures: PrometheusHandle,
    pub(crate) begun: Instant,
}

impl Deref for Api {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Api {
    pub(crate) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// A link that opens the page in one tab. Its secret stands behind `#`.
    pub(crate) fn page_link(&self) -> String {
        format!("http://{}/#enter={}", self.local, self.keys.link())
    }

    /// Origins of pages that may ask, as the settings say at this moment. In doubt: none.
    pub(crate) async fn allowed_origins(&self) -> Vec<String> {
        match self.app.settings(Some("allowed_origins")).await {
            Ok(view) => origins(view.settings.get("allowed_origins")),
            Err(failure) => {
                tracing::warn!(%failure, "the allowed origins could not be read");
                Vec::new()
            }
        }
    }

    /// Work on the site. It hands the session back even where the caller is gone: its token is cancelled then, and at
    /// the server's end, but the work itself goes on to its own end.
    pub(crate) async fn on_the_site<T, F>(
        &self,
        work: impl FnOnce(App, CancellationToken) -> F,
    ) -> Answer<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, contract::Failure>> + Send + 'static,
    {
        let cancel = self.stopping.child_token();
        let _gone = cancel.clone().drop_guard();
        let task = self.work.spawn(work(self.app.clone(), cancel));
        match task.await {
            Ok(done) => done.map_err(Refusal::from),
            Err(error) => {
                tracing::error!(%error, "work on the site ended before its time");
                Err(contract::Failure::new(
                    contract::Code::Internal,
                    "Something unforeseen happened. The log has it.",
                )
                .into())
            }
        }
    }

    /// Forgets, now and then, what is over.
    pub(crate) async fn sweep(self) {
        let mut ticks = interval(SWEEP);
        loop {
            tokio::select! {
                () = self.stopping.cancelled() => return,
                _ = ticks.tick() => {}
            }
            self.keys.sweep();
            self.gates.sweep();
            self.measures.run_upkeep();
            match self.app.sweep_uploads().await {
                Ok(0) => {}
                Ok(swept) => tracing::info!(swept, "abandoned uploads were removed"),
                Err(failure) => tracing::warn!(%failure, "uploads could not be swept"),
            }
            if let Some(page) = &self.page {
                page.sent.tidy(&self.app).await;
            }
        }
    }
}
