//! Templates of descriptions: lines of text with placeholders.
//!
//! - `{brand}` stands for the brand. Every placeholder has an English name and a French one
//!   (`{marque}`); case and accents do not matter. `{{` and `}}` are braces.
//! - A line of whose placeholders one has no value is left out.
//! - A line that begins with `?` stands only where the text would otherwise have too few lines.
//! - Hashtags stand where `{hashtags}` is, else on a line of their own at the end, unless the template
//!   has hashtags of its own.

use std::{collections::BTreeMap, sync::LazyLock};

use super::words::words;
use crate::{gates, language::Language, values::fold};

/// Longest template, in characters: more than twice what the site takes as a description.
pub const MAX_TEMPLATE: usize = 5_000;

/// A value that a template can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Placeholder {
    /// The garment with its colours.
    Article,
    /// The brand; "no brand" in the text's language where the person said so.
    Brand,
    /// The size, with what stands for it in other systems.
    Size,
    /// The colours.
    Color,
    /// The condition.
    Condition,
    /// The fibres with their shares, else the materials.
    Composition,
    /// The measures.
    Measures,
    /// The defects.
    Defects,
    /// For whom it is.
    Audience,
    /// The title of its category.
    Category,
    /// How many photos there are.
    Photos,
    /// The hashtags.
    Hashtags,
}

impl Placeholder {
    /// All.
    pub const ALL: [Self; 12] = [
        Self::Article,
        Self::Brand,
        Self::Size,
        Self::Color,
        Self::Condition,
        Self::Composition,
        Self::Measures,
        Self::Defects,
        Self::Audience,
        Self::Category,
        Self::Photos,
        Self::Hashtags,
    ];

    /// Its name in English and in French.
    #[must_use]
    pub fn names(self) -> [&'static str; 2] {
        match self {
            Self::Article => ["article", "article"],
            Self::Brand => ["brand", "marque"],
            Self::Size => ["size", "taille"],
            Self::Color => ["color", "couleur"],
            Self::Condition => ["condition", "état"],
            Self::Composition => ["composition", "matière"],
            Self::Measures => ["measures", "mesures"],
            Self::Defects => ["defects", "défauts"],
            Self::Audience => ["audience", "rayon"],
            Self::Category => ["category", "catégorie"],
            Self::Photos => ["photos", "photos"],
            Self::Hashtags => ["hashtags", "hashtags"],
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let wanted = fold(name);
        Self::ALL
            .into_iter()
            .find(|p| p.names().iter().any(|n| fold(n) == wanted))
    }
}

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A placeholder that there is not.
    #[error(
        "line {line}: there is no placeholder {{{name}}}; there are {}",
        known()
    )]
    UnknownPlaceholder {
        /// Between its braces.
        name: String,
        /// Counted from 1.
        line: usize,
    },
    /// An opening brace whose line has no closing one.
    #[error("line {line}: a brace is not closed; write {{{{ for a brace")]
    Unclosed {
        /// Counted from 1.
        line: usize,
    },
    /// Longer than [`MAX_TEMPLATE`].
    #[error("the template has {length} characters; at most {MAX_TEMPLATE} are kept")]
    TooLong {
        /// In characters.
        length: usize,
    },
    /// Nothing but blanks.
    #[error("the template is empty")]
    Empty,
}

fn known() -> String {
    Placeholder::ALL
        .map(|p| format!("{{{}}}", p.names()[0]))
        .join(", ")
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Value(Placeholder),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Line {
    /// Stands only where the text would otherwise be too short.
    filler: bool,
    parts: Vec<Part>,
}

/// A template, read and checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    lines: Vec<Line>,
}

impl Template {
    /// The template that ships for a language.
    #[must_use]
    pub fn shipped(language: Language) -> &'static Self {
        static SHIPPED: LazyLock<BTreeMap<Language, Template>> = LazyLock::new(|| {
            // The files are part of the program; a test reads them.
            Language::ALL
                .into_iter()
                .filter_map(|l| Some((l, Template::parse(&words(l).template.join("\n")).ok()?)))
                .collect()
        });
        static EMPTY: Template = Template { lines: Vec::new() };
        SHIPPED.get(&language).unwrap_or(&EMPTY)
    }

    /// The same without the lines that say nothing of the item itself, such as how soon it is sent.
    #[must_use]
    pub fn facts_only(&self) -> Self {
        let says = |line: &&Line| line.parts.iter().any(|part| matches!(part, Part::Value(_)));
        Self {
            lines: self.lines.iter().filter(says).cloned().collect(),
        }
    }

    /// Reads a template.
    ///
    /// # Errors
    /// Too long, empty, a placeholder that there is not, a brace that is not closed.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let length = text.chars().count();
        if length > MAX_TEMPLATE {
            return Err(TemplateError::TooLong { length });
        }
        if text.trim().is_empty() {
            return Err(TemplateError::Empty);
        }
        let lines = text
            .lines()
            .enumerate()
            .map(|(at, line)| read_line(line, at + 1))
            .collect::<Result<_, _>>()?;
        Ok(Self { lines })
    }

    /// The text with values in place of the placeholders, with fillers up to `least` factual lines.
    pub(super) fn render(
        &self,
        values: &BTreeMap<Placeholder, String>,
        tags: &[String],
        least: usize,
    ) -> String {
        let tags: Vec<String> = tags.iter().map(|t| format!("#{t}")).collect();
        let mut values = values.clone();
        values.insert(Placeholder::Hashtags, tags.join(" "));
        let mut lines: Vec<(bool, String)> = self
            .lines
            .iter()
            .filter_map(|line| Some((line.filler, line.render(&values)?)))
            .collect();
        let tagged = self.lines.iter().any(Line::has_hashtags);
        let said = |text: &str| gates::factual_lines(text);
        let mut missing = lines
            .iter()
            .filter(|(filler, _)| !filler)
            .fold(least, |left, (_, text)| left.saturating_sub(said(text)));
        lines.retain(|(filler, text)| {
            let stays = !filler || missing > 0;
            if *filler && stays {
                missing = missing.saturating_sub(said(text));
            }
            stays
        });
        let mut text = String::new();
        for (_, line) in lines {
            // Lines left out leave no gap behind.
            if line.is_empty() && (text.is_empty() || text.ends_with("\n\n")) {
                continue;
            }
            text.push_str(&line);
            text.push('\n');
        }
        if !tagged {
            text.push_str(&tags.join(" "));
        }
        text.trim_end().to_owned()
    }
}

