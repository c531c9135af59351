//! What the gates say: gates, lines and their details.

use serde::{Deserialize, Serialize};

use super::repair::Repair;
use crate::{form::Field, title::TitleProblem, words::Found};

/// How much a gate that fails stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// The site itself takes no listing without it: `prepare` refuses.
    Site,
    /// A rule of style: the draft is not ready, but `prepare` only warns.
    Style,
    /// Worth knowing; the draft may be ready all the same.
    Advice,
}

macro_rules! gates {
    ($( $(#[$doc:meta])* $variant:ident = $code:literal, $field:ident, $weight:ident; )+) => {
        /// A quality gate. Its code is stable.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
        )]
        pub enum Gate {
            $( $(#[$doc])* #[serde(rename = $code)] $variant, )+
        }

        impl Gate {
            /// All, in the order in which they are reported.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable code of the contract.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The field that the gate looks at first; a line says which it found at fault.
            #[must_use]
            pub fn field(self) -> Field {
                match self { $(Self::$variant => Field::$field,)+ }
            }

            /// How much it stops.
            #[must_use]
            pub fn weight(self) -> Weight {
                match self { $(Self::$variant => Weight::$weight,)+ }
            }
        }
    };
}

gates! {
    /// At least one photo.
    MissingPhotos = "missing_photos", Photos, Site;
    /// A title.
    MissingTitle = "missing_title", Title, Site;
    /// A description.
    MissingDescription = "missing_description", Description, Style;
    /// A category.
    MissingCategory = "missing_category", Category, Site;
    /// A brand; "Sans marque" counts.
    MissingBrand = "missing_brand", Brand, Style;
    /// A size where the category has sizes.
    MissingSize = "missing_size", Size, Site;
    /// A condition.
    MissingCondition = "missing_condition", Condition, Site;
    /// All three prices. The site asks for the target only: see [`crate::gates::site_refusals`].
    MissingPrice = "missing_price", Price, Site;
    /// Lowest ≤ target ≤ highest.
    PriceOrder = "price_order", Price, Style;
    /// Every price lies within what the site takes.
    PriceOutOfBounds = "price_out_of_bounds", Price, Site;
    /// At most two colours: the site drops the oldest without a word.
    TooManyColors = "too_many_colors", Color, Site;
    /// At most three materials: the site drops the oldest without a word.
    TooManyMaterials = "too_many_materials", Material, Site;
    /// At most 70 characters.
    TitleTooLong = "title_too_long", Title, Style;
    /// "Category Colour Brand? Size? – Condition".
    TitleForm = "title_form", Title, Style;
    /// 5 to 8 factual lines; lines of hashtags only do not count.
    DescriptionLines = "description_lines", Description, Style;
    /// 3 to 5 hashtags, all at the end, well formed, none twice.
    HashtagsInvalid = "hashtags_invalid", Description, Style;
    /// No emoji.
    EmojiFound = "emoji_found", Title, Style;
    /// No marketing phrase.
    MarketingPhrase = "marketing_phrase", Title, Style;
    /// No superlative.
    SuperlativeFound = "superlative_found", Title, Style;
    /// More photos than the site takes: the first 20 go.
    TooManyPhotos = "too_many_photos", Photos, Advice;
    /// More than the 2,000 characters that the site is said to take (vinted-facts B, M).
    DescriptionTooLong = "description_too_long", Description, Advice;
    /// The category is no leaf that the catalogue knows; the site decides at `prepare`.
    UnknownCategory = "unknown_category", Category, Advice;
    /// The category fits several leaves.
    AmbiguousCategory = "ambiguous_category", Category, Advice;
    /// A colour that is none of the site's.
    UnknownColor = "unknown_color", Color, Advice;
    /// A material that is none of the site's.
    UnknownMaterial = "unknown_material", Material, Advice;
}

impl Gate {
    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|g| g.code() == code)
    }

    /// A failing gate keeps the draft from being ready.
    #[must_use]
    pub fn blocks(self) -> bool {
        self.weight() != Weight::Advice
    }
}

/// What a gate saw: facts for the sentence that a person reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Detail {
    /// Nothing more to say than the code does.
    None,
    /// There is nothing to look at, such as the form of a title that is not there.
    NotApplicable,
    /// A number and what it may be.
    Count {
        /// How many there are.
        count: usize,
        /// At least.
        min: usize,
        /// At most.
        max: usize,
    },
    /// Words that may not stand there, in order.
    Words {
        /// Them.
        words: Vec<Found>,
    },
    /// Hashtags.
    Hashtags {
        /// How many there are.
        count: usize,
        /// At least.
        min: usize,
        /// At most.
        max: usize,
        /// Not `#` and letters or digits.
        invalid: Vec<Found>,
        /// Standing there a second time.
        duplicates: Vec<Found>,
        /// Followed by other text.
        misplaced: Vec<Found>,
    },
    /// What keeps the title from its form, in order.
    TitleForm {
        /// Them.
        problems: Vec<TitleProblem>,
    },
    /// Which of the three prices are missing, in the order min, target, max.
    MissingPrices {
        /// Field names of the contract.
        fields: Vec<String>,
    },
    /// The three prices, minor units.
    Prices {
        /// Lowest.
        min: u32,
        /// Published.
        target: u32,
        /// Highest.
        max: u32,
    },
    /// What the site takes, minor units.
    Bounds {
        /// At least.
        min: u32,
        /// At most.
        max: u32,
        /// Field names of the prices outside.
        fields: Vec<String>,
    },
    /// Paths that fit.
    Candidates {
        /// Titles joined by ` > `.
        paths: Vec<String>,
    },
    /// Names that are none of the site's.
    Names {
        /// Them, as typed.
        names: Vec<String>,
    },
}

/// One gate, looked at in one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateLine {
    /// Which.
    pub code: Gate,
    /// It holds.
    pub ok: bool,
    /// The field it looked at. Gates on words have a line for title and description each.
    pub field: Field,
    /// What it saw.
    pub detail: Detail,
    /// A change that makes it hold and breaks no other gate; none where none is certain.
    pub repair: Option<Repair>,
}

/// All gates of one draft.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateReport {
    /// Gates that fail and keep the draft from being ready, each once, in order.
    pub missing: Vec<Gate>,
    /// Gates that fail and stop nothing, each once, in order.
    pub warnings: Vec<Gate>,
    /// Every gate, in order.
    pub lines: Vec<GateLine>,
}

impl GateReport {
    /// All gates hold, but for advice.
    #[must_use]
    pub fn publish_ready(&self) -> bool {
        self.missing.is_empty()
    }

    /// The gate holds in every field it looks at.
    #[must_use]
    pub fn holds(&self, gate: Gate) -> bool {
        !self.missing.contains(&gate) && !self.warnings.contains(&gate)
    }

    /// The repairs on offer, in order.
    pub fn repairs(&self) -> impl Iterator<Item = &Repair> {
        self.lines.iter().filter_map(|l| l.repair.as_ref())
    }

    pub(crate) fn from_lines(lines: Vec<GateLine>) -> Self {
        let mut report = Self::default();
        for line in lines.iter().filter(|l| !l.ok) {
            let list = if line.code.blocks() {
                &mut report.missing
            } else {
                &mut report.warnings
            };
            if !list.contains(&line.code) {
                list.push(line.code);
            }
        }
        report.lines = lines;
        report
    }
}
