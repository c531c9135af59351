//! What the commands work on.

use std::path::PathBuf;

use app::App;
use contract::{Code, Event, Failure};
use tokio::sync::broadcast::error::RecvError;

use crate::{Answer, Files, Stops};

/// Extensions of the sample photos.
const SAMPLES: [&str; 2] = ["heic", "jpg"];
/// How a sample is named to a page that names no places of the disk.
const SAMPLE: &str = "sample:";

/// The use cases, and what a shell adds to them. Cheap to make.
#[derive(Clone)]
pub struct Engine {
    /// The use cases.
    pub app: App,
    /// Where the files lie that the page names.
    pub files: Files,
    /// The folder of the sample photos; none: they did not come along.
    pub samples: Option<PathBuf>,
    /// What may be stopped.
    pub stops: Stops,
}

impl Engine {
    /// The sample photos, as [`Self::places`] takes them.
    pub(crate) async fn samples(&self) -> Answer<Vec<String>> {
        let missing = || Failure::new(Code::NotFound, "The sample photos are not there.");
        let folder = self.samples.as_ref().ok_or_else(missing)?;
        let mut entries = fs_err::tokio::read_dir(folder)
            .await
            .map_err(|_| missing())?;
        let mut named = Vec::new();
        while let Some(entry) = entries.next_entry().await.map_err(|_| missing())? {
            let path = entry.path();
            let is_sample = path
                .extension()
                .is_some_and(|e| SAMPLES.iter().any(|known| e.eq_ignore_ascii_case(known)));
            if !is_sample {
                continue;
            }
            named.push(match self.files {
                Files::Here => path.to_string_lossy().into_owned(),
                Files::Sent(_) => format!("{SAMPLE}{}", entry.file_name().to_string_lossy()),
            });
        }
        named.sort();
        Ok(named)
    }

    /// Where the files lie that the page names.
    ///
    /// # Errors
    /// `not_found` for what was not sent, where only sent files can be named.
    pub(crate) fn places(&self, named: &[String]) -> Answer<Vec<PathBuf>> {
        named.iter().map(|named| self.place(named)).collect()
    }

    /// The same of one file.
    pub(crate) fn place(&self, named: &str) -> Answer<PathBuf> {
        let sent = match &self.files {
            Files::Here => return Ok(PathBuf::from(named)),
            Files::Sent(sent) => sent,
        };
        let sample = named.strip_prefix(SAMPLE).filter(|name| is_plain(name));
        let place = match (sample, &self.samples) {
            (Some(name), Some(folder)) => Some(folder.join(name)),
            _ => sent.place(named),
        };
        place.ok_or_else(|| {
            Failure::new(
                Code::NotFound,
                "There is no such file here. Choose it again.",
            )
        })
    }

    /// Lets files go that the page sent for a command that is done with them.
    pub(crate) async fn forget(&self, named: &[String]) {
        if let Files::Sent(sent) = &self.files {
            sent.forget(named).await;
        }
    }

    /// Where the files lie of an import that can be gone on with; nothing where they are the person's own.
    pub(crate) async fn sent_for(&self, import: &str) -> Answer<Vec<PathBuf>> {
        if let Files::Here = self.files {
            return Ok(Vec::new());
        }
        let unfinished = self.app.unfinished_imports().await?;
        let paths = unfinished.into_iter().filter(|each| each.id == import);
        Ok(paths
            .flat_map(|each| each.paths)
            .map(PathBuf::from)
            .collect())
    }

    /// As [`Self::forget`], by where they lie.
    pub(crate) async fn forget_places(&self, places: &[PathBuf]) {
        if let Files::Sent(sent) = &self.files {
            sent.forget_places(places).await;
        }
    }
}

/// A name that leads nowhere else.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', ':'])
}

/// What a page is told of what was heard; none: nothing more will be heard.
#[must_use]
pub fn event_after(heard: Result<Event, RecvError>) -> Option<Event> {
    match heard {
        Ok(event) => Some(event),
        // Nothing is lost but the moment: the page lists again what it shows.
        Err(RecvError::Lagged(_)) => Some(Event::DraftsChanged { count: 0 }),
        Err(RecvError::Closed) => None,
    }
}
