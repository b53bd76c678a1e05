//! A payload of an Invoke.

use routing::ports::Invocation;

use crate::history::Bytes;

/// A payload as the backend sees it.
pub(super) struct Payload {
    pub(super) tenant: Option<usize>,
    pub(super) backend: usize,
    pub(super) records: Vec<usize>,
    pub(super) bytes: Bytes,
    pub(super) invocation: Invocation,
}
