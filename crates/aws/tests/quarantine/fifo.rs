//! Tests the message groups and deduplication ids of a FIFO quarantine.

use aws::{QuarantineGroup, QuarantineQueue, SqsQuarantine};
use routing::ports::{Quarantine, QuarantineAck, RejectedRecord};
use sources::Record;
use tenancy::{Reason, Rejection};

use crate::common::{Server, admitted, clients, quarantine};
use crate::{ARN, QUEUE, messages_of, rejected, send, taken};

fn fifo(group: QuarantineGroup) -> QuarantineQueue {
    QuarantineQueue { group, ..quarantine(&format!("{QUEUE}.fifo")) }
}

#[tokio::test]
async fn fifo_message_has_group_and_deduplication_id() {
    let server = Server::start([taken(&["0", "1"]), taken(&["0", "1"])]).await;
    let queue = fifo(QuarantineGroup::OrderKey);
    assert_eq!(
        send(&server, queue.clone(), &["{}", "{}"]).await,
        [QuarantineAck::Taken, QuarantineAck::Taken]
    );
    send(&server, queue, &["{}", "{}"]).await;
    let [first, second] = &messages_of(&server)[..] else { panic!("two requests") };
    assert_eq!(first["Entries"][0]["MessageGroupId"], "blue#1");
    let id = |index: usize| first["Entries"][index]["MessageDeduplicationId"].as_str().unwrap();
    assert_eq!(id(0).len(), 64);
    assert_ne!(id(0), id(1));
    assert_eq!(first, second, "one invocation must use the same ids");
}

#[tokio::test]
async fn later_invocation_uses_another_deduplication_id() {
    // A replay may come within the five minutes in which SQS drops a message with the same deduplication id.
    let server = Server::start([taken(&["0"]), taken(&["0"])]).await;
    let quarantine = SqsQuarantine::new(&clients(&server.url()), fifo(QuarantineGroup::OrderKey));
    let record = Record::new("{}", "r-0".into());
    for request_id in ["request-1", "request-2"] {
        quarantine.send(&[RejectedRecord { request_id, ..rejected(&record) }]).await;
    }
    let [first, second] = &messages_of(&server)[..] else { panic!("two requests") };
    let id = "MessageDeduplicationId";
    assert_ne!(first["Entries"][0][id], second["Entries"][0][id]);
}

#[tokio::test]
async fn fifo_group_is_the_message_group() {
    let rejection = Rejection::new(Reason::Suspended).with_tenant(admitted("blue sky").tenant().clone());
    let record = Record::new("{}", "r-0".into()).with_order_key("key".into());
    let rejected =
        RejectedRecord { record: &record, rejection: &rejection, source_arn: ARN, request_id: "request-1" };
    for (group, expected) in [(QuarantineGroup::OrderKey, "key"), (QuarantineGroup::Tenant, "hash")] {
        let server = Server::start([taken(&["0"])]).await;
        let quarantine = SqsQuarantine::new(&clients(&server.url()), fifo(group));
        let fifo_group = quarantine.fifo_group(&rejected).unwrap();
        quarantine.send(std::slice::from_ref(&rejected)).await;
        assert_eq!(messages_of(&server)[0]["Entries"][0]["MessageGroupId"], *fifo_group);
        assert!(*fifo_group == *expected || (expected == "hash" && fifo_group.len() == 64), "{fifo_group}");
    }
}

#[tokio::test]
async fn standard_queue_has_no_message_groups() {
    let server = Server::start([taken(&["0"])]).await;
    let quarantine = SqsQuarantine::new(&clients(&server.url()), quarantine(QUEUE));
    let record = Record::new("{}", "r-0".into()).with_order_key("key".into());
    assert_eq!(quarantine.fifo_group(&rejected(&record)), None);
    quarantine.send(&[rejected(&record)]).await;
    let messages = messages_of(&server);
    let entry = messages[0]["Entries"][0].as_object().unwrap();
    assert_eq!(entry.keys().collect::<Vec<_>>(), ["Id", "MessageAttributes", "MessageBody"]);
}
