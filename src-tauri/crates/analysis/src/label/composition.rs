//! What a garment is made of: percentages and fibre names in eight languages.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::LabelLine;
use super::words::{distance, key};

/// A fibre that labels name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fibre {
    /// The site's material, in French.
    material: Option<&'static str>,
    /// Its French name.
    name: &'static str,
}

/// A fibre with its share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The fibre in French: `Coton`, `Lyocell`.
    pub fibre: String,
    /// The site's material (its French name); none where the site has no such material.
    pub material: Option<String>,
    /// 1 to 100.
    pub percent: u8,
    /// The line that says it, as the caller numbers lines.
    pub line: usize,
}

/// What a part of the garment is made of: the shell, the lining.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// In the label's order.
    pub shares: Vec<Share>,
    /// The shares add up to 100. Where not, a line was not read or read wrongly: a person has to look.
    pub adds_up: bool,
}

/// The composition on labels, each part once, whatever number of languages names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Composition {
    /// The parts in the label's order.
    pub parts: Vec<Part>,
}

impl Composition {
    /// Whether every part adds up.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        self.parts.iter().all(|part| part.adds_up)
    }

    /// The site's materials, largest share first, each once.
    #[must_use]
    pub fn materials(&self) -> Vec<&str> {
        let mut shares: Vec<&Share> = self.parts.iter().flat_map(|part| &part.shares).collect();
        // Stable: of equal shares the part named first, the shell, comes first.
        shares.sort_by_key(|share| std::cmp::Reverse(share.percent));
        let mut materials = Vec::new();
        for material in shares.iter().filter_map(|share| share.material.as_deref()) {
            if !materials.contains(&material) {
                materials.push(material);
            }
        }
        materials
    }
}

/// Fibres of one word or more, by key.
static FIBRES: LazyLock<HashMap<String, Fibre>> = LazyLock::new(|| {
    let lines = include_str!("../../data/fibres.tsv").lines();
    lines
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut columns = line.split('\t');
            let (material, name, words) = (columns.next()?, columns.next()?, columns.next()?);
            let material = (material != "-").then_some(material);
            Some((Fibre { material, name }, words))
        })
        .flat_map(|(fibre, words)| words.split('|').map(move |word| (key(word), fibre)))
        .collect()
});

/// Words of a fibre's name at most.
const MOST_WORDS: usize = 3;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Token {
    Percent(u8),
    Fibre(Fibre),
    Other,
}

