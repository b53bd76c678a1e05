//! Records are cut into parcels that SQS takes in one request. Pure.

use routing::ports::{QuarantineBatch, RejectedRecord, Transport};

use routing::sqs::{MAX_BYTES, MAX_ENTRIES};

/// How large a record is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Size {
    /// Its message has so many bytes.
    Bytes(usize),
    /// It goes into the bucket.
    Stored,
}

/// Cuts records into parcels, in order. One that goes into the bucket is a parcel by itself, so that nothing else waits
/// for S3; so is one that is too large for any request, so that it takes nothing else down with it.
pub(super) fn batches<'a>(
    rejected: Vec<RejectedRecord<'a>>,
    size: impl Fn(&RejectedRecord<'a>) -> Size,
) -> Vec<QuarantineBatch<'a>> {
    let sizes: Vec<Size> = rejected.iter().map(size).collect();
    let mut rejected = rejected.into_iter();
    let parcel = |(way, length)| QuarantineBatch { rejected: rejected.by_ref().take(length).collect(), way };
    cut(&sizes).into_iter().map(parcel).collect()
}

/// Transport and number of records of each parcel.
fn cut(sizes: &[Size]) -> Vec<(Transport, usize)> {
    let mut parcels: Vec<(Transport, usize)> = Vec::new();
    let mut bytes = 0;
    for size in sizes {
        match (*size, parcels.last_mut()) {
            (Size::Bytes(more), Some((Transport::Message, length)))
                if *length < MAX_ENTRIES && bytes + more <= MAX_BYTES =>
            {
                bytes += more;
                *length += 1;
            }
            (Size::Bytes(more), _) => {
                bytes = more;
                parcels.push((Transport::Message, 1));
            }
            (Size::Stored, _) => parcels.push((Transport::Store, 1)),
        }
    }
    parcels
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(sizes: &[usize]) -> Vec<usize> {
        let sizes: Vec<Size> = sizes.iter().map(|bytes| Size::Bytes(*bytes)).collect();
        cut(&sizes).into_iter().map(|(_, length)| length).collect()
    }

    #[test]
    fn parcels_end_at_ten_messages() {
        assert_eq!(lengths(&[]), [0_usize; 0]);
        assert_eq!(lengths(&[1; 10]), [10]);
        assert_eq!(lengths(&[1; 21]), [10, 10, 1]);
    }

    #[test]
    fn parcels_end_at_exactly_the_limit_of_bytes_and_what_fits_into_none_goes_alone() {
        assert_eq!(lengths(&[MAX_BYTES - 1, 1]), [2]);
        assert_eq!(lengths(&[MAX_BYTES - 1, 2]), [1, 1]);
        assert_eq!(lengths(&[5, MAX_BYTES + 1, 6, 7]), [1, 1, 2]);
    }

    #[test]
    fn what_goes_into_the_bucket_goes_alone_and_the_order_stays() {
        let sizes = [Size::Bytes(1), Size::Bytes(1), Size::Stored, Size::Stored, Size::Bytes(1)];
        let (message, store) = (Transport::Message, Transport::Store);
        assert_eq!(cut(&sizes), [(message, 2), (store, 1), (store, 1), (message, 1)]);
    }
}
