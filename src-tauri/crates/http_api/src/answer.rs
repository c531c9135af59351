//! The two shapes of an answer, and the status that goes with a code.
//!
//! Below `/api/` (but not `/api/v1/`) an answer is an envelope, elsewhere the object itself. Handlers give an
//! [`Enveloped`] or plain JSON; whatever refuses, a door included, gives a [`Refusal`], and the outermost layer writes it
//! in the shape of its path.

use axum::{
    Json,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use contract::{Code, Failure};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// What a handler gives.
pub(crate) type Answer<T> = Result<T, Refusal>;

/// A failure on its way out.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    failure: Failure,
    status: StatusCode,
    /// Seconds, for `Retry-After`.
    wait: Option<u64>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, failure: Failure) -> Self {
        Self {
            failure,
            status,
            wait: None,
        }
    }

    /// A refusal with a status that its code alone does not say.
    pub(crate) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    pub(crate) fn after(self, seconds: u64) -> Self {
        Self {
            wait: Some(seconds),
            ..self
        }
    }

    /// One value of the request has the wrong shape.
    pub(crate) fn field(name: &str, message: impl Into<String>) -> Self {
        Failure::new(Code::InvalidField, message)
            .with(json!({ "fields": { name: Code::InvalidField } }))
            .into()
    }

    pub(crate) fn not_found(message: &str) -> Self {
        Failure::new(Code::NotFound, message).into()
    }

    pub(crate) fn code(&self) -> Code {
        self.failure.code
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    #[cfg(test)]
    pub(crate) fn into_failure(self) -> Failure {
        self.failure
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        let wait = (failure.code == Code::RateLimited)
            .then(|| seconds_until(failure.retry_at.as_deref()))
            .flatten();
        Self {
            status: status_of(failure.code),
            failure,
            wait,
        }
    }
}

