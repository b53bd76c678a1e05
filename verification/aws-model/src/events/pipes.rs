//! Batches as a pipe sends them to its enrichment: a JSON array of the source's records [EventBridge user guide, "Event enrichment
//! in Amazon EventBridge Pipes"]. Records of SQS and DynamoDB have the format of event source mappings; for those of Kinesis
//! see [`json_in_pipe`](super::kinesis::DataRecord::json_in_pipe).

/// Returns the batch with these records, which are JSON.
#[must_use]
pub fn batch(records: &[String]) -> String {
    format!("[{}]", records.join(","))
}
