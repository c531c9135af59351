//! `import`: files and folders become photos, photos become drafts. One bad file never stops the others.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use contract::{
    Code, DraftView, Event, Failure, Grouping, ImportCounts, ImportProgress, ImportResult,
    ImportedPhoto, PhotoGroupView, RejectedFile,
};
use domain::{Draft, Photo};
use futures::{StreamExt, stream};
use tokio_util::sync::CancellationToken;

use crate::{
    App, fail,
    ports::{PhotoGroup, PhotoRefusal},
    view,
};

/// Files of one import (the window's measure: up to 500 at once).
const MAX_FILES: usize = 500;
/// Photos in the pipeline at once; the pipeline's own workers bound the rest.
const AT_ONCE: usize = 3;

/// What to import.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    /// Names the import, so that it can be watched and stopped.
    pub import_id: String,
    /// Files and folders; folders are searched through.
    pub paths: Vec<PathBuf>,
    /// How photos become drafts.
    pub grouping: Grouping,
}

/// What became of one file.
pub(crate) enum Outcome {
    /// The photo, and whether it is new.
    Stored(Box<Photo>, bool),
    Rejected(RejectedFile),
    Skipped,
}

impl App {
    /// Imports photos and makes drafts of them.
    ///
    /// Stopped in between, it makes drafts of what is stored by then.
    ///
    /// # Errors
    /// `too_many_files` before anything is read; `storage_full` or `internal` where the disk refuses.
    pub async fn import_photos(&self, request: ImportRequest) -> Result<ImportResult, Failure> {
        let cancel = CancellationToken::new();
        self.imports
            .lock()
            .await
            .insert(request.import_id.clone(), cancel.clone());
        let result = self.import(&request, &cancel).await;
        self.imports.lock().await.remove(&request.import_id);
        result
    }

    /// Stops an import; what is stored by then stays.
    pub async fn stop_import(&self, import_id: &str) {
        if let Some(cancel) = self.imports.lock().await.get(import_id) {
            cancel.cancel();
        }
    }

    async fn import(
        &self,
        request: &ImportRequest,
        cancel: &CancellationToken,
    ) -> Result<ImportResult, Failure> {
        let (files, unreadable) = find_files(request.paths.clone()).await?;
        if files.len() > MAX_FILES {
            return Err(Failure::new(
                Code::TooManyFiles,
                format!(
                    "{} files are more than the {MAX_FILES} of one import. Take fewer at once.",
                    files.len()
                ),
            )
            .with(serde_json::json!({ "count": files.len(), "max": MAX_FILES })));
        }
        let total = u32::try_from(files.len() + unreadable.len()).unwrap_or(u32::MAX);
        let done = Arc::new(AtomicU32::new(0));
        let tell = |photo: Option<ImportedPhoto>, rejected: Option<RejectedFile>| {
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            self.tell(Event::Import {
                progress: ImportProgress {
                    import_id: request.import_id.clone(),
                    total,
                    done,
                    photo,
                    rejected,
                },
            });
        };
        for file in &unreadable {
            tell(None, Some(file.clone()));
        }
        // Ordered: a draft's photos stand in the order of their files, whichever was decoded first.
        let outcomes: Vec<Result<Outcome, Failure>> = stream::iter(files)
            .map(|path| {
                let tell = &tell;
                async move {
                    if cancel.is_cancelled() {
                        return Ok(Outcome::Skipped);
                    }
                    let outcome = self.import_one(&path, cancel).await?;
                    match &outcome {
                        Outcome::Stored(photo, new) => tell(
                            Some(ImportedPhoto {
                                id: photo.id.to_string(),
                                filename: file_name(&path),
                                thumb_url: view::thumb_url(&photo.sha256),
                                duplicate: !new,
                            }),
                            None,
                        ),
                        Outcome::Rejected(file) => tell(None, Some(file.clone())),
                        Outcome::Skipped => {}
                    }
                    Ok(outcome)
                }
            })
            .buffered(AT_ONCE)
            .collect()
            .await;

        let mut counts = ImportCounts {
            total,
            ..ImportCounts::default()
        };
        let mut rejected = unreadable;
        let mut photos = Vec::new();
        let mut seen = HashSet::new();
        let mut broken = None;
        for outcome in outcomes {
            match outcome {
                Ok(Outcome::Stored(photo, new)) => {
                    if new {
                        counts.stored += 1
                    } else {
                        counts.duplicates += 1
                    }
                    if seen.insert(photo.id) {
                        photos.push(*photo);
                    }
                }
                Ok(Outcome::Rejected(file)) => rejected.push(file),
                Ok(Outcome::Skipped) => {}
                Err(failure) => broken = broken.or(Some(failure)),
            }
        }
        let (drafts, groups) = self.make_drafts(photos, request.grouping).await?;
        match broken {
            // Photos that came through are drafts by now; the fault of the disk is told all the same.
            Some(failure) => Err(failure),
            None => Ok(ImportResult {
                drafts,
                rejected,
                photos: counts,
                stopped: cancel.is_cancelled(),
                groups,
            }),
        }
    }

    pub(crate) async fn import_one(
        &self,
        path: &Path,
        cancel: &CancellationToken,
    ) -> Result<Outcome, Failure> {
        let max = self.parts.pipeline.max_bytes();
        let bytes = match read_bounded(path, max).await {
            Ok(bytes) => bytes,
            Err(refusal) => return Ok(reject(path, refusal)),
        };
        let processed = tokio::select! {
            () = cancel.cancelled() => return Ok(Outcome::Skipped),
            processed = self.parts.pipeline.process(bytes) => processed,
        };
        let processed = match processed {
            Ok(processed) => processed,
            Err(refusal) => return Ok(reject(path, refusal)),
        };
        // The file first, then the row: a row never names a photo that is not on the disk.
        self.parts
            .files
            .put(&processed)
            .await
            .map_err(fail::disk("storing a photo"))?;
        let photo = Photo {
            id: self.parts.clock.new_id().into(),
            sha256: processed.sha256,
            filename: file_name(path),
            width: processed.width,
            height: processed.height,
            phash: processed.phash,
            captured_at: processed.captured_at,
            camera: processed.camera,
            created_at: self.parts.clock.now(),
        };
        let (photo, new) = self
            .parts
            .photos
            .insert_once(&photo)
            .await
            .map_err(fail::record("storing a photo"))?;
        Ok(Outcome::Stored(Box::new(photo), new))
    }

