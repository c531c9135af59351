//! The price range that the site's form suggests, from the words in which it shows it.

use domain::{Currency, form::SuggestedPrice};

use super::shown_cents;

/// Amounts of one text that are looked at; the site is said to show three ranges (vinted-facts A2 "price", H).
const MAX_AMOUNTS: usize = 12;

/// The lowest and the highest amount of a text such as `10,00 € – 15,00 €`; one amount stands for both. None where no
/// amount of `expected`, or of a currency that can be told, is in it.
///
/// A number counts where a currency stands beside it, or where only a dash or a short word parts it from one that does
/// (`10 – 15 €`, `de 10 à 15 €`).
pub(crate) fn price_range(text: &str, expected: Currency) -> Option<SuggestedPrice> {
    let numbers = numbers(text);
    let mut currencies: Vec<Option<Currency>> = numbers
        .iter()
        .enumerate()
        .map(|(at, number)| {
            let from = at.checked_sub(1).map_or(0, |before| numbers[before].1);
            let to = numbers.get(at + 1).map_or(text.len(), |next| next.0);
            before(&text[from..number.0], expected).or_else(|| after(&text[number.1..to], expected))
        })
        .collect();
    for at in 1..numbers.len() {
        if joins(&text[numbers[at - 1].1..numbers[at].0]) {
            let known = currencies[at - 1].or(currencies[at]);
            currencies[at - 1] = known;
            currencies[at] = known;
        }
    }
    let amounts: Vec<(u32, Currency)> = numbers
        .iter()
        .zip(currencies)
        .filter_map(|(&(from, to), currency)| Some((shown_cents(&text[from..to])?, currency?)))
        .collect();
    let (_, currency) = *amounts.first()?;
    let one_currency = amounts.iter().all(|(_, c)| *c == currency);
    if amounts.len() > MAX_AMOUNTS || !one_currency {
        return None;
    }
    let cents = || amounts.iter().map(|(cents, _)| *cents);
    let (min_cents, max_cents) = (cents().min()?, cents().max()?);
    let (low, high) = currency.price_bounds();
    (low <= min_cents && max_cents <= high).then_some(SuggestedPrice {
        min_cents,
        max_cents,
        currency,
    })
}

/// Where numbers stand, as byte ranges. A blank is part of one before three digits: `1 234,50`.
fn numbers(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut from = None;
    let mut to = 0;
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let digits = |at: usize| {
        let rest = chars.get(at..).unwrap_or_default();
        rest.iter().take_while(|(_, c)| c.is_ascii_digit()).count()
    };
    for (at, &(byte, c)) in chars.iter().enumerate() {
        let inside = match c {
            _ if c.is_ascii_digit() => true,
            ',' | '.' => from.is_some() && digits(at + 1) > 0,
            _ if c.is_whitespace() || c == '\'' => from.is_some() && digits(at + 1) == 3,
            _ => false,
        };
        if inside {
            from = from.or(Some(byte));
            to = byte + c.len_utf8();
        } else if let Some(start) = from.take() {
            found.push((start, to));
        }
    }
    found.extend(from.map(|start| (start, to)));
    found
}

/// A currency at the end of what stands before a number.
fn before(text: &str, expected: Currency) -> Option<Currency> {
    let word = text.trim_end();
    let sign = word.rsplit(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | ':' | '('));
    currency(sign.into_iter().next()?, expected)
}

/// A currency at the beginning of what stands after a number.
fn after(text: &str, expected: Currency) -> Option<Currency> {
    let word = text.trim_start();
    let sign = word.split(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | ')' | ';'));
    currency(sign.into_iter().next()?, expected)
}

/// A sign or an ISO 4217 code. `kr` is of three countries: it is the expected one where that is one of them.
fn currency(word: &str, expected: Currency) -> Option<Currency> {
    let word = word.trim_matches([',', '.']);
    Some(match word.to_lowercase().as_str() {
        "€" => Currency::Eur,
        "£" => Currency::Gbp,
        "zł" | "zl" => Currency::Pln,
        "kč" => Currency::Czk,
        "ft" => Currency::Huf,
        "lei" => Currency::Ron,
        "$" | "us$" => Currency::Usd,
        "kr" if matches!(expected, Currency::Sek | Currency::Dkk | Currency::Nok) => expected,
        _ => return word.parse().ok(),
    })
}

/// What parts the two ends of a range: a dash, or one short word.
fn joins(text: &str) -> bool {
    let text = text.trim();
    matches!(text, "-" | "–" | "—")
        || (!text.is_empty() && text.chars().count() <= 3 && text.chars().all(char::is_alphabetic))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Articles semblables : 10,80 € à 25,20 €", 1_080, 2_520, Currency::Eur)]
    #[case("10 – 15 €", 1_000, 1_500, Currency::Eur)]
    #[case("€10 - 15", 1_000, 1_500, Currency::Eur)]
    #[case("Similar items: £1,234.50 to £2,000", 123_450, 200_000, Currency::Gbp)]
    #[case("Vendu autour de 12,50 €", 1_250, 1_250, Currency::Eur)]
    #[case(
        "od 1\u{a0}200,00\u{a0}zł do 1 500,00 zł",
        120_000,
        150_000,
        Currency::Pln
    )]
    #[case("EUR 8.00", 800, 800, Currency::Eur)]
    // Three ranges: what they span.
    #[case(
        "Vite 8 € - 10 € Équilibré 10 € - 14 € Patient 14 € - 18 €",
        800,
        1_800,
        Currency::Eur
    )]
    // A count is no price.
    #[case("3 articles semblables à 20,00 €", 2_000, 2_000, Currency::Eur)]
    #[case("Sur 120 annonces : 5 € à 9 €", 500, 900, Currency::Eur)]
    fn ranges_are_read_as_they_are_shown(
        #[case] text: &str,
        #[case] min_cents: u32,
        #[case] max_cents: u32,
        #[case] currency: Currency,
    ) {
        let range = price_range(text, Currency::Eur);
        let expected = SuggestedPrice {
            min_cents,
            max_cents,
            currency,
        };
        assert_eq!(range, Some(expected), "{text}");
    }

    #[rstest]
    #[case("")]
    #[case("Ajoute une marque pour voir des prix")]
    #[case("3 articles semblables")]
    #[case("10 kr")]
    #[case("0,00 € à 0,00 €")]
    #[case("10 € à 12 $")]
    #[case("99999999999 €")]
    fn what_is_no_range_is_none(#[case] text: &str) {
        assert_eq!(price_range(text, Currency::Eur), None, "{text}");
    }

    #[test]
    fn crowns_are_those_of_the_draft() {
        let range = price_range("100 kr – 150 kr", Currency::Sek).unwrap();
        assert_eq!(
            (range.min_cents, range.max_cents, range.currency),
            (10_000, 15_000, Currency::Sek)
        );
    }
}
