//! The backend, which counts how often it completed each record, and in which batch for the first time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_model::events::identifiers;
use testbed::{Answer, Call, InvokeApi};

use super::{FAILING, RECORDS, number_of, tenant_of};

/// The latency of the backend. A router sends all its concurrent Invokes within this time, so that the counts do not depend on
/// speed.
const LATENCY: Duration = Duration::from_millis(25);

/// The duration of a batch that exceeds the timeout of the backend, in moments. A moment is the duration of another batch: with
/// a timeout of 30 s it is 30 ms.
pub(super) const TIMEOUT: usize = 1_000;

/// The behaviour of the tenant [`FAILING`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TenantBehaviour {
    /// Its records succeed.
    Healthy,
    /// Its records fail at once.
    OneFails,
    /// Its records exceed the timeout of the backend, which Lambda reports as an error.
    OneIsSlow,
}

/// The counts so far.
#[derive(Clone, Debug, Default)]
pub(super) struct DeliveryCounts {
    /// The moment of the current batch: the number of batches so far. A batch that exceeds the timeout counts as many.
    batches: usize,
    /// Whether the current batch exceeds the timeout.
    is_slow: bool,
    /// The batch in which each record was completed first.
    done: HashMap<String, usize>,
    /// The number of completions of each record.
    runs: HashMap<String, usize>,
}

impl DeliveryCounts {
    /// Begins the next batch after the end of the current one.
    pub(super) fn next_batch(&mut self) {
        self.batches += self.take_duration();
    }

    /// Begins a batch at this moment.
    pub(super) const fn batch_at(&mut self, moment: usize) {
        self.batches = moment;
        self.is_slow = false;
    }

    /// Returns the duration of the current batch, in moments, and resets it for the next batch.
    pub(super) fn take_duration(&mut self) -> usize {
        if std::mem::take(&mut self.is_slow) { TIMEOUT } else { 1 }
    }

    #[cfg(test)]
    pub(super) const fn batches(&self) -> usize {
        self.batches
    }

    /// Completes the records of a tenant, or fails.
    pub(super) fn run(
        &mut self,
        behaviour: TenantBehaviour,
        tenant: &str,
        numbers: &[String],
    ) -> Result<(), TenantFails> {
        if tenant == FAILING && behaviour != TenantBehaviour::Healthy {
            self.is_slow |= behaviour == TenantBehaviour::OneIsSlow;
            return Err(TenantFails);
        }
        for number in numbers {
            self.done.entry(number.clone()).or_insert(self.batches);
            *self.runs.entry(number.clone()).or_default() += 1;
        }
        Ok(())
    }

    /// Returns the batch in which each record of the other tenants was completed first, in the order of the shard.
    pub(super) fn others(&self) -> Vec<Option<usize>> {
        others().map(|number| self.done.get(&number).copied()).collect()
    }

    /// Returns the number of repeated completions of records of the other tenants.
    pub(super) fn repetitions(&self) -> usize {
        others().filter_map(|number| self.runs.get(&number)).map(|runs| runs - 1).sum()
    }
}

/// The error of a record of the failing tenant.
#[derive(Debug)]
pub(super) struct TenantFails;

fn others() -> impl Iterator<Item = String> {
    (0..RECORDS).filter(|at| tenant_of(*at) != FAILING).map(number_of)
}

/// The counts, shared with the script of the backend.
#[derive(Clone, Debug, Default)]
pub(super) struct SharedCounts(Arc<Mutex<DeliveryCounts>>);

impl SharedCounts {
    pub(super) fn lock(&self) -> MutexGuard<'_, DeliveryCounts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts Lambda's Invoke with the backend.
    pub(super) fn lambda(&self, behaviour: TenantBehaviour) -> InvokeApi {
        let counts = self.clone();
        InvokeApi::start(move |call: &Call| {
            let tenant = call.tenant_id.clone().unwrap_or_default();
            let answer = match counts.lock().run(behaviour, &tenant, &identifiers(&call.payload)) {
                Ok(()) => Answer::ok("null"),
                Err(TenantFails) if behaviour == TenantBehaviour::OneIsSlow => {
                    Answer::function_error("Sandbox.Timedout", "Task timed out after 30.00 seconds")
                }
                Err(TenantFails) => Answer::function_error("TenantFails", "this tenant always fails"),
            };
            answer.after(LATENCY)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_completion_counts_and_others_are_repetitions() {
        let mut counts = DeliveryCounts::default();
        let numbers = [number_of(0)];
        for _ in 0..3 {
            counts.next_batch();
            assert!(counts.run(TenantBehaviour::OneFails, &tenant_of(0), &numbers).is_ok());
        }
        assert_eq!((counts.others()[0], counts.others()[1]), (Some(1), None));
        assert_eq!(counts.repetitions(), 2);
    }

    #[test]
    fn only_the_failing_tenant_fails() {
        let mut counts = DeliveryCounts::default();
        assert!(counts.run(TenantBehaviour::OneFails, FAILING, &[]).is_err());
        assert!(counts.run(TenantBehaviour::Healthy, FAILING, &[]).is_ok());
        assert!(
            !others()
                .any(|number| (0..RECORDS).any(|at| number_of(at) == number && tenant_of(at) == FAILING))
        );
    }
}
