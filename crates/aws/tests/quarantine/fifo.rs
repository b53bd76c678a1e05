//! What a FIFO quarantine gets besides, and by which records wait for one another.

use aws::{QuarantineGroup, QuarantineQueue, SqsQuarantine};
use routing::ports::{QuarantineAck, Quarantine, RejectedRecord};
use sources::Record;
use tenancy::{Reason, Rejection};

use crate::common::{Server, admitted, clients, quarantine};
use crate::{ARN, QUEUE, messages_of, rejected, send, taken};

fn fifo(group: QuarantineGroup) -> QuarantineQueue {
    QuarantineQueue { group, ..quarantine(&format!("{QUEUE}.fifo")) }
}

#[tokio::test]
async fn a_message_has_its_order_key_as_group_and_a_name_against_repeats_within_the_invocation() {
    let server = Server::start([taken(&["0", "1"]), taken(&["0", "1"])]).await;
    let queue = fifo(QuarantineGroup::OrderKey);
    assert_eq!(
        send(&server, queue.clone(), &["{}", "{}"]).await,
        [QuarantineAck::Taken, QuarantineAck::Taken]
    );
    send(&server, queue, &["{}", "{}"]).await;
    let [first, second] = &messages_of(&server)[..] else { panic!("two requests") };
    assert_eq!(first["Entries"][0]["MessageGroupId"], "blue#1");
    let name = |place: usize| first["Entries"][place]["MessageDeduplicationId"].as_str().unwrap();
    assert_eq!(name(0).len(), 64);
    assert_ne!(name(0), name(1));
    assert_eq!(first, second, "the same invocation sends the same names");
}

#[tokio::test]
async fn a_record_that_is_rejected_again_in_a_later_invocation_is_kept_again() {
    // A replay may come within the five minutes in which SQS drops what has the same name.
    let server = Server::start([taken(&["0"]), taken(&["0"])]).await;
    let quarantine = SqsQuarantine::new(&clients(&server.url()), fifo(QuarantineGroup::OrderKey));
    let record = Record::new("{}", "r-0".into());
    for request_id in ["request-1", "request-2"] {
        quarantine.send(&[RejectedRecord { request_id, ..rejected(&record) }]).await;
    }
    let [first, second] = &messages_of(&server)[..] else { panic!("two requests") };
    let name = "MessageDeduplicationId";
    assert_ne!(first["Entries"][0][name], second["Entries"][0][name]);
}

#[tokio::test]
async fn the_line_that_a_record_waits_in_is_its_message_group() {
    let rejection = Rejection::new(Reason::Suspended).of_tenant(admitted("blue sky").tenant().clone());
    let record = Record::new("{}", "r-0".into()).with_order_key("key".into());
    let rejected =
        RejectedRecord { record: &record, rejection: &rejection, source_arn: ARN, request_id: "request-1" };
    for (group, expected) in [(QuarantineGroup::OrderKey, "key"), (QuarantineGroup::Tenant, "hash")] {
        let server = Server::start([taken(&["0"])]).await;
        let quarantine = SqsQuarantine::new(&clients(&server.url()), fifo(group));
        let line = quarantine.fifo_group(&rejected).unwrap();
        quarantine.send(std::slice::from_ref(&rejected)).await;
        assert_eq!(messages_of(&server)[0]["Entries"][0]["MessageGroupId"], *line);
        assert!(*line == *expected || (expected == "hash" && line.len() == 64), "{line}");
    }
}

#[tokio::test]
async fn in_a_standard_queue_nothing_waits_and_no_groups_are_sent() {
    let server = Server::start([taken(&["0"])]).await;
    let quarantine = SqsQuarantine::new(&clients(&server.url()), quarantine(QUEUE));
    let record = Record::new("{}", "r-0".into()).with_order_key("key".into());
    assert_eq!(quarantine.fifo_group(&rejected(&record)), None);
    quarantine.send(&[rejected(&record)]).await;
    let messages = messages_of(&server);
    let entry = messages[0]["Entries"][0].as_object().unwrap();
    assert_eq!(entry.keys().collect::<Vec<_>>(), ["Id", "MessageAttributes", "MessageBody"]);
}
