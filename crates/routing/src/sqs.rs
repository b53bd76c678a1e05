//! The limits of SQS for messages and batches. Pure [Amazon SQS developer guide, "Amazon SQS message quotas";
//! SQS API reference, `SendMessageBatch`].

/// The largest message, and the largest sum of a batch's messages, in bytes.
pub const MAX_MESSAGE_BYTES: usize = 1_048_576;

/// The bytes of a bridge's message that are reserved for its attribute, which SQS counts too.
pub const RESERVED_BYTES: usize = 64;

/// The most messages that one batch may have.
pub const MAX_ENTRIES: usize = 10;

/// The longest `MessageGroupId` and `MessageDeduplicationId`.
const MAX_ID: usize = 128;

/// The data type of every attribute. SQS counts its bytes with each attribute.
pub const DATA_TYPE: &str = "String";

/// Whether this is up to 128 letters, digits and punctuation marks [SQS API reference, `SendMessage`, `MessageGroupId`].
#[must_use]
pub fn is_id(text: &str) -> bool {
    (1..=MAX_ID).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Whether SQS takes this character in bodies and attributes [SQS API reference, `SendMessage`, `MessageBody`].
#[must_use]
pub const fn is_permitted(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{1_0000}'..='\u{10_ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_is_up_to_128_printable_characters_without_space() {
        for id in ["a", "blue#1", "!\"~", &"k".repeat(128)] {
            assert!(is_id(id), "{id}");
        }
        for text in ["", "white space", "ü", "tab\t", &"k".repeat(129)] {
            assert!(!is_id(text), "{text}");
        }
    }

    #[test]
    fn characters_outside_xml_are_not_permitted() {
        assert!("\t\n\r \u{7f}\u{80}\u{d7ff}\u{e000}\u{fffd}\u{10000}\u{10ffff}".chars().all(is_permitted));
        assert!(!"\u{0}\u{1f}\u{b}\u{fffe}\u{ffff}".chars().any(is_permitted));
    }
}
