//! Reading what a request says: JSON bodies, queries, ids. Bounded in size and time before anything is kept.

use std::time::Duration;

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::{StatusCode, header, request::Parts},
};
use bytes::Bytes;
use contract::{Code, Failure};
use futures::StreamExt;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use crate::answer::Refusal;

/// Longest JSON body: drafts and settings are far below.
const MAX_JSON: usize = 1024 * 1024;
/// How long a body that is kept in memory may take in all, however it drips.
const MAX_TIME: Duration = Duration::from_secs(60);

/// How long a body may be that is read on although it is refused, and for how long.
const DRAIN: u64 = 8 * 1024 * 1024;
const DRAIN_TIME: Duration = Duration::from_secs(2);

/// The request's body as it came, at most `max` bytes.
///
/// # Errors
/// 413 for a longer one (told by its header before anything is read), 408 for one that comes too slowly.
pub(crate) async fn bytes(request: Request, max: usize) -> Result<Bytes, Refusal> {
    let told = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    if let Some(length) = told.filter(|length| *length > max as u64) {
        if length <= DRAIN {
            drain(request).await;
        }
        return Err(too_large(max));
    }
    let reading = Limited::new(request.into_body(), max).collect();
    match tokio::time::timeout(MAX_TIME, reading).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large(max)),
        Ok(Err(error)) if paused(error.as_ref()) => Err(too_slow()),
        Ok(Err(_)) => Err(broken_off()),
        Err(_) => Err(too_slow()),
    }
}

/// Whether the client paused for too long (`server::service`).
pub(crate) fn paused(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source())
        .any(|error| error.is::<tower_http::timeout::TimeoutError>())
}

/// Reads a body that is only a little too long, for a moment: a client that still sends would lose the answer with the
/// connection. Nothing of it is kept.
async fn drain(request: Request) {
    let mut pieces = request.into_body().into_data_stream();
    let reading = async { while let Some(Ok(_)) = pieces.next().await {} };
    let _ = tokio::time::timeout(DRAIN_TIME, reading).await;
}

pub(crate) fn too_large(max: usize) -> Refusal {
    Failure::new(
        Code::FileTooLarge,
        format!("The request has more than {max} bytes. Send less at once."),
    )
    .into()
}

pub(crate) fn broken_off() -> Refusal {
    Refusal::new(
        StatusCode::BAD_REQUEST,
        Failure::new(
            Code::InvalidField,
            "The request broke off, or came too slowly. Send it again.",
        ),
    )
}

pub(crate) fn too_slow() -> Refusal {
    Refusal::new(
        StatusCode::REQUEST_TIMEOUT,
        Failure::new(
            Code::InvalidField,
            "The request came too slowly. Send it again.",
        ),
    )
}

/// A JSON body. Only `application/json` is read: what a web page's form can send is refused before it.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Self::Rejection> {
        if !is_json(&request) {
            return Err(Refusal::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                Failure::new(
                    Code::InvalidField,
                    "Send JSON, with Content-Type: application/json.",
                ),
            ));
        }
        let bytes = bytes(request, MAX_JSON).await?;
        parse(&bytes).map(Self)
    }
}

/// The same where the body may be missing.
#[derive(Debug)]
pub(crate) struct MaybeBody<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Default> FromRequest<S> for MaybeBody<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        if request.headers().contains_key(header::CONTENT_TYPE) {
            return Body::from_request(request, state).await.map(|b| Self(b.0));
        }
        if bytes(request, MAX_JSON).await?.is_empty() {
            return Ok(Self(T::default()));
        }
        Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Failure::new(
                Code::InvalidField,
                "Send JSON, with Content-Type: application/json.",
            ),
        ))
    }
}

pub(crate) fn is_json(request: &Request) -> bool {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

/// JSON that does not fit names the value that does not.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize(&mut reader);
    let (error, path) = match read {
        Ok(value) => match reader.end() {
            Ok(()) => return Ok(value),
            Err(error) => (error, None),
        },
        Err(error) => {
            let name = name_at(error.path());
            (error.into_inner(), name)
        }
    };
    // The parser's own sentence may quote a value, which may be a secret: only its place is told.
    let place = format!("line {}, column {}", error.line(), error.column());
    if error.is_data() {
        let name = name_in(&error.to_string()).or(path);
        Err(Refusal::field(
            &name.unwrap_or_else(|| "body".to_owned()),
            format!("A value has the wrong shape ({place})."),
        ))
    } else {
        Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            Failure::new(
                Code::InvalidField,
                format!("The body is no JSON ({place})."),
            ),
        ))
    }
}

/// The field that serde names: "missing field `user_agent`".
fn name_in(sentence: &str) -> Option<String> {
    let rest = sentence
        .strip_prefix("missing field `")
        .or_else(|| sentence.strip_prefix("unknown field `"))?;
    rest.split('`').next().and_then(as_name)
}

/// The outermost field on the way to a value.
fn name_at(path: &serde_path_to_error::Path) -> Option<String> {
    path.iter().find_map(|segment| match segment {
        serde_path_to_error::Segment::Map { key } => as_name(key),
        _ => None,
    })
}

fn as_name(text: &str) -> Option<String> {
    let is_name = (1..=64).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then(|| text.to_owned())
}

/// What stands after the `?`.
#[derive(Debug)]
pub(crate) struct Asked<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let query = parts.uri.query().unwrap_or_default().as_bytes();
        let pairs = serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(query));
        serde_path_to_error::deserialize(pairs)
            .map(Self)
            .map_err(|error| {
                let path = name_at(error.path());
                let name = name_in(&error.into_inner().to_string()).or(path);
                Refusal::field(
                    &name.unwrap_or_else(|| "query".to_owned()),
                    "A value of the query has the wrong shape.",
                )
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[expect(dead_code, reason = "only its shape counts")]
    struct Cookie {
        cookie: String,
        user_agent: u32,
    }

    #[test]
    fn an_error_names_the_field_and_never_the_value() {
        let missing = parse::<Cookie>(br#"{"cookie":"hunter2"}"#).unwrap_err();
        let failure = missing.into_failure();
        assert_eq!(failure.details["fields"]["user_agent"], "invalid_field");
        let wrong = parse::<Cookie>(br#"{"cookie":"x","user_agent":"hunter2"}"#).unwrap_err();
        let fields = wrong.clone().into_failure().details["fields"].clone();
        assert_eq!(fields, serde_json::json!({ "user_agent": "invalid_field" }));
        assert!(
            !format!("{wrong:?}").contains("hunter2"),
            "a value may be a secret"
        );
        assert_eq!(
            parse::<Cookie>(b"{").unwrap_err().code(),
            Code::InvalidField,
            "half a document is none"
        );
    }
}
