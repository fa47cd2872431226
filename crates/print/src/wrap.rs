//! Breaking text into lines (中文排版): where a line may end, and what may not begin one.
//!
//! Invariant: the lines together hold every character of the text, save spaces where a line was broken; no line is
//! wider than asked, unless a single character is.

use crate::face::Face;

/// What may not stand at the beginning of a line (避头).
const NEVER_FIRST: &str = "、。,.;:!?)]}%‰℃°’”…—·》」』】〕〉〗,。:;!?)]}、~¥-/";
/// What may not stand at the end of a line (避尾).
const NEVER_LAST: &str = "([{‘“《「『【〔〈〖([{¥$¥";

/// Breaks a text into lines of at most `width` at a font size.
pub(crate) fn lines(face: &Face, text: &str, size: f32, width: f32) -> Vec<String> {
    text.split('\n')
        .flat_map(|line| broken(face, line, size, width))
        .collect()
}

fn broken(face: &Face, text: &str, size: f32, width: f32) -> Vec<String> {
    let mut found = Vec::new();
    let mut line = String::new();
    let mut used = 0.0_f32;
    for unit in units(text) {
        let wide = face.wide(unit, size);
        if used + face.wide(unit.trim_end(), size) <= width {
            line.push_str(unit);
            used += wide;
            continue;
        }
        if !line.is_empty() {
            found.push(line.trim_end().to_owned());
        }
        (line, used) = (String::new(), 0.0);
        let unit = unit.trim_start();
        if face.wide(unit.trim_end(), size) <= width {
            line.push_str(unit);
            used = face.wide(unit, size);
            continue;
        }
        // Longer than a whole line, like a digest: broken anywhere.
        for character in unit.chars() {
            let wide = face.width(character) * size;
            if used + wide > width && !line.is_empty() {
                found.push(std::mem::take(&mut line));
                used = 0.0;
            }
            line.push(character);
            used += wide;
        }
    }
    found.push(line.trim_end().to_owned());
    found
}

/// Pieces that must not be broken: a word with the spaces after it, or a Chinese character with the marks that cling
/// to it.
fn units(text: &str) -> Vec<&str> {
    let mut ends = Vec::new();
    let mut before: Option<char> = None;
    for (at, character) in text.char_indices() {
        if before.is_some_and(|before| may_break(before, character)) {
            ends.push(at);
        }
        before = Some(character);
    }
    ends.push(text.len());
    let mut from = 0;
    ends.into_iter()
        .filter_map(|to| {
            let unit = text.get(from..to);
            from = to;
            unit.filter(|unit| !unit.is_empty())
        })
        .collect()
}

fn may_break(before: char, after: char) -> bool {
    if NEVER_FIRST.contains(after) || NEVER_LAST.contains(before) || after == ' ' {
        return false;
    }
    before == ' ' || is_wide(before) || is_wide(after)
}

/// Whether a line may be broken beside the character: everything from the Chinese punctuation on.
fn is_wide(character: char) -> bool {
    u32::from(character) >= 0x2E80 || matches!(character, '“' | '”' | '‘' | '’' | '…' | '—' | '·')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face() -> Face {
        Face::embedded().unwrap()
    }

    #[test]
    fn marks_do_not_begin_a_line_and_brackets_do_not_end_one() {
        let face = face();
        let text = "评标委员会认为,投标人(甲)的报价(人民币)合理;其余《投标文件》符合要求。";
        for width in 20..200_u16 {
            let set = lines(&face, text, 10.0, f32::from(width).max(40.0));
            assert_eq!(set.concat(), text);
            for line in &set {
                assert!(!NEVER_FIRST.contains(line.chars().next().unwrap()), "{set:?}");
                assert!(!NEVER_LAST.contains(line.chars().next_back().unwrap()), "{set:?}");
            }
        }
    }

    #[test]
    fn words_stay_whole_and_digests_are_broken() {
        let face = face();
        let set = lines(&face, "the quick brown fox", 10.0, 60.0);
        assert!(
            set.len() > 1
                && set
                    .iter()
                    .all(|line| !line.contains("qui ") && !line.ends_with(' '))
        );
        assert_eq!(set.join(" "), "the quick brown fox");
        let digest = "0123456789abcdef".repeat(4);
        let set = lines(&face, &digest, 10.0, 100.0);
        assert!(set.len() > 2);
        assert_eq!(set.concat(), digest);
        assert!(set.iter().all(|line| face.wide(line, 10.0) <= 100.0));
    }

    #[test]
    fn line_feeds_and_nothing_at_all() {
        let face = face();
        assert_eq!(lines(&face, "一\n二", 10.0, 100.0), ["一", "二"]);
        assert_eq!(lines(&face, "", 10.0, 100.0), [""]);
    }
}
