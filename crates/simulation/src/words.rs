//! Numbers as people read and write them.

/// Digits in groups of three.
#[must_use]
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A whole number, as an argument on the command line; underscores may stand between digits.
///
/// # Errors
/// Anything else.
pub fn number(text: &str) -> Result<u64, String> {
    text.replace('_', "").parse().map_err(|error| format!("{error}: write a whole number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_groups_of_three() {
        assert_eq!([0, 12, 999, 1_000, 1_234_567].map(grouped), ["0", "12", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn a_number_may_have_underscores_and_nothing_else() {
        assert_eq!(number("20_000_000"), Ok(20_000_000));
        assert!(number("1e6").is_err_and(|error| error.ends_with("write a whole number")));
    }
}
