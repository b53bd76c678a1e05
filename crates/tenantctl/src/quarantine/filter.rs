//! Which messages are meant.

use std::time::Duration;

use super::age;
use super::message::{Held, Rejected};

/// The heading of the filter in the help.
const WHICH: &str = "Which records";

/// Which rejected records are meant; all that is given has to be met.
#[derive(clap::Args, Clone, Debug, Default)]
pub(crate) struct Filter {
    /// Only this message of the quarantine.
    #[arg(long, help_heading = WHICH, value_name = "ID")]
    pub(crate) message_id: Option<String>,
    /// Only records of this tenant: as the reason names it, or, with --config, as the router's selectors find it.
    #[arg(long, help_heading = WHICH, value_name = "ID")]
    pub(crate) tenant: Option<String>,
    /// Only records that were rejected for this reason, such as `unknown_tenant`.
    #[arg(long, help_heading = WHICH, value_name = "CODE")]
    pub(crate) reason: Option<String>,
    /// Only records that this source handed out.
    #[arg(long, help_heading = WHICH, value_name = "ARN")]
    pub(crate) source: Option<String>,
    /// Only the record that its source calls so (SQS: message id; streams: sequence number; EventBridge: id).
    #[arg(long, help_heading = WHICH, value_name = "ID")]
    pub(crate) record_id: Option<String>,
    /// Only what was set aside longer ago than this, such as 2h (s, m, h, d).
    #[arg(long, help_heading = WHICH, value_name = "TIME", value_parser = age::parse)]
    pub(crate) older_than: Option<Duration>,
    /// Only what was set aside since.
    #[arg(long, help_heading = WHICH, value_name = "TIME", value_parser = age::parse)]
    pub(crate) newer_than: Option<Duration>,
    /// The router's configuration, to find the tenant of records whose reason does not name it.
    #[arg(long, help_heading = WHICH, value_name = "FILE")]
    pub(crate) config: Option<std::path::PathBuf>,
}

impl Filter {
    /// Whether anything is asked for at all.
    pub(crate) const fn is_open(&self) -> bool {
        !self.picks() && self.source.is_none() && self.older_than.is_none() && self.newer_than.is_none()
    }

    /// Whether it says which records by what they are: by age or source alone, strangers would be among them.
    pub(crate) const fn picks(&self) -> bool {
        self.message_id.is_some()
            || self.tenant.is_some()
            || self.reason.is_some()
            || self.record_id.is_some()
    }

    /// Whether a rejected record is meant. `now_millis`: since 1970.
    pub(crate) fn takes(
        &self,
        held: &Held,
        rejected: &Rejected,
        tenant: Option<&str>,
        now_millis: u64,
    ) -> bool {
        let is = |wanted: &Option<String>, found: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| found == Some(wanted))
        };
        is(&self.message_id, Some(&held.id))
            && is(&self.tenant, tenant)
            && is(&self.reason, Some(&rejected.reason))
            && is(&self.source, rejected.source_arn.as_deref())
            && is(&self.record_id, rejected.record_id.as_deref())
            && self.is_of_age(held.sent_millis(), now_millis)
    }

    /// Whether a message that was sent then is old and young enough. One that does not say when is neither.
    pub(crate) fn is_of_age(&self, sent_millis: Option<u64>, now_millis: u64) -> bool {
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
    use super::super::message::tests::message;
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    fn takes(filter: &Filter, tenant: Option<&str>, age: Duration) -> bool {
        let mut held = message("{}", &[]);
        held.system.insert("SentTimestamp".to_owned(), "1000000".to_owned());
        let rejected = Rejected {
            reason: "suspended".to_owned(),
            source_arn: Some("arn:q".to_owned()),
            record_id: Some("m-1".to_owned()),
            ..Rejected::default()
        };
        let now = 1_000_000 + u64::try_from(age.as_millis()).unwrap();
        filter.takes(&held, &rejected, tenant, now)
    }

    #[expect(clippy::unnecessary_wraps, reason = "what a filter's fields are")]
    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn an_open_filter_takes_everything() {
        assert!(Filter::default().is_open() && takes(&Filter::default(), None, HOUR));
    }

    #[test]
    fn all_that_is_asked_for_has_to_be_met() {
        let filter = Filter { reason: some("suspended"), tenant: some("acme"), ..Filter::default() };
        assert!(takes(&filter, Some("acme"), HOUR));
        assert!(!takes(&filter, Some("Acme"), HOUR) && !takes(&filter, None, HOUR));
        for filter in [
            Filter { reason: some("missing"), ..Filter::default() },
            Filter { source: some("arn:other"), ..Filter::default() },
            Filter { record_id: some("m-2"), ..Filter::default() },
            Filter { message_id: some("q-2"), ..Filter::default() },
        ] {
            assert!(!takes(&filter, Some("acme"), HOUR), "{filter:?}");
        }
    }

    #[test]
    fn ages_are_counted_from_when_the_record_was_set_aside() {
        let older = Filter { older_than: Some(HOUR), ..Filter::default() };
        let newer = Filter { newer_than: Some(HOUR), ..Filter::default() };
        assert!(takes(&older, None, HOUR) && !takes(&older, None, HOUR / 2));
        assert!(takes(&newer, None, HOUR) && !takes(&newer, None, HOUR * 2));
        assert!(!older.is_of_age(None, 0) && !older.is_open() && !older.picks());
    }
}
