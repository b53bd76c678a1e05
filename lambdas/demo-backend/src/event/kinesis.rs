//! A record of a Kinesis stream; its data are a message of the demo.

use aws_lambda_events::kinesis::KinesisEventRecord;
use serde_json::Value;

use super::{NotUnderstood, Order, Record, message};
use crate::tries::Tries;

pub(super) fn read(raw: Value, place: &str, tries: &Tries) -> Result<Record, NotUnderstood> {
    let KinesisEventRecord { kinesis, .. } =
        serde_json::from_value(raw).map_err(|error| NotUnderstood::new(place, error))?;
    let place = format!("the data of {place}");
    let content = serde_json::from_slice(&kinesis.data).map_err(|error| NotUnderstood::new(&place, error))?;
    let message = message(content, &place)?;
    Ok(Record {
        delivery: tries.of(&kinesis.sequence_number),
        message_id: kinesis.sequence_number,
        group: Some(kinesis.partition_key),
        order: Order::ByGroup,
        message,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::read_new;
    use super::super::{Conduct, Order, read};
    use crate::tries::Tries;
    use serde_json::{Value, json};

    fn event(data: &str) -> Value {
        let data = base64_simd::STANDARD.encode_to_string(data);
        event_of(&data)
    }

    fn event_of(data: &str) -> Value {
        json!({ "Records": [{ "kinesis": {
            "partitionKey": "a#1",
            "sequenceNumber": "49:2",
            "data": data,
            "approximateArrivalTimestamp": 1_545_084_650.987,
        } }] })
    }

    #[test]
    fn a_record_is_named_by_its_sequence_number_and_ordered_by_its_partition_key() {
        let record = &read_new(event(r#"{"tenantId":"a","id":"1"}"#)).unwrap().records[0];
        assert_eq!(
            (&*record.message_id, record.group.as_deref(), record.order),
            ("49:2", Some("a#1"), Order::ByGroup)
        );
    }

    #[test]
    fn a_record_that_comes_again_is_a_later_delivery() {
        let tries = Tries::in_memory();
        let conducts: Vec<Conduct> = (0..2)
            .map(|_| {
                read(event(r#"{"tenantId":"a","id":"1","do":"fail","times":1}"#), &tries).unwrap().records[0]
                    .conduct()
            })
            .collect();
        assert_eq!(conducts, [Conduct::Fail, Conduct::Ok]);
    }

    #[test]
    fn data_that_are_no_message_are_refused_with_their_place() {
        let refusal = read_new(event("hello")).unwrap_err().to_string();
        assert!(refusal.contains("the data of record 0: expected value"), "{refusal}");
        let refusal = read_new(event_of("%")).unwrap_err().to_string();
        assert!(refusal.contains("record 0: Invalid symbol"), "{refusal}");
    }
}
