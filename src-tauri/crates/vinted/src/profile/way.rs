use std::fmt;

use serde::Deserialize;

use super::{Hook, load::ProfileError};

/// How sure a way is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Confidence {
    /// Seen live by at least two independent sources.
    #[serde(rename = "H")]
    High,
    /// One source, or older.
    #[serde(rename = "M")]
    Medium,
    /// A claim, or our own guess.
    #[serde(rename = "L")]
    Low,
}

/// One way to find something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// How.
    pub how: How,
    /// How sure.
    pub confidence: Confidence,
    /// When it was last seen, `YYYY-MM` or `YYYY-MM-DD`.
    pub seen: String,
}

/// The kinds of ways. `{id}` in a text stands for the site's id of an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// `data-testid`, whole.
    TestId(String),
    /// `data-testid`, its beginning.
    TestIdPrefix(String),
    /// `id`, whole.
    Id(String),
    /// `id`, its beginning.
    IdPrefix(String),
    /// `name` of an input.
    Name(String),
    /// A CSS selector; the `nth` that can be seen, from 0.
    Css(String, usize),
    /// A CSS selector and a label: the element contains one of its words.
    Saying(String, String),
    /// ARIA role and accessible name, one of a label's words.
    Role(String, String),
    /// ARIA role and a name that is known at run time only.
    RoleAndText(String),
    /// The control beside a visible label.
    Label(String),
    /// The open panel of a field.
    PanelOf(Hook),
    /// The place in the form's known order.
    Position,
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TestId(v) => write!(f, "test_id {v}"),
            Self::TestIdPrefix(v) => write!(f, "test_id_prefix {v}"),
            Self::Id(v) => write!(f, "id {v}"),
            Self::IdPrefix(v) => write!(f, "id_prefix {v}"),
            Self::Name(v) => write!(f, "name {v}"),
            Self::Css(v, 0) => write!(f, "css {v}"),
            Self::Css(v, nth) => write!(f, "css {v} [{nth}]"),
            Self::Saying(css, label) => write!(f, "css {css} saying {label}"),
            Self::Role(role, label) => write!(f, "role {role} label {label}"),
            Self::RoleAndText(role) => write!(f, "role {role} text"),
            Self::Label(v) => write!(f, "label {v}"),
            Self::PanelOf(_) => write!(f, "panel of the field"),
            Self::Position => write!(f, "position in the form"),
        }
    }
}

/// A way as the file writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWay {
    test_id: Option<String>,
    test_id_prefix: Option<String>,
    id: Option<String>,
    id_prefix: Option<String>,
    name: Option<String>,
    css: Option<String>,
    nth: Option<usize>,
    says: Option<String>,
    role: Option<String>,
    label: Option<String>,
    text: Option<bool>,
    panel_of: Option<Hook>,
    position: Option<bool>,
    confidence: Confidence,
    seen: String,
}

impl RawWay {
    pub(super) fn read(self, hook: Hook) -> Result<Way, ProfileError> {
        let bad = |reason: &str| ProfileError::Way {
            hook,
            reason: reason.to_owned(),
        };
        if !is_date(&self.seen) {
            return Err(bad("`seen` is no date of the form 2026-10 or 2026-10-08"));
        }
        let text = self.text.unwrap_or(false);
        let mut hows = Vec::new();
        hows.extend(self.test_id.map(How::TestId));
        hows.extend(self.test_id_prefix.map(How::TestIdPrefix));
        hows.extend(self.id.map(How::Id));
        hows.extend(self.id_prefix.map(How::IdPrefix));
        hows.extend(self.name.map(How::Name));
        hows.extend(self.css.map(|css| match self.says {
            Some(label) => How::Saying(css, label),
            None => How::Css(css, self.nth.unwrap_or(0)),
        }));
        hows.extend(self.panel_of.map(How::PanelOf));
        hows.extend(self.position.unwrap_or(false).then_some(How::Position));
        match (self.role, self.label, text) {
            (Some(role), Some(label), false) => hows.push(How::Role(role, label)),
            (Some(role), None, true) => hows.push(How::RoleAndText(role)),
            (None, Some(label), false) => hows.push(How::Label(label)),
            (None, None, false) => {}
            _ => return Err(bad("`role` goes with `label` or with `text = true`")),
        }
        let mut hows = hows.into_iter();
        match (hows.next(), hows.next()) {
            (Some(how), None) => Ok(Way {
                how,
                confidence: self.confidence,
                seen: self.seen,
            }),
            (None, _) => Err(bad("it says no way")),
            (Some(_), Some(_)) => Err(bad("it says more than one way")),
        }
    }
}

/// `YYYY-MM` or `YYYY-MM-DD`, digits only.
pub(super) fn is_date(text: &str) -> bool {
    let shape: String = text
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    shape == "0000-00" || shape == "0000-00-00"
}