/// Reads the composition from lines in their order. Lines without a fibre or a percentage are passed over.
#[must_use]
pub fn composition(lines: &[LabelLine<'_>]) -> Composition {
    let tokens: Vec<(Token, usize)> = lines
        .iter()
        .flat_map(|line| {
            tokens(line.text)
                .into_iter()
                .map(|token| (token, line.number))
        })
        .collect();
    let mut parts: Vec<Part> = Vec::new();
    let mut open: Vec<Share> = Vec::new();
    for share in shares(&tokens) {
        let sum: u32 = open.iter().map(|s| u32::from(s.percent)).sum();
        let known = open.iter().any(|s| s.fibre == share.fibre);
        if sum + u32::from(share.percent) > 100 || known {
            close(&mut open, &mut parts);
        }
        open.push(share);
        if open.iter().map(|s| u32::from(s.percent)).sum::<u32>() == 100 {
            close(&mut open, &mut parts);
        }
    }
    close(&mut open, &mut parts);
    Composition { parts }
}

/// Ends a part; one that says what another says is a further language.
fn close(open: &mut Vec<Share>, parts: &mut Vec<Part>) {
    if open.is_empty() {
        return;
    }
    let shares = std::mem::take(open);
    let what = |shares: &[Share]| {
        let mut what: Vec<(String, u8)> = shares
            .iter()
            .map(|s| (s.fibre.clone(), s.percent))
            .collect();
        what.sort();
        what
    };
    if parts.iter().any(|part| what(&part.shares) == what(&shares)) {
        return;
    }
    let adds_up = shares.iter().map(|s| u32::from(s.percent)).sum::<u32>() == 100;
    // A part of a part that is known whole was read twice, once badly.
    let within = |whole: &Part| {
        whole.adds_up
            && shares.iter().all(|s| {
                whole
                    .shares
                    .iter()
                    .any(|w| w.fibre == s.fibre && w.percent == s.percent)
            })
    };
    if !adds_up && parts.iter().any(within) {
        return;
    }
    parts.push(Part { shares, adds_up });
}

/// Each percentage with its fibre: the one after it, as most labels write, or the one before it where this label does.
fn shares(tokens: &[(Token, usize)]) -> Vec<Share> {
    let meaningful: Vec<(Token, usize)> = tokens
        .iter()
        .copied()
        .filter(|(t, _)| *t != Token::Other)
        .collect();
    // Where the name comes first, a percentage ends what the label says; a heading that names a fibre does not count.
    let fibre_first = matches!(meaningful.first(), Some((Token::Fibre(_), _)))
        && matches!(meaningful.last(), Some((Token::Percent(_), _)));
    let mut shares: Vec<Share> = Vec::new();
    for (at, &(token, number)) in meaningful.iter().enumerate() {
        let Token::Percent(percent) = token else {
            continue;
        };
        let beside = if fibre_first {
            at.checked_sub(1).map(|before| meaningful[before])
        } else {
            meaningful.get(at + 1).copied()
        };
        let Some((Token::Fibre(fibre), fibre_line)) = beside else {
            continue;
        };
        // Far apart they have nothing to do with each other.
        if number.abs_diff(fibre_line) > 1 {
            continue;
        }
        shares.push(Share {
            fibre: fibre.name.to_owned(),
            material: fibre.material.map(str::to_owned),
            percent,
            line: number,
        });
    }
    shares
}

fn tokens(text: &str) -> Vec<Token> {
    let pieces = pieces(text);
    let mut tokens: Vec<Token> = Vec::new();
    // Places of names so short that they are everyday words too (`la` is wool in Portuguese).
    let mut short = Vec::new();
    let mut at = 0;
    while at < pieces.len() {
        if let Some((percent, used)) = percent(&pieces[at..]) {
            tokens.push(Token::Percent(percent));
            at += used;
            continue;
        }
        let words = (1..=MOST_WORDS.min(pieces.len() - at))
            .rev()
            .find_map(|count| {
                let run = &pieces[at..at + count];
                let letters = run.iter().all(|piece| matches!(piece, Piece::Letters(_)));
                let joined: String = run.iter().map(Piece::text).collect();
                letters
                    .then(|| fibre(&joined))
                    .flatten()
                    .map(|fibre| (fibre, count))
            });
        if let Some((fibre, used)) = words {
            if used == 1 && pieces[at].text().chars().count() <= 3 {
                short.push(tokens.len());
            }
            tokens.push(Token::Fibre(fibre));
            at += used;
        } else {
            tokens.push(Token::Other);
            at += 1;
        }
    }
    let is_percent = |token: Option<&Token>| matches!(token, Some(Token::Percent(_)));
    for place in short {
        let before = place.checked_sub(1).and_then(|before| tokens.get(before));
        if !is_percent(before) && !is_percent(tokens.get(place + 1)) {
            tokens[place] = Token::Other;
        }
    }
    tokens
}

/// The fibre of a folded key; of longer ones also where a letter or two was read wrongly.
fn fibre(word: &str) -> Option<Fibre> {
    if let Some(&fibre) = FIBRES.get(word) {
        return Some(fibre);
    }
    let length = word.chars().count();
    let limit = match length {
        0..=4 => return None,
        5..=6 => 0.5,
        7..=9 => 1.0,
        _ => 2.0,
    };
    let mut best: Option<(f32, Fibre)> = None;
    let mut doubtful = false;
    for (name, &fibre) in FIBRES.iter() {
        if name.chars().count() < 5 {
            continue;
        }
        let Some(distance) = distance(word, name, limit) else {
            continue;
        };
        match best {
            Some((least, _)) if distance > least => {}
            Some((least, known)) if distance == least => doubtful |= known.name != fibre.name,
            _ => {
                doubtful = false;
                best = Some((distance, fibre));
            }
        }
    }
    best.filter(|_| !doubtful).map(|(_, fibre)| fibre)
}

/// A run of one kind of signs.
#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Letters(String),
    Digits(String),
    Sign(char),
}

