//! The brands that are known here: those that the site's form showed, and the shipped list.

use std::{collections::HashSet, sync::Arc};

use contract::Failure;
use domain::{brand, choices::Choices, values::fold};

use crate::{App, fail};

/// Brands of the site that are kept: a form shows some 50 popular ones and what a search finds.
const MOST_KEPT: u32 = 5_000;
/// Longest name (characters).
const LONGEST: usize = 100;

/// Brands for reading labels and for typing.
pub(crate) struct KnownBrands {
    /// As the site writes them.
    pub(crate) of_site: Arc<[String]>,
    /// The site's and the shipped ones, each once.
    all: Vec<String>,
    choices: Choices,
}

impl KnownBrands {
    fn new(of_site: Vec<String>) -> Self {
        let mut seen = HashSet::new();
        let shipped = brand::brands().iter().map(|brand| brand.name);
        let names = of_site.iter().map(String::as_str).chain(shipped);
        let all: Vec<String> = names
            .filter(|name| seen.insert(fold(name)))
            .map(str::to_owned)
            .collect();
        Self {
            choices: Choices::new(all.iter().map(String::as_str)),
            all,
            of_site: of_site.into(),
        }
    }

    /// Names that fit what was typed, the best first.
    pub(crate) fn find(&self, typed: &str, most: usize) -> Vec<String> {
        let places = self.choices.find(typed, most).into_iter();
        places.filter_map(|at| self.all.get(at).cloned()).collect()
    }
}

impl App {
    /// Read once; anew after a form showed brands. What another process saw is known at the next start.
    pub(crate) async fn known_brands(&self) -> Result<Arc<KnownBrands>, Failure> {
        let mut known = self.brands.lock().await;
        if let Some(known) = known.as_ref() {
            return Ok(Arc::clone(known));
        }
        let names = self.parts.site_brands.site_brands().await;
        let names = names.map_err(fail::record("reading the brands"))?;
        let read = Arc::new(KnownBrands::new(names));
        *known = Some(Arc::clone(&read));
        Ok(read)
    }

    /// Keeps the brands that a form showed. They are a help: that they cannot be kept stops nothing.
    pub(crate) async fn keep_brands(&self, shown: &[String]) {
        let named = |name: &&String| !name.trim().is_empty() && name.chars().count() <= LONGEST;
        let names: Vec<String> = shown
            .iter()
            .filter(named)
            .map(|name| name.trim().to_owned())
            .collect();
        if names.is_empty() {
            return;
        }
        let now = self.parts.clock.now();
        match self
            .parts
            .site_brands
            .keep_site_brands(&names, now, MOST_KEPT)
            .await
        {
            Ok(()) => {
                failpoint::reached("brands.kept");
                *self.brands.lock().await = None;
            }
            Err(error) => tracing::warn!(%error, "the site's brands were not kept"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sites_brands_are_found_beside_the_shipped_ones() {
        let known = KnownBrands::new(vec!["Atelier Quelconque".to_owned(), "ZARA".to_owned()]);
        assert_eq!(known.find("quelc", 5), ["Atelier Quelconque"]);
        let zara = known.find("zara", 5);
        assert_eq!(zara[0], "ZARA", "as the site writes it");
        assert!(!zara.contains(&"Zara".to_owned()), "once: {zara:?}");
        assert_eq!(known.find("lacoste", 1), ["Lacoste"]);
    }
}
