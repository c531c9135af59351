//! Photo upload: the very bytes are kept, with their SHA-256.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Multipart, State};
use axum::response::Response;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Answer, ApiError, Call, ok, refuse, saved, writer};
use crate::faults::Door;
use crate::listing::ListingPhoto;
use crate::state::{Market, Photo};
use crate::switches::{FieldError, PhotoTrouble, PhotoUpload, Stage, take};

/// What the form sends in one upload.
#[derive(Default)]
struct Upload {
    content: Option<Bytes>,
    filename: String,
    temp_uuid: Option<String>,
}

/// Sources disagree on the session field's name: both are taken (vinted-facts A6).
async fn read_upload(mut form: Multipart) -> Result<Upload, Response> {
    let malformed = |error: axum::extract::multipart::MultipartError| {
        refuse(ApiError::malformed(error.body_text()))
    };
    let mut upload = Upload::default();
    while let Some(part) = form.next_field().await.map_err(malformed)? {
        match part.name().unwrap_or_default() {
            "photo[file]" => {
                upload.filename = part.file_name().unwrap_or_default().to_owned();
                upload.content = Some(part.bytes().await.map_err(malformed)?);
            }
            "photo[temp_uuid]" | "upload_session_id" => {
                upload.temp_uuid = Some(part.text().await.map_err(malformed)?);
            }
            _ => {
                part.bytes().await.map_err(malformed)?;
            }
        }
    }
    Ok(upload)
}

/// The formats that the site takes; HEIC is not among them (vinted-facts B, confidence H).
fn mime(content: &[u8]) -> Option<&'static str> {
    match imagesize::image_type(content).ok()? {
        imagesize::ImageType::Jpeg => Some("image/jpeg"),
        imagesize::ImageType::Png => Some("image/png"),
        imagesize::ImageType::Gif => Some("image/gif"),
        imagesize::ImageType::Webp => Some("image/webp"),
        _ => None,
    }
}

fn refused(market: &Market) -> Response {
    let value = market
        .catalogue
        .label(market.language(), "error.photo_refused");
    refuse(ApiError::validation(vec![FieldError {
        field: "photos".into(),
        value,
    }]))
}

/// The trouble switched on for this upload, if it is this upload's turn.
fn trouble(market: &Market) -> Option<PhotoUpload> {
    let mut state = market.lock();
    state.photo_calls_since_set += 1;
    let count = state.photo_calls_since_set;
    let theirs = state
        .switches
        .photo_upload
        .is_some_and(|t| t.nth.is_none_or(|nth| nth == count));
    let taken = if theirs {
        take(&mut state.switches.photo_upload)
    } else {
        None
    };
    if taken.is_some() {
        state.fire("photo_upload");
    }
    taken
}

pub(super) async fn upload(
    State(market): State<Arc<Market>>,
    call: Call,
    form: Multipart,
) -> Answer {
    // Read whole before anything is said: an answer to half a request is cut off with its connection.
    let upload = read_upload(form).await?;
    market.gate(Stage::Upload, Door::Api, &call.headers).await?;
    let account = writer(&market, &call.headers)?;
    if let Some(fault) = trouble(&market) {
        match fault.trouble {
            PhotoTrouble::Slow => {
                market
                    .pause(Duration::from_millis(fault.ms.unwrap_or(3_000)))
                    .await;
            }
            PhotoTrouble::Fail => return Err(refuse(ApiError::broken())),
            PhotoTrouble::Refuse => return Err(refused(&market)),
        }
    }
    let content = upload.content.unwrap_or_default();
    let (Some(mime), Ok(size)) = (mime(&content), imagesize::blob_size(&content)) else {
        return Err(refused(&market));
    };
    let pixels = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
    let sha256 = hex::encode(Sha256::digest(&content));
    if let Some(file) = &market.file {
        file.write_photo(&sha256, content.clone())
            .await
            .map_err(|error| refuse(ApiError::storage(&error)))?;
    }
    let photo = {
        let mut state = market.lock();
        let photo = Photo {
            owner_id: account.id,
            mime: mime.to_owned(),
            temp_uuid: upload.temp_uuid,
            file: ListingPhoto {
                id: state.new_id(),
                sha256,
                width: pixels(size.width),
                height: pixels(size.height),
                bytes: content.len() as u64,
                filename: upload.filename,
            },
            content: Some(content),
        };
        state.counts.photos_uploaded += 1;
        state.add_photo(photo.clone());
        photo
    };
    saved(&market).await?;
    let url = format!("/photos/{}", photo.file.id);
    ok(json!({
        "id": photo.file.id,
        "width": photo.file.width,
        "height": photo.file.height,
        "orientation": 0,
        "temp_uuid": photo.temp_uuid,
        "url": url,
        "thumbnails": [
            {"type": "thumb150x210", "url": url, "width": 150, "height": 210},
            {"type": "thumb310x430", "url": url, "width": 310, "height": 430},
        ],
    }))
}
