//! Where a string ends.

use wide::u8x16;

/// As many bytes as are looked at together.
const BLOCK: usize = 16;

/// Whether a string has escapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Escapes {
    None,
    Some,
}

/// How many bytes there are up to the quote that closes a string, that one included. `None` says nothing: the string has
/// an escape or a fault, does not end among the next sixteen bytes, or the text has no sixteen any more.
#[inline]
pub(crate) fn short_string(bytes: &[u8]) -> Option<usize> {
    let bytes = u8x16::from(*bytes.first_chunk()?);
    let found = not_plain(bytes);
    let first = found & found.wrapping_neg();
    let is_quote = is(bytes, b'"').to_bitmask() & first != 0;
    if is_quote { Some(first.trailing_zeros() as usize + 1) } else { None }
}

/// How many bytes there are up to the quote that closes a string, that one included, and whether there are escapes
/// among them; `None` where it is not closed, or has a control character or an escape that JSON does not know.
// Out of the way of the short ones.
#[inline(never)]
pub(crate) fn string(bytes: &[u8]) -> Option<(usize, Escapes)> {
    let (mut at, mut escapes) = (0, Escapes::None);
    loop {
        let rest = bytes.get(at..)?;
        let mut found = match rest.first_chunk() {
            Some(block) => not_plain(u8x16::from(*block)),
            None => not_plain(u8x16::from(last_block(rest))),
        };
        at += loop {
            if found == 0 {
                break BLOCK;
            }
            let place = found.trailing_zeros() as usize;
            let behind = match rest.get(place..)? {
                [b'"', ..] => return Some((at + place + 1, escapes)),
                [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => place + 2,
                [b'\\', b'u', a, b, c, d, ..] if [a, b, c, d].into_iter().all(u8::is_ascii_hexdigit) => {
                    place + 6
                }
                // A control character, another escape, or the end.
                _ => return None,
            };
            escapes = Escapes::Some;
            if behind >= BLOCK {
                break behind;
            }
            // The escape's own bytes have been looked at.
            found &= u32::MAX << behind;
        };
    }
}

/// What is left of a text, filled up with what no string has.
#[cold]
fn last_block(rest: &[u8]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    block[..rest.len()].copy_from_slice(rest);
    block
}

/// Which of these bytes are a quote, a backslash or a control character: a bit for each, the first one's the lowest.
#[inline]
fn not_plain(bytes: u8x16) -> u32 {
    let is_control = bytes.min(u8x16::splat(0x1f)).simd_eq(bytes);
    (is(bytes, b'"') | is(bytes, b'\\') | is_control).to_bitmask()
}

#[inline]
fn is(bytes: u8x16, byte: u8) -> u8x16 {
    bytes.simd_eq(u8x16::splat(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Option<(usize, Escapes)> {
        let read = string(text);
        if let Some(length) = short_string(text) {
            assert_eq!(read, Some((length, Escapes::None)));
        }
        read
    }

    #[test]
    fn a_string_ends_at_its_first_quote_wherever_that_stands_and_has_no_control_characters() {
        for at in 0..40 {
            for byte in 0..=u8::MAX {
                let mut bytes = [b'\xff'; 60];
                (bytes[at], bytes[42]) = (byte, b'"');
                let expected = match byte {
                    b'"' => Some((at + 1, Escapes::None)),
                    b'\\' | 0..0x20 => None,
                    _ => Some((43, Escapes::None)),
                };
                assert_eq!(read(&bytes), expected, "{byte} at {at}");
                // The text ends with the string.
                assert_eq!(read(&bytes[..43]), expected, "{byte} at {at}");
                assert_eq!(read(&bytes[..=at]), expected.filter(|_| byte == b'"'), "{byte} at {at}");
            }
        }
    }

    #[test]
    fn an_escape_is_passed_over_wherever_it_stands_and_with_whatever_follows() {
        for escape in [r#"\""#, r"\\", r"\/", r"\b", r"\n", r"\u00aF", r#"\"\""#, r"\\\\\\", r#"\u0022\""#] {
            for (before, behind) in (0..40).flat_map(|before| (0..20).map(move |behind| (before, behind))) {
                let inner = format!("{}{escape}{}", "a".repeat(before), "b".repeat(behind));
                let length = inner.len() + 1;
                assert_eq!(read(format!("{inner}\"").as_bytes()), Some((length, Escapes::Some)), "{inner}");
                assert_eq!(
                    read(format!("{inner}\",\"c\":12").as_bytes()),
                    Some((length, Escapes::Some)),
                    "{inner}"
                );
                assert_eq!(read(inner.as_bytes()), None, "{inner}");
            }
        }
        for (before, broken) in
            (0..40).flat_map(|before| [(before, r"\x"), (before, r"\u00g0"), (before, r"\U0000")])
        {
            assert_eq!(read(format!("{}{broken}0000\"", "a".repeat(before)).as_bytes()), None);
        }
    }

    #[test]
    fn a_short_string_ends_among_the_first_sixteen_bytes_of_a_text_that_has_so_many_and_has_no_escapes() {
        let short = |string: &str| short_string(format!("{string}{}", "-".repeat(40)).as_bytes());
        assert_eq!((short("\""), short("0123456789abcde\"")), (Some(1), Some(16)));
        assert_eq!((short("0123456789abcdef\""), short("a\\\"b\""), short("a\nb\"")), (None, None, None));
        assert_eq!(short_string(b"a\""), None);
    }
}
