//! Where a string's plain text ends.

/// Whether a string has escapes.
pub(crate) enum Escapes {
    None,
    Some,
}

/// How many bytes come before the first that is a quote, a backslash or a control character. Eight at a time, by Mycroft's
/// test for a zero byte, which is exact up to the first one that it finds.
#[inline]
pub(crate) fn plain_bytes(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 255;
    let zero_in = |word: u64| word.wrapping_sub(ONES) & !word;
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let quote = zero_in(word ^ (ONES * u64::from(b'"')));
        let backslash = zero_in(word ^ (ONES * u64::from(b'\\')));
        let found = (control | quote | backslash) & (ONES << 7);
        if found != 0 {
            return at * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let plain = |byte: &&u8| **byte >= 0x20 && !matches!(byte, b'"' | b'\\');
    words.len() * 8 + rest.iter().take_while(plain).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_a_string_is_found_wherever_it_stands() {
        for at in 0..40 {
            for byte in 0..=u8::MAX {
                let mut bytes = [b'\xff'; 40];
                bytes[at] = byte;
                let ends = byte < 0x20 || byte == b'"' || byte == b'\\';
                assert_eq!(plain_bytes(&bytes), if ends { at } else { 40 }, "{byte} at {at}");
            }
        }
    }
}
