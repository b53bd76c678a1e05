//! Each event source's envelope: how an event is taken apart into records, how one tenant's records are
//! put together again for the backend, and how the source is answered. Pure: no AWS client, no clock, no tenant.
//!
//! - [`record`]: [`Record`] and [`Batch`], borrowed from the event
//! - [`Source`]: what a source has to know; [`Sqs`] is one
//! - [`sub_batch`]: the native event of some of a batch's records, byte for byte
//! - [`partial_batch`]: the partial batch response, read from the backend and written to the source
//!
//! A new source is one file beside `sqs.rs`.

mod object;
pub mod partial_batch;
pub mod record;
mod source;
mod sqs;
pub mod sub_batch;

pub use record::{Batch, Order, Record};
pub use source::{EventError, Source, Undecodable};
pub use sqs::Sqs;
