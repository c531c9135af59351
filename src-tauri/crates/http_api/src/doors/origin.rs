//! Which pages may ask. A browser says who asks by `Origin` and `Sec-Fetch-Site`; programs say nothing and are told by
//! their token alone.

use axum::{
    extract::Request,
    http::{StatusCode, header},
};
use contract::{Code, Failure};
use serde_json::Value;

use crate::answer::Refusal;

/// Who asks.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asking {
    /// A program, or a page of this very server.
    Own,
    /// A page from elsewhere; none: it does not say which, or says two.
    Foreign(Option<String>),
}

pub(crate) fn known(request: &Request, scheme: &str, host: &str) -> Asking {
    let headers = request.headers();
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let origin = match (origins.next(), origins.next()) {
        (None, _) => None,
        (Some(origin), None) => match origin.to_str() {
            Ok(origin) => Some(origin.to_ascii_lowercase()),
            Err(_) => return Asking::Foreign(None),
        },
        (Some(_), Some(_)) => return Asking::Foreign(None),
    };
    let own = format!("{scheme}://{host}");
    if let Some(origin) = origin.filter(|origin| *origin != own) {
        return Asking::Foreign(Some(origin));
    }
    let mut sites = headers.get_all("sec-fetch-site").iter();
    match (sites.next().map(|v| v.as_bytes()), sites.next()) {
        (None | Some(b"same-origin" | b"none"), None) => Asking::Own,
        _ => Asking::Foreign(None),
    }
}

pub(super) fn refused() -> Refusal {
    Refusal::new(
        StatusCode::FORBIDDEN,
        Failure::new(
            Code::NotAvailable,
            "Pages of that origin may not ask here. The setting allowed_origins names those that may.",
        ),
    )
}

/// The origins of the setting: a list, or texts separated by commas.
pub(crate) fn list(setting: Option<&Value>) -> Vec<String> {
    let texts: Vec<&str> = match setting {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(text)) => text.split(',').collect(),
        _ => Vec::new(),
    };
    texts
        .into_iter()
        .map(|t| t.trim().trim_end_matches('/').to_ascii_lowercase())
        .filter(|t| !t.is_empty())
        .collect()
}

/// `https://app.example.org` means itself; `https://*.example.org` means every host below it, at any depth, and not
/// `https://example.org`.
pub(super) fn is_allowed(origin: &str, allowed: &[String]) -> bool {
    if origin == "null" {
        return false;
    }
    let Some((scheme, host)) = origin.split_once("://") else {
        return false;
    };
    allowed.iter().any(|entry| {
        let Some((wanted, pattern)) = entry.split_once("://") else {
            return false;
        };
        if wanted != scheme {
            return false;
        }
        match pattern.strip_prefix("*.") {
            Some(parent) => host
                .strip_suffix(parent)
                .and_then(|rest| rest.strip_suffix('.'))
                .is_some_and(is_labels),
            None => pattern == host,
        }
    })
}

fn is_labels(text: &str) -> bool {
    text.split('.').all(|label| {
        !label.is_empty()
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_named_origins_are_allowed() {
        let allowed = list(Some(&json!([
            "https://App.example.org/",
            "https://*.shop.test",
            "http://localhost:3000"
        ])));
        for origin in [
            "https://app.example.org",
            "https://a.shop.test",
            "https://a.b.shop.test",
            "http://localhost:3000",
        ] {
            assert!(is_allowed(origin, &allowed), "{origin}");
        }
        for origin in [
            "null",
            "https://shop.test",
            "https://evilshop.test",
            "https://evil.test?.shop.test",
            "https://evil.test/.shop.test",
            "https://@.shop.test",
            "https://.shop.test",
            "http://a.shop.test",
            "https://a.shop.test:8443",
            "https://a.shop.test.evil.test",
            "http://localhost:3001",
            "",
        ] {
            assert!(!is_allowed(origin, &allowed), "{origin}");
        }
        assert_eq!(
            list(Some(&json!("https://a.test, https://b.test"))),
            ["https://a.test", "https://b.test"],
            "as the command line sets it"
        );
        assert!(list(None).is_empty() && list(Some(&json!(7))).is_empty());
    }

    fn asking(headers: &[(&str, &str)]) -> Asking {
        let mut request = Request::builder().uri("/x");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        known(
            &request.body(axum::body::Body::empty()).unwrap(),
            "http",
            "127.0.0.1:5000",
        )
    }

    #[test]
    fn pages_say_who_they_are() {
        for own in [
            &[][..],
            &[
                ("origin", "http://127.0.0.1:5000"),
                ("sec-fetch-site", "same-origin"),
            ],
            &[("sec-fetch-site", "none")],
        ] {
            assert_eq!(asking(own), Asking::Own, "{own:?}");
        }
        for foreign in [
            &[("origin", "null")][..],
            &[("origin", "http://localhost:5000")],
            &[("origin", "https://127.0.0.1:5000")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[
                ("origin", "http://127.0.0.1:5000"),
                ("origin", "http://127.0.0.1:5000"),
            ],
            &[("sec-fetch-site", "none"), ("sec-fetch-site", "cross-site")],
        ] {
            assert!(matches!(asking(foreign), Asking::Foreign(_)), "{foreign:?}");
        }
    }
}
