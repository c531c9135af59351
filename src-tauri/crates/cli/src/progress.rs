//! Progress on stderr, only where it is a terminal.

use app::App;
use contract::Event;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::{sync::broadcast::error::RecvError, task::JoinHandle};

/// Shows an import's progress until dropped.
pub(crate) struct Progress {
    bar: ProgressBar,
    listener: JoinHandle<()>,
}

impl Progress {
    /// Listens from now on.
    pub(crate) fn of(app: &App) -> Self {
        // Draws nothing where stderr is no terminal.
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {eta} {msg}") {
            bar.set_style(style);
        }
        let mut events = app.events();
        let shown = bar.clone();
        let listener = tokio::spawn(async move {
            loop {
                match events.recv().await {
                    Ok(Event::Import { progress }) => {
                        shown.set_length(u64::from(progress.total));
                        shown.set_position(u64::from(progress.done));
                    }
                    Ok(Event::Plan { progress }) => {
                        shown.set_length(u64::from(progress.total));
                        shown.set_position(u64::from(progress.done));
                        shown.set_message(progress.state);
                    }
                    Ok(Event::BrowserDownload { progress }) => {
                        shown.set_length(u64::from(progress.total));
                        shown.set_position(u64::from(progress.received));
                        shown.set_message(progress.stage);
                    }
                    Ok(Event::Step { code, .. }) => shown.set_message(code),
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                }
            }
        });
        Self { bar, listener }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.listener.abort();
        self.bar.finish_and_clear();
    }
}
