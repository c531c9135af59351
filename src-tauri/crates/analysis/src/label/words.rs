//! Words of read lines, folded, and how alike two spellings are to a reader's eye.

use domain::values::fold;

/// Letters and digits only, folded: `Levi's®` is `levis`.
pub(super) fn key(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Runs of letters, folded. Digits part words: labels are often read without their blanks (`65%COTON`).
pub(super) fn letter_runs(text: &str) -> Vec<String> {
    fold(text)
        .split(|c: char| !c.is_alphabetic())
        .filter(|run| !run.is_empty())
        .map(str::to_owned)
        .collect()
}

/// How far apart two keys are: letters put in, left out or changed, where signs that look alike count half.
/// More than `limit` is none.
pub(super) fn distance(a: &str, b: &str, limit: f32) -> Option<f32> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) as f32 > limit {
        return None;
    }
    let mut row: Vec<f32> = (0..=b.len()).map(|n| n as f32).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = (i + 1) as f32;
        for (j, &y) in b.iter().enumerate() {
            let change = diagonal + difference(x, y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1.0).min(diagonal + 1.0);
        }
    }
    row.last().copied().filter(|found| *found <= limit)
}

fn difference(a: char, b: char) -> f32 {
    const ALIKE: [&str; 9] = ["0oqd", "1il|", "5s", "8b", "2z", "6g", "uv", "ce", "hn"];
    if a == b {
        0.0
    } else if ALIKE.iter().any(|set| set.contains(a) && set.contains(b)) {
        0.5
    } else {
        1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_that_look_alike_are_nearer() {
        assert_eq!(distance("levis", "levis", 1.0), Some(0.0));
        assert_eq!(distance("diesel", "diese1", 1.0), Some(0.5), "1 for l");
        assert_eq!(distance("levis", "lewis", 1.0), Some(1.0), "w is not v");
        assert_eq!(distance("zara", "zarah", 1.0), Some(1.0), "a letter more");
        assert_eq!(distance("zara", "mango", 2.0), None, "another word");
        assert_eq!(distance("", "ab", 1.0), None, "too long by itself");
    }
}
