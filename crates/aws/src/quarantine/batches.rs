//! Splits rejected records into batches that fit in one SQS request. Pure.

use routing::ports::{QuarantineBatch, RejectedRecord, Transport};

use routing::sqs::{MAX_ENTRIES, MAX_MESSAGE_BYTES};

/// How a record is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MessageSize {
    /// As a message with this many bytes.
    Bytes(usize),
    /// By way of the bucket.
    Stored,
}

/// Splits records into batches, in order. A record that goes to the bucket gets its own batch, so that no other record
/// waits for S3. A record that is too large for any request gets its own batch, so that no other record fails with it.
pub(super) fn split<'a>(
    rejected: Vec<RejectedRecord<'a>>,
    size: impl Fn(&RejectedRecord<'a>) -> MessageSize,
) -> Vec<QuarantineBatch<'a>> {
    let sizes: Vec<MessageSize> = rejected.iter().map(size).collect();
    let mut rejected = rejected.into_iter();
    let batch = |(transport, length)| QuarantineBatch {
        rejected: rejected.by_ref().take(length).collect(),
        transport,
    };
    lengths(&sizes).into_iter().map(batch).collect()
}

/// Returns the transport and the number of records of each batch.
fn lengths(sizes: &[MessageSize]) -> Vec<(Transport, usize)> {
    let mut batches: Vec<(Transport, usize)> = Vec::new();
    let mut bytes = 0;
    for size in sizes {
        match (*size, batches.last_mut()) {
            (MessageSize::Bytes(more), Some((Transport::Message, length)))
                if *length < MAX_ENTRIES && bytes + more <= MAX_MESSAGE_BYTES =>
            {
                bytes += more;
                *length += 1;
            }
            (MessageSize::Bytes(more), _) => {
                bytes = more;
                batches.push((Transport::Message, 1));
            }
            (MessageSize::Stored, _) => batches.push((Transport::Store, 1)),
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message_batches(sizes: &[usize]) -> Vec<usize> {
        let sizes: Vec<MessageSize> = sizes.iter().map(|bytes| MessageSize::Bytes(*bytes)).collect();
        lengths(&sizes).into_iter().map(|(_, length)| length).collect()
    }

    #[test]
    fn batches_end_at_ten_messages() {
        assert_eq!(message_batches(&[]), [0_usize; 0]);
        assert_eq!(message_batches(&[1; 10]), [10]);
        assert_eq!(message_batches(&[1; 21]), [10, 10, 1]);
    }

    #[test]
    fn batches_end_at_the_byte_limit() {
        assert_eq!(message_batches(&[MAX_MESSAGE_BYTES - 1, 1]), [2]);
        assert_eq!(message_batches(&[MAX_MESSAGE_BYTES - 1, 2]), [1, 1]);
        assert_eq!(message_batches(&[5, MAX_MESSAGE_BYTES + 1, 6, 7]), [1, 1, 2]);
    }

    #[test]
    fn stored_record_is_alone_and_order_is_kept() {
        use MessageSize::{Bytes, Stored};
        let sizes = [Bytes(1), Bytes(1), Stored, Stored, Bytes(1)];
        let (message, store) = (Transport::Message, Transport::Store);
        assert_eq!(lengths(&sizes), [(message, 2), (store, 1), (store, 1), (message, 1)]);
    }
}
