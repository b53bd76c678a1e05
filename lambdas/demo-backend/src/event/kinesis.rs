//! Parses a record of a Kinesis stream. Its data is a message of the demo.

use aws_lambda_events::kinesis::KinesisEventRecord;
use serde_json::Value;

use super::{DemoRecord, GroupOrder, InvalidEvent, message};
use crate::delivery_count::DeliveryCounter;

pub(super) fn parse(
    raw: Value,
    place: &str,
    deliveries: &DeliveryCounter,
) -> Result<DemoRecord, InvalidEvent> {
    let KinesisEventRecord { kinesis, .. } =
        serde_json::from_value(raw).map_err(|error| InvalidEvent::new(place, error))?;
    let place = format!("the data of {place}");
    let content = serde_json::from_slice(&kinesis.data).map_err(|error| InvalidEvent::new(&place, error))?;
    let message = message(content, &place)?;
    Ok(DemoRecord {
        delivery: deliveries.count(&kinesis.sequence_number),
        message_id: kinesis.sequence_number,
        group: Some(kinesis.partition_key),
        order: GroupOrder::ByGroup,
        message,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::parse_text;
    use super::super::{Behavior, GroupOrder, parse};
    use crate::delivery_count::DeliveryCounter;
    use testbed::{DataRecord, DataStream};

    fn record(data: &str) -> DataRecord {
        DataRecord::new("49:2", "a#1", data)
    }

    fn event(record: DataRecord) -> String {
        DataStream::new("orders").event(&[record])
    }

    #[test]
    fn record_has_sequence_number_and_partition_key() {
        let record = &parse_text(&event(record(r#"{"tenantId":"a","id":"1"}"#))).unwrap().records[0];
        assert_eq!(
            (&*record.message_id, record.group.as_deref(), record.order),
            ("49:2", Some("a#1"), GroupOrder::ByGroup)
        );
    }

    #[test]
    fn redelivered_record_counts_as_a_later_delivery() {
        let deliveries = DeliveryCounter::in_memory();
        let event = event(record(r#"{"tenantId":"a","id":"1","do":"fail","times":1}"#));
        let conducts = [(); 2].map(|()| {
            let event = serde_json::from_str(&event).unwrap();
            parse(event, &deliveries).unwrap().records[0].behavior()
        });
        assert_eq!(conducts, [Behavior::Fail, Behavior::Ok]);
    }

    #[test]
    fn invalid_data_is_refused_with_its_location() {
        let refusal = parse_text(&event(record("hello"))).unwrap_err().to_string();
        assert!(refusal.contains("the data of record 0: expected value"), "{refusal}");
        let refusal = parse_text(&event(record("").with_raw_data("%"))).unwrap_err().to_string();
        assert!(refusal.contains("record 0: Invalid symbol"), "{refusal}");
    }
}