impl Piece {
    fn text(&self) -> String {
        match self {
            Self::Letters(text) | Self::Digits(text) => text.clone(),
            Self::Sign(sign) => sign.to_string(),
        }
    }
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut blank = true;
    for sign in domain::values::fold(text).chars() {
        if sign.is_whitespace() {
            blank = true;
            continue;
        }
        match pieces.last_mut() {
            Some(Piece::Letters(run)) if !blank && sign.is_alphabetic() => run.push(sign),
            Some(Piece::Digits(run)) if !blank && sign.is_ascii_digit() => run.push(sign),
            _ if sign.is_alphabetic() => pieces.push(Piece::Letters(sign.to_string())),
            _ if sign.is_ascii_digit() => pieces.push(Piece::Digits(sign.to_string())),
            // Hyphens and apostrophes within names part nothing.
            _ if matches!(sign, '-' | '\'') => {}
            _ => pieces.push(Piece::Sign(sign)),
        }
        blank = false;
    }
    pieces
}

/// A percentage at the start of the pieces, and how many of them it takes. The sign is read in many ways: `%`, `96`,
/// `x`, `°/o`, `o/o`, `0/0`.
fn percent(pieces: &[Piece]) -> Option<(u8, usize)> {
    let value = |digits: &str| {
        digits
            .parse::<u16>()
            .ok()
            .filter(|n| (1..=100).contains(n))
            .map(|n| n as u8)
    };
    match pieces {
        [Piece::Digits(n), Piece::Sign('%' | '٪'), ..] => value(n).map(|n| (n, 2)),
        // `65,5%` is not a share that people list: the whole part is.
        [
            Piece::Digits(n),
            Piece::Sign(',' | '.'),
            Piece::Digits(_),
            Piece::Sign('%'),
            ..,
        ] => value(n).map(|n| (n, 4)),
        [
            Piece::Digits(n),
            Piece::Sign('°' | 'º'),
            Piece::Sign('/'),
            Piece::Letters(o),
            ..,
        ] if o == "o" => value(n).map(|n| (n, 4)),
        [
            Piece::Digits(n),
            Piece::Letters(o),
            Piece::Sign('/'),
            Piece::Letters(p),
            ..,
        ] if o == "o" && p == "o" => value(n).map(|n| (n, 4)),
        [
            Piece::Digits(n),
            Piece::Letters(x),
            Piece::Letters(word),
            ..,
        ] if x == "x" && fibre(word).is_some() => value(n).map(|n| (n, 2)),
        // `1OO%`, `1o0%`.
        [
            Piece::Digits(one),
            Piece::Letters(letters),
            Piece::Sign('%'),
            ..,
        ] if is_zeros(letters) => {
            value(&format!("{one}{}", "0".repeat(letters.len()))).map(|n| (n, 3))
        }
        [
            Piece::Digits(one),
            Piece::Letters(letters),
            Piece::Digits(rest),
            Piece::Sign('%'),
            ..,
        ] if is_zeros(letters) => {
            value(&format!("{one}{}{rest}", "0".repeat(letters.len()))).map(|n| (n, 4))
        }
        // `6596 coton`: only before a fibre, and only where the number makes no sense by itself.
        [Piece::Digits(n), Piece::Letters(word), ..] if n.len() >= 3 && fibre(word).is_some() => {
            n.strip_suffix("96").and_then(value).map(|n| (n, 1))
        }
        _ => None,
    }
}

