//! Watches the answers that the page gets, so that a step hears of a challenge or a lost session although
//! nothing on the screen tells, and so that the publish call's answer is proof.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use app::ports::SiteStop;
use browser::{BrowserError, Exchange, Page, RequestSeen, ResponseStream, UrlPattern, Watched};
use tokio::{sync::watch, task::AbortHandle, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::{page::Reply, profile::Profile, stop};

/// Steps kept; a whole run has some two hundred.
const KEPT: usize = 2_000;
/// Bytes of answers kept; the category tree, the largest of them, has one or two million.
const BYTES_KEPT: usize = 32_000_000;
/// How long the reading task waits at a time; it goes on until the page is gone.
const ROUND: Duration = Duration::from_secs(30);
/// How long the page may take to mend a 401 by itself.
const REFRESHES: Duration = Duration::from_secs(2);

/// One step of a watched request.
#[derive(Clone)]
pub(crate) enum Step {
    Sent(RequestSeen),
    Answered(Arc<Exchange>),
    Failed(RequestSeen),
}

impl Step {
    pub(crate) fn request(&self) -> &RequestSeen {
        match self {
            Self::Sent(request) | Self::Failed(request) => request,
            Self::Answered(exchange) => &exchange.request,
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Answered(exchange) => exchange.body.len(),
            Self::Sent(_) | Self::Failed(_) => 0,
        }
    }
}

#[derive(Default)]
struct Log {
    steps: VecDeque<Step>,
    /// Number of the first step kept.
    first: u64,
    bytes: usize,
    trouble: Option<Trouble>,
}

impl Log {
    fn push(&mut self, step: Step) {
        self.bytes += step.bytes();
        self.steps.push_back(step);
        while self.steps.len() > KEPT || (self.bytes > BYTES_KEPT && self.steps.len() > 1) {
            let Some(oldest) = self.steps.pop_front() else {
                return;
            };
            self.bytes -= oldest.bytes();
            self.first += 1;
        }
    }
}

/// What an answer said against going on; kept as data because a stop is not `Clone`.
struct Trouble {
    reply: Reply,
    since: Instant,
}

impl Trouble {
    /// The page answers a 401 with a refresh of its own and asks again (the practice page does; the site's refresh
    /// is in vinted-facts A8): it counts once nothing good followed for a while.
    fn counts(&self) -> bool {
        self.reply.status != 401 || self.since.elapsed() >= REFRESHES
    }
}

/// The log of a page's answers. Dropping it ends the watch.
pub(crate) struct Lookout {
    profile: Arc<Profile>,
    log: Arc<Mutex<Log>>,
    /// Number of the next step; changes with each.
    next: watch::Receiver<u64>,
    task: AbortHandle,
}

impl Lookout {
    /// Starts watching a page. `stop` is cancelled as soon as an answer demands that nothing is clicked any more.
    pub(crate) async fn start(
        tab: &Page,
        profile: Arc<Profile>,
        stop: CancellationToken,
    ) -> Result<Self, BrowserError> {
        let mut patterns: Vec<UrlPattern> = profile
            .calls
            .watched
            .iter()
            .map(|p| UrlPattern::any(p.clone()))
            .collect();
        patterns.push(profile.calls.publish.pattern());
        let stream = tab.watch(patterns).await?;
        let log = Arc::new(Mutex::new(Log::default()));
        let (told, next) = watch::channel(0);
        let reader = Reader {
            log: Arc::clone(&log),
            told,
            profile: Arc::clone(&profile),
            stop,
        };
        let task = tokio::spawn(reader.read(stream));
        Ok(Self {
            profile,
            log,
            next,
            task: task.abort_handle(),
        })
    }

    /// A place in the log: what comes from now on.
    pub(crate) fn mark(&self) -> u64 {
        let log = locked(&self.log);
        log.first + log.steps.len() as u64
    }

    /// The steps since a mark.
    pub(crate) fn since(&self, mark: u64) -> Vec<Step> {
        let log = locked(&self.log);
        let skip = usize::try_from(mark.saturating_sub(log.first)).unwrap_or(usize::MAX);
        log.steps.iter().skip(skip).cloned().collect()
    }

    /// Waits for a step since a mark that fits; none where none came in time.
    pub(crate) async fn wait<T>(
        &self,
        mark: u64,
        within: Duration,
        fits: impl Fn(&Step) -> Option<T>,
    ) -> Option<T> {
        let end = Instant::now() + within;
        let mut next = self.next.clone();
        loop {
            // Marked as seen first: a step that comes while we look wakes us again.
            next.borrow_and_update();
            if let Some(found) = self.since(mark).iter().find_map(&fits) {
                return Some(found);
            }
            match tokio::time::timeout_at(end, next.changed()).await {
                Ok(Ok(())) => {}
                // The page is gone, or the time is up: what came until now is all.
                Ok(Err(_)) | Err(_) => return self.since(mark).iter().find_map(&fits),
            }
        }
    }

    /// The newest answer of an endpoint that is usable, as JSON.
    pub(crate) fn newest(&self, path: &str) -> Option<serde_json::Value> {
        locked(&self.log)
            .steps
            .iter()
            .rev()
            .find_map(|step| match step {
                Step::Answered(e) if e.status == 200 && path_of(&e.request.url) == path => {
                    serde_json::from_slice(&e.body).ok()
                }
                _ => None,
            })
    }

    /// What the site said against going on. It stays said; only a lost session may be found again.
    pub(crate) fn trouble(&self) -> Option<SiteStop> {
        let log = locked(&self.log);
        let trouble = log.trouble.as_ref().filter(|t| t.counts())?;
        stop::of_reply(&self.profile, &trouble.reply)
    }
}

impl Drop for Lookout {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The task that fills the log.
struct Reader {
    log: Arc<Mutex<Log>>,
    told: watch::Sender<u64>,
    profile: Arc<Profile>,
    stop: CancellationToken,
}

impl Reader {
    async fn read(self, mut stream: ResponseStream) {
        loop {
            let step = match stream.next(ROUND).await {
                Ok(Watched::Sent(request)) => Step::Sent(request),
                Ok(Watched::Answered(exchange)) => Step::Answered(Arc::new(exchange)),
                Ok(Watched::Failed { request, .. }) => Step::Failed(request),
                Err(BrowserError::Timeout { .. }) => continue,
                Err(_) => return,
            };
            let mut log = locked(&self.log);
            if let Step::Answered(exchange) = &step {
                if (200..300).contains(&exchange.status) {
                    log.trouble.take_if(|t| t.reply.status == 401);
                }
                if log.trouble.is_none() && objects(&self.profile, exchange) {
                    self.objected(exchange);
                    log.trouble = Some(Trouble {
                        reply: reply_of(exchange),
                        since: Instant::now(),
                    });
                }
            }
            log.push(step);
            let next = log.first + log.steps.len() as u64;
            drop(log);
            self.told.send_replace(next);
        }
    }

    /// A challenge, a log-in page or a limit ends what is under way at once; a 401 the page may mend by itself.
    fn objected(&self, exchange: &Exchange) {
        tracing::warn!(
            url = path_of(&exchange.request.url),
            status = exchange.status,
            "the site objects"
        );
        if exchange.status != 401 {
            self.stop.cancel();
        }
    }
}

/// Whether an answer stops a step that did not ask for it. The publish call's and the photos' own refusals and
/// 5xx are judged by those who wait for them, and so is a plain 403 on anything: the site gives some to its own
/// pages (vinted-facts A6).
fn objects(profile: &Profile, exchange: &Exchange) -> bool {
    if profile.calls.publish.is(&exchange.request) {
        return false;
    }
    match stop::of_reply(profile, &reply_of(exchange)) {
        Some(SiteStop::Challenge(_) | SiteStop::SessionGone | SiteStop::RateLimited { .. }) => true,
        Some(SiteStop::Refused { .. } | SiteStop::SiteError { .. }) => {
            path_of(&exchange.request.url) == profile.endpoints.attributes
        }
        _ => false,
    }
}

/// An exchange as a reply.
pub(crate) fn reply_of(exchange: &Exchange) -> Reply {
    Reply {
        status: exchange.status,
        retry_after: exchange.header("retry-after").map(str::to_owned),
        date: exchange.header("date").map(str::to_owned),
        body: String::from_utf8_lossy(&exchange.body).into_owned(),
    }
}

/// Path of an address, without origin and query.
pub(crate) fn path_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').map_or("", |at| &rest[at..]);
    path.split(['?', '#']).next().unwrap_or(path)
}

fn locked(log: &Mutex<Log>) -> MutexGuard<'_, Log> {
    // The log stays whole even if a reader panicked: it is only appended to.
    log.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_without_origin_and_query() {
        assert_eq!(
            path_of("https://a.test/api/v2/x?y=1#z"),
            "/api/v2/x",
            "only the path is left"
        );
        assert_eq!(path_of("http://127.0.0.1:80"), "", "an origin has none");
    }

    #[test]
    fn the_log_stays_bounded_and_its_numbers_true() {
        let mut log = Log::default();
        let large = Step::Answered(Arc::new(Exchange {
            body: vec![0; BYTES_KEPT / 4],
            ..exchange("GET", "/x", 200, "")
        }));
        for _ in 0..9 {
            log.push(large.clone());
        }
        assert_eq!(
            (log.first, log.steps.len()),
            (5, 4),
            "old answers go, numbers go on"
        );
        assert!(log.bytes <= BYTES_KEPT, "{} bytes are kept", log.bytes);
    }

    fn exchange(method: &str, path: &str, status: u16, body: &str) -> Exchange {
        Exchange {
            request: RequestSeen {
                id: "1".into(),
                method: method.into(),
                url: format!("https://a.test{path}"),
            },
            status,
            headers: vec![],
            body: body.into(),
            truncated: false,
        }
    }

    #[test]
    fn a_step_stops_for_what_others_were_told_too() {
        let profile = Profile::load(None).unwrap();
        let stops = |e| objects(&profile, &e);
        assert!(
            stops(exchange("GET", "/api/v2/item_upload/brands", 401, "")),
            "a lost session"
        );
        assert!(
            stops(exchange(
                "POST",
                "/api/v2/photos",
                200,
                r#"{"url":"https://geo.captcha-delivery.com/"}"#
            )),
            "a challenge in an answer with status 200"
        );
        assert!(
            stops(exchange("POST", "/api/v2/item_upload/attributes", 500, "")),
            "no late fields"
        );
        assert!(
            !stops(exchange("POST", "/api/v2/photos", 500, "")),
            "a photo is tried again first"
        );
        assert!(
            !stops(exchange(
                "GET",
                "/api/v2/item_upload/colors",
                403,
                r#"{"code":106}"#
            )),
            "a side call"
        );
        assert!(
            !stops(exchange("POST", "/api/v2/item_upload/items", 401, "")),
            "the publish call is judged by who pressed"
        );
    }
}
