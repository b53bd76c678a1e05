//! Parses a length of time such as `90s`, `30m`, `2h` or `7d`.

use std::time::Duration;

/// Parses a number and a unit.
///
/// # Errors
/// The text is something else, or the time is too long; with examples.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let wrong =
        || format!("\"{text}\" is not a length of time: write a number and a unit, as in 90s, 30m, 2h or 7d");
    let digits = text.trim_end_matches(|character: char| !character.is_ascii_digit());
    let count: u64 = digits.parse().map_err(|_| wrong())?;
    let seconds = match &text[digits.len()..] {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 24 * 3600,
        _ => return Err(wrong()),
    };
    count.checked_mul(seconds).map(Duration::from_secs).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_and_unit_are_parsed() {
        for (text, seconds) in [("90s", 90), ("30m", 1800), ("2h", 7200), ("7d", 604_800), ("0s", 0)] {
            assert_eq!(parse(text), Ok(Duration::from_secs(seconds)));
        }
    }

    #[test]
    fn other_texts_are_refused_with_examples() {
        for text in ["", "2", "h", "2 h", "-2h", "2w", "1.5h", "2h30m", "99999999999999999999d", "ü"] {
            assert!(parse(text).is_err_and(|problem| problem.contains("30m")), "{text}");
        }
    }
}
