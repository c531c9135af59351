//! The page that the phone opens: one HTML, one script, one style sheet, in French or English by `Accept-Language`.
//!
//! Its words are in `page/fr.json` and `page/en.json`. No framework: it has to load at once on an old phone, and mobile
//! Safari 15 must read it.

use std::{collections::BTreeMap, sync::LazyLock};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::Door;

const HTML: &str = include_str!("page/page.html");
const SCRIPT: &str = include_str!("page/page.js");
const STYLE: &str = include_str!("page/page.css");
const ICON: &str = include_str!("page/icon.svg");
const FRENCH: &str = include_str!("page/fr.json");
const ENGLISH: &str = include_str!("page/en.json");

/// Nothing from elsewhere, no frame; `blob:` is a photo of the phone that is drawn small on the page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src \
                      'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Words by name.
type Words = BTreeMap<String, String>;

static WORDS: LazyLock<[(&str, Words); 2]> = LazyLock::new(|| {
    // Both files are in the program, and a test reads them.
    let read = |text| serde_json::from_str(text).unwrap_or_default();
    [("fr", read(FRENCH)), ("en", read(ENGLISH))]
});

/// Seen by whoever asks: the page and its files.
pub(super) fn is_public(path: &str) -> bool {
    matches!(path, "/" | "/page.js" | "/page.css" | "/icon.svg")
}

pub(super) fn routes() -> Router<Door> {
    Router::new()
        .route(
            "/",
            get(
                |State(door): State<Door>, headers: HeaderMap| async move { page(&door, &headers) },
            ),
        )
        .route(
            "/page.js",
            get(|| async { file("text/javascript", SCRIPT) }),
        )
        .route("/page.css", get(|| async { file("text/css", STYLE) }))
        .route("/icon.svg", get(|| async { file("image/svg+xml", ICON) }))
}

fn file(kind: &'static str, content: &'static str) -> Response {
    let kind = format!("{kind}; charset=utf-8");
    let kind = HeaderValue::try_from(kind).unwrap_or(HeaderValue::from_static("text/plain"));
    ([(header::CONTENT_TYPE, kind)], content).into_response()
}

fn page(door: &Door, headers: &HeaderMap) -> Response {
    let asked = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::VARY, "accept-language"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    let html = written(language(asked), door.scheme == "https");
    (headers, html).into_response()
}

/// French or English, whichever the phone likes more; French where it says neither.
fn language(asked: &str) -> &'static str {
    let mut best = ("fr", 0.0_f32);
    for entry in asked.split(',').take(20) {
        let mut parts = entry.split(';').map(str::trim);
        let tag = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts
            .find_map(|part| part.strip_prefix("q="))
            .map_or(1.0, |q| q.parse().unwrap_or(0.0));
        let base = tag.split('-').next().unwrap_or_default();
        let known = WORDS.iter().find(|(language, _)| *language == base);
        if let Some((language, _)) = known
            && weight > best.1
        {
            best = (*language, weight);
        }
    }
    best.0
}

/// The page with its words: `{{name}}` in the HTML, and all of them for the script.
fn written(language: &str, encrypted: bool) -> String {
    let words = WORDS.iter().find(|(known, _)| *known == language);
    let Some((_, words)) = words else {
        return String::new();
    };
    let privacy = if encrypted { "encrypted" } else { "plain" };
    let mut html = HTML
        .replace("{{language}}", language)
        .replace("{{privacy}}", privacy)
        .replace(
            "{{privacyText}}",
            &escaped(words.get(privacy).map_or("", |w| w)),
        );
    for (name, text) in words {
        html = html.replace(&format!("{{{{{name}}}}}"), &escaped(text));
    }
    // In a script's data nothing may look like a tag.
    let data = serde_json::to_string(words).unwrap_or_default();
    html.replace("{{words}}", &data.replace('<', "\\u003c"))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_say_everything() {
        let [(_, french), (_, english)] = &*WORDS;
        assert!(!french.is_empty(), "the words can be read");
        let names = |words: &Words| words.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(french), names(english), "the same words in both");
        for (name, text) in french.iter().chain(english) {
            assert!(!text.is_empty(), "{name}");
        }
        for language in ["fr", "en"] {
            let html = written(language, false);
            assert!(
                !html.contains("{{"),
                "every word of the page is known: {language}"
            );
            assert!(html.contains(&format!("lang=\"{language}\"")));
        }
        assert_ne!(
            written("fr", false),
            written("fr", true),
            "it says whether it is encrypted"
        );
    }

    #[test]
    fn the_script_uses_words_that_exist() {
        let [(_, french), _] = &*WORDS;
        let mut used = 0;
        for piece in SCRIPT.split("say(\"").skip(1) {
            let name = piece.split('"').next().unwrap();
            assert!(french.contains_key(name), "{name} is in the files of words");
            used += 1;
        }
        assert!(used > 10, "the script speaks through its words");
    }

    #[test]
    fn the_phone_s_language_decides() {
        for (asked, language_of_page) in [
            ("fr-FR,fr;q=0.9,en;q=0.8", "fr"),
            ("en-GB,en;q=0.9,fr;q=0.8", "en"),
            ("de-DE,de;q=0.9,en;q=0.5", "en"),
            ("de", "fr"),
            ("", "fr"),
            ("en;q=x,fr;q=0.1", "fr"),
        ] {
            assert_eq!(language(asked), language_of_page, "{asked:?}");
        }
    }
}
