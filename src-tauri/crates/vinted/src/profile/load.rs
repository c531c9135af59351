use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{
    Calls, ChallengeSigns, CheckPlan, Endpoints, Hook, LANGUAGES, Order, Paths, Profile, Way,
    way::{How, RawWay, is_date},
};

/// The profile that ships with the app.
const BUILT_IN: &str = include_str!("../../profile/vinted.toml");
/// The format this code reads.
const FORMAT: u32 = 1;
/// Labels that the code itself asks for.
const NEEDED_LABELS: [&str; 7] = [
    "suggested",
    "no_brand",
    "condition_1",
    "condition_2",
    "condition_3",
    "condition_4",
    "condition_6",
];
/// A profile is some 30 kB; nothing of another order of size is read.
const MAX_BYTES: u64 = 1_000_000;

/// Why a profile file is not used. Nothing falls back silently: the caller decides.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// The file cannot be read.
    #[error("the site profile cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// It is too large to be one.
    #[error("{} is no site profile: {bytes} bytes", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
    },
    /// It is no TOML of this shape.
    #[error("the site profile does not have the right shape: {0}")]
    Shape(String),
    /// It was made for another version of the app.
    #[error("the site profile has format {found}, this app reads format {FORMAT}")]
    Format {
        /// What it says.
        found: u32,
    },
    /// Its date is none.
    #[error("the site profile's date {0:?} is not of the form 2026-10-08")]
    Date(String),
    /// A way is wrong.
    #[error("the site profile's hook {hook:?} has a wrong way: {reason}")]
    Way {
        /// Which.
        hook: Hook,
        /// What is wrong.
        reason: String,
    },
    /// A hook has no way.
    #[error("the site profile has no way for {0:?}")]
    MissingHook(Hook),
    /// A hook goes by its position and stands not in the order.
    #[error("the site profile's order does not hold {0:?}, which goes by its position")]
    NoPosition(Hook),
    /// A label is used and not given, or lacks a language.
    #[error("the site profile's label {label} has no words in {language}")]
    MissingLabel {
        /// Which.
        label: String,
        /// ISO 639-1.
        language: String,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    format: u32,
    date: String,
    paths: Paths,
    calls: Calls,
    endpoints: Endpoints,
    challenge: ChallengeSigns,
    check: CheckPlan,
    order: Order,
    hooks: BTreeMap<Hook, Vec<RawWay>>,
    labels: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

impl Profile {
    /// The file's profile; without a file, the built-in one. Which of two is newer is for the caller to judge.
    ///
    /// # Errors
    /// A file that is missing or wrong is an error, never passed over.
    pub fn load(file: Option<&Path>) -> Result<Self, ProfileError> {
        let Some(path) = file else {
            return Self::parse(BUILT_IN);
        };
        let bytes = fs_err::metadata(path)?.len();
        if bytes > MAX_BYTES {
            return Err(ProfileError::TooLarge {
                path: path.to_owned(),
                bytes,
            });
        }
        Self::parse(&fs_err::read_to_string(path)?)
    }

    /// Reads and checks a profile.
    ///
    /// # Errors
    /// See [`ProfileError`].
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        // The format is read first: a newer file should not be called malformed.
        #[derive(Deserialize)]
        struct Head {
            format: u32,
        }
        let shape = |e: toml::de::Error| ProfileError::Shape(e.to_string());
        let head: Head = toml::from_str(text).map_err(shape)?;
        if head.format != FORMAT {
            return Err(ProfileError::Format { found: head.format });
        }
        let raw: Raw = toml::from_str(text).map_err(shape)?;
        if !is_date(&raw.date) || raw.date.len() != 10 {
            return Err(ProfileError::Date(raw.date));
        }
        let mut hooks = BTreeMap::new();
        for (hook, ways) in raw.hooks {
            let ways: Result<Vec<Way>, _> = ways.into_iter().map(|w| w.read(hook)).collect();
            hooks.insert(hook, ways?);
        }
        let profile = Self {
            date: raw.date,
            paths: raw.paths,
            calls: raw.calls,
            endpoints: raw.endpoints,
            challenge: raw.challenge,
            check: raw.check,
            order: raw.order,
            hooks,
            labels: raw.labels,
        };
        debug_assert_eq!(raw.format, FORMAT);
        profile.checked()
    }

    fn checked(self) -> Result<Self, ProfileError> {
        for hook in Hook::ALL {
            if self.ways(hook).is_empty() {
                return Err(ProfileError::MissingHook(hook));
            }
        }
        for (hook, ways) in &self.hooks {
            let by_position = ways.iter().any(|w| w.how == How::Position);
            if by_position && !self.order.fields.iter().any(|f| f.hook == *hook) {
                return Err(ProfileError::NoPosition(*hook));
            }
        }
        for way in self.hooks.values().flatten() {
            if let How::Role(_, label) | How::Label(label) | How::Saying(_, label) = &way.how {
                self.label_is_whole(label)?;
            }
        }
        for label in self.labels.keys().map(String::as_str).chain(NEEDED_LABELS) {
            self.label_is_whole(label)?;
        }
        Ok(self)
    }

    /// A label has words in every language; `package_{id}` stands for its three.
    fn label_is_whole(&self, label: &str) -> Result<(), ProfileError> {
        if let Some(stem) = label.strip_suffix("{id}") {
            return ["1", "2", "3"]
                .iter()
                .try_for_each(|n| self.label_is_whole(&format!("{stem}{n}")));
        }
        for language in LANGUAGES {
            let words = self.labels.get(label).and_then(|l| l.get(language));
            if words.is_none_or(|w| w.is_empty() || w.iter().any(|w| w.trim().is_empty())) {
                return Err(ProfileError::MissingLabel {
                    label: label.to_owned(),
                    language: language.to_owned(),
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn changed(from: &str, to: &str) -> Result<Profile, ProfileError> {
        let text = BUILT_IN.replacen(from, to, 1);
        assert_ne!(text, BUILT_IN, "the change must hit the built-in profile");
        Profile::parse(&text)
    }

    #[test]
    fn the_built_in_profile_is_whole() {
        let profile = Profile::parse(BUILT_IN).unwrap();
        for field in domain::form::Field::ALL {
            let ways = profile.ways(Hook::of(field));
            assert!(
                ways.len() >= 3,
                "{field:?} has several ways, so that one may vanish"
            );
        }
        let best = &profile.ways(Hook::Title)[0];
        assert_eq!(
            best.how,
            How::TestId("title--input".into()),
            "ways keep the file's order"
        );
    }

    #[rstest]
    #[case("format = 1", "format = 2", "format 2")]
    #[case("date = \"2026-11-20\"", "date = \"October\"", "October")]
    #[case("[hooks]", "[hooks]\nsomething = []", "something")]
    #[case("test_id = \"title--input\", ", "", "no way")]
    #[case(
        "test_id = \"title--input\"",
        "test_id = \"a\", id = \"b\"",
        "more than one"
    )]
    #[case("label = \"title\"", "label = \"heading\"", "heading")]
    #[case("pl = [\"Tytuł\"]\n", "", "pl")]
    #[case("confidence = \"H\"", "confidence = \"sure\"", "sure")]
    #[case("seen = \"2026-10-04\"", "seen = \"lately\"", "seen")]
    #[case("{ hook = \"price\", shape = \"amount\" },", "", "Price")]
    fn a_wrong_profile_is_refused_with_its_reason(
        #[case] from: &str,
        #[case] to: &str,
        #[case] said: &str,
    ) {
        let error = changed(from, to)
            .expect_err("a wrong profile is refused")
            .to_string();
        assert!(error.contains(said), "the reason names the place: {error}");
    }

    #[test]
    fn a_missing_hook_is_refused() {
        let from = BUILT_IN.find("publish = [\n").unwrap();
        let to = from + BUILT_IN[from..].find("]\n\n").unwrap();
        let text = format!("{}{}", &BUILT_IN[..from], &BUILT_IN[to + 1..]);
        let error = Profile::parse(&text).expect_err("nothing could be published with it");
        assert!(
            matches!(error, ProfileError::MissingHook(Hook::Publish)),
            "{error}"
        );
    }
}
