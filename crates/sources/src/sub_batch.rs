//! The event that one tenant's records make: the source's own shape, so that a handler written for the
//! source works unchanged, and the records byte for byte as they came.

use crate::record::Record;

const HEAD: &str = "{\"Records\":[";
const TAIL: &str = "]}";

/// Bytes of the event that holds one record of `raw_len` bytes.
#[must_use]
pub fn len_of_one(raw_len: usize) -> usize {
    HEAD.len() + raw_len + TAIL.len()
}

/// Bytes by which an event that holds at least one record grows with a record of `raw_len` bytes.
#[must_use]
pub fn len_of_another(raw_len: usize) -> usize {
    ",".len() + raw_len
}

/// The event of these records.
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
    fn an_event_holds_its_records_byte_for_byte() {
        let records = records(&["{ \"a\" : 1.0e2 }", "{\"b\":\"\\u0041\"}"]);
        assert_eq!(event_of(records.iter()), "{\"Records\":[{ \"a\" : 1.0e2 },{\"b\":\"\\u0041\"}]}");
    }

    #[test]
    fn lengths_are_counted_exactly() {
        let records = records(&["{\"a\":1}", "{}", "{\"cc\":\"ü\"}"]);
        let mut counted = len_of_one(records[0].raw().len());
        assert_eq!(counted, event_of(records[..1].iter()).len());
        for upto in 2..=records.len() {
            counted += len_of_another(records[upto - 1].raw().len());
            assert_eq!(counted, event_of(records[..upto].iter()).len());
        }
    }
}
