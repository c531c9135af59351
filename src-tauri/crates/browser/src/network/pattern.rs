//! Which addresses: the wildcards of DevTools' Fetch domain.

/// Which requests. Both parts must match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrlPattern {
    /// Whole URL, fragment excluded, with `*` for any characters and `?` for one, `\` before either
    /// to mean itself (as in DevTools' Fetch domain), such as `*/api/v2/item_upload/items*`.
    pub url: String,
    /// Only this method, such as `POST`; `None` for any.
    pub method: Option<String>,
}

impl UrlPattern {
    /// Any method.
    pub fn any(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            method: None,
        }
    }

    /// One method.
    pub fn method(method: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            method: Some(method.into()),
        }
    }

    /// Whether a request is meant.
    pub fn matches(&self, method: &str, url: &str) -> bool {
        self.method
            .as_ref()
            .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && matches_url(&self.url, url)
    }
}

/// Whether the whole of `url` fits the pattern; its fragment is left aside.
pub(crate) fn matches_url(pattern: &str, url: &str) -> bool {
    let url = url.split_once('#').map_or(url, |(address, _)| address);
    let (pattern, url) = (tokens(pattern), url.chars().collect::<Vec<_>>());
    // Greedy with one point to come back to: linear for all patterns met in practice.
    let (mut at, mut in_url) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while in_url < url.len() {
        match pattern.get(at) {
            Some(Token::Any) => {
                back = Some((at, in_url));
                at += 1;
            }
            Some(Token::One) => {
                at += 1;
                in_url += 1;
            }
            Some(Token::Char(c)) if *c == url[in_url] => {
                at += 1;
                in_url += 1;
            }
            _ => {
                let Some((star, from)) = back else {
                    return false;
                };
                back = Some((star, from + 1));
                at = star + 1;
                in_url = from + 1;
            }
        }
    }
    pattern[at..]
        .iter()
        .all(|token| matches!(token, Token::Any))
}

enum Token {
    Any,
    One,
    Char(char),
}

fn tokens(pattern: &str) -> Vec<Token> {
    let mut chars = pattern.chars();
    std::iter::from_fn(|| {
        Some(match chars.next()? {
            '*' => Token::Any,
            '?' => Token::One,
            '\\' => Token::Char(chars.next().unwrap_or('\\')),
            c => Token::Char(c),
        })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_the_whole_address() {
        for (pattern, url, fits) in [
            ("*/api/items", "https://a.test/api/items", true),
            ("*/api/items", "https://a.test/api/items/5", false),
            ("*/api/items*", "https://a.test/api/items?draft=1", true),
            ("*/api/items", "https://a.test/api/items#part", true),
            ("*/items/?", "https://a.test/items/5", true),
            ("*/items/?", "https://a.test/items/55", false),
            ("*/items\\?a=1", "https://a.test/items?a=1", true),
            ("*/items\\?a=1", "https://a.test/itemsXa=1", false),
            ("*a*b*c", "xaxbxbxc", true),
            ("*a*b*c", "xaxbxbx", false),
            ("*", "", true),
            ("", "x", false),
        ] {
            assert_eq!(matches_url(pattern, url), fits, "{pattern} on {url}");
        }
        let posts = UrlPattern::method("POST", "*/items");
        assert!(
            posts.matches("post", "https://a.test/items"),
            "methods have no case"
        );
        assert!(
            !posts.matches("GET", "https://a.test/items"),
            "another method is not meant"
        );
    }
}
