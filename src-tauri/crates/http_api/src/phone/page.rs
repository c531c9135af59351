//! The page that the phone opens: one HTML, one style sheet, a few scripts, in French or English by `Accept-Language`.
//!
//! Its words are in `page/fr.json` and `page/en.json`. No framework and nothing to build: it has to load at once on an
//! old phone, and mobile Safari 15 must read it.

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
const FRENCH: &str = include_str!("page/fr.json");
const ENGLISH: &str = include_str!("page/en.json");

/// What the page asks for by itself: path, kind, content.
const FILES: [(&str, &str, &str); 8] = [
    ("/page.js", SCRIPT, include_str!("page/page.js")),
    ("/ask.js", SCRIPT, include_str!("page/ask.js")),
    ("/send.js", SCRIPT, include_str!("page/send.js")),
    ("/show.js", SCRIPT, include_str!("page/show.js")),
    ("/state.js", SCRIPT, include_str!("page/state.js")),
    ("/words.js", SCRIPT, include_str!("page/words.js")),
    ("/page.css", "text/css", include_str!("page/page.css")),
    ("/icon.svg", "image/svg+xml", include_str!("page/icon.svg")),
];
const SCRIPT: &str = "text/javascript";

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
    path == "/" || FILES.iter().any(|(known, ..)| *known == path)
}

pub(super) fn routes() -> Router<Door> {
    let opened =
        |State(door): State<Door>, headers: HeaderMap| async move { page(&door, &headers) };
    let mut routes = Router::new().route("/", get(opened));
    for (path, kind, content) in FILES {
        routes = routes.route(path, get(move || async move { file(kind, content) }));
    }
    routes
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
    fn words_and_scripts_know_each_other() {
        let [(_, french), _] = &*WORDS;
        let scripts: Vec<_> = FILES
            .iter()
            .filter(|(_, kind, _)| *kind == SCRIPT)
            .collect();
        let mut used = 0;
        for (path, _, script) in &scripts {
            for piece in script.split("say(\"").skip(1) {
                let name = piece.split('"').next().unwrap();
                assert!(
                    french.contains_key(name),
                    "{name} of {path} is in the files of words"
                );
                used += 1;
            }
            for piece in script.split(" from \"./").skip(1) {
                let other = piece.split('"').next().unwrap();
                assert!(is_public(&format!("/{other}")), "{path} finds {other}");
            }
        }
        assert!(used > 10, "the scripts speak through their words");
        let dead: Vec<_> = french
            .keys()
            .filter(|name| {
                // Endings are put together where they are used: counted words, and what stands below a title.
                let base = name
                    .trim_end_matches("_one")
                    .trim_end_matches("_other")
                    .trim_end_matches("Lead");
                let quoted = format!("\"{base}\"");
                let is_said = scripts
                    .iter()
                    .any(|(_, _, script)| script.contains(&quoted));
                !is_said
                    && !HTML.contains(&format!("{{{{{name}}}}}"))
                    && !["plain", "encrypted"].contains(&base)
            })
            .collect();
        assert!(dead.is_empty(), "no word that nobody says: {dead:?}");
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
