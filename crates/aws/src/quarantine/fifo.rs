//! The message group id and the deduplication id of a message in a FIFO quarantine. Pure.

use std::borrow::Cow;

use routing::ports::RejectedRecord;
use tenancy::TenantId;

use super::QuarantineGroup;
use routing::hash::hex_of;
use routing::sqs::is_id;

/// Returns the message group id: the tenant id or the order key, unchanged so that they are readable in the console, or a
/// hash if SQS does not accept the text as a group id. A record with neither gets a group of its own.
pub(super) fn group_id<'a>(rejected: &RejectedRecord<'a>, by: QuarantineGroup) -> Cow<'a, str> {
    let tenant = match by {
        QuarantineGroup::Tenant => rejected.rejection.tenant().map(TenantId::as_str),
        QuarantineGroup::OrderKey => None,
    };
    let name = tenant.or(rejected.record.order_key()).unwrap_or(rejected.record.event_id());
    if is_id(name) { Cow::Borrowed(name) } else { Cow::Owned(hex_of(&[name])) }
}

/// Returns the deduplication id of one record in one invocation. SQS keeps one message of each id within five minutes
/// [Amazon SQS developer guide, "Exactly-once processing in Amazon SQS"]; S3 keeps one object of each key.
///
/// The request id is a part of it: a record that is replayed and rejected again within minutes must reach the quarantine
/// again. The source's ARN is a part of it because event ids are unique only within one source. The event id is used
/// because the records of a Kinesis aggregate share one `id`.
pub(super) fn deduplication_id(rejected: &RejectedRecord<'_>) -> String {
    hex_of(&[rejected.source_arn, rejected.record.event_id(), rejected.request_id])
}

#[cfg(test)]
mod tests {
    use super::*;
    use sources::Record;
    use tenancy::{Grammar, Reason, Rejection, Rules, Selector};

    fn rejected<'a>(record: &'a Record<'a>, rejection: &'a Rejection) -> RejectedRecord<'a> {
        RejectedRecord { record, rejection, source_arn: "arn", request_id: "request-1" }
    }

    fn of_tenant(tenant: &str) -> Rejection {
        let rules = Rules::new(vec![Selector::parse("$.t").unwrap()], vec![], Grammar::Lambda).unwrap();
        let admitted = rules.admit(&serde_json::json!({ "t": tenant }).to_string()).unwrap();
        Rejection::new(Reason::Suspended).with_tenant(admitted.tenant().clone())
    }

    fn record(order_key: Option<&'static str>) -> Record<'static> {
        let record = Record::new("{}", "m-1".into());
        order_key.into_iter().fold(record, |record, key| record.with_order_key(key.into()))
    }

    #[test]
    fn group_is_the_order_key_or_the_event_id() {
        let rejection = of_tenant("acme");
        for (order_key, expected) in [(None, "m-1"), (Some("blue#1"), "blue#1")] {
            let record = record(order_key);
            assert_eq!(group_id(&rejected(&record, &rejection), QuarantineGroup::OrderKey), expected);
        }
    }

    #[test]
    fn tenant_group_falls_back_to_the_order_key() {
        let (known, unknown) = (of_tenant("acme"), Rejection::new(Reason::Conflict));
        let record = record(Some("blue#1"));
        assert_eq!(group_id(&rejected(&record, &known), QuarantineGroup::Tenant), "acme");
        assert_eq!(group_id(&rejected(&record, &unknown), QuarantineGroup::Tenant), "blue#1");
    }

    #[test]
    fn invalid_group_is_hashed_and_keeps_its_order() {
        let rejection = Rejection::new(Reason::Missing);
        let long: &'static str = "k".repeat(129).leak();
        let mut groups: Vec<String> = ["", "white space", "ümlaut", long]
            .map(|key| {
                let record = record(Some(key));
                group_id(&rejected(&record, &rejection), QuarantineGroup::OrderKey).into_owned()
            })
            .to_vec();
        assert!(groups.iter().all(|group| group.len() == 64 && is_id(group)));
        groups.sort_unstable();
        groups.dedup();
        assert_eq!(groups.len(), 4);
        let (with_blank, record) = (of_tenant("b l"), record(None));
        assert_eq!(group_id(&rejected(&record, &with_blank), QuarantineGroup::Tenant).len(), 64);
    }

    #[test]
    fn deduplication_id_is_per_record_source_and_invocation() {
        let rejection = Rejection::new(Reason::Missing);
        let user = |index: &str| Record::new("{}", "4".into()).with_item_id(format!("4:{index}").into());
        let (one, other) = (user("0"), user("1"));
        let id = deduplication_id(&rejected(&one, &rejection));
        assert_eq!(id, deduplication_id(&rejected(&one, &rejection)));
        assert_ne!(id, deduplication_id(&rejected(&other, &rejection)));
        assert_ne!(
            id,
            deduplication_id(&RejectedRecord { request_id: "request-2", ..rejected(&one, &rejection) })
        );
        assert_ne!(
            id,
            deduplication_id(&RejectedRecord { source_arn: "arn-2", ..rejected(&one, &rejection) })
        );
        assert!(is_id(&id));
    }
}
