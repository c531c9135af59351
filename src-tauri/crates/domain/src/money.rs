//! Money: integer minor units (cents) with an ISO 4217 currency.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Currencies of the marketplace's countries (vinted-facts B, "Domains/currency", M-H, Nov 2026).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    /// Euro.
    #[default]
    Eur,
    /// Pound sterling.
    Gbp,
    /// Polish złoty.
    Pln,
    /// Czech koruna.
    Czk,
    /// Swedish krona.
    Sek,
    /// Danish krone.
    Dkk,
    /// Norwegian krone.
    Nok,
    /// Hungarian forint.
    Huf,
    /// Romanian leu.
    Ron,
    /// US dollar.
    Usd,
    /// Australian dollar.
    Aud,
}

/// The text was none of the currencies above.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("unknown currency {0:?}")]
pub struct UnknownCurrency(pub String);

impl Currency {
    /// ISO 4217 code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Eur => "EUR",
            Self::Gbp => "GBP",
            Self::Pln => "PLN",
            Self::Czk => "CZK",
            Self::Sek => "SEK",
            Self::Dkk => "DKK",
            Self::Nok => "NOK",
            Self::Huf => "HUF",
            Self::Ron => "RON",
            Self::Usd => "USD",
            Self::Aud => "AUD",
        }
    }

    /// Lowest and highest price that the site takes, in minor units.
    ///
    /// EUR 1 to 30,000 (vinted-facts B "Limits", M-H); USD 1 to 9,000; DKK from 8. The others are not
    /// known: one major unit at least, no upper bound of our own but the euro's figure.
    #[must_use]
    pub fn price_bounds(self) -> (u32, u32) {
        match self {
            Self::Usd => (100, 900_000),
            Self::Dkk => (800, 3_000_000),
            Self::Huf => (100, 1_200_000_000),
            _ => (100, 3_000_000),
        }
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [
            Self::Eur,
            Self::Gbp,
            Self::Pln,
            Self::Czk,
            Self::Sek,
            Self::Dkk,
            Self::Nok,
            Self::Huf,
            Self::Ron,
            Self::Usd,
            Self::Aud,
        ]
        .into_iter()
        .find(|c| c.code().eq_ignore_ascii_case(text))
        .ok_or_else(|| UnknownCurrency(text.to_owned()))
    }
}

/// Minor units as the site's form takes them in French: `1250` becomes `12,50`, `1200` becomes `12`.
#[must_use]
pub fn major_units(minor: u32, decimal_mark: char) -> String {
    match minor % 100 {
        0 => (minor / 100).to_string(),
        cents => format!("{}{decimal_mark}{cents:02}", minor / 100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn major_units_keep_cents_only_where_there_are_some() {
        assert_eq!(
            major_units(1250, ','),
            "12,50",
            "cents are kept to two digits"
        );
        assert_eq!(
            major_units(1205, '.'),
            "12.05",
            "a single-digit cent is padded"
        );
        assert_eq!(
            major_units(1200, ','),
            "12",
            "whole amounts are typed without decimals"
        );
    }

    #[test]
    fn currency_reads_its_own_code() {
        assert_eq!(
            "eur".parse(),
            Ok(Currency::Eur),
            "codes are read without regard to case"
        );
        assert!(
            "XXX".parse::<Currency>().is_err(),
            "an unknown code is refused, not guessed"
        );
    }
}
