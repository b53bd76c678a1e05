//! The event of some of a batch's records. It has the shape of the source's events, so that the source's handlers need
//! no changes, and its records are unchanged, byte for byte.

use crate::record::Record;

const HEAD: &str = "{\"Records\":[";
const TAIL: &str = "]}";

/// Returns the size in bytes of an event with one record of `raw_len` bytes.
#[must_use]
pub fn len_of_one(raw_len: usize) -> usize {
    HEAD.len() + raw_len + TAIL.len()
}

/// Returns the bytes by which one more record of `raw_len` bytes enlarges an event with at least one record.
#[must_use]
pub fn len_of_another(raw_len: usize) -> usize {
    ",".len() + raw_len
}

/// Makes the event of these records, in their order.
#[must_use]
pub fn event_of<'r, 'e: 'r>(records: impl Iterator<Item = &'r Record<'e>> + Clone) -> String {
    let bytes: usize = records.clone().map(|record| len_of_another(record.raw().len())).sum();
    let mut event = String::with_capacity(HEAD.len() + bytes + TAIL.len());
    event.push_str(HEAD);
    for (position, record) in records.enumerate() {
        if position > 0 {
            event.push(',');
        }
        event.push_str(record.raw());
    }
    event.push_str(TAIL);
    event
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records<'e>(raws: &[&'e str]) -> Vec<Record<'e>> {
        raws.iter().map(|raw| Record::new(*raw, "id".into())).collect()
    }

    #[test]
    fn event_has_its_records_byte_for_byte() {
        let records = records(&["{ \"a\" : 1.0e2 }", "{\"b\":\"\\u0041\"}"]);
        assert_eq!(event_of(records.iter()), "{\"Records\":[{ \"a\" : 1.0e2 },{\"b\":\"\\u0041\"}]}");
    }

    #[test]
    fn computed_lengths_are_exact() {
        let records = records(&["{\"a\":1}", "{}", "{\"cc\":\"ü\"}"]);
        let mut len = len_of_one(records[0].raw().len());
        assert_eq!(len, event_of(records[..1].iter()).len());
        for count in 2..=records.len() {
            len += len_of_another(records[count - 1].raw().len());
            assert_eq!(len, event_of(records[..count].iter()).len());
        }
    }
}
