//! The three forms in which people have their cookies: a raw `Cookie` header, a Netscape cookie file, a browser's
//! JSON export. Pure parsing; the text is a secret and never appears in an error.

use contract::{Code, Failure};
use secrecy::SecretString;
use serde::Deserialize;

use crate::ports::SessionCookie;

/// More than any site sets; a file beyond it is not a cookie file.
const MAX_COOKIES: usize = 300;

/// Reads cookies, whatever the form.
pub(crate) fn parse(text: &str) -> Result<Vec<SessionCookie>, Failure> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let cookies = if text.starts_with('[') || text.starts_with('{') {
        json_export(text)?
    } else if text.lines().any(|l| l.split('\t').count() >= 7) {
        netscape(text)
    } else {
        header(text)
    };
    if cookies.is_empty() || cookies.len() > MAX_COOKIES {
        return Err(unreadable());
    }
    Ok(cookies)
}

fn unreadable() -> Failure {
    Failure::new(
        Code::InvalidField,
        "No cookies were found in the file. It may hold a raw Cookie header, a Netscape cookie file, or a \
         browser's JSON export.",
    )
    .with(serde_json::json!({ "fields": { "cookie": "invalid_field" } }))
}

fn header(text: &str) -> Vec<SessionCookie> {
    let line = text
        .lines()
        .find(|l| !l.trim().is_empty())
        .unwrap_or_default()
        .trim();
    let line = match line.split_once(':') {
        Some((name, rest)) if name.eq_ignore_ascii_case("cookie") => rest,
        _ => line,
    };
    line.split(';')
        .filter_map(|pair| pair.split_once('='))
        .map(|(n, v)| plain(n, v))
        .collect()
}

fn plain(name: &str, value: &str) -> SessionCookie {
    SessionCookie {
        name: name.trim().to_owned(),
        value: SecretString::from(value.trim().to_owned()),
        domain: String::new(),
        path: "/".to_owned(),
        expires: None,
        http_only: false,
        secure: false,
        same_site: None,
    }
}

fn netscape(text: &str) -> Vec<SessionCookie> {
    text.lines()
        .filter_map(|line| {
            let (line, http_only) = match line.strip_prefix("#HttpOnly_") {
                Some(rest) => (rest, true),
                None if line.starts_with('#') => return None,
                None => (line, false),
            };
            let mut parts = line.split('\t');
            let domain = parts.next()?.trim();
            let _subdomains = parts.next()?;
            let path = parts.next()?;
            let secure = parts.next()?.eq_ignore_ascii_case("true");
            let expires = parts
                .next()?
                .trim()
                .parse::<f64>()
                .ok()
                .filter(|e| *e > 0.0);
            let name = parts.next()?;
            let value = parts.next()?;
            Some(SessionCookie {
                domain: domain.to_owned(),
                path: path.to_owned(),
                expires,
                http_only,
                secure,
                ..plain(name, value)
            })
        })
        .collect()
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Export {
    List(Vec<Exported>),
    Wrapped { cookies: Vec<Exported> },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Exported {
    name: String,
    value: SecretString,
    #[serde(default)]
    domain: String,
    #[serde(default)]
    path: Option<String>,
    #[serde(default, alias = "expires")]
    expiration_date: Option<f64>,
    #[serde(default)]
    http_only: bool,
    #[serde(default)]
    secure: bool,
    #[serde(default)]
    same_site: Option<String>,
}

fn json_export(text: &str) -> Result<Vec<SessionCookie>, Failure> {
    // The parser's message may quote the text: it is dropped on purpose.
    let export: Export = serde_json::from_str(text).map_err(|_| unreadable())?;
    let cookies = match export {
        Export::List(cookies) | Export::Wrapped { cookies } => cookies,
    };
    Ok(cookies
        .into_iter()
        .map(|c| SessionCookie {
            name: c.name,
            value: c.value,
            domain: c.domain,
            path: c.path.unwrap_or_else(|| "/".to_owned()),
            expires: c.expiration_date.filter(|e| *e > 0.0),
            http_only: c.http_only,
            secure: c.secure,
            same_site: match c
                .same_site
                .as_deref()
                .map(str::to_ascii_lowercase)
                .as_deref()
            {
                Some("strict") => Some("Strict".to_owned()),
                Some("lax") => Some("Lax".to_owned()),
                Some("none" | "no_restriction") => Some("None".to_owned()),
                _ => None,
            },
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn values(text: &str) -> Vec<(String, String)> {
        parse(text)
            .unwrap()
            .into_iter()
            .map(|c| (c.name, c.value.expose_secret().to_owned()))
            .collect()
    }

    #[test]
    fn a_raw_header_is_read_with_and_without_its_name() {
        let expected = vec![
            ("a".to_owned(), "1".to_owned()),
            ("b".to_owned(), "x=y".to_owned()),
        ];
        assert_eq!(
            values("Cookie: a=1; b=x=y"),
            expected,
            "as copied from the developer tools"
        );
        assert_eq!(values("a=1; b=x=y\n"), expected, "as the bare value");
    }

    #[test]
    fn a_netscape_file_keeps_its_attributes() {
        let text = "# Netscape HTTP Cookie File\n#HttpOnly_.vinted.fr\tTRUE\t/\tTRUE\t1999999999\taccess_token_web\ttok\n\
                    .vinted.fr\tTRUE\t/\tFALSE\t0\tanon_id\tq\n";
        let cookies = parse(text).unwrap();
        assert_eq!(
            cookies.len(),
            2,
            "the comment is no cookie, the HttpOnly line is one"
        );
        assert!(cookies[0].http_only && cookies[0].secure, "flags survive");
        assert_eq!(cookies[1].expires, None, "0 means a session cookie");
    }

    #[test]
    fn a_json_export_is_read_as_list_or_wrapped() {
        let list = r#"[{"name":"a","value":"1","domain":".vinted.fr","httpOnly":true,"sameSite":"no_restriction","expirationDate":1999999999.5}]"#;
        let cookies = parse(list).unwrap();
        assert_eq!(
            cookies[0].same_site.as_deref(),
            Some("None"),
            "the extension's word for None"
        );
        assert_eq!(
            parse(&format!("{{\"cookies\":{list}}}")).unwrap().len(),
            1,
            "Playwright's storage state"
        );
    }

    #[test]
    fn an_error_never_quotes_the_file() {
        for text in ["", "hunter2-secret", "[{\"name\":\"hunter2-secret\"", "{}"] {
            let failure = parse(text).unwrap_err();
            assert!(
                !format!("{failure:?}").contains("hunter2"),
                "the file's content is a secret even when it is not a cookie file"
            );
        }
    }
}
