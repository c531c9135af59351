//! The data behind suggested prices, as a person may edit it.

use std::{
    collections::{BTreeMap, HashSet},
    sync::LazyLock,
};

use serde::{Deserialize, Serialize};

use crate::{brand, catalogue::noun, draft::Brand, money::Currency, values::Condition};

/// Class of a brand that is in no list.
const UNKNOWN: &str = "unknown";
/// Class of what has no brand.
const NO_BRAND: &str = "no_brand";
/// Garments that a table may hold, rows of brands that a person may add.
const MAX_ROWS: usize = 10_000;
/// Highest base price, whole euros: the site takes 30,000 at most (vinted-facts B "Limits", M-H).
const MAX_BASE: u32 = 30_000;
/// Highest factor in percent.
const MAX_PERCENT: u32 = 10_000;

/// Table, classes of brands and their members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceRules {
    /// A word about where the figures come from.
    #[serde(default)]
    pub note: String,
    /// What an ordinary brand sells for, a row for each garment.
    pub base: Vec<BaseRow>,
    /// What children's clothes cost of that.
    pub children_percent: u32,
    /// Classes of brands; `none`, `unknown` and `no_brand` must be there.
    pub classes: Vec<BrandClass>,
    /// Brands whose class the person set; they win over the shipped list.
    #[serde(default)]
    pub brands: Vec<BrandMember>,
    /// Minor units for a hundred euro cents, roughly: for accounts that sell in another currency.
    pub percent_of_euro: BTreeMap<String, u32>,
}

/// What an ordinary brand of a garment sells for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaseRow {
    /// Key of the garment noun.
    pub garment: String,
    /// Whole euros by condition, in the order of [`Condition::ALL`].
    pub prices: [u32; 5],
}

/// Brands that cost alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrandClass {
    /// Its key.
    pub class: String,
    /// Lowest factor on the base: 200 doubles it.
    pub min_percent: u32,
    /// Highest factor.
    pub max_percent: u32,
}

/// A brand and its class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrandMember {
    /// Name.
    pub brand: String,
    /// Key of a class.
    pub class: String,
}

/// What is wrong with edited rules.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriceRulesError {
    /// Not of the shape.
    #[error("the price rules cannot be read: {0}")]
    Shape(String),
    /// A garment that no noun names.
    #[error("{0:?} is no garment")]
    UnknownGarment(String),
    /// A garment or class or brand stands there twice.
    #[error("{0:?} stands there twice")]
    Twice(String),
    /// A price is out of bounds, or a worse condition costs more than a better one.
    #[error(
        "the prices of {0:?} must lie between 1 and 30000 and fall from the best condition to the worst"
    )]
    Prices(String),
    /// A factor is out of bounds, or the lowest is above the highest.
    #[error("the factors of {0:?} must lie between 1 and 10000 percent, the lowest first")]
    Factors(String),
    /// A class that is not among the classes.
    #[error("there is no class {0:?}")]
    UnknownClass(String),
    /// Not a currency of the marketplace, or a rate out of bounds.
    #[error("{0:?} is no currency of the marketplace with a rate between 1 and 1000000")]
    Currency(String),
    /// Far more rows than there are garments and brands.
    #[error("at most 10000 rows")]
    TooMany,
}

fn once_each(mut names: impl Iterator<Item = String>) -> Result<(), PriceRulesError> {
    let mut seen = HashSet::new();
    match names.find(|name| !seen.insert(name.clone())) {
        Some(name) => Err(PriceRulesError::Twice(name)),
        None => Ok(()),
    }
}

