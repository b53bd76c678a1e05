//! Ids made from texts that AWS does not accept as ids. Pure.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// The SHA-256 of these texts, in hexadecimal. Each text is hashed with its length, so that two different lists differ.
#[must_use]
pub fn hex_of(texts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.len().to_be_bytes());
        hash.update(text.as_bytes());
    }
    hex(&hash.finalize())
}

/// Bytes in lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
        // Writing into a String does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_with_the_same_concatenation_differ() {
        assert_ne!(hex_of(&["ab", "c"]), hex_of(&["a", "bc"]));
        assert_ne!(hex_of(&["ab"]), hex_of(&["ab", ""]));
        assert_eq!(hex_of(&["ab", "c"]), hex_of(&["ab", "c"]));
        assert_eq!(hex_of(&[]).len(), 64);
    }

    #[test]
    fn bytes_are_two_lower_case_digits_each() {
        assert_eq!(hex(&[0, 10, 255]), "000aff");
    }
}
