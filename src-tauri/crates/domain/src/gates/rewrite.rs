//! Descriptions written otherwise, for a person to take or leave.

use super::{cut::cut, description, find_wording, hashtags, report::Gate};
use crate::{
    draft::Draft,
    words::{Found, folded_words},
};

/// The typed text with those lines of the composed one that say more than it does, as far as lines
/// are missing.
pub(super) fn facts_added(typed: &str, composed: &str, tags: &[String]) -> Option<String> {
    let missing = description::MIN_LINES.checked_sub(description::factual_lines(typed))?;
    let said: Vec<String> = typed
        .lines()
        .filter(|line| !hashtags::is_hashtag_line(line))
        .flat_map(folded_words)
        .collect();
    let more: Vec<&str> = composed
        .lines()
        .filter(|line| description::factual_lines(line) == 1)
        .filter(|line| folded_words(line).iter().any(|word| !said.contains(word)))
        .take(missing)
        .collect();
    let text = [typed.trim_end(), more.join("\n").as_str()].join("\n");
    (!more.is_empty()).then(|| hashtags::gathered(text.trim_start(), tags))
}

/// The text with its last factual lines on one line, where there are too many.
pub(super) fn lines_joined(typed: &str) -> Option<String> {
    let (tags, said): (Vec<&str>, Vec<&str>) = typed
        .lines()
        .filter(|line| !line.trim().is_empty())
        .partition(|line| hashtags::is_hashtag_line(line));
    if said.len() <= description::MAX_LINES {
        return None;
    }
    let (first, rest) = said.split_at(description::MAX_LINES - 1);
    let rest: Vec<&str> = rest
        .iter()
        .map(|l| l.trim().trim_end_matches('.'))
        .collect();
    let mut lines: Vec<String> = first.iter().map(|l| (*l).to_owned()).collect();
    lines.push(rest.join(" ; "));
    lines.extend(tags.into_iter().map(str::to_owned));
    Some(lines.join("\n"))
}

/// The description without the sentences in which the gate finds something. A hashtag goes alone.
pub(super) fn without_sentences(code: Gate, draft: &Draft) -> String {
    let text = &draft.description;
    let found = find_wording(code, text, draft);
    let pieces: Vec<Found> = found
        .iter()
        .map(|piece| {
            if piece.text.starts_with('#') {
                return piece.clone();
            }
            let ends = |c: char| matches!(c, '.' | '!' | '?' | '\n');
            let start = text[..piece.start].rfind(ends).map_or(0, |at| at + 1);
            let end = text[piece.end..]
                .find(|c: char| ends(c) || c == '#')
                .map_or(text.len(), |at| piece.end + at);
            // Its full stop goes with it; the line break stays.
            let end = if text[end..].starts_with(['.', '!', '?']) {
                end + 1
            } else {
                end
            };
            Found::at(text, start, end)
        })
        .collect();
    let mut apart: Vec<Found> = Vec::new();
    for piece in pieces {
        match apart.last_mut() {
            Some(last) if piece.start < last.end => {
                *last = Found::at(text, last.start, last.end.max(piece.end));
            }
            _ => apart.push(piece),
        }
    }
    cut(text, &apart)
}

/// The text without its last factual lines, until the site is said to take it. Hashtags stay.
pub(super) fn without_end(text: &str) -> String {
    let mut lines: Vec<&str> = text.trim().lines().collect();
    let length = |lines: &[&str]| lines.join("\n").chars().count();
    while length(&lines) > description::MAX_LENGTH {
        let Some(last) = lines.iter().rposition(|l| !hashtags::is_hashtag_line(l)) else {
            break;
        };
        lines.remove(last);
    }
    lines.join("\n")
}
