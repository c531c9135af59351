//! Everything out and in again: one file, or a table.

use std::collections::BTreeMap;

use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::{
    Code, DraftPageRequest, DraftView, Failure, RestoreResult, TableReport, TableRequest,
};
use futures::StreamExt;
use serde::Deserialize;
use tokio_util::io::ReaderStream;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::listings::Listing;
use crate::{
    answer::{Answer, Refusal},
    body::{self, Asked},
    incoming::{Allowed, file, form},
    state::Api,
    tabular,
};

/// Drafts that are read at once.
const PAGE: u32 = 1_000;
/// Rows of one table.
const MOST: usize = 100_000;
/// Longest archive that comes in over HTTP; `studio restore` takes larger ones.
const MAX_ARCHIVE: u64 = 4 * 1024 * 1024 * 1024;
/// Longest manifest without an archive.
const MAX_MANIFEST: usize = 16 * 1024 * 1024;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(export_drafts))
        .routes(routes!(export_listings))
        .routes(routes!(import_drafts))
        .routes(routes!(import_listings))
}

/// All drafts, photos and listings in one ZIP file (docs/export.md). No session, key, setting or job is in it.
#[utoipa::path(
    get, path = "/export/drafts", tag = "transfer",
    responses((status = 200, body = Vec<u8>, content_type = "application/zip"))
)]
async fn export_drafts(State(api): State<Api>) -> Answer<Response> {
    let disk = |error: std::io::Error| {
        tracing::error!(%error, "an export could not be made");
        Refusal::from(Failure::new(
            Code::StorageUnavailable,
            "The disk refused while the export was made. Nothing was changed.",
        ))
    };
    let folder = tempfile::Builder::new()
        .prefix(".incoming-export-")
        .tempdir_in(&api.incoming)
        .map_err(disk)?;
    let target = folder.path().join("export.zip");
    api.app
        .export_drafts(&target, api.stopping.child_token())
        .await?;
    let file = fs_err::tokio::File::open(&target).await.map_err(disk)?;
    let length = file.metadata().await.map_err(disk)?.len();
    // The folder goes with the last piece, or with the client.
    let pieces = ReaderStream::new(file).map(move |piece| {
        let _kept = &folder;
        piece
    });
    let mut response = Body::from_stream(pieces).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    Ok(named(
        response,
        "application/zip",
        "attachment; filename=\"vintedbot-studio.zip\"",
    ))
}

/// An export as a file.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the body")]
struct Import {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Puts back what an export holds: a ZIP file (as the body, or in a form's field `file`) or its manifest as JSON. All of
/// it or nothing; drafts that are here already stay as they are, and nothing in it can publish.
#[utoipa::path(
    post, path = "/import/drafts", tag = "transfer",
    request_body(content = Import, content_type = "multipart/form-data"),
    responses((status = 200, body = RestoreResult))
)]
async fn import_drafts(State(api): State<Api>, request: Request) -> Answer<Json<RestoreResult>> {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let cancel = api.stopping.child_token();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let result = match kind {
        "application/json" => {
            let manifest = body::bytes(request, MAX_MANIFEST).await?;
            api.app.restore_json(&manifest).await?
        }
        "multipart/form-data" => {
            let allowed = Allowed {
                fields: &["file"],
                files: 1,
                bytes: Some(MAX_ARCHIVE),
                lasting: false,
            };
            let form = form(&api, request, allowed).await?;
            let Some(file) = form.files.first() else {
                return Err(Refusal::field("file", "Send the file of an export."));
            };
            api.app.restore_drafts(&file.path, cancel).await?
        }
        "application/zip" | "application/octet-stream" => {
            let (_folder, path) = file(&api, request, MAX_ARCHIVE, |_| Ok(())).await?;
            api.app.restore_drafts(&path, cancel).await?
        }
        _ => {
            return Err(
                Refusal::field("file", "Send a ZIP file, or its manifest as JSON.")
                    .with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE),
            );
        }
    };
    Ok(Json(result))
}

#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct ColumnsAsked {
    /// A JSON object: a draft's field to the column that holds it, where the column's own name does not say. An empty
    /// name leaves the field out.
    columns: Option<String>,
    /// `true`: only says what would be made.
    dry_run: bool,
}

/// Makes a draft of each row of a table (CSV, as spreadsheets write it), with a report row by row. A row that is wrong
/// hinders no other. The columns are known by their names, French or English, or as `columns` says.
#[utoipa::path(
    post, path = "/import/listings", tag = "transfer", params(ColumnsAsked),
    request_body(content = String, content_type = "text/csv", example = "title,price\nRobe bleue,12.50\n"),
    responses((status = 200, body = TableReport))
)]
async fn import_listings(
    State(api): State<Api>,
    Asked(asked): Asked<ColumnsAsked>,
    request: Request,
) -> Answer<Json<TableReport>> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    if !kind.is_some_and(|kind| {
        kind.as_bytes()
            .to_ascii_lowercase()
            .starts_with(b"text/csv")
    }) {
        return Err(Refusal::field("file", "Send the table as text/csv.")
            .with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    let columns = match &asked.columns {
        None => BTreeMap::new(),
        Some(text) => serde_json::from_str(text).map_err(|_| {
            Refusal::field("columns", "A JSON object such as {\"title\":\"Titre\"}.")
        })?,
    };
    let table = body::bytes(request, app::MAX_TABLE).await?;
    let request = TableRequest {
        columns,
        dry_run: asked.dry_run,
    };
    Ok(Json(api.app.import_table(&table, &request).await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct TableAsked {
    /// `csv|json|pdf`
    format: String,
}

impl Default for TableAsked {
    fn default() -> Self {
        Self {
            format: "json".to_owned(),
        }
    }
}

/// All listings and drafts as a table.
#[utoipa::path(
    get, path = "/export/listings", tag = "transfer", params(TableAsked),
    responses((status = 200, description = "The table", content(
        (Vec<Listing> = "application/json"),
        (String = "text/csv"),
        (Vec<u8> = "application/pdf"),
    )))
)]
async fn export_listings(
    State(api): State<Api>,
    Asked(asked): Asked<TableAsked>,
) -> Answer<Response> {
    if !matches!(asked.format.as_str(), "csv" | "json" | "pdf") {
        return Err(Refusal::field("format", "One of csv, json, pdf."));
    }
    let mut rows: Vec<DraftView> = Vec::new();
    for page in 1.. {
        let request = DraftPageRequest {
            page,
            page_size: PAGE,
            ..DraftPageRequest::default()
        };
        let found = api.app.draft_page(&request).await?;
        let last = found.drafts.len() < PAGE as usize;
        rows.extend(found.drafts);
        if last || rows.len() >= MOST {
            break;
        }
    }
    if asked.format == "csv" {
        return Ok(named(
            tabular::csv(&rows)?.into_response(),
            "text/csv; charset=utf-8",
            "attachment; filename=\"listings.csv\"",
        ));
    }
    let rows: Vec<Listing> = rows.into_iter().map(Listing::from).collect();
    Ok(match asked.format.as_str() {
        "pdf" => named(
            tabular::pdf(&rows).into_response(),
            "application/pdf",
            "attachment; filename=\"listings.pdf\"",
        ),
        _ => Json(rows).into_response(),
    })
}

fn named(mut response: Response, kind: &'static str, name: &'static str) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(name));
    response
}
