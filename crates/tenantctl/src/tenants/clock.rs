//! The time of a change.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// Now, in ISO 8601, UTC. With milliseconds, by which one's own write is told from another's.
pub(crate) fn now() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = DateTime::from_millis(i64::try_from(now.as_millis()).unwrap_or(i64::MAX));
    // Only a time after the year 9999 has no such text.
    now.fmt(Format::DateTime).unwrap_or_else(|_| now.secs().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_iso_8601_in_utc() {
        let now = now();
        assert!(now.starts_with("20") && now.contains('T') && now.ends_with('Z'), "{now}");
    }
}
