//! Prices as the site shows and stores them.

use serde_json::Value;

/// Cents of a price as a field shows it: `15,00 €`, `£1,234.50`, `1 234,5`. None where there is no number.
///
/// The last comma or point followed by one or two digits parts the cents; all others part thousands.
pub(crate) fn shown_cents(text: &str) -> Option<u32> {
    let number: String = text
        .chars()
        .filter(|c| c.is_ascii_digit() || matches!(c, ',' | '.'))
        .collect();
    let number = number.trim_matches([',', '.']);
    let (whole, cents) = match number.rfind([',', '.']) {
        Some(at) if (1..=2).contains(&(number.len() - at - 1)) => {
            (&number[..at], &number[at + 1..])
        }
        _ => (number, ""),
    };
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() {
        return None;
    }
    let cents = match cents.len() {
        0 => 0,
        1 => cents.parse::<u32>().ok()? * 10,
        _ => cents.parse().ok()?,
    };
    digits
        .parse::<u32>()
        .ok()?
        .checked_mul(100)?
        .checked_add(cents)
}

/// Cents of a stored price: a number, a decimal string, or `{amount, currency_code}` (vinted-facts, read-back
/// shapes, L); with the currency where the object names it.
pub(crate) fn stored_cents(value: &Value) -> Option<(u32, Option<String>)> {
    match value {
        Value::Object(object) => {
            let currency = object
                .get("currency_code")
                .and_then(Value::as_str)
                .map(str::to_owned);
            let (cents, _) = stored_cents(object.get("amount")?)?;
            Some((cents, currency))
        }
        Value::Number(number) => decimal_cents(&number.to_string()),
        Value::String(text) => decimal_cents(text.trim()),
        _ => None,
    }
}

/// `18`, `18.5`, `18.00`; further digits must be zeros: nothing is rounded in silence.
fn decimal_cents(text: &str) -> Option<(u32, Option<String>)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let (cents, rest) = fraction.split_at(fraction.len().min(2));
    if rest.bytes().any(|b| b != b'0') {
        return None;
    }
    let cents: u32 = format!("{cents:0<2}").parse().ok()?;
    Some((
        whole
            .parse::<u32>()
            .ok()?
            .checked_mul(100)?
            .checked_add(cents)?,
        None,
    ))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case("15,00 €", Some(1500))]
    #[case("15,50\u{a0}€", Some(1550))]
    #[case("£1,234.50", Some(123_450))]
    #[case("1\u{202f}234,5 €", Some(123_450))]
    #[case("1.234 €", Some(123_400))]
    #[case("1.234,00", Some(123_400))]
    #[case("12", Some(1200))]
    #[case("0,00 €", Some(0))]
    #[case("12 zł.", Some(1200))]
    #[case("", None)]
    #[case("€", None)]
    #[case("99999999999", None)]
    fn shown_prices(#[case] text: &str, #[case] cents: Option<u32>) {
        assert_eq!(shown_cents(text), cents, "{text:?}");
    }

    #[test]
    fn stored_prices_in_all_three_shapes() {
        let eur = Some("EUR".to_owned());
        for (value, cents) in [
            (json!(18.0), Some((1800, None))),
            (json!(18), Some((1800, None))),
            (json!(18.5), Some((1850, None))),
            (json!("18.0"), Some((1800, None))),
            (
                json!({"amount": "18.05", "currency_code": "EUR"}),
                Some((1805, eur.clone())),
            ),
            (
                json!({"amount": 0.0, "currency_code": "EUR"}),
                Some((0, eur)),
            ),
            (json!("0.0"), Some((0, None))),
            (json!(18.005), None),
            (json!("-3"), None),
            (json!(null), None),
        ] {
            assert_eq!(stored_cents(&value), cents, "{value}");
        }
    }
}
