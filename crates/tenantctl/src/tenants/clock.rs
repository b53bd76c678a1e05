//! The time of a change.

use std::time::SystemTime;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// Now, in ISO 8601, UTC. With milliseconds and finer: it also tells one's own write from another's.
pub(crate) fn now() -> String {
    let now = DateTime::from(SystemTime::now());
    // Only a time before the year -9999 or after 9999 has no such text.
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