fn seconds_until(at: Option<&str>) -> Option<u64> {
    let at = at?.parse::<DateTime<Utc>>().ok()?;
    let seconds = (at - Utc::now()).num_seconds();
    Some(u64::try_from(seconds).unwrap_or(0).max(1))
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if let Some(seconds) = self.wait {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// The status of a code. What the site, the browser or the network does is no fault of this server: 424, not 5xx.
pub(crate) fn status_of(code: Code) -> StatusCode {
    match code {
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::TokenExpired | Code::TokenInvalid => StatusCode::BAD_REQUEST,
        Code::SessionMissing | Code::SessionExpired | Code::WrongAccount => {
            StatusCode::UNAUTHORIZED
        }
        Code::FileTooLarge | Code::ImageTooLarge | Code::TooManyFiles => {
            StatusCode::PAYLOAD_TOO_LARGE
        }
        Code::NotAnImage
        | Code::UnsupportedFormat
        | Code::CorruptImage
        | Code::DecodeLimit
        | Code::IsolationUnavailable => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::TokenUsed
        | Code::DuplicatePublish
        | Code::DraftChanged
        | Code::FormChanged
        | Code::AlreadyPublished
        | Code::OutcomeUnknown
        | Code::IllegalTransition
        | Code::NotAvailable
        | Code::Cancelled
        | Code::VaultUnavailable
        | Code::VaultKeyLost
        | Code::ModelNotSet
        | Code::ModelConsentMissing
        | Code::ModelBudgetReached
        | Code::DataNewer => StatusCode::CONFLICT,
        Code::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        Code::SiteRefused
        | Code::SiteUnreachable
        | Code::SiteError
        | Code::CaptchaOrVerification
        | Code::FieldNotFound
        | Code::PhotoUploadFailed
        | Code::BrowserNotFound
        | Code::BrowserTooOld
        | Code::BrowserNotStarted
        | Code::BrowserCrashed
        | Code::ModelUnreachable
        | Code::ModelKeyRefused
        | Code::ModelRefused
        | Code::ModelBusy
        | Code::ModelAnswerInvalid
        | Code::DownloadFailed
        | Code::DownloadRefused
        | Code::NoDisplay => StatusCode::FAILED_DEPENDENCY,
        Code::StorageFull | Code::StorageUnavailable => StatusCode::INSUFFICIENT_STORAGE,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        // The gates, and every other value that is not as it must be.
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// Where a list stands; null where the answer is no list.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub(crate) struct Meta {
    /// From 1.
    page: Option<u32>,
    /// As it was taken.
    page_size: Option<u32>,
    /// On all pages.
    total: Option<u32>,
}

impl Meta {
    pub(crate) fn of(page: u32, page_size: u32, total: u32) -> Self {
        Self {
            page: Some(page),
            page_size: Some(page_size),
            total: Some(total),
        }
    }
}

/// The answer of the paths below `/api/`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Enveloped<T> {
    data: T,
    /// Null: it went well.
    error: Option<ErrorBody>,
    meta: Meta,
}

impl<T> Enveloped<T> {
    pub(crate) fn one(data: T) -> Self {
        Self {
            data,
            error: None,
            meta: Meta::default(),
        }
    }

    pub(crate) fn list(data: T, meta: Meta) -> Self {
        Self {
            data,
            error: None,
            meta,
        }
    }
}

impl<T: Serialize> IntoResponse for Enveloped<T> {
    fn into_response(self) -> Response {
        Json(self).into_response()
    }
}

/// What went wrong.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    /// Stable, such as `invalid_field`; programs branch on it.
    #[schema(value_type = String)]
    code: Code,
    /// An English sentence with the next step.
    message: String,
    /// Further facts, such as `{"fields":{"title":"title_too_long"}}`.
    #[schema(value_type = Option<Object>)]
    details: Value,
    /// When it is worth trying again (RFC 3339), where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_at: Option<String>,
}

/// An error outside `/api/`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Error)]
pub(crate) struct ErrorAnswer {
    error: ErrorBody,
}

/// An error below `/api/`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EnvelopedError)]
pub(crate) struct EnvelopedError {
    /// Always null.
    data: Option<String>,
    error: ErrorBody,
    meta: Meta,
}

/// The answers of this path are envelopes.
pub(crate) fn is_enveloped(path: &str) -> bool {
    path.starts_with("/api/") && !path.starts_with("/api/v1/")
}

/// Writes refusals in the shape of their path; answers of the framework without a body (405 and such) too.
pub(crate) async fn shape(request: Request, next: Next) -> Response {
    let enveloped = is_enveloped(request.uri().path());
    let head = request.method() == axum::http::Method::HEAD;
    let mut response = next.run(request).await;
    let refusal = response.extensions_mut().remove::<Refusal>();
    let Some(refusal) = refusal.or_else(|| unsaid(&response)) else {
        return response;
    };
    if head {
        return response;
    }
    let error = ErrorBody {
        code: refusal.failure.code,
        message: refusal.failure.message,
        details: refusal.failure.details,
        retry_at: refusal.failure.retry_at,
    };
    let body = if enveloped {
        Json(EnvelopedError {
            data: None,
            error,
            meta: Meta::default(),
        })
        .into_response()
    } else {
        Json(ErrorAnswer { error }).into_response()
    };
    let (parts, _) = response.into_parts();
    let (written, body) = body.into_parts();
    let mut whole = Response::from_parts(parts, body);
    for name in [header::CONTENT_TYPE, header::CONTENT_LENGTH] {
        match written.headers.get(&name) {
            Some(value) => whole.headers_mut().insert(name, value.clone()),
            None => whole.headers_mut().remove(name),
        };
    }
    whole
}

/// A refusal of the framework itself, which says no more than a status.
fn unsaid(response: &Response) -> Option<Refusal> {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    let is_said = response
        .headers()
        .get(header::CONTENT_TYPE)
        .map(HeaderValue::as_bytes)
        .is_some_and(|kind| {
            kind.starts_with(b"application/json") || kind.starts_with(b"text/html")
        });
    if is_said {
        return None;
    }
    let (code, message) = match status {
        StatusCode::NOT_FOUND => (
            Code::NotFound,
            "There is no such path. GET /openapi.json names those that there are.",
        ),
        StatusCode::METHOD_NOT_ALLOWED => (
            Code::NotAvailable,
            "The path does not take this method; `Allow` names those that it takes.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            Code::FileTooLarge,
            "The request is too large. Send less at once.",
        ),
        StatusCode::REQUEST_TIMEOUT => (
            Code::Cancelled,
            "The request came too slowly. Send it again.",
        ),
        _ if status.is_server_error() => (
            Code::Internal,
            "Something unforeseen happened. The log has it; try again.",
        ),
        _ => (
            Code::InvalidField,
            "The request cannot be read. GET /openapi.json says what it may hold.",
        ),
    };
    Some(Refusal::new(status, Failure::new(code, message)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_status_that_says_whose_fault_it_is() {
        for code in Code::ALL {
            let status = status_of(*code);
            let ours = matches!(
                code,
                Code::Internal | Code::StorageFull | Code::StorageUnavailable
            );
            assert_eq!(
                status.is_server_error(),
                ours,
                "{} is {status}",
                code.as_str()
            );
            assert!(status.as_u16() >= 400, "{} is an error", code.as_str());
        }
    }

    #[test]
    fn only_api_paths_without_a_version_are_enveloped() {
        for (path, enveloped) in [
            ("/api/jobs", true),
            ("/api/v1/health", false),
            ("/vinted/auth/check", false),
            ("/api", false),
        ] {
            assert_eq!(is_enveloped(path), enveloped, "{path}");
        }
    }
}
