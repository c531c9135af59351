//! What a person sees who opens the documentation without being logged in: a field for the token, nothing else.

use axum::{
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use base64::Engine;
use sha2::{Digest, Sha256};

use crate::answer::Refusal;

const SCRIPT: &str = r#"document.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const token = document.querySelector("input").value;
  const answer = await fetch("/auth/login", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token }),
  });
  if (answer.ok) location.reload();
  else document.querySelector("output").textContent = "Not the token / Ce n'est pas le jeton";
});"#;

/// The page, with the refusal's status.
pub(super) fn instead_of(refusal: &Refusal) -> Response {
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(SCRIPT));
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{hash}'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'"
    );
    let page = format!(
        "<!doctype html><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
         <title>VintedBot Studio</title><form><p><label>Token / Jeton \
         <input type=password autocomplete=off autofocus required></label> <button>OK</button></p>\
         <p><output></output></p></form><script>{SCRIPT}</script>"
    );
    let mut response = (refusal.status(), Html(page)).into_response();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
