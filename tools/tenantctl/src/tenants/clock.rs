//! The time of a change.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// The current time in ISO 8601, UTC. The milliseconds tell a retried write of this command from another's write.
pub(crate) fn now() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = DateTime::from_millis(i64::try_from(now.as_millis()).unwrap_or(i64::MAX));
    // Formatting fails only after the year 9999.
    now.fmt(Format::DateTime).unwrap_or_else(|_| now.secs().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_iso_8601_in_utc() {
        let now = now();
        assert!(now.starts_with("20") && now.contains('T') && now.ends_with('Z'), "{now}");
    }
}
