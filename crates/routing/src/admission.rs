//! Admission of a batch: what each record's standing is before anything is sent.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use sources::{Condition, Record, Source, sub_batch};
use tenancy::{Admitted, Reason, Rejection, Rules};

use crate::policy::{Payload, Policy};

/// Where a record stands.
pub(crate) enum Standing<'e> {
    /// It belongs to this tenant; `content` where that is what an Invoke carries.
    Admitted { admitted: Admitted, content: Option<Cow<'e, str>> },
    /// It belongs to nobody.
    Rejected(Rejection),
    /// A panic: a defect of the router, never the record's fault.
    Panicked,
    /// There is no room for it in this invocation.
    Postponed,
}

pub(crate) fn admit<'e, S: Source>(
    source: S,
    rules: &Rules,
    policy: &Policy,
    record: &'e Record<'_>,
) -> Standing<'e> {
    match record.condition() {
        Condition::Sound => {}
        Condition::Undecodable => return Standing::Rejected(Rejection::new(Reason::Undecodable)),
        Condition::TooLarge => return Standing::Rejected(Rejection::new(Reason::TooLarge)),
        Condition::Postponed => return Standing::Postponed,
    }
    // Nothing that a panic could leave half-done is shared: everything in here takes `&` and returns a value.
    let standing = catch_unwind(AssertUnwindSafe(|| {
        // First, because `undecodable` is told before anything else that is wrong.
        let content = match policy.payload {
            Payload::Event | Payload::Original => None,
            Payload::Record => Some(source.content(record).map_err(|_| Rejection::new(Reason::Undecodable))?),
        };
        let admitted = rules.admit(record.raw())?;
        let bytes = match &content {
            Some(json) => json.len(),
            None if policy.payload == Payload::Original => record.raw().len(),
            None => sub_batch::len_of_one(record.raw().len()),
        };
        if bytes > policy.invocation.max_payload_bytes() {
            return Err(Rejection::new(Reason::TooLarge));
        }
        Ok(Standing::Admitted { admitted, content })
    }));
    match standing {
        Ok(Ok(admitted)) => admitted,
        Ok(Err(rejection)) => Standing::Rejected(rejection),
        Err(_) => Standing::Panicked,
    }
}
