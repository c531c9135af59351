//! Cookies between the vault's session and the browser's jar.

use app::ports::{Session, SessionCookie};
use browser::{Cookie, SameSite};
use url::Url;

/// What the browser starts with. A cookie without a domain belongs to the site's host.
pub(crate) fn into_browser(session: &Session, origin: &Url) -> Vec<Cookie> {
    let host = origin.host_str().unwrap_or_default();
    session
        .cookies
        .iter()
        .map(|c| {
            let domain = if c.domain.is_empty() { host } else { &c.domain };
            let mut cookie = Cookie::new(c.name.clone(), c.value.clone(), domain);
            if !c.path.is_empty() {
                cookie.path.clone_from(&c.path);
            }
            cookie.expires = c.expires;
            cookie.http_only = c.http_only;
            cookie.secure = c.secure;
            cookie.same_site = match c.same_site.as_deref() {
                Some("Strict") => Some(SameSite::Strict),
                Some("Lax") => Some(SameSite::Lax),
                Some("None") => Some(SameSite::None),
                _ => None,
            };
            cookie
        })
        .collect()
}

/// What the site left in the browser; cookies of others who were loaded beside it are not kept.
pub(crate) fn into_session(jar: Vec<Cookie>, origin: &Url, before: &Session) -> Session {
    let host = origin.host_str().unwrap_or_default();
    let site = host.strip_prefix("www.").unwrap_or(host);
    let cookies = jar
        .into_iter()
        .filter(|c| {
            let domain = c.domain.trim_start_matches('.');
            domain == site
                || domain
                    .strip_suffix(site)
                    .is_some_and(|rest| rest.ends_with('.'))
        })
        .map(|c| SessionCookie {
            name: c.name,
            value: c.value,
            domain: c.domain,
            path: c.path,
            expires: c.expires,
            http_only: c.http_only,
            secure: c.secure,
            same_site: c.same_site.map(|s| {
                match s {
                    SameSite::Strict => "Strict",
                    SameSite::Lax => "Lax",
                    SameSite::None => "None",
                }
                .to_owned()
            }),
        })
        .collect();
    Session {
        cookies,
        user_agent: before.user_agent.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookie(domain: &str) -> SessionCookie {
        SessionCookie {
            name: "access_token_web".into(),
            value: "secret".into(),
            domain: domain.into(),
            path: String::new(),
            expires: None,
            http_only: true,
            secure: true,
            same_site: Some("Lax".into()),
        }
    }

    #[test]
    fn a_session_survives_the_browser() {
        let origin = Url::parse("https://www.vinted.fr").unwrap();
        let session = Session {
            cookies: vec![cookie(""), cookie(".vinted.fr")],
            user_agent: None,
        };
        let jar = into_browser(&session, &origin);
        assert_eq!(
            jar[0].domain, "www.vinted.fr",
            "a cookie without a domain is the host's"
        );
        assert_eq!(jar[0].path, "/", "and of the whole site");
        let back = into_session(jar, &origin, &session);
        assert_eq!(
            back.cookies[1].domain, ".vinted.fr",
            "a domain cookie stays one"
        );
        assert_eq!(
            back.cookies[1].same_site.as_deref(),
            Some("Lax"),
            "its attributes too"
        );
        assert!(
            back.cookies[1].http_only && back.cookies[1].secure,
            "all of them"
        );
    }

    #[test]
    fn cookies_of_others_are_not_kept() {
        let origin = Url::parse("https://www.vinted.fr").unwrap();
        let session = Session {
            cookies: vec![],
            user_agent: Some("x".into()),
        };
        let jar = [
            "www.vinted.fr",
            ".vinted.fr",
            "api.vinted.fr",
            ".doubleclick.net",
            "notvinted.fr",
        ]
        .map(|domain| Cookie::new("a", "b", domain))
        .to_vec();
        let kept: Vec<String> = into_session(jar, &origin, &session)
            .cookies
            .into_iter()
            .map(|c| c.domain)
            .collect();
        assert_eq!(
            kept,
            ["www.vinted.fr", ".vinted.fr", "api.vinted.fr"],
            "only the site's own"
        );
    }
}
