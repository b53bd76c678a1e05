//! Admission of a batch: what each record's standing is before anything is sent.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use sources::{Condition, Record, Source, sub_batch};
use tenancy::{Admitted, Claim, Reason, Rejection, Rules, RegistryDecision};

use crate::ledger::Cause;
use crate::policy::{Payload, DeliveryPolicy};

/// Where a record stands.
pub(crate) enum Admission<'e> {
    /// It belongs to this tenant; `content` where that is what an Invoke carries.
    Admitted { admitted: Admitted, content: Option<Cow<'e, str>> },
    /// It belongs to nobody.
    Rejected(Rejection),
    /// It cannot be decided about now, or its tenant's records wait.
    Waiting(Cause),
    /// A panic: a defect of the router, never the record's fault.
    Panicked,
    /// There is no room for it in this invocation.
    Postponed,
}

impl Admission<'_> {
    /// What a ruling means; `admit` has the last word on a record that belongs to a tenant.
    pub(crate) fn of(ruling: RegistryDecision, admit: impl FnOnce(Admitted) -> Self) -> Self {
        match ruling {
            RegistryDecision::Admitted(admitted) => admit(admitted),
            RegistryDecision::Rejected(rejection) => Self::Rejected(rejection),
            RegistryDecision::Held => Self::Waiting(Cause::Held),
            RegistryDecision::NoSuchBackend => Self::Waiting(Cause::RegistryItem),
        }
    }
}

/// What a record says of itself.
pub(crate) enum PendingAdmission<'e> {
    /// It names a tenant, whom nobody has confirmed yet.
    Claims { claim: Claim, content: Option<Cow<'e, str>>, bytes: usize },
    /// Nothing more has to be asked.
    Known(Admission<'e>),
}

/// Looks at one record.
pub(crate) fn examine<'e, S: Source>(
    source: S,
    rules: &Rules,
    policy: &DeliveryPolicy,
    record: &'e Record<'_>,
) -> PendingAdmission<'e> {
    match record.condition() {
        Condition::Readable => {}
        Condition::Undecodable => return reject(Rejection::new(Reason::Undecodable)),
        Condition::TooLarge => return reject(Rejection::new(Reason::TooLarge)),
        Condition::Postponed => return PendingAdmission::Known(Admission::Postponed),
    }
    // Nothing that a panic could leave half-done is shared: everything in here takes `&` and returns a value.
    let examined = catch_unwind(AssertUnwindSafe(|| {
        // First, because `undecodable` is told before anything else that is wrong.
        let content = match policy.payload {
            Payload::Event | Payload::Original => None,
            Payload::Record => Some(source.content(record).map_err(|_| Rejection::new(Reason::Undecodable))?),
        };
        let claim = rules.claim(record.raw())?;
        let bytes = match &content {
            Some(json) => json.len(),
            None if policy.payload == Payload::Original => record.raw().len(),
            None => sub_batch::len_of_one(record.raw().len()),
        };
        Ok(PendingAdmission::Claims { claim, content, bytes })
    }));
    match examined {
        Ok(Ok(examined)) => examined,
        Ok(Err(rejection)) => reject(rejection),
        Err(_) => PendingAdmission::Known(Admission::Panicked),
    }
}

/// The standing of a record that belongs to a tenant beyond doubt: the last of the checks is its size.
pub(crate) fn admit<'e>(
    admitted: Admitted,
    content: Option<Cow<'e, str>>,
    bytes: usize,
    policy: &DeliveryPolicy,
) -> Admission<'e> {
    if bytes > policy.max_payload_bytes() {
        return Admission::Rejected(Rejection::new(Reason::TooLarge));
    }
    Admission::Admitted { admitted, content }
}

fn reject<'e>(rejection: Rejection) -> PendingAdmission<'e> {
    PendingAdmission::Known(Admission::Rejected(rejection))
}
