//! Finding a name among many while one types: a beginning is enough, and a slip of the keys is forgiven.

use crate::{brand::max_edits, words::folded_words};

/// Words of what was typed that are looked at.
const MAX_WORDS: usize = 8;
/// Letters of a word that are looked at: longer ones are no names.
const MAX_LETTERS: usize = 40;

/// Names that are looked through at every key press; folded once.
#[derive(Clone, Debug)]
pub struct Choices {
    names: Vec<Folded>,
}

#[derive(Clone, Debug)]
struct Folded {
    words: Vec<String>,
    /// All letters and digits in a row: `Levi's` is one word to who types it.
    joined: String,
}

impl Choices {
    /// Makes names ready to be looked through.
    #[must_use]
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            names: names
                .into_iter()
                .map(|name| {
                    let words = folded_words(name);
                    Folded {
                        joined: words.concat(),
                        words,
                    }
                })
                .collect(),
        }
    }

    /// Places of the names that fit what was typed, the best first, equal ones in their order; at most `most`.
    ///
    /// Every word of what was typed must be found: as a word, as its beginning, inside it, or one of these with as many
    /// slips as [`max_edits`] bears. Names that need a slip come only where none does without.
    #[must_use]
    pub fn find(&self, typed: &str, most: usize) -> Vec<usize> {
        let mut words = folded_words(typed);
        words.truncate(MAX_WORDS);
        if words.is_empty() || words.iter().any(|w| w.chars().count() > MAX_LETTERS) {
            return Vec::new();
        }
        let joined = words.concat();
        let mut found: Vec<(Fit, usize, usize)> = self
            .names
            .iter()
            .enumerate()
            .filter_map(|(place, name)| {
                let fit = name.fit(&words, &joined)?;
                Some((fit, name.joined.len(), place))
            })
            .collect();
        found.sort_unstable();
        let exact = found.first().is_some_and(|(fit, ..)| fit.slips == 0);
        found
            .into_iter()
            .filter(|(fit, ..)| !exact || fit.slips == 0)
            .take(most)
            .map(|(.., place)| place)
            .collect()
    }
}

/// How well a name fits: the least is the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    slips: usize,
    /// Sum over the words: 0 the word itself, 1 its beginning, 2 inside it.
    far: usize,
    /// The name does not begin with what was typed.
    later: bool,
}

impl Folded {
    fn fit(&self, typed: &[String], joined: &str) -> Option<Fit> {
        let later = !self.joined.starts_with(joined);
        if self.joined == joined {
            return Some(Fit {
                slips: 0,
                far: 0,
                later: false,
            });
        }
        let whole = (!later).then_some(Fit {
            slips: 0,
            far: 1,
            later: false,
        });
        let by_words = typed
            .iter()
            .map(|word| self.words.iter().filter_map(|own| near(word, own)).min())
            .collect::<Option<Vec<_>>>()
            .map(|fits| Fit {
                slips: fits.iter().map(|(slips, _)| slips).sum(),
                far: fits.iter().map(|(_, far)| far).sum(),
                later,
            });
        // `Levis strauss` for `Levi's`: the row of letters may be near where no single word is.
        let by_letters = (typed.len() == 1 && self.words.len() > 1)
            .then(|| near(joined, &self.joined))
            .flatten()
            .map(|(slips, far)| Fit { slips, far, later });
        [whole, by_words, by_letters].into_iter().flatten().min()
    }
}

/// Letters that must be changed, added, taken out or swapped with their neighbour to make one word of the other.
#[must_use]
pub fn slips(one: &str, other: &str) -> usize {
    strsim::osa_distance(one, other)
}

/// Slips and distance between a typed word and a word of a name; none: another word.
fn near(typed: &str, own: &str) -> Option<(usize, usize)> {
    if own == typed {
        return Some((0, 0));
    }
    if own.starts_with(typed) {
        return Some((0, 1));
    }
    let letters = typed.chars().count();
    if letters > 2 && own.contains(typed) {
        return Some((0, 2));
    }
    let most = max_edits(letters + 1);
    if most == 0 {
        return None;
    }
    let length = own.chars().count();
    if letters > length + most {
        return None;
    }
    let whole = slips(typed, own);
    if whole <= most {
        return Some((whole, 0));
    }
    // What is still being typed: near the word's beginning.
    (length > letters)
        .then(|| {
            let beginning: String = own.chars().take(letters).collect();
            slips(typed, &beginning)
        })
        .filter(|slips| *slips <= most)
        .map(|slips| (slips, 1))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::{brand::brands, catalogue::Catalogue};

    fn first<'a>(names: &[&'a str], typed: &str) -> Option<&'a str> {
        let choices = Choices::new(names.iter().copied());
        choices.find(typed, 1).first().map(|place| names[*place])
    }

    #[rstest]
    #[case("zar", "Zara")]
    #[case("sezanne", "Sézane")]
    #[case("levis", "Levi's")]
    #[case("masimo duti", "Massimo Dutti")]
    #[case("quicksilver", "Quiksilver")]
    #[case("h&m", "H&M")]
    fn a_brand_is_found_while_it_is_typed(#[case] typed: &str, #[case] wanted: &str) {
        let names: Vec<&str> = brands().iter().map(|b| b.name).collect();
        assert_eq!(first(&names, typed), Some(wanted), "{typed}");
    }

    #[rstest]
    #[case("sweat capuche homme", "Hommes > Vêtements > ", "capuche")]
    #[case("trenchh", "", "Trench")]
    #[case("escarpin", "Femmes > Chaussures", "Escarpins")]
    fn a_category_is_found_by_any_of_its_words(
        #[case] typed: &str,
        #[case] begins: &str,
        #[case] holds: &str,
    ) {
        let leaves = Catalogue::starter().leaves();
        let choices = Choices::new(leaves.iter().map(|l| l.path.as_str()));
        let found = choices.find(typed, 5);
        let path = &leaves[*found.first().unwrap_or_else(|| panic!("{typed} finds one"))].path;
        assert!(
            path.starts_with(begins) && path.contains(holds),
            "{typed} finds {path}"
        );
    }

    #[test]
    fn what_fits_without_a_slip_leaves_the_others_out() {
        let names = ["Mango", "Manga", "Mangano"];
        let choices = Choices::new(names);
        let found: Vec<&str> = choices.find("mango", 9).iter().map(|p| names[*p]).collect();
        assert_eq!(found, ["Mango"], "a name that is there is not doubted");
        assert!(
            choices.find("", 9).is_empty(),
            "nothing typed finds nothing"
        );
        assert!(
            choices.find("xyzzy", 9).is_empty(),
            "nor does what nobody means"
        );
    }
}