    async fn make_drafts(
        &self,
        photos: Vec<Photo>,
        grouping: Grouping,
    ) -> Result<(Vec<DraftView>, Vec<PhotoGroupView>), Failure> {
        if photos.is_empty() {
            return Ok((Vec::new(), Vec::new()));
        }
        let groups: Vec<PhotoGroup> = match grouping {
            Grouping::Auto => self.parts.grouper.group(&photos),
            Grouping::One => {
                vec![by_person((0..photos.len()).collect())]
            }
            Grouping::None => (0..photos.len()).map(|i| by_person(vec![i])).collect(),
        };
        let drafts: Vec<Draft> = groups
            .iter()
            .map(|group| {
                let mut draft =
                    Draft::new(self.parts.clock.new_id().into(), self.parts.clock.now());
                draft.photos = group
                    .indices
                    .iter()
                    .filter_map(|&i| photos.get(i).cloned())
                    .collect();
                draft.confidence = (grouping == Grouping::Auto).then_some(group.confidence);
                draft
            })
            .collect();
        self.parts
            .drafts
            .insert(&drafts)
            .await
            .map_err(fail::record("storing the drafts"))?;
        for draft in &drafts {
            self.tell(Event::DraftChanged {
                id: draft.id.to_string(),
            });
        }
        let told = drafts
            .iter()
            .zip(&groups)
            .map(|(draft, group)| PhotoGroupView {
                draft_id: draft.id.to_string(),
                reason: group.reason.to_owned(),
                seconds: group.seconds,
                confidence: group.confidence,
            })
            .collect();
        Ok((self.views_of(drafts).await?, told))
    }
}

fn by_person(indices: Vec<usize>) -> PhotoGroup {
    PhotoGroup {
        indices,
        reason: "by_person",
        seconds: None,
        confidence: 1.0,
    }
}

fn reject(path: &Path, refusal: PhotoRefusal) -> Outcome {
    Outcome::Rejected(rejected(path, refusal))
}

fn rejected(path: &Path, refusal: PhotoRefusal) -> RejectedFile {
    RejectedFile {
        path: path.to_string_lossy().into_owned(),
        code: refusal.code,
        message: refusal.message,
    }
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

/// Reads a regular file of at most `max` bytes; a pipe or a device is never opened.
async fn read_bounded(path: &Path, max: u64) -> Result<Vec<u8>, PhotoRefusal> {
    let unreadable = |why: String| PhotoRefusal {
        code: Code::FileUnreadable,
        message: why,
    };
    let meta = fs_err::tokio::metadata(path)
        .await
        .map_err(|e| unreadable(format!("The file cannot be opened: {}.", e.kind())))?;
    if !meta.is_file() {
        return Err(unreadable("This is not a file.".to_owned()));
    }
    let too_large = || PhotoRefusal {
        code: Code::FileTooLarge,
        message: format!("The file has more than {} MB.", max / 1_000_000),
    };
    if meta.len() > max {
        return Err(too_large());
    }
    let file = fs_err::tokio::File::open(path)
        .await
        .map_err(|e| unreadable(format!("The file cannot be opened: {}.", e.kind())))?;
    let mut bytes = Vec::with_capacity(usize::try_from(meta.len()).unwrap_or(0));
    // One byte more than allowed: a file that grew while it was read is noticed.
    tokio::io::AsyncReadExt::read_to_end(
        &mut tokio::io::AsyncReadExt::take(file, max + 1),
        &mut bytes,
    )
    .await
    .map_err(|e| unreadable(format!("The file cannot be read: {}.", e.kind())))?;
    if bytes.len() as u64 > max {
        return Err(too_large());
    }
    Ok(bytes)
}

/// The files behind the paths, folders in the order of their names. Hidden files of folders are left out: systems
/// put their own there. Links inside folders are not followed, so no loop and no surprise.
async fn find_files(paths: Vec<PathBuf>) -> Result<(Vec<PathBuf>, Vec<RejectedFile>), Failure> {
    tokio::task::spawn_blocking(move || {
        let mut files = Vec::new();
        let mut unreadable = Vec::new();
        for path in paths {
            if !path.is_dir() {
                files.push(path);
                continue;
            }
            let walk = walkdir::WalkDir::new(&path)
                .sort_by_file_name()
                .into_iter()
                .filter_entry(|e| {
                    e.depth() == 0 || !e.file_name().to_string_lossy().starts_with('.')
                });
            for entry in walk {
                match entry {
                    Ok(entry) if entry.file_type().is_file() => files.push(entry.into_path()),
                    Ok(_) => {}
                    Err(error) => unreadable.push(rejected(
                        error.path().unwrap_or(&path),
                        PhotoRefusal {
                            code: Code::FileUnreadable,
                            message: "The folder cannot be opened.".to_owned(),
                        },
                    )),
                }
                if files.len() > MAX_FILES * 10 {
                    // Far beyond any import: the count is refused by the caller, the walk need not go on.
                    return (files, unreadable);
                }
            }
        }
        (files, unreadable)
    })
    .await
    .map_err(|e| fail::internal("looking for files", e))
}
