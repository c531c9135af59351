//! The pages' scripts and styles, built into the program.

use axum::http::header;
use axum::response::{IntoResponse, Response};

macro_rules! assets {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../web/", $path)))),*]
    };
}

const ASSETS: &[(&str, &str)] = assets![
    "css/site.css",
    "css/control.css",
    "js/dom.js",
    "js/drift.js",
    "js/net.js",
    "js/page.js",
    "js/shell.js",
    "js/modal.js",
    "js/money.js",
    "js/form/form.js",
    "js/form/submit.js",
    "js/form/dropdown.js",
    "js/form/rows.js",
    "js/form/photos.js",
    "js/form/texts.js",
    "js/form/category.js",
    "js/form/brand.js",
    "js/form/size.js",
    "js/form/lists.js",
    "js/form/price.js",
    "js/form/parcel.js",
    "js/form/traps.js",
    "js/pages/home.js",
    "js/pages/form.js",
    "js/pages/item.js",
    "js/pages/member.js",
    "js/pages/login.js",
    "js/pages/join.js",
    "js/pages/notice.js",
    "js/pages/challenge.js",
    "js/pages/control.js",
];

/// The file of that path below `/assets/`.
pub(crate) fn serve(path: &str) -> Option<Response> {
    let (path, text) = ASSETS.iter().find(|(known, _)| *known == path)?;
    let mime = if path.ends_with(".css") {
        "text/css"
    } else {
        "text/javascript"
    };
    Some(
        (
            [(header::CONTENT_TYPE, format!("{mime}; charset=utf-8"))],
            *text,
        )
            .into_response(),
    )
}
