//! The price range that the site itself suggests, read where the form shows it. Nothing is clicked for it, and
//! nothing waits for it: where it is not there, it is absent.

use domain::{Currency, form::SuggestedPrice};

use crate::{answers::price_range, profile::Hook, visit::Visit};

/// What the form shows now, of prices in the draft's currency; none where it shows nothing that can be read.
pub(crate) async fn suggested_price(visit: &Visit, currency: Currency) -> Option<SuggestedPrice> {
    if visit.profile().ways(Hook::PriceSuggestion).is_empty() {
        return None;
    }
    match visit.page.texts(Hook::PriceSuggestion).await {
        // Several ways may find the same line, or one around it: the first that can be read is the one.
        Ok(texts) => texts.iter().find_map(|text| price_range(text, currency)),
        Err(error) => {
            tracing::info!(%error, "the site's suggested price could not be read");
            None
        }
    }
}
