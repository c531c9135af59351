//! Suggested prices: a base by garment and condition, a factor by brand, or the person's own sales.
//!
//! Everything that a person may want otherwise is data ([`PriceRules`], shipped as
//! `data/prices.json`): the table, the classes of brands with their factors, who belongs to them. A
//! suggestion says how it came about ([`PriceReason`]); the words for it are the page's.

mod reason;
mod rounding;
mod rules;

use serde::{Deserialize, Serialize};

pub use reason::PriceReason;
pub use rounding::as_sellers_do;
pub use rules::{BaseRow, BrandClass, BrandMember, PriceRules, PriceRulesError};

use crate::{
    brand,
    catalogue::{Catalogue, Noun, Resolution},
    draft::{Brand, Draft},
    money::Currency,
    title::Subject,
    values::Condition,
};

/// Sales of the same garment and brand from which on their median is taken.
pub const MIN_SALES_OF_BRAND: usize = 3;
/// Sales of the same garment and class of brand from which on their median is taken.
pub const MIN_SALES_OF_CLASS: usize = 5;

/// One of the person's own sales.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// Key of the garment [`Noun`].
    pub garment: String,
    /// It was made for a child.
    pub child: bool,
    /// Brand, where there was one.
    pub brand: Option<Brand>,
    /// Condition.
    pub condition: Condition,
    /// What the buyer paid, minor units.
    pub price_cents: u32,
    /// Of the price.
    pub currency: Currency,
}

/// What an item may be offered for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceSuggestion {
    /// Lowest price to take, minor units.
    pub min: u32,
    /// The price to publish.
    pub target: u32,
    /// The price to hope for.
    pub max: u32,
    /// Of the three.
    pub currency: Currency,
    /// How it came about.
    pub reason: PriceReason,
}

/// What decides a price.
struct Item<'a> {
    noun: &'static Noun,
    child: bool,
    condition: Condition,
    class: &'a BrandClass,
    brand: Option<&'a Brand>,
    currency: Currency,
}

/// A price for the draft in its own currency; none where its garment or its condition is not known.
///
/// Own sales go first: [`MIN_SALES_OF_BRAND`] of the same garment and brand, else
/// [`MIN_SALES_OF_CLASS`] of the same garment and class. Each counts as if it had been in the draft's
/// condition; the lowest and highest quarter are left out of the range.
#[must_use]
pub fn suggest(
    draft: &Draft,
    catalogue: &Catalogue,
    rules: &PriceRules,
    sales: &[Sale],
) -> Option<PriceSuggestion> {
    let category = catalogue.resolve(draft.category.as_deref().unwrap_or_default());
    let subject = Subject {
        draft,
        catalogue,
        category: &category,
    };
    let item = Item {
        noun: subject.noun()?,
        child: is_child(catalogue, &category)?,
        condition: draft.condition?,
        class: rules.class_of(draft.brand.as_ref())?,
        brand: draft.brand.as_ref(),
        currency: draft.currency,
    };
    from_sales(&item, rules, sales).or_else(|| from_table(&item, rules))
}

/// None where the leaves that fit differ.
fn is_child(catalogue: &Catalogue, category: &Resolution) -> Option<bool> {
    let leaves = match category {
        Resolution::One(leaf) => std::slice::from_ref(leaf),
        Resolution::Several(leaves) => leaves,
        Resolution::None => &[],
    };
    let mut children = leaves
        .iter()
        .map(|leaf| catalogue.audience(leaf.key).is_some_and(|a| a.is_child()));
    let first = children.next()?;
    children.all(|c| c == first).then_some(first)
}

fn from_table(item: &Item<'_>, rules: &PriceRules) -> Option<PriceSuggestion> {
    let base = rules.base_cents(&item.noun.key, item.child, item.condition, item.currency)?;
    let at = |percent: u32| {
        let cents = u64::from(base) * u64::from(percent) / 100;
        as_sellers_do(u32::try_from(cents).unwrap_or(u32::MAX), item.currency)
    };
    let (low, high) = (item.class.min_percent, item.class.max_percent);
    Some(PriceSuggestion {
        min: at(low),
        target: at(low.midpoint(high)),
        max: at(high),
        currency: item.currency,
        reason: PriceReason::Table {
            garment: item.noun.key.clone(),
            child: item.child,
            condition: item.condition,
            base_cents: base,
            currency: item.currency,
            brand: item.brand.map(|b| b.as_text().to_owned()),
            class: item.class.class.clone(),
            min_percent: low,
            max_percent: high,
        },
    })
}

fn from_sales(item: &Item<'_>, rules: &PriceRules, sales: &[Sale]) -> Option<PriceSuggestion> {
    let similar: Vec<&Sale> = sales
        .iter()
        .filter(|s| s.garment == item.noun.key && s.child == item.child)
        .filter(|s| s.currency == item.currency)
        .collect();
    let of_brand: Vec<&Sale> = similar
        .iter()
        .copied()
        .filter(|s| is_same_brand(s.brand.as_ref(), item.brand))
        .collect();
    let of_class: Vec<&Sale> = similar
        .into_iter()
        .filter(|s| {
            rules
                .class_of(s.brand.as_ref())
                .is_some_and(|c| c.class == item.class.class)
        })
        .collect();
    let (chosen, same_brand) = if of_brand.len() >= MIN_SALES_OF_BRAND {
        (of_brand, true)
    } else if of_class.len() >= MIN_SALES_OF_CLASS {
        (of_class, false)
    } else {
        return None;
    };
    let base = |condition| rules.base_cents(&item.noun.key, item.child, condition, item.currency);
    let wanted = u64::from(base(item.condition)?);
    let mut prices: Vec<u64> = chosen
        .iter()
        .filter_map(|sale| {
            let then = u64::from(base(sale.condition)?).max(1);
            Some(u64::from(sale.price_cents) * wanted / then)
        })
        .collect();
    prices.sort_unstable();
    let quarter = |n: usize| prices.get((prices.len() - 1) * n / 4).copied();
    let median = median(&prices)?;
    let rounded =
        |cents: u64| as_sellers_do(u32::try_from(cents).unwrap_or(u32::MAX), item.currency);
    Some(PriceSuggestion {
        min: rounded(quarter(1)?),
        target: rounded(median),
        max: rounded(quarter(3)?.max(median)),
        currency: item.currency,
        reason: PriceReason::OwnSales {
            count: chosen.len(),
            same_brand,
            garment: item.noun.key.clone(),
            condition: item.condition,
            brand: item.brand.map(|b| b.as_text().to_owned()),
            median_cents: u32::try_from(median).unwrap_or(u32::MAX),
            currency: item.currency,
        },
    })
}

fn median(sorted: &[u64]) -> Option<u64> {
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    Some(sorted.get(middle.checked_sub(1)?)?.midpoint(upper))
}

fn is_same_brand(a: Option<&Brand>, b: Option<&Brand>) -> bool {
    match (a, b) {
        (Some(Brand::Named(a)), Some(Brand::Named(b))) => brand::is_same(a, b),
        (Some(Brand::None), Some(Brand::None)) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
