//! The few paths of the door: the page, pairing, and uploads in parts.

use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, FromRequest, Path, Request, State},
    http::{HeaderMap, StatusCode, header},
    routing::{get, post},
};
use contract::{Code, Failure, PhoneUpload, PhoneUploadRequest};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::{
    Door,
    doors::{PAIR, Phone},
    page,
};
use crate::{
    answer::{Answer, Enveloped, Refusal},
    body::{self, Asked, broken_off, bytes},
};

/// A part is 1 MiB; a longer body is none.
const MAX_PART: usize = 1024 * 1024;
/// Longest JSON that a phone sends.
const MAX_JSON: usize = 4 * 1024;

pub(super) fn all(door: &Door) -> Router {
    Router::new()
        .route(PAIR, post(pair))
        .route("/api/phone", get(phone))
        .route("/api/upload/init", post(init))
        .route("/api/upload/{id}/part", post(part))
        .route("/api/upload/{id}/complete", post(complete))
        .route("/api/uploads/{id}", get(upload))
        .merge(page::routes())
        .with_state(door.clone())
        // Every body has a limit of its own: `bytes`.
        .layer(DefaultBodyLimit::disable())
}

/// A small JSON body.
struct Small<T>(T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Small<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Self::Rejection> {
        if !body::is_json(&request) {
            return Err(Refusal::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                Failure::new(
                    Code::InvalidField,
                    "Send JSON, with Content-Type: application/json.",
                ),
            ));
        }
        body::parse(&bytes(request, MAX_JSON).await?).map(Self)
    }
}

#[derive(Deserialize)]
struct Pair {
    /// None is as wrong as any other, and counts as a try.
    #[serde(default)]
    secret: SecretString,
}

#[derive(Serialize)]
struct Paired {
    id: String,
    /// The phone's alone from here on.
    token: String,
}

/// Pairs the phone by the secret of the code that it scanned.
async fn pair(
    State(door): State<Door>,
    headers: HeaderMap,
    Small(Pair { secret }): Small<Pair>,
) -> Answer<Enveloped<Paired>> {
    let name = name_of(&headers);
    let (id, token) = door
        .app
        .pair_phone(secret.expose_secret(), name, door.scheme)
        .await
        .map_err(|failure| {
            let wrong = failure.code == Code::TokenInvalid;
            let refusal = Refusal::from(failure);
            if wrong {
                refusal.with_status(StatusCode::UNAUTHORIZED)
            } else {
                refusal
            }
        })?;
    door.use_now();
    Ok(Enveloped::one(Paired {
        id,
        token: token.expose_secret().to_owned(),
    }))
}

/// What a phone says to be, in words that a person tells phones apart by.
fn name_of(headers: &HeaderMap) -> &'static str {
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let known = ["iPhone", "iPad", "Android", "Windows", "Macintosh", "Linux"];
    match known.into_iter().find(|name| agent.contains(name)) {
        Some("Macintosh") => "Mac",
        Some(name) => name,
        None => "Phone",
    }
}

#[derive(Serialize)]
struct Known {
    id: Uuid,
    /// Largest photo that is taken, in bytes.
    max_bytes: u64,
}

/// Whether the phone is paired yet.
async fn phone(
    State(door): State<Door>,
    Extension(Phone(id)): Extension<Phone>,
) -> Answer<Enveloped<Known>> {
    let max_bytes = door.app.max_photo_bytes().await?;
    Ok(Enveloped::one(Known { id, max_bytes }))
}

async fn init(
    State(door): State<Door>,
    Extension(Phone(phone)): Extension<Phone>,
    Small(request): Small<PhoneUploadRequest>,
) -> Answer<Enveloped<PhoneUpload>> {
    let begun = door.app.begin_phone_upload(phone, &request).await?;
    Ok(Enveloped::one(begun))
}

#[derive(Deserialize)]
struct Part {
    /// From 0.
    index: u64,
}

async fn part(
    State(door): State<Door>,
    Extension(Phone(phone)): Extension<Phone>,
    Path(id): Path<String>,
    Asked(asked): Asked<Part>,
    request: Request,
) -> Answer<Enveloped<PhoneUpload>> {
    let _room = door.parts.acquire().await.map_err(|_| broken_off())?;
    let bytes = bytes(request, MAX_PART).await?;
    let upload = door
        .app
        .put_phone_part(phone, &id, asked.index, &bytes)
        .await?;
    door.use_now();
    Ok(Enveloped::one(upload))
}

async fn complete(
    State(door): State<Door>,
    Extension(Phone(phone)): Extension<Phone>,
    Path(id): Path<String>,
) -> Answer<Enveloped<PhoneUpload>> {
    let upload = door.app.complete_phone_upload(phone, &id).await?;
    Ok(Enveloped::one(upload))
}

async fn upload(
    State(door): State<Door>,
    Extension(Phone(phone)): Extension<Phone>,
    Path(id): Path<String>,
) -> Answer<Enveloped<PhoneUpload>> {
    Ok(Enveloped::one(door.app.phone_upload(phone, &id).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_are_told_apart_by_what_they_are() {
        for (agent, name) in [
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X)",
                "iPhone",
            ),
            ("Mozilla/5.0 (Linux; Android 10; K) Chrome/140", "Android"),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", "Mac"),
            ("curl/8", "Phone"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::USER_AGENT, agent.parse().unwrap());
            assert_eq!(name_of(&headers), name, "{agent}");
        }
    }
}
