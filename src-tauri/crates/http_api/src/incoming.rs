//! Files of a form on their way in: from the connection to the disk, never whole in memory, bounded in number and size.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use app::IncomingFile;
use axum::{
    body::{Body, BodyDataStream},
    extract::{FromRequest, Multipart, Request},
    http::{StatusCode, header},
};
use contract::{Code, Failure};
use futures::StreamExt;
use http_body_util::{BodyExt, Limited};
use tempfile::TempDir;
use tokio::{io::AsyncWriteExt, sync::SemaphorePermit};

use crate::{
    answer::{Answer, Refusal},
    body::{broken_off, paused, too_slow},
    state::Api,
};

/// How long a whole form may take.
const MAX_TIME: Duration = Duration::from_secs(600);
/// Longest text field, and text fields of one form.
const MAX_TEXT: usize = 64 * 1024;
const MAX_TEXTS: usize = 16;
/// How long, and how far, a refused request is read on.
const DRAIN: Duration = Duration::from_secs(10);
const MAX_DRAIN: usize = 64 * 1024 * 1024;
/// What a form needs beside its files.
const OVERHEAD: u64 = 1024 * 1024;

/// What a form may hold.
pub(crate) struct Allowed<'a> {
    /// Names of its file fields.
    pub(crate) fields: &'a [&'a str],
    /// Files at most.
    pub(crate) files: usize,
    /// Bytes of each at most; none: what a photo may have.
    pub(crate) bytes: Option<u64>,
    /// Its files are answered for before they are read: they have to be on the disk by then.
    pub(crate) lasting: bool,
}

/// A form that came in whole. Its files go with it.
pub(crate) struct Form<'a> {
    pub(crate) files: Vec<IncomingFile>,
    texts: Vec<(String, String)>,
    folder: TempDir,
    _turn: SemaphorePermit<'a>,
}

impl Form<'_> {
    /// Leaves the files where they are: somebody else removes them.
    pub(crate) fn keep(self) -> Vec<IncomingFile> {
        let _ = self.folder.keep();
        self.files
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let found = self.texts.iter().find(|(field, _)| field == name);
        found.map(|(_, text)| text.as_str())
    }
}

/// Reads a form.
///
/// # Errors
/// 413 for too many or too large files, as soon as that is known; 400 for what is no form; 415 for another kind.
pub(crate) async fn form<'a>(
    api: &'a Api,
    request: Request,
    allowed: Allowed<'_>,
) -> Answer<Form<'a>> {
    let max = match allowed.bytes {
        Some(max) => max,
        None => api.app.max_photo_bytes().await?,
    };
    let whole = max * allowed.files as u64 + OVERHEAD;
    let told = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    if told.is_some_and(|length| length > whole) {
        return Err(too_large(max));
    }
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    if !kind.to_ascii_lowercase().starts_with("multipart/form-data") {
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Failure::new(Code::InvalidField, "Send a form: multipart/form-data."),
        ));
    }
    let turn = api.uploads.acquire().await.map_err(|_| broken_off())?;
    let most = usize::try_from(whole).unwrap_or(usize::MAX);
    // The form's reader keeps to itself why a body broke off.
    let late = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&late);
    let request = request.map(|body| {
        let body = Limited::new(body, most).map_err(move |error| {
            seen.fetch_or(paused(error.as_ref()), Ordering::Relaxed);
            error
        });
        Body::new(body)
    });
    let mut multipart = Multipart::from_request(request, &())
        .await
        .map_err(|_| no_form())?;
    let folder = tempfile::Builder::new()
        .prefix(".incoming-")
        .tempdir_in(&api.incoming)
        .map_err(|e| disk(&e))?;
    let reading = read(&mut multipart, &folder, &allowed, max);
    let (files, texts) = match tokio::time::timeout(MAX_TIME, reading).await {
        Ok(Ok(read)) => read,
        Ok(Err(_)) if late.load(Ordering::Relaxed) => return Err(too_slow()),
        Ok(Err(refusal)) => {
            drain(&mut multipart).await;
            return Err(refusal);
        }
        Err(_) => return Err(too_slow()),
    };
    Ok(Form {
        files,
        texts,
        folder,
        _turn: turn,
    })
}

type Read = (Vec<IncomingFile>, Vec<(String, String)>);

