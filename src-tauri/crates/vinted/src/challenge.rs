//! Challenges and verification walls: recognised, never solved. Their signs are data of the profile.

use app::ports::Challenge;
use browser::FrameSeen;
use url::Url;

use crate::{
    answers::Envelope,
    page::Signs,
    profile::{ChallengeSigns, Profile},
};

/// Longer answers are data, not challenges: a challenge's page is some kB.
const LONGEST: usize = 200_000;

/// A challenge in place of an answer, whatever its status: a 200 may be one (browser-notes 14).
pub(crate) fn in_answer(profile: &Profile, body: &str, envelope: &Envelope) -> Option<Challenge> {
    let signs = &profile.challenge;
    if envelope
        .code
        .is_some_and(|code| signs.verification_codes.contains(&code))
    {
        return Some(Challenge::Verification);
    }
    // A proper answer may speak of these words in a listing's text.
    if body.len() > LONGEST || envelope.code == Some(0) {
        return None;
    }
    let says = |words: &[String]| words.iter().any(|w| body.contains(w.as_str()));
    // Data that send to the challenge; a page may carry these services' own tags.
    let sends_to = |hosts: &[String]| !body.trim_start().starts_with('<') && says(hosts);
    if says(&signs.datadome_words) || sends_to(&signs.datadome_hosts) {
        Some(Challenge::DataDome)
    } else if says(&signs.cloudflare_words) || sends_to(&signs.cloudflare_hosts) {
        Some(Challenge::Cloudflare)
    } else {
        None
    }
}

/// All words that `Signs::said` looks for.
pub(crate) fn words(signs: &ChallengeSigns) -> Vec<&str> {
    signs
        .datadome_words
        .iter()
        .chain(&signs.cloudflare_words)
        .map(String::as_str)
        .collect()
}

/// A challenge on the page itself: its address, its title, its words, the frames in it.
pub(crate) fn in_page(profile: &Profile, page: &Signs, frames: &[FrameSeen]) -> Option<Challenge> {
    let signs = &profile.challenge;
    let under = |prefix: &String| {
        page.path
            .strip_prefix(prefix.as_str())
            .is_some_and(|r| r.is_empty() || r.starts_with('/'))
    };
    if signs.verification_paths.iter().any(under) {
        return Some(Challenge::Verification);
    }
    let urls: Vec<&str> = page
        .frames
        .iter()
        .map(String::as_str)
        .chain(frames.iter().map(|f| f.url.as_str()))
        .collect();
    let framed = |hosts: &[String]| urls.iter().any(|url| is_of(url, hosts));
    let said = |words: &[String]| words.iter().any(|w| page.said.contains(w));
    if framed(&signs.datadome_hosts) || said(&signs.datadome_words) {
        return Some(Challenge::DataDome);
    }
    if framed(&signs.cloudflare_hosts)
        || said(&signs.cloudflare_words)
        || signs.cloudflare_titles.contains(&page.title)
    {
        return Some(Challenge::Cloudflare);
    }
    None
}

/// The address is of one of the hosts, or names one (a practice challenge is served from elsewhere).
fn is_of(url: &str, hosts: &[String]) -> bool {
    let Ok(url) = Url::parse(url) else {
        return false;
    };
    let Some(host) = url.host_str() else {
        return false;
    };
    hosts.iter().any(|h| {
        host == h
            || host
                .strip_suffix(h.as_str())
                .is_some_and(|rest| rest.ends_with('.'))
            || url.path().contains(h.as_str())
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn answer(body: &str) -> Option<Challenge> {
        let json = serde_json::from_str(body).unwrap_or_default();
        in_answer(&Profile::load(None).unwrap(), body, &Envelope::of(&json))
    }

    #[rstest]
    #[case(
        r#"{"url":"https://geo.captcha-delivery.com/captcha/?initialCid=x"}"#,
        Some(Challenge::DataDome)
    )]
    #[case(
        "<html><script>var dd={'host':'geo.captcha-delivery.com'}</script>",
        Some(Challenge::DataDome)
    )]
    #[case(
        "<title>Just a moment...</title><script>window._cf_chl_opt={}</script>",
        Some(Challenge::Cloudflare)
    )]
    #[case(r#"{"code":115,"message":"verify"}"#, Some(Challenge::Verification))]
    #[case(r#"{"code":168,"message":"phone"}"#, Some(Challenge::Verification))]
    #[case(
        r#"{"url":"http://localhost/challenges.cloudflare.com/turnstile/"}"#,
        Some(Challenge::Cloudflare)
    )]
    #[case(
        "<script src=\"https://challenges.cloudflare.com/turnstile/v0/api.js\"></script>",
        None
    )]
    #[case(r#"{"code":106,"message":"access_denied"}"#, None)]
    #[case(
        r#"{"code":0,"item":{"id":1,"description":"captcha-delivery.com"}}"#,
        None
    )]
    #[case(r#"{"code":99,"errors":[{"field":"title","value":"x"}]}"#, None)]
    #[case("", None)]
    fn answers(#[case] body: &str, #[case] challenge: Option<Challenge>) {
        assert_eq!(answer(body), challenge, "{body}");
    }

    fn page(signs: Signs, frames: &[&str]) -> Option<Challenge> {
        let frames: Vec<FrameSeen> = frames
            .iter()
            .map(|url| FrameSeen {
                url: (*url).to_owned(),
                source: browser::FrameSource::Target,
            })
            .collect();
        in_page(&Profile::load(None).unwrap(), &signs, &frames)
    }

    #[test]
    fn pages() {
        let form = || Signs {
            path: "/items/new".into(),
            title: "Vends".into(),
            ..Signs::default()
        };
        assert_eq!(page(form(), &[]), None, "the form itself is none");
        assert_eq!(
            page(
                form(),
                &[
                    "https://js.datadome.co/tags.js",
                    "https://www.example.org/a"
                ]
            ),
            None,
            "the tag of an ordinary page is none"
        );
        assert_eq!(
            page(form(), &["https://geo.captcha-delivery.com/captcha/?cid=1"]),
            Some(Challenge::DataDome),
            "a frame of another site, seen as a target only"
        );
        assert_eq!(
            page(
                Signs {
                    path: "/users/verification/phone".into(),
                    ..form()
                },
                &[]
            ),
            Some(Challenge::Verification),
            "the wall's address"
        );
        assert_eq!(
            page(
                Signs {
                    title: "Just a moment...".into(),
                    ..form()
                },
                &[]
            ),
            Some(Challenge::Cloudflare),
            "the waiting page"
        );
    }

    #[test]
    fn a_host_is_not_its_namesake() {
        let hosts = ["captcha-delivery.com".to_owned()];
        assert!(
            is_of("https://geo.captcha-delivery.com/x", &hosts),
            "a subdomain is the host's"
        );
        assert!(
            !is_of("https://notcaptcha-delivery.com/x", &hosts),
            "another name is not"
        );
    }
}
