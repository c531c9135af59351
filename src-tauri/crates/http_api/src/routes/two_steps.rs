//! Publishing in two steps.

use std::{collections::BTreeMap, time::Instant};

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use base64::Engine;
use contract::{
    Code, DraftChange, Failure, FieldView, PrepareView, PublishView, ReadbackView,
    SuggestedPriceView,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::listings::cents;
use crate::{
    answer::{Answer, Refusal},
    body::Body,
    measure,
    state::Api,
};

const KEY: &str = "idempotency-key";

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(prepare))
        .routes(routes!(publish))
}

/// A draft, or the fields of one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "draft_id": "0199e1a0-0000-7000-8000-000000000000" }))]
struct PrepareAsked {
    /// The draft; without it a draft is made of the fields.
    draft_id: Option<String>,
    title: Option<Value>,
    /// Major units, such as 15.5.
    price: Option<f64>,
    description: Option<Value>,
    brand: Option<Value>,
    size: Option<Value>,
    condition: Option<Value>,
    color: Option<Value>,
    material: Option<Value>,
    package_size: Option<Value>,
    /// The category, or enough of it to find the one leaf.
    category_hint: Option<Value>,
    /// `temp_id`s. Empty, with a dry run: the form is filled without photos, and the token serves dry runs only.
    photos: Option<Vec<String>>,
    /// Changes nothing else: preparing never publishes.
    dry_run: Option<bool>,
    /// The account's name.
    account: Option<String>,
}

impl PrepareAsked {
    fn changes(&self) -> Answer<Vec<DraftChange>> {
        let mut changes: Vec<DraftChange> = [
            ("title", &self.title),
            ("description", &self.description),
            ("brand", &self.brand),
            ("size", &self.size),
            ("condition", &self.condition),
            ("color", &self.color),
            ("material", &self.material),
            ("package_size", &self.package_size),
            ("category", &self.category_hint),
        ]
        .into_iter()
        .filter_map(|(key, value)| {
            Some(DraftChange {
                key: key.to_owned(),
                value: value.clone()?,
            })
        })
        .collect();
        if let Some(price) = self.price {
            changes.push(DraftChange {
                key: "price_target_cents".to_owned(),
                value: json!(cents("price", price)?),
            });
        }
        Ok(changes)
    }
}

/// A filled form that waits for a word.
#[derive(Serialize, ToSchema)]
struct Prepared {
    ok: bool,
    dry_run: bool,
    /// Names the filled form: 30 minutes, one live publish. Null where the person is needed.
    confirm_token: Option<String>,
    /// RFC 3339.
    expires_at: Option<String>,
    /// `/previews/<id>.png`
    preview_url: Option<String>,
    /// The same picture, PNG in Base64.
    screenshot_b64: Option<String>,
    /// The site wants the person: see `reason`.
    needs_manual: bool,
    /// A code.
    reason: Option<String>,
    draft_context: DraftContext,
}

#[derive(Serialize, ToSchema)]
struct DraftContext {
    draft_id: String,
    /// Field by field: `filled|absent|failed`, and what the form shows.
    fields: BTreeMap<String, FieldView>,
    /// Codes of things worth knowing, style gates included.
    warnings: Vec<String>,
    /// The account on the site.
    account: Option<String>,
    /// The price that would be published, minor units.
    price_cents: Option<u32>,
    currency: String,
    /// The range that the site itself suggests; absent where its form shows none.
    #[serde(skip_serializing_if = "Option::is_none")]
    suggested_price: Option<SuggestedPriceView>,
    /// The token may serve a live publish.
    publishable: bool,
}

/// Step one: fills the site's form and stops before the publish button.
#[utoipa::path(
    post, path = "/vinted/listings/prepare", tag = "publish", request_body = PrepareAsked,
    responses((status = 200, body = Prepared))
)]
async fn prepare(
    State(api): State<Api>,
    Body(asked): Body<PrepareAsked>,
) -> Answer<Json<Prepared>> {
    let dry_run = asked.dry_run.unwrap_or(true);
    let request = app::PrepareAsked {
        values: asked.changes()?,
        draft_id: asked.draft_id,
        photos: asked.photos,
        account: asked.account,
        dry_run,
    };
    let view = api
        .on_the_site(|app, cancel| async move { app.prepare_asked(request, cancel).await })
        .await?;
    Ok(Json(prepared(&api, view, dry_run).await))
}

async fn prepared(api: &Api, view: PrepareView, dry_run: bool) -> Prepared {
    let file = view
        .preview_url
        .as_deref()
        .and_then(|url| api.app.picture_file(url));
    let picture = match file {
        Some(file) => fs_err::tokio::read(file)
            .await
            .inspect_err(|error| tracing::warn!(%error, "the form's picture could not be read"))
            .ok(),
        None => None,
    };
    Prepared {
        ok: true,
        dry_run,
        confirm_token: view.confirm_token,
        expires_at: view.expires_at,
        preview_url: view.preview_url,
        screenshot_b64: picture.map(|png| base64::engine::general_purpose::STANDARD.encode(png)),
        needs_manual: view.needs_manual,
        reason: view.reason,
        draft_context: DraftContext {
            draft_id: view.draft_id,
            fields: view.fields,
            warnings: view.warnings,
            account: view.account,
            price_cents: view.price_cents,
            currency: view.currency,
            suggested_price: view.suggested_price,
            publishable: view.publishable,
        },
    }
}