impl Line {
    /// None where a value is missing.
    fn render(&self, values: &BTreeMap<Placeholder, String>) -> Option<String> {
        let mut line = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => line.push_str(text),
                Part::Value(placeholder) => line.push_str(values.get(placeholder)?),
            }
        }
        Some(line.trim_end().to_owned())
    }

    fn has_hashtags(&self) -> bool {
        self.parts.iter().any(|part| match part {
            Part::Text(text) => text.contains('#'),
            Part::Value(placeholder) => *placeholder == Placeholder::Hashtags,
        })
    }
}

fn read_line(text: &str, line: usize) -> Result<Line, TemplateError> {
    let (filler, mut rest) = match text.strip_prefix('?') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut parts = Vec::new();
    let mut plain = String::new();
    while let Some(at) = rest.find(['{', '}']) {
        plain.push_str(&rest[..at]);
        let brace = &rest[at..];
        rest = if let Some(after) = brace.strip_prefix("{{") {
            plain.push('{');
            after
        } else if let Some(after) = brace.strip_prefix("}}").or(brace.strip_prefix('}')) {
            plain.push('}');
            after
        } else {
            let (name, after) = brace[1..]
                .split_once('}')
                .ok_or(TemplateError::Unclosed { line })?;
            let placeholder =
                Placeholder::parse(name).ok_or_else(|| TemplateError::UnknownPlaceholder {
                    name: name.to_owned(),
                    line,
                })?;
            if !plain.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut plain)));
            }
            parts.push(Part::Value(placeholder));
            after
        };
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        parts.push(Part::Text(plain));
    }
    Ok(Line { filler, parts })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn render(template: &str, brand: Option<&str>) -> String {
        let values = brand.map(|b| (Placeholder::Brand, b.to_owned()));
        let tags = ["a".to_owned()];
        Template::parse(template)
            .unwrap()
            .render(&values.into_iter().collect(), &tags, 2)
    }

    #[rstest]
    #[case("De {brand}\n{hashtags}", Some("Zara"), "De Zara\n#a")]
    #[case("De {Marque}\n{hashtags}", Some("Zara"), "De Zara\n#a")]
    #[case("De {brand}\nRobe", None, "Robe\n#a")]
    #[case("Robe\n\n{brand}\n\nLongue", None, "Robe\n\nLongue\n#a")]
    #[case("A {{b}} }\nC", None, "A {b} }\nC\n#a")]
    #[case("A\nB\n?C", None, "A\nB\n#a")]
    #[case("A\n?C\n?D\n?E", None, "A\nC\n#a")]
    #[case("?{brand}\nA\n?C", None, "A\nC\n#a")]
    #[case("A #robe", None, "A #robe")]
    #[case("{brand}", Some("{size}"), "{size}\n#a")]
    fn lines_stand_or_fall_with_their_values(
        #[case] template: &str,
        #[case] brand: Option<&str>,
        #[case] wanted: &str,
    ) {
        assert_eq!(render(template, brand), wanted, "{template:?}");
    }

    #[rstest]
    #[case(
        "Robe\n{branb}",
        "line 2: there is no placeholder {branb}; there are {article}, {brand}"
    )]
    #[case("{}", "line 1: there is no placeholder {}")]
    #[case("Robe {brand", "line 1: a brace is not closed")]
    #[case(" \n", "the template is empty")]
    fn faults_are_named(#[case] template: &str, #[case] wanted: &str) {
        let error = Template::parse(template).unwrap_err().to_string();
        assert!(error.starts_with(wanted), "{template:?}: {error}");
    }

    #[test]
    fn no_two_placeholders_share_a_name() {
        for placeholder in Placeholder::ALL {
            for name in placeholder.names() {
                assert_eq!(Placeholder::parse(name), Some(placeholder), "{name}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[a-z{}?# \n]{0,40}|.{0,40}") {
            if let Ok(template) = Template::parse(&text) {
                let _ = template.render(&BTreeMap::new(), &[], 5);
            }
        }
    }
}