fn is_zeros(letters: &str) -> bool {
    letters.chars().all(|c| c == 'o') && letters.len() <= 2
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::label::test_lines;

    /// `Coton 65 + Polyester 35 | Polyester 100 ?`: parts, a question mark where they do not add up.
    fn told(text: &str) -> String {
        let parts = composition(&test_lines(text)).parts;
        let told = parts.iter().map(|part| {
            let shares: Vec<String> = part
                .shares
                .iter()
                .map(|s| format!("{} {}", s.fibre, s.percent))
                .collect();
            format!(
                "{}{}",
                shares.join(" + "),
                if part.adds_up { "" } else { " ?" }
            )
        });
        told.collect::<Vec<_>>().join(" | ")
    }

    #[rstest]
    #[case(
        "65% COTON\n30% POLYESTER\n5% ÉLASTHANNE",
        "Coton 65 + Polyester 30 + Élasthanne 5"
    )]
    #[case("95% cotton 5% elastane", "Coton 95 + Élasthanne 5")]
    #[case("100 % Baumwolle", "Coton 100")]
    #[case("60% ALGODÓN 40% POLIÉSTER", "Coton 60 + Polyester 40")]
    #[case("70% LANA 30% POLIAMMIDE", "Laine 70 + Polyamide 30")]
    #[case("100% algodão", "Coton 100")]
    #[case("80% wol 20% polyamide", "Laine 80 + Polyamide 20")]
    #[case("90% bawełna 10% elastan", "Coton 90 + Élasthanne 10")]
    #[case("100% WEŁNA", "Laine 100")]
    #[case("50% LÃ 50% ACRÍLICO", "Laine 50 + Acrylique 50")]
    #[case("100% SEDA", "Soie 100")]
    #[case("100% jedwab", "Soie 100")]
    #[case("55% Leinen 45% Viskose", "Lin 55 + Viscose 45")]
    #[case("80% WOLLE 20% KASCHMIR", "Laine 80 + Cachemire 20")]
    #[case("100% LINHO", "Lin 100")]
    #[case("100% Zijde", "Soie 100")]
    #[case("70% LYOCELL 30% LIN", "Lyocell 70 + Lin 30")]
    #[case("100% FAUX LEATHER", "Cuir synthétique 100")]
    #[case("100% laine vierge", "Laine 100")]
    fn names_in_every_language(#[case] text: &str, #[case] wanted: &str) {
        assert_eq!(told(text), wanted, "{text:?}");
    }

    #[rstest]
    #[case(
        "65%COTON 35%POLYESTER",
        "Coton 65 + Polyester 35",
        "blanks are lost in reading"
    )]
    #[case(
        "6596 COTON\n3596 POLYESTER",
        "Coton 65 + Polyester 35",
        "the sign was read as 96"
    )]
    #[case("100x cotton", "Coton 100", "the sign was read as x")]
    #[case("1OO% COTTON", "Coton 100", "letters for zeros")]
    #[case("65 °/o coton 35 o/o lin", "Coton 65 + Lin 35", "the sign in pieces")]
    #[case("100% POLYESIER", "Polyester 100", "a letter was read wrongly")]
    #[case("97% C0TTON", "", "a short word with a digit in it is not guessed")]
    #[case("100% POLYAMIDPOLYESTER", "", "two names at once are not guessed")]
    fn misread_signs(#[case] text: &str, #[case] wanted: &str, #[case] why: &str) {
        assert_eq!(told(text), wanted, "{text:?}: {why}");
    }

    #[rstest]
    #[case(
        "SHELL: 100% POLYAMIDE\nLINING: 100% POLYESTER",
        "Polyamide 100 | Polyester 100",
        "two parts"
    )]
    #[case(
        "100% COTON 100% COTTON 100% BAUMWOLLE",
        "Coton 100",
        "languages are not parts"
    )]
    #[case(
        "60% coton 40% polyester\n60% cotton 40% polyester",
        "Coton 60 + Polyester 40",
        "the same in English"
    )]
    #[case(
        "65% coton / cotton / Baumwolle 35% polyester / Polyester",
        "Coton 65 + Polyester 35",
        "names beside each other"
    )]
    #[case(
        "COTTON 60% POLYESTER 40%",
        "Coton 60 + Polyester 40",
        "the name may come first"
    )]
    #[case("Cotton 100%", "Coton 100", "the name may come first")]
    #[case(
        "65% coton 30% polyester",
        "Coton 65 + Polyester 30 ?",
        "a line was not read: marked"
    )]
    #[case(
        "30° machine wash\nDo not bleach",
        "",
        "care text says nothing of fibres"
    )]
    #[case("Made in Portugal 38", "", "no fibre at all")]
    #[case("20% OFF", "", "a percentage of nothing")]
    #[case("", "", "no text")]
    #[case("150% coton", "", "more than all")]
    #[case("Laver à la main\n100% coton", "Coton 100", "an article is no wool")]
    fn parts_and_sums(#[case] text: &str, #[case] wanted: &str, #[case] why: &str) {
        assert_eq!(told(text), wanted, "{text:?}: {why}");
    }

    #[test]
    fn materials_are_the_site_s_names_largest_first() {
        let read = composition(&test_lines(
            "70% lyocell 20% coton 10% elastan\nLining 100% polyester",
        ));
        assert_eq!(
            read.materials(),
            ["Polyester", "Coton", "Élasthanne"],
            "lyocell has no name on the site"
        );
        for (name, fibre) in FIBRES.iter() {
            if let Some(material) = fibre.material {
                let known = domain::vocabulary::material(material);
                assert!(
                    known.is_some_and(|m| m.fr == material),
                    "{name}: the site has no material {material}"
                );
            }
        }
    }
}
