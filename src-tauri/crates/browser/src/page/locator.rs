//! How elements are named and what is known of them.
use serde::Deserialize;

/// How to find an element. Looked up afresh at every try, so a re-rendered element is found again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Locator {
    /// The first element that matches a CSS selector.
    Css(String),
    /// A JavaScript expression whose value is an element or null, such as
    /// `[...document.querySelectorAll('button')].find(b => b.textContent === 'OK')`.
    Js(String),
}

impl Locator {
    /// By JavaScript expression.
    pub fn js(expression: impl Into<String>) -> Self {
        Self::Js(expression.into())
    }

    /// A JavaScript expression for the element.
    pub(crate) fn expression(&self) -> String {
        match self {
            // Debug of a JSON value is JSON, which JavaScript reads as a string literal.
            Self::Css(css) => {
                format!(
                    "document.querySelector({})",
                    serde_json::Value::from(css.as_str())
                )
            }
            Self::Js(expression) => format!("({expression})"),
        }
    }
}

impl std::fmt::Display for Locator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Self::Css(text) | Self::Js(text)) = self;
        let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match line.char_indices().nth(120) {
            Some((end, _)) => write!(f, "{}…", &line[..end]),
            None => f.write_str(&line),
        }
    }
}

impl From<&str> for Locator {
    fn from(css: &str) -> Self {
        Self::Css(css.to_owned())
    }
}
impl From<String> for Locator {
    fn from(css: String) -> Self {
        Self::Css(css)
    }
}
impl From<&String> for Locator {
    fn from(css: &String) -> Self {
        Self::Css(css.clone())
    }
}
impl From<&Locator> for Locator {
    fn from(locator: &Locator) -> Self {
        locator.clone()
    }
}
impl From<&ElementRef> for Locator {
    fn from(element: &ElementRef) -> Self {
        element.locator.clone()
    }
}

/// An element as it was when it was found; acting on it looks it up again by `locator`.
#[derive(Debug, Clone, PartialEq)]
pub struct ElementRef {
    /// What found it.
    pub locator: Locator,
    /// Its place in the list that was given to [`Page::query`](crate::Page::query): which of the
    /// ways worked.
    pub way: usize,
    /// Tag name, lower case.
    pub tag: String,
    /// `type` attribute of inputs, else empty.
    pub kind: String,
    /// Has a box and is not hidden.
    pub visible: bool,
    /// Neither `disabled` nor `aria-disabled`.
    pub enabled: bool,
    /// Box in the window: x, y, width, height in CSS pixels.
    pub rect: (f64, f64, f64, f64),
}

/// What `js/describe.js` tells of an element.
#[derive(Deserialize)]
pub(crate) struct Described {
    pub(crate) way: usize,
    pub(crate) tag: String,
    pub(crate) kind: String,
    pub(crate) visible: bool,
    pub(crate) enabled: bool,
    pub(crate) rect: (f64, f64, f64, f64),
}

/// What to wait for.
#[derive(Debug, Clone)]
pub enum Condition {
    /// An element exists.
    Present(Locator),
    /// An element exists and can be seen.
    Visible(Locator),
    /// No such element is to be seen any more.
    Gone(Locator),
    /// A JavaScript expression is truthy.
    Js(String),
    /// The address matches, with `*` and `?` as in [`UrlPattern`](crate::UrlPattern).
    Url(String),
}

/// A CSS selector stands for [`Condition::Visible`].
impl From<&str> for Condition {
    fn from(css: &str) -> Self {
        Self::Visible(css.into())
    }
}
/// A locator stands for [`Condition::Visible`].
impl From<Locator> for Condition {
    fn from(locator: Locator) -> Self {
        Self::Visible(locator)
    }
}

impl std::fmt::Display for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Present(locator) => write!(f, "{locator} to be there"),
            Self::Visible(locator) => write!(f, "{locator} to be visible"),
            Self::Gone(locator) => write!(f, "{locator} to be gone"),
            Self::Js(js) => write!(f, "{}", Locator::Js(js.clone())),
            Self::Url(pattern) => write!(f, "the address {pattern}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selector_becomes_a_string_and_never_code() {
        let nasty = Locator::from(r#"[a="x"] \2028"#);
        assert_eq!(
            nasty.expression(),
            r#"document.querySelector("[a=\"x\"] \\2028")"#
        );
    }

    #[test]
    fn long_locators_are_cut_at_a_character() {
        let shown = Locator::js("é".repeat(500)).to_string();
        assert_eq!(
            shown.chars().count(),
            121,
            "120 characters and the sign that more follows"
        );
    }
}
