//! Brands and categories while one types, from the lists that lie on this machine.

use std::sync::LazyLock;

use contract::{CategoryView, Failure};
use domain::{
    catalogue::{Catalogue, SEPARATOR},
    choices::Choices,
};

use super::vocabulary::categories;
use crate::App;

/// What a picker shows.
const SHOWN: usize = 40;

struct Categories {
    views: Vec<CategoryView>,
    french: Choices,
    english: Choices,
}

static CATEGORIES: LazyLock<Categories> = LazyLock::new(|| {
    let views = categories(Catalogue::starter());
    Categories {
        // A leaf is meant by its own words first: they stand before those of its place.
        french: Choices::new(
            views
                .iter()
                .map(|c| leaf_first(&c.path))
                .collect::<Vec<_>>()
                .iter()
                .map(String::as_str),
        ),
        english: Choices::new(
            views
                .iter()
                .map(|c| leaf_first(c.path_en.as_deref().unwrap_or(&c.path)))
                .collect::<Vec<_>>()
                .iter()
                .map(String::as_str),
        ),
        views,
    }
});

impl App {
    /// Brands that fit what was typed, the best first; a slip of the keys is forgiven. Empty where nothing was typed.
    ///
    /// # Errors
    /// Storage only.
    pub async fn find_brands(&self, typed: &str) -> Result<Vec<String>, Failure> {
        Ok(self.known_brands().await?.find(typed, SHOWN))
    }

    /// Categories that fit what was typed in a language (`fr`, `en`), the best first; a slip of the keys is forgiven.
    #[must_use]
    pub fn find_categories(&self, typed: &str, language: &str) -> Vec<CategoryView> {
        let categories = &*CATEGORIES;
        let choices = if language == "en" {
            &categories.english
        } else {
            &categories.french
        };
        choices
            .find(typed, SHOWN)
            .into_iter()
            .filter_map(|place| categories.views.get(place))
            .cloned()
            .collect()
    }
}

fn leaf_first(path: &str) -> String {
    let mut parts: Vec<&str> = path.split(SEPARATOR).collect();
    parts.reverse();
    parts.join(" ")
}
