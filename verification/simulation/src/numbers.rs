//! Formats numbers for readers, and parses those of the command line.

/// Formats a count with commas between groups of three digits.
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

/// Parses a whole number of the command line; digits may be separated by underscores.
///
/// # Errors
/// If the text is anything else.
pub fn number(text: &str) -> Result<u64, String> {
    text.replace('_', "").parse().map_err(|error| format!("{error}: {text}: write a whole number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_by_three() {
        assert_eq!([0, 12, 999, 1_000, 1_234_567].map(grouped), ["0", "12", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn number_may_contain_only_digits_and_underscores() {
        assert_eq!(number("20_000_000"), Ok(20_000_000));
        assert!(number("1e6").is_err_and(|error| error.ends_with("write a whole number")));
    }
}
