//! Converts messages from and to the types of the AWS SDK.

use std::collections::BTreeMap;

use aws_sdk_sqs::types::{
    Message, MessageAttributeValue, MessageSystemAttributeNameForSends, MessageSystemAttributeValue,
    SendMessageBatchRequestEntry,
};
use aws_smithy_types::Blob;
use aws_smithy_types::error::operation::BuildError;

use super::message::{AttributeValue, HeldMessage, MessageAttribute};
use super::outgoing::OutgoingMessage;

/// Converts a received message; `None` if a field is missing that SQS always returns.
pub(super) fn to_held_message(message: Message) -> Option<HeldMessage> {
    let attributes = message.message_attributes.unwrap_or_default().into_iter();
    let attributes: BTreeMap<_, _> =
        attributes.filter_map(|(name, value)| Some((name, to_attribute(value)?))).collect();
    let system = message.attributes.unwrap_or_default().into_iter();
    Some(HeldMessage {
        id: message.message_id?,
        receipt_handle: message.receipt_handle?,
        body: message.body?,
        attributes,
        system_attributes: system.map(|(name, value)| (name.as_str().to_owned(), value)).collect(),
    })
}

fn to_attribute(attribute: MessageAttributeValue) -> Option<MessageAttribute> {
    let value = match (attribute.string_value, attribute.binary_value) {
        (Some(text), _) => AttributeValue::Text(text),
        (None, Some(bytes)) => AttributeValue::Binary(bytes.into_inner()),
        (None, None) => return None,
    };
    Some(MessageAttribute { data_type: attribute.data_type, value })
}

/// Converts a message to send. The id of the entry is its index in the request.
pub(super) fn to_send_entry(
    index: usize,
    message: &OutgoingMessage,
) -> Result<SendMessageBatchRequestEntry, BuildError> {
    let mut entry = SendMessageBatchRequestEntry::builder().id(index.to_string()).message_body(&message.body);
    for (name, attribute) in &message.attributes {
        let value = MessageAttributeValue::builder().data_type(&attribute.data_type);
        let value = match &attribute.value {
            AttributeValue::Text(text) => value.string_value(text),
            AttributeValue::Binary(bytes) => value.binary_value(Blob::new(bytes.clone())),
        };
        entry = entry.message_attributes(name, value.build()?);
    }
    if let Some(trace_header) = &message.trace_header {
        let value = MessageSystemAttributeValue::builder().data_type("String").string_value(trace_header);
        entry = entry
            .message_system_attributes(MessageSystemAttributeNameForSends::AwsTraceHeader, value.build()?);
    }
    entry = entry.set_message_group_id(message.message_group_id.clone());
    entry.set_message_deduplication_id(message.deduplication_id.clone()).build()
}
