//! The marketplace's countries: each has its own site, currency and language.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Currency;

/// A country in which the marketplace has a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country(usize);

/// The text was no country of the marketplace.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the marketplace has no site for {0:?}")]
pub struct UnknownCountry(pub String);

/// ISO 3166-1, host, currency, language of the site (ISO 639-1; where there are several, the first).
///
/// vinted-facts B "Domains/currency" (M-H, Nov 2026; EE, SI and GR from general knowledge, NO M). The languages
/// are general knowledge.
const TABLE: [(&str, &str, Currency, &str); 28] = [
    ("FR", "www.vinted.fr", Currency::Eur, "fr"),
    ("BE", "www.vinted.be", Currency::Eur, "fr"),
    ("LU", "www.vinted.lu", Currency::Eur, "fr"),
    ("NL", "www.vinted.nl", Currency::Eur, "nl"),
    ("DE", "www.vinted.de", Currency::Eur, "de"),
    ("AT", "www.vinted.at", Currency::Eur, "de"),
    ("ES", "www.vinted.es", Currency::Eur, "es"),
    ("IT", "www.vinted.it", Currency::Eur, "it"),
    ("PT", "www.vinted.pt", Currency::Eur, "pt"),
    ("IE", "www.vinted.ie", Currency::Eur, "en"),
    ("FI", "www.vinted.fi", Currency::Eur, "fi"),
    ("LT", "www.vinted.lt", Currency::Eur, "lt"),
    ("LV", "www.vinted.lv", Currency::Eur, "lv"),
    ("EE", "www.vinted.ee", Currency::Eur, "et"),
    ("SK", "www.vinted.sk", Currency::Eur, "sk"),
    ("SI", "www.vinted.si", Currency::Eur, "sl"),
    ("HR", "www.vinted.hr", Currency::Eur, "hr"),
    ("GR", "www.vinted.gr", Currency::Eur, "el"),
    ("GB", "www.vinted.co.uk", Currency::Gbp, "en"),
    ("PL", "www.vinted.pl", Currency::Pln, "pl"),
    ("CZ", "www.vinted.cz", Currency::Czk, "cs"),
    ("SE", "www.vinted.se", Currency::Sek, "sv"),
    ("DK", "www.vinted.dk", Currency::Dkk, "da"),
    ("HU", "www.vinted.hu", Currency::Huf, "hu"),
    ("RO", "www.vinted.ro", Currency::Ron, "ro"),
    ("NO", "www.vinted.no", Currency::Nok, "no"),
    ("US", "www.vinted.com", Currency::Usd, "en"),
    ("AU", "www.vinted.com.au", Currency::Aud, "en"),
];

impl Country {
    /// Where the app begins: France.
    pub const FRANCE: Self = Self(0);

    /// All of them, France first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..TABLE.len()).map(Self)
    }

    fn row(self) -> (&'static str, &'static str, Currency, &'static str) {
        // Made by this file only, from an index of the table.
        TABLE[self.0 % TABLE.len()]
    }

    /// ISO 3166-1, two capitals.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.row().0
    }

    /// The site's address: `https://www.vinted.fr`.
    #[must_use]
    pub fn site_url(self) -> String {
        format!("https://{}", self.row().1)
    }

    /// What its listings are priced in.
    #[must_use]
    pub fn currency(self) -> Currency {
        self.row().2
    }

    /// The site's language, ISO 639-1.
    #[must_use]
    pub fn language(self) -> &'static str {
        self.row().3
    }

    /// The country whose site this address is; none for the practice marketplace and strangers.
    #[must_use]
    pub fn of_site(url: &str) -> Option<Self> {
        let rest = url.strip_prefix("https://")?;
        let host = rest.split(['/', ':', '?', '#']).next()?;
        Self::all().find(|country| country.row().1.eq_ignore_ascii_case(host))
    }
}

impl FromStr for Country {
    type Err = UnknownCountry;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // "uk" is what the site's own name says.
        let text = text.trim();
        let asked = if text.eq_ignore_ascii_case("uk") {
            "GB"
        } else {
            text
        };
        Self::all()
            .find(|country| country.code().eq_ignore_ascii_case(asked))
            .ok_or_else(|| UnknownCountry(text.to_owned()))
    }
}

impl TryFrom<String> for Country {
    type Error = UnknownCountry;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.code().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_country_is_found_by_its_code_and_its_site() {
        for country in Country::all() {
            assert_eq!(country.code().parse(), Ok(country), "codes are unique");
            let address = format!("{}/items/1", country.site_url());
            assert_eq!(
                Country::of_site(&address),
                Some(country),
                "sites are unique"
            );
        }
        let codes: BTreeSet<_> = Country::all().map(Country::code).collect();
        assert_eq!(codes.len(), TABLE.len(), "no country stands twice");
    }

    #[test]
    fn neighbours_are_not_taken_for_each_other() {
        assert_eq!(
            Country::of_site("https://www.vinted.com.au").map(Country::code),
            Some("AU"),
            "the Australian host begins like the American one"
        );
        for stranger in [
            "https://www.vinted.fr.evil.test",
            "http://www.vinted.fr",
            "http://127.0.0.1:4000",
            "https://evil.test/www.vinted.fr",
        ] {
            assert_eq!(
                Country::of_site(stranger),
                None,
                "{stranger} is no site of theirs"
            );
        }
        assert_eq!("uk".parse(), "GB".parse::<Country>(), "the site says uk");
        assert!("XX".parse::<Country>().is_err(), "nothing is guessed");
    }

    #[test]
    fn the_currency_is_the_country_s() {
        let of = |code: &str| code.parse::<Country>().map(Country::currency);
        assert_eq!(of("fr"), Ok(Currency::Eur));
        assert_eq!(of("PL"), Ok(Currency::Pln));
        assert_eq!(of("AU"), Ok(Currency::Aud));
    }
}
