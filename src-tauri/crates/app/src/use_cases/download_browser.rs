//! A browser of one's own, for machines without one that can be driven.

use contract::{BrowserDownloadProgress, BrowserView, Code, Event, Failure};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::browser_status::SOURCE;
use crate::{
    App, fail,
    ports::{DownloadProgress, DownloadStop},
};

impl App {
    /// Downloads the signed-off build from Google, or from the mirror of the settings. Stopped or broken off, it goes
    /// on the next time from where it was. Progress is told as [`Event::BrowserDownload`].
    ///
    /// # Errors
    /// `not_available`, `invalid_field`, `download_failed`, `download_refused`, `storage_full`, `cancelled`.
    pub async fn download_browser(
        &self,
        cancel: CancellationToken,
    ) -> Result<BrowserView, Failure> {
        self.parts.browsers.offered().map_err(failure)?;
        let source = self.browser_source().await?;
        let tell = |progress: DownloadProgress| {
            self.tell(Event::BrowserDownload {
                progress: BrowserDownloadProgress {
                    stage: progress.stage.to_owned(),
                    received: u32::try_from(progress.received).unwrap_or(u32::MAX),
                    total: u32::try_from(progress.total).unwrap_or(u32::MAX),
                },
            });
        };
        self.parts
            .browsers
            .download(&source, &tell, &cancel)
            .await
            .map_err(failure)?;
        self.browser_status().await
    }
}

fn failure(stop: DownloadStop) -> Failure {
    match stop {
        DownloadStop::NotOffered(why) => Failure::new(Code::NotAvailable, why),
        DownloadStop::Address(why) => Failure::new(
            Code::InvalidField,
            format!("The setting {SOURCE} cannot be used: {why}."),
        )
        .with(json!({ "fields": { SOURCE: "invalid_field" } })),
        DownloadStop::Busy => Failure::new(
            Code::NotAvailable,
            "Another window or command is downloading the browser. Wait until it is done.",
        ),
        DownloadStop::Broken(why) => Failure::new(
            Code::DownloadFailed,
            "The download of the browser broke off. What came is kept; try again to go on.",
        )
        .with(json!({ "cause": why })),
        DownloadStop::Refused(why) => Failure::new(
            Code::DownloadRefused,
            format!(
                "What was downloaded is not the browser that was signed off, and nothing of it is used ({why}). \
                 Check the setting {SOURCE}, or install a browser yourself."
            ),
        ),
        DownloadStop::Disk(error) => fail::disk("downloading the browser")(error),
        DownloadStop::Cancelled => Failure::new(
            Code::Cancelled,
            "Stopped. What came of the browser is kept; try again to go on.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_of_a_download_has_its_code_and_its_next_step() {
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        for (stop, code, step) in [
            (
                DownloadStop::NotOffered("Install Chromium.".into()),
                Code::NotAvailable,
                "Install",
            ),
            (
                DownloadStop::Address("ftp://x".into()),
                Code::InvalidField,
                "browser_source",
            ),
            (DownloadStop::Busy, Code::NotAvailable, "Wait"),
            (
                DownloadStop::Broken("status 500".into()),
                Code::DownloadFailed,
                "try again",
            ),
            (
                DownloadStop::Refused("SHA-256".into()),
                Code::DownloadRefused,
                "install a browser",
            ),
            (
                DownloadStop::Disk(full),
                Code::StorageFull,
                "free some space",
            ),
            (DownloadStop::Cancelled, Code::Cancelled, "try again"),
        ] {
            let failure = failure(stop);
            assert_eq!(failure.code, code, "{failure}");
            assert!(failure.message.contains(step), "{failure} says what to do");
        }
    }
}
