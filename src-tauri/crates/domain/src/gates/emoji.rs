//! Emoji in a text.

use unicode_properties::{
    UnicodeEmoji,
    emoji::{EmojiStatus, is_emoji_presentation_selector, is_text_presentation_selector},
};
use unicode_segmentation::UnicodeSegmentation;

use crate::words::Found;

const KEYCAP: char = '\u{20E3}';

/// Every emoji, a sequence (flag, family, keycap, skin tone) as one.
pub(crate) fn find(text: &str) -> Vec<Found> {
    text.grapheme_indices(true)
        .filter(|(_, grapheme)| is_emoji(grapheme))
        .map(|(at, grapheme)| Found::at(text, at, at + grapheme.len()))
        .collect()
}

/// A grapheme that people see as a picture.
///
/// What Unicode shows as a picture by default counts, and any character that asks for it (variation
/// selector 16, keycap). Of those that Unicode shows as text by default, the pictographs from U+2600
/// on count (❤, ✔, ☀), since phones draw them as pictures; digits, ©, ®, ™, arrows and geometric
/// signs below it do not, nor does what asks to be text (variation selector 15). Source: UTS #51.
fn is_emoji(grapheme: &str) -> bool {
    let asks_for_text = grapheme.chars().any(is_text_presentation_selector);
    let asks_for_picture = grapheme
        .chars()
        .any(|c| is_emoji_presentation_selector(c) || c == KEYCAP);
    grapheme.chars().any(|c| match c.emoji_status() {
        EmojiStatus::EmojiPresentation
        | EmojiStatus::EmojiPresentationAndModifierBase
        | EmojiStatus::EmojiPresentationAndEmojiComponent
        | EmojiStatus::EmojiPresentationAndModifierAndEmojiComponent => !asks_for_text,
        EmojiStatus::EmojiModifierBase
        | EmojiStatus::EmojiOther
        | EmojiStatus::EmojiOtherAndEmojiComponent => {
            asks_for_picture || (c >= '\u{2600}' && !asks_for_text)
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("😀")]
    #[case("👩‍👩‍👧")]
    #[case("👍🏽")]
    #[case("🇫🇷")]
    #[case("🏴󠁧󠁢󠁥󠁮󠁧󠁿")]
    #[case("1️⃣")]
    #[case("❤️")]
    #[case("❤")]
    #[case("✨")]
    #[case("✔")]
    #[case("©️")]
    #[case("⭐")]
    #[case("🩷")]
    fn pictures_are_found_whole(#[case] emoji: &str) {
        let text = format!("Robe {emoji} noire");
        let found = find(&text);
        assert_eq!(found.len(), 1, "{emoji} is one emoji: {found:?}");
        assert_eq!(found[0].text, emoji, "a sequence is found whole");
    }

    #[rstest]
    #[case("Robe d’été – taille 38,5 (100 % coton)")]
    #[case("Levi's® 501™ ©")]
    #[case("#robe *1* 30°")]
    #[case("→ ← ↔ • · … « » \" ½ × €")]
    #[case("■ ▪ ▶ ○ ★ ✓")]
    #[case("❤\u{FE0E}")]
    #[case("Größe ŁÓDŹ 日本 Юбка")]
    fn letters_digits_and_signs_are_none(#[case] text: &str) {
        assert_eq!(find(text), [], "{text:?} holds no emoji");
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in any::<String>()) {
            for found in find(&text) {
                prop_assert_eq!(&text[found.start..found.end], found.text.as_str(), "places are true");
            }
        }
    }
}