impl PriceRules {
    /// The shipped rules.
    #[must_use]
    pub fn shipped() -> &'static Self {
        static SHIPPED: LazyLock<PriceRules> = LazyLock::new(|| {
            // The file is part of the program; a test reads it.
            PriceRules::parse(include_str!("../../data/prices.json")).unwrap_or_else(|_| {
                PriceRules {
                    note: String::new(),
                    base: Vec::new(),
                    children_percent: 100,
                    classes: Vec::new(),
                    brands: Vec::new(),
                    percent_of_euro: BTreeMap::new(),
                }
            })
        });
        &SHIPPED
    }

    /// Reads and checks rules.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn parse(json: &str) -> Result<Self, PriceRulesError> {
        let rules: Self =
            serde_json::from_str(json).map_err(|e| PriceRulesError::Shape(e.to_string()))?;
        rules.check()?;
        Ok(rules)
    }

    /// Whether the rules hold together: every suggestion made by them has its prices in order.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), PriceRulesError> {
        if self
            .base
            .len()
            .max(self.classes.len())
            .max(self.brands.len())
            > MAX_ROWS
        {
            return Err(PriceRulesError::TooMany);
        }
        once_each(self.base.iter().map(|r| r.garment.clone()))?;
        once_each(self.classes.iter().map(|c| c.class.clone()))?;
        once_each(self.brands.iter().map(|b| brand::key(&b.brand)))?;
        for row in &self.base {
            if noun(&row.garment).is_none() {
                return Err(PriceRulesError::UnknownGarment(row.garment.clone()));
            }
            let falls = row.prices.windows(2).all(|pair| pair[0] >= pair[1]);
            if !falls || row.prices.iter().any(|p| !(1..=MAX_BASE).contains(p)) {
                return Err(PriceRulesError::Prices(row.garment.clone()));
            }
        }
        let percent = 1..=MAX_PERCENT;
        for class in &self.classes {
            let factors = [class.min_percent, class.max_percent];
            if !factors.is_sorted() || factors.iter().any(|f| !percent.contains(f)) {
                return Err(PriceRulesError::Factors(class.class.clone()));
            }
        }
        if !percent.contains(&self.children_percent) {
            return Err(PriceRulesError::Factors("children".to_owned()));
        }
        let needed = [UNKNOWN, NO_BRAND, "none"].into_iter();
        let mut named = needed.chain(self.brands.iter().map(|b| b.class.as_str()));
        if let Some(class) = named.find(|c| self.class(c).is_none()) {
            return Err(PriceRulesError::UnknownClass(class.to_owned()));
        }
        for (code, rate) in &self.percent_of_euro {
            if code.parse::<Currency>().is_err() || !(1..=1_000_000).contains(rate) {
                return Err(PriceRulesError::Currency(code.clone()));
            }
        }
        Ok(())
    }

    /// A class by its key.
    #[must_use]
    pub fn class(&self, key: &str) -> Option<&BrandClass> {
        self.classes.iter().find(|c| c.class == key)
    }

    /// The class of a brand: the person's word, else the shipped list, else `unknown`.
    #[must_use]
    pub fn class_of(&self, brand: Option<&Brand>) -> Option<&BrandClass> {
        let key = match brand {
            None => UNKNOWN,
            Some(Brand::None) => NO_BRAND,
            Some(Brand::Named(name)) => {
                let own = self.brands.iter().find(|b| brand::is_same(&b.brand, name));
                own.map(|b| b.class.as_str())
                    .or_else(|| brand::known(name).map(|b| b.class))
                    .unwrap_or(UNKNOWN)
            }
        };
        // A class that the person took out of the rules.
        self.class(key).or_else(|| self.class(UNKNOWN))
    }

    /// What an ordinary brand sells for, minor units; none without a row or a rate.
    #[must_use]
    pub fn base_cents(
        &self,
        garment: &str,
        child: bool,
        condition: Condition,
        currency: Currency,
    ) -> Option<u32> {
        let row = self.base.iter().find(|r| r.garment == garment)?;
        let euros = u64::from(*row.prices.get(condition as usize)?);
        let rate = match currency {
            Currency::Eur => 100,
            other => u64::from(*self.percent_of_euro.get(other.code())?),
        };
        let children = if child {
            u64::from(self.children_percent)
        } else {
            100
        };
        u32::try_from(euros * rate * children / 100).ok()
    }
}