async fn read(
    form: &mut Multipart,
    folder: &TempDir,
    allowed: &Allowed<'_>,
    max: u64,
) -> Answer<Read> {
    let mut files = Vec::new();
    let mut texts = Vec::new();
    while let Some(mut field) = form.next_field().await.map_err(|_| no_form())? {
        let name = field.name().unwrap_or_default().to_owned();
        if !allowed.fields.contains(&name.as_str()) {
            let mut text = Vec::new();
            while let Some(piece) = field.chunk().await.map_err(|_| broken_off())? {
                if text.len() + piece.len() > MAX_TEXT {
                    return Err(Refusal::field(
                        &short(&name),
                        "This field is too long for a form.",
                    ));
                }
                text.extend_from_slice(&piece);
            }
            if texts.len() >= MAX_TEXTS {
                return Err(Refusal::field(
                    &short(&name),
                    "The form has too many fields.",
                ));
            }
            let text = String::from_utf8(text).map_err(|_| {
                Refusal::field(&short(&name), "This field is no text. Send it as UTF-8.")
            })?;
            texts.push((name, text));
            continue;
        }
        if files.len() >= allowed.files {
            return Err(Failure::new(
                Code::TooManyFiles,
                format!("At most {} files in one request.", allowed.files),
            )
            .into());
        }
        let path = folder.path().join(files.len().to_string());
        let mut file = fs_err::tokio::File::create(&path)
            .await
            .map_err(|e| disk(&e))?;
        let mut length = 0;
        while let Some(piece) = field.chunk().await.map_err(|_| broken_off())? {
            length += piece.len() as u64;
            if length > max {
                return Err(too_large(max));
            }
            file.write_all(&piece).await.map_err(|e| disk(&e))?;
        }
        file.flush().await.map_err(|e| disk(&e))?;
        if allowed.lasting {
            file.sync_all().await.map_err(|e| disk(&e))?;
        }
        files.push(IncomingFile {
            name: field.file_name().unwrap_or_default().to_owned(),
            path,
        });
    }
    Ok((files, texts))
}

/// Reads on for a moment: a client that still sends would lose the answer with the connection.
async fn drain(form: &mut Multipart) {
    let reading = async {
        let mut left = MAX_DRAIN;
        while let Ok(Some(mut field)) = form.next_field().await {
            while let Ok(Some(piece)) = field.chunk().await {
                left = left.saturating_sub(piece.len());
                if left == 0 {
                    return;
                }
            }
        }
    };
    // Whoever sends more than that, or slower, does lose it.
    let _ = tokio::time::timeout(DRAIN, reading).await;
}

fn short(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(64).collect()
}

fn no_form() -> Refusal {
    Refusal::new(
        StatusCode::BAD_REQUEST,
        Failure::new(
            Code::InvalidField,
            "The request is no whole form. Send it again, as multipart/form-data.",
        ),
    )
}

fn too_large(max: u64) -> Refusal {
    Failure::new(
        Code::FileTooLarge,
        format!("A file has at most {} MB.", max / (1024 * 1024)),
    )
    .with(serde_json::json!({ "max_bytes": max }))
    .into()
}

pub(crate) fn disk(error: &std::io::Error) -> Refusal {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    tracing::error!(%error, "a file on its way in could not be stored");
    let (code, message) = match error.kind() {
        StorageFull | QuotaExceeded => (
            Code::StorageFull,
            "The disk is full. Free some space, then send it again.",
        ),
        _ => (
            Code::StorageUnavailable,
            "The disk refused. Nothing was stored; look at the log.",
        ),
    };
    Failure::new(code, message).into()
}

/// A body that is one file, on its way to the disk; its folder goes with it. `has_room` is asked for so many bytes
/// before they are read.
pub(crate) async fn file(
    api: &Api,
    request: Request,
    max: u64,
    has_room: impl FnOnce(u64) -> Answer<()>,
) -> Answer<(TempDir, PathBuf)> {
    let told = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    let mut pieces = request.into_body().into_data_stream();
    let reading = async {
        if told.is_some_and(|length| length > max) {
            return Err(too_large(max));
        }
        has_room(told.unwrap_or(max))?;
        to_disk(api, &mut pieces, max).await
    };
    match tokio::time::timeout(MAX_TIME, reading).await {
        Ok(Ok(read)) => Ok(read),
        Ok(Err(refusal)) => {
            drain_file(&mut pieces).await;
            Err(refusal)
        }
        Err(_) => Err(too_slow()),
    }
}

async fn to_disk(api: &Api, pieces: &mut BodyDataStream, max: u64) -> Answer<(TempDir, PathBuf)> {
    let folder = tempfile::Builder::new()
        .prefix(".incoming-")
        .tempdir_in(&api.incoming)
        .map_err(|e| disk(&e))?;
    let path = folder.path().join("body");
    let mut to = fs_err::tokio::File::create(&path)
        .await
        .map_err(|e| disk(&e))?;
    let mut length = 0;
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|error| {
            if paused(&error) {
                too_slow()
            } else {
                broken_off()
            }
        })?;
        length += piece.len() as u64;
        if length > max {
            return Err(too_large(max));
        }
        to.write_all(&piece).await.map_err(|e| disk(&e))?;
    }
    to.flush().await.map_err(|e| disk(&e))?;
    // An import that can be gone on with after a power cut finds it whole.
    to.sync_all().await.map_err(|e| disk(&e))?;
    Ok((folder, path))
}

/// As [`drain`].
async fn drain_file(pieces: &mut BodyDataStream) {
    let reading = async {
        let mut left = MAX_DRAIN;
        while let Some(Ok(piece)) = pieces.next().await {
            left = left.saturating_sub(piece.len());
            if left == 0 {
                return;
            }
        }
    };
    let _ = tokio::time::timeout(DRAIN, reading).await;
}
