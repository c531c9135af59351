//! Closed vocabularies of the site: conditions and parcel sizes.

use serde::{Deserialize, Serialize};

use crate::language::Language;

/// State of the garment. Site ids and labels: vinted-facts B "Conditions" (H, Nov 2026).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Neuf avec étiquette.
    NewWithTags,
    /// Neuf sans étiquette.
    NewWithoutTags,
    /// Très bon état.
    VeryGood,
    /// Bon état.
    Good,
    /// Satisfaisant.
    Satisfactory,
}

impl Condition {
    /// All, best first.
    pub const ALL: [Self; 5] = [
        Self::NewWithTags,
        Self::NewWithoutTags,
        Self::VeryGood,
        Self::Good,
        Self::Satisfactory,
    ];

    /// The stable code of the contract.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NewWithTags => "new_with_tags",
            Self::NewWithoutTags => "new_without_tags",
            Self::VeryGood => "very_good",
            Self::Good => "good",
            Self::Satisfactory => "satisfactory",
        }
    }

    /// The site's id of this condition.
    #[must_use]
    pub fn site_id(self) -> u32 {
        match self {
            Self::NewWithTags => 6,
            Self::NewWithoutTags => 1,
            Self::VeryGood => 2,
            Self::Good => 3,
            Self::Satisfactory => 4,
        }
    }

    /// The site's label in French.
    #[must_use]
    pub fn label_fr(self) -> &'static str {
        match self {
            Self::NewWithTags => "Neuf avec étiquette",
            Self::NewWithoutTags => "Neuf sans étiquette",
            Self::VeryGood => "Très bon état",
            Self::Good => "Bon état",
            Self::Satisfactory => "Satisfaisant",
        }
    }

    /// The site's label in English.
    #[must_use]
    pub fn label_en(self) -> &'static str {
        match self {
            Self::NewWithTags => "New with tags",
            Self::NewWithoutTags => "New without tags",
            Self::VeryGood => "Very good",
            Self::Good => "Good",
            Self::Satisfactory => "Satisfactory",
        }
    }

    /// The site's label in a language. French, English and German: vinted-facts B (H, Nov 2026); the
    /// others are what the practice marketplace shows (G).
    #[must_use]
    pub fn label(self, language: Language) -> &'static str {
        let labels = match language {
            Language::Fr => return self.label_fr(),
            Language::En => return self.label_en(),
            Language::De => [
                "Neu mit Etikett",
                "Neu",
                "Sehr gut",
                "Gut",
                "Zufriedenstellend",
            ],
            Language::Es => [
                "Nuevo con etiquetas",
                "Nuevo sin etiquetas",
                "Muy bueno",
                "Bueno",
                "Satisfactorio",
            ],
            Language::It => [
                "Nuovo con cartellino",
                "Nuovo senza cartellino",
                "Ottime",
                "Buone",
                "Discrete",
            ],
            Language::Nl => [
                "Nieuw met prijskaartje",
                "Nieuw zonder prijskaartje",
                "Heel goed",
                "Goed",
                "Redelijk",
            ],
            Language::Pl => [
                "Nowy z metką",
                "Nowy bez metki",
                "Bardzo dobry",
                "Dobry",
                "Zadowalający",
            ],
            Language::Pt => [
                "Novo com etiquetas",
                "Novo sem etiquetas",
                "Muito bom",
                "Bom",
                "Satisfatório",
            ],
        };
        labels[self as usize]
    }

    /// Reads a code, a label in any language of the texts, or a short form such as `bon`.
    ///
    /// Case and accents do not matter. Nothing is guessed from other words.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let wanted = fold(text);
        Self::ALL
            .into_iter()
            .find(|c| {
                fold(c.code()) == wanted
                    || Language::ALL.iter().any(|l| fold(c.label(*l)) == wanted)
            })
            .or(match wanted.as_str() {
                "bon" => Some(Self::Good),
                "tres bon" => Some(Self::VeryGood),
                "very good condition" => Some(Self::VeryGood),
                "good condition" => Some(Self::Good),
                "etat satisfaisant" => Some(Self::Satisfactory),
                _ => None,
            })
    }
}

/// Parcel size. Site ids: vinted-facts B "Parcel" (H, Nov 2026).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackageSize {
    /// Fits a large envelope.
    Small,
    /// Fits a shoe box.
    Medium,
    /// Fits a moving box.
    Large,
}

impl PackageSize {
    /// All, smallest first.
    pub const ALL: [Self; 3] = [Self::Small, Self::Medium, Self::Large];

    /// The stable code of the contract.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }

    /// The site's id of this parcel size.
    #[must_use]
    pub fn site_id(self) -> u32 {
        match self {
            Self::Small => 1,
            Self::Medium => 2,
            Self::Large => 3,
        }
    }

    /// Reads a code or the site's label in French or English.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match fold(text).as_str() {
            "small" | "petit" => Some(Self::Small),
            "medium" | "moyen" => Some(Self::Medium),
            "large" | "grand" => Some(Self::Large),
            _ => None,
        }
    }
}

/// Folds case, French and other Latin accents, typographic apostrophes and runs of blanks, so that
/// labels typed by people compare equal to the site's.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim().chars().flat_map(char::to_lowercase) {
        match c {
            'à' | 'á' | 'â' | 'ä' | 'ã' | 'å' | 'ą' => out.push('a'),
            'ç' | 'č' | 'ć' => out.push('c'),
            'è' | 'é' | 'ê' | 'ë' | 'ě' | 'ę' => out.push('e'),
            'ì' | 'í' | 'î' | 'ï' => out.push('i'),
            'ñ' | 'ń' => out.push('n'),
            'ò' | 'ó' | 'ô' | 'ö' | 'õ' | 'ø' => out.push('o'),
            'ù' | 'ú' | 'û' | 'ü' | 'ů' => out.push('u'),
            'ý' | 'ÿ' => out.push('y'),
            'š' | 'ś' => out.push('s'),
            'ž' | 'ź' | 'ż' => out.push('z'),
            'ł' => out.push('l'),
            'œ' => out.push_str("oe"),
            'æ' => out.push_str("ae"),
            'ß' => out.push_str("ss"),
            '’' | 'ʼ' | '`' => out.push('\''),
            c if c.is_whitespace() => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_condition_reads_its_code_and_labels() {
        for c in Condition::ALL {
            let labels = Language::ALL.map(|language| c.label(language));
            for text in labels.into_iter().chain([c.code()]) {
                assert_eq!(
                    Condition::parse(text),
                    Some(c),
                    "{text:?} is a name of {c:?}"
                );
            }
        }
        assert_eq!(
            Condition::parse("bon"),
            Some(Condition::Good),
            "the contract takes `bon`"
        );
        assert_eq!(
            Condition::parse("tres bon etat"),
            Some(Condition::VeryGood),
            "accents do not matter"
        );
        assert_eq!(
            Condition::parse("neuf"),
            None,
            "with or without tags is not ours to choose"
        );
    }

    #[test]
    fn parcel_sizes_read_both_languages() {
        for p in PackageSize::ALL {
            assert_eq!(
                PackageSize::parse(p.code()),
                Some(p),
                "{p:?} reads its code"
            );
        }
        assert_eq!(
            PackageSize::parse("Moyen"),
            Some(PackageSize::Medium),
            "French label"
        );
        assert_eq!(
            PackageSize::parse("huge"),
            None,
            "an unknown size is refused"
        );
    }
}
