//! Names made of texts that are no names themselves.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// A hash of these texts, each with its length, so that no two lists of texts are alike.
pub(crate) fn hex_of(texts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.len().to_be_bytes());
        hash.update(text.as_bytes());
    }
    hash.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing into a String does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
