//! A record of a batch.

/// A record of a batch, and how often it was received, this time included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReceivedRecord {
    pub(crate) record: usize,
    pub(crate) receives: u32,
    /// Its message group, where it has one.
    pub(crate) group: usize,
}
