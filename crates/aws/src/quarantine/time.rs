//! Times as the quarantine writes them.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// Formats a time, in milliseconds since 1970, as ISO 8601 in UTC.
pub(super) fn iso_8601(millis: u64) -> Option<String> {
    DateTime::from_millis(i64::try_from(millis).ok()?).fmt(Format::DateTime).ok()
}
