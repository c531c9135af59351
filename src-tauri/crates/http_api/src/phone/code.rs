//! The link that pairs a phone, as a picture that it scans.

use contract::{Code, Failure, PhoneCodeView};
use qrcode::{Color, EcLevel, QrCode, render::unicode::Dense1x2};
use secrecy::{ExposeSecret, SecretString};

/// Light modules around a code (ISO/IEC 18004).
const QUIET: usize = 4;

fn drawn(link: &SecretString) -> Result<QrCode, Failure> {
    QrCode::with_error_correction_level(link.expose_secret(), EcLevel::M).map_err(|error| {
        tracing::error!(%error, "a code could not be drawn");
        Failure::new(
            Code::Internal,
            "The code could not be drawn. The log has it.",
        )
    })
}

/// The code for the window, which draws it as an SVG path.
///
/// # Errors
/// Where the link is too long to be drawn; no address of a machine is.
pub fn code_view(link: &SecretString, seconds: u32) -> Result<PhoneCodeView, Failure> {
    use std::fmt::Write;
    let code = drawn(link)?;
    let width = code.width();
    let colors = code.to_colors();
    let mut path = String::new();
    for (y, row) in colors.chunks(width.max(1)).enumerate() {
        let mut x = 0;
        while x < row.len() {
            let run = row[x..].iter().take_while(|c| **c == Color::Dark).count();
            if run > 0 {
                // Writing to a text cannot fail.
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
            }
            x += run.max(1);
        }
    }
    Ok(PhoneCodeView {
        seconds,
        modules: u32::try_from(width + 2 * QUIET).unwrap_or(u32::MAX),
        path,
    })
}

/// The code for a terminal, in half blocks, light on dark as most terminals are.
///
/// # Errors
/// As [`code_view`].
pub fn code_for_terminals(link: &SecretString) -> Result<String, Failure> {
    Ok(drawn(link)?
        .render::<Dense1x2>()
        .dark_color(Dense1x2::Light)
        .light_color(Dense1x2::Dark)
        .quiet_zone(true)
        .build())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link() -> SecretString {
        SecretString::from(format!(
            "https://192.168.100.200:65535/#{}",
            "a1".repeat(20)
        ))
    }

    #[test]
    fn the_code_is_drawn_whole_and_shows_no_secret_in_words() {
        let view = code_view(&link(), 120).unwrap();
        assert_eq!(
            (view.modules - 8 - 17) % 4,
            0,
            "17 + 4 n modules and the quiet zone"
        );
        let drawn = drawn(&link()).unwrap();
        let dark = drawn
            .to_colors()
            .iter()
            .filter(|c| **c == Color::Dark)
            .count();
        let told: usize = view
            .path
            .split('M')
            .filter_map(|run| {
                run.split_once('h')?
                    .1
                    .split('v')
                    .next()?
                    .parse::<usize>()
                    .ok()
            })
            .sum();
        assert_eq!(told, dark, "each dark module once");
        assert!(!view.path.contains("a1a1"), "modules, no words");
        assert!(
            !format!("{view:?}").contains('M'),
            "nothing of it is logged"
        );
    }

    #[test]
    fn a_terminal_gets_blocks() {
        let text = code_for_terminals(&link()).unwrap();
        assert!(text.lines().count() > 15, "half as many lines as modules");
        assert!(text.chars().all(|c| " ▀▄█\n".contains(c)), "only blocks");
    }
}
