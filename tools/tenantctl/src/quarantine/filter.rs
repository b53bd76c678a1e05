//! The options that select rejected records.

use std::time::Duration;

use super::age;
use super::rejection::RejectionDetails;
use crate::transfer::HeldMessage;

/// The heading of these options in the help.
const HELP_HEADING: &str = "Which records";

/// Selects rejected records. A record has to match all options that are given.
#[derive(clap::Args, Clone, Debug, Default)]
pub(crate) struct RecordFilter {
    /// Only the message with this id in the quarantine.
    #[arg(long, help_heading = HELP_HEADING, value_name = "ID")]
    pub(crate) message_id: Option<String>,
    /// Only records of this tenant, which the rejection names or, with --config, the router's selectors find.
    #[arg(long, help_heading = HELP_HEADING, value_name = "ID")]
    pub(crate) tenant: Option<String>,
    /// Only records that were rejected for this reason, such as `unknown_tenant`.
    #[arg(long, help_heading = HELP_HEADING, value_name = "CODE")]
    pub(crate) reason: Option<String>,
    /// Only records of this source.
    #[arg(long, help_heading = HELP_HEADING, value_name = "ARN")]
    pub(crate) source: Option<String>,
    /// Only the record with this id in its source (SQS: message id; streams: sequence number; EventBridge: id).
    #[arg(long, help_heading = HELP_HEADING, value_name = "ID")]
    pub(crate) record_id: Option<String>,
    /// Only records that were quarantined longer ago than this, such as 2h (units: s, m, h, d).
    #[arg(long, help_heading = HELP_HEADING, value_name = "TIME", value_parser = age::parse)]
    pub(crate) older_than: Option<Duration>,
    /// Only records that were quarantined within this time, such as 2h.
    #[arg(long, help_heading = HELP_HEADING, value_name = "TIME", value_parser = age::parse)]
    pub(crate) newer_than: Option<Duration>,
    /// The router's configuration, to find the tenant of records whose reason does not name it.
    #[arg(long, help_heading = HELP_HEADING, value_name = "FILE")]
    pub(crate) config: Option<std::path::PathBuf>,
}

impl RecordFilter {
    /// Returns whether no option is given.
    pub(crate) const fn is_empty(&self) -> bool {
        !self.names_records()
            && self.source.is_none()
            && self.older_than.is_none()
            && self.newer_than.is_none()
    }

    /// Returns whether an option names records by what they are. Age and source alone would also select unrelated
    /// records.
    pub(crate) const fn names_records(&self) -> bool {
        self.message_id.is_some()
            || self.tenant.is_some()
            || self.reason.is_some()
            || self.record_id.is_some()
    }

    /// Returns whether a rejected record matches. `now_millis` is the time in milliseconds since 1970.
    pub(crate) fn matches(
        &self,
        message: &HeldMessage,
        rejected: &RejectionDetails,
        tenant: Option<&str>,
        now_millis: u64,
    ) -> bool {
        let is = |wanted: &Option<String>, found: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| found == Some(wanted))
        };
        is(&self.message_id, Some(&message.id))
            && is(&self.tenant, tenant)
            && is(&self.reason, Some(&rejected.reason))
            && is(&self.source, rejected.source_arn.as_deref())
            && is(&self.record_id, rejected.record_id.as_deref())
            && self.matches_age(message.sent_millis(), now_millis)
    }

    /// Returns whether a message that was sent at this time matches the ages. A message without a time matches none.
    pub(crate) fn matches_age(&self, sent_millis: Option<u64>, now_millis: u64) -> bool {
        if self.older_than.is_none() && self.newer_than.is_none() {
            return true;
        }
        let Some(sent) = sent_millis else { return false };
        let age = Duration::from_millis(now_millis.saturating_sub(sent));
        self.older_than.is_none_or(|least| age >= least) && self.newer_than.is_none_or(|most| age <= most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transfer::message::tests::message;

    const HOUR: Duration = Duration::from_hours(1);

    fn matches(filter: &RecordFilter, tenant: Option<&str>, age: Duration) -> bool {
        let mut message = message("{}", &[]);
        message.system_attributes.insert("SentTimestamp".to_owned(), "1000000".to_owned());
        let rejected = RejectionDetails {
            reason: "suspended".to_owned(),
            source_arn: Some("arn:q".to_owned()),
            record_id: Some("m-1".to_owned()),
            ..RejectionDetails::default()
        };
        let now = 1_000_000 + u64::try_from(age.as_millis()).unwrap();
        filter.matches(&message, &rejected, tenant, now)
    }

    #[expect(clippy::unnecessary_wraps, reason = "what a filter's fields are")]
    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn empty_filter_matches_everything() {
        assert!(RecordFilter::default().is_empty() && matches(&RecordFilter::default(), None, HOUR));
    }

    #[test]
    fn all_options_have_to_match() {
        let filter =
            RecordFilter { reason: some("suspended"), tenant: some("acme"), ..RecordFilter::default() };
        assert!(matches(&filter, Some("acme"), HOUR));
        assert!(!matches(&filter, Some("Acme"), HOUR) && !matches(&filter, None, HOUR));
        for filter in [
            RecordFilter { reason: some("missing"), ..RecordFilter::default() },
            RecordFilter { source: some("arn:other"), ..RecordFilter::default() },
            RecordFilter { record_id: some("m-2"), ..RecordFilter::default() },
            RecordFilter { message_id: some("q-2"), ..RecordFilter::default() },
        ] {
            assert!(!matches(&filter, Some("acme"), HOUR), "{filter:?}");
        }
    }

    #[test]
    fn ages_count_from_when_the_record_was_quarantined() {
        let older = RecordFilter { older_than: Some(HOUR), ..RecordFilter::default() };
        let newer = RecordFilter { newer_than: Some(HOUR), ..RecordFilter::default() };
        assert!(matches(&older, None, HOUR) && !matches(&older, None, HOUR / 2));
        assert!(matches(&newer, None, HOUR) && !matches(&newer, None, HOUR * 2));
        assert!(!older.matches_age(None, 0) && !older.is_empty() && !older.names_records());
    }
}