/// The person's word.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "confirm_token": "v4.local.…", "dry_run": true }))]
struct PublishAsked {
    confirm_token: String,
    /// Only `false` publishes.
    #[serde(default = "dry")]
    dry_run: bool,
}

fn dry() -> bool {
    true
}

/// What became of it.
#[derive(Serialize, ToSchema)]
pub(super) struct Published {
    ok: bool,
    dry_run: bool,
    /// The site's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    listing_id: Option<String>,
    /// Its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    listing_url: Option<String>,
    /// The site looks at it before others see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pending: Option<bool>,
    /// Where its form can be mended.
    #[serde(skip_serializing_if = "Option::is_none")]
    edit_url: Option<String>,
    /// What to do next, where there is something to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// The site wants the person; nothing was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    needs_manual: Option<bool>,
    /// A code.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// What was sent beside what the site stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    readback: Option<BTreeMap<String, ReadbackView>>,
    /// Codes, `readback_mismatch` among them.
    #[serde(skip_serializing_if = "Option::is_none")]
    warnings: Option<Vec<String>>,
}

impl From<PublishView> for Published {
    fn from(view: PublishView) -> Self {
        let live = !view.dry_run && !view.needs_manual;
        Self {
            ok: true,
            dry_run: view.dry_run,
            message: view
                .message
                .or_else(|| live.then(|| "The listing is published.".to_owned())),
            listing_id: view.listing_id,
            listing_url: view.listing_url,
            pending: view.pending.then_some(true),
            edit_url: view.edit_url,
            needs_manual: view.needs_manual.then_some(true),
            reason: view.reason,
            readback: live.then_some(view.readback),
            warnings: live.then_some(view.warnings),
        }
    }
}

/// Step two: presses the publish button once, for the form that the token names. Without `dry_run: false` it only says
/// whether it could. With a key that was used for the same content, the first result comes again with
/// `Idempotent-Replayed: true`.
#[utoipa::path(
    post, path = "/vinted/listings/publish", tag = "publish", request_body = PublishAsked,
    params(("idempotency-key" = Option<String>, Header, description = "Required where `dry_run` is false")),
    responses((status = 200, body = Published))
)]
async fn publish(
    State(api): State<Api>,
    headers: HeaderMap,
    Body(asked): Body<PublishAsked>,
) -> Answer<Response> {
    let key = key(&headers)?;
    if asked.dry_run {
        let view = api
            .app
            .publish(&asked.confirm_token, false, key.as_deref())
            .await?;
        return Ok(Json(Published::from(view)).into_response());
    }
    let Some(key) = key else {
        return Err(bad_key("A live publish needs the header Idempotency-Key."));
    };
    let begun = Instant::now();
    // What needs no click is answered whatever was published in this minute.
    let known = api.app.published_before(&asked.confirm_token, &key).await;
    let known = known.inspect_err(|f| measure::published(f.code.as_str(), begun.elapsed()))?;
    if let Some(view) = known {
        return Ok(answered(view));
    }
    let counted = api.gates.publish()?;
    let outcome = api
        .app
        .publish(&asked.confirm_token, true, Some(&key))
        .await;
    match outcome {
        Ok(view) => {
            if view.replayed {
                counted.take_back();
            } else {
                let word = if view.needs_manual {
                    "needs_manual"
                } else {
                    "published"
                };
                measure::published(word, begun.elapsed());
            }
            Ok(answered(view))
        }
        Err(failure) => {
            if is_for_token_or_key(&failure) {
                counted.take_back();
            }
            measure::published(failure.code.as_str(), begun.elapsed());
            Err(failure.into())
        }
    }
}

fn answered(view: PublishView) -> Response {
    let replayed = view.replayed;
    let mut response = Json(Published::from(view)).into_response();
    if replayed {
        response.headers_mut().insert(
            HeaderName::from_static("idempotent-replayed"),
            HeaderValue::from_static("true"),
        );
    }
    response
}

/// The header's key; 400 for one that is none.
fn key(headers: &HeaderMap) -> Answer<Option<String>> {
    let mut keys = headers.get_all(KEY).iter();
    let (Some(key), None) = (keys.next(), keys.next()) else {
        return if headers.contains_key(KEY) {
            Err(bad_key("Send one Idempotency-Key."))
        } else {
            Ok(None)
        };
    };
    let text = key.to_str().ok().map(str::trim);
    match text {
        Some(text) if (1..=200).contains(&text.len()) => Ok(Some(text.to_owned())),
        _ => Err(bad_key("An Idempotency-Key has 1 to 200 characters.")),
    }
}

fn bad_key(message: &str) -> Refusal {
    Refusal::field("idempotency_key", message).with_status(StatusCode::BAD_REQUEST)
}

pub(super) fn is_for_token_or_key(failure: &Failure) -> bool {
    matches!(
        failure.code,
        Code::TokenInvalid | Code::TokenExpired | Code::TokenUsed | Code::DuplicatePublish
    )
}
