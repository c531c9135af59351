//! A visible browser in which the person logs in. Nothing is typed for them, no challenge is touched.

use std::time::Duration;

use app::ports::{CurrentUser, SiteStop};
use browser::BrowserError;
use tokio::time::Instant;

use crate::{answers, stop, visit::Visit};

/// How long the person has.
const PATIENCE: Duration = Duration::from_secs(600);
/// Between two questions to the site who is logged in.
const ASK_EVERY: Duration = Duration::from_millis(1_500);
const LOAD: Duration = Duration::from_secs(60);

/// Opens the log-in page and waits until somebody is logged in.
pub(crate) async fn log_in(visit: &Visit) -> Result<CurrentUser, SiteStop> {
    visit.step("open_login");
    let page = visit.address(&visit.profile().paths.log_in);
    match visit.page.tab.goto(&page, LOAD).await {
        // A slow page is the person's to wait for.
        Ok(()) | Err(BrowserError::Timeout { .. }) => {}
        Err(error) => return Err(given_up(error)),
    }
    visit.step("wait_for_person");
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        let path = &visit.profile().endpoints.current_user;
        match visit.page.get(path).await {
            Ok(reply) if reply.status == 200 => {
                if let Some(user) = answers::current_user(&reply.json()) {
                    return Ok(user);
                }
            }
            Ok(_) | Err(BrowserError::Script { .. } | BrowserError::Timeout { .. }) => {}
            Err(error) => return Err(given_up(error)),
        }
        tokio::select! {
            () = tokio::time::sleep(ASK_EVERY) => {}
            () = visit.run.cancel.cancelled() => return Err(SiteStop::Cancelled),
        }
    }
    Err(SiteStop::Cancelled)
}

/// A person who closes the window gives up.
fn given_up(error: BrowserError) -> SiteStop {
    match error {
        BrowserError::PageClosed | BrowserError::Crashed { .. } => SiteStop::Cancelled,
        other => stop::of_browser(other),
    }
}
