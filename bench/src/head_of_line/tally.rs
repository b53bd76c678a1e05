//! The backend, and what it did: which record it ran how often, and in which batch for the first time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use testbed::stream::sequence_numbers;
use testbed::{Answer, Call, InvokeApi};

use super::{FAILING, RECORDS, number_of, tenant_of};

/// Long enough for a router to have sent all that it sends at once before the first answer is there, so that what is
/// counted does not hang on who was faster.
const LATENCY: Duration = Duration::from_millis(25);

/// How long a batch takes in which the backend runs into its time-out, in moments: as many others could have been done
/// meanwhile, one after the other. With a time-out of 30 s these would take 30 ms each.
pub(super) const TIME_OUT: usize = 1_000;

/// Whether a tenant fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Conduct {
    Healthy,
    OneFails,
    /// It runs into the backend's time-out, as Lambda then says.
    OneIsSlow,
}

/// What happened so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    /// Batches that were handed out, the present one included; or how many could have been, where one has taken longer.
    batches: usize,
    /// Whether the present batch runs into the time-out.
    is_slow: bool,
    /// The batch in which each record was done.
    done: HashMap<String, usize>,
    /// How often each record was done, all in all.
    runs: HashMap<String, usize>,
}

impl Tally {
    /// One more batch is handed out, the one before having ended.
    pub(super) fn next_batch(&mut self) {
        self.batches += self.lasts();
    }

    /// Another batch is handed out at this moment.
    pub(super) const fn batch_at(&mut self, moment: usize) {
        self.batches = moment;
        self.is_slow = false;
    }

    /// How long the present batch takes, in moments; the next one begins without a time-out.
    pub(super) fn lasts(&mut self) -> usize {
        if std::mem::take(&mut self.is_slow) { TIME_OUT } else { 1 }
    }

    #[cfg(test)]
    pub(super) const fn batches(&self) -> usize {
        self.batches
    }

    /// The backend does a tenant's records, or fails.
    pub(super) fn run(
        &mut self,
        conduct: Conduct,
        tenant: &str,
        numbers: &[String],
    ) -> Result<(), TenantFails> {
        if tenant == FAILING && conduct != Conduct::Healthy {
            self.is_slow |= conduct == Conduct::OneIsSlow;
            return Err(TenantFails);
        }
        for number in numbers {
            self.done.entry(number.clone()).or_insert(self.batches);
            *self.runs.entry(number.clone()).or_default() += 1;
        }
        Ok(())
    }

    /// In which batch each record of the other tenants was done, in the shard's order; none where it never was.
    pub(super) fn others(&self) -> Vec<Option<usize>> {
        others().map(|number| self.done.get(&number).copied()).collect()
    }

    /// How often records of the other tenants were done after they had been done already.
    pub(super) fn repetitions(&self) -> usize {
        others().filter_map(|number| self.runs.get(&number)).map(|runs| runs - 1).sum()
    }
}

/// It does, as it always does.
#[derive(Debug)]
pub(super) struct TenantFails;

fn others() -> impl Iterator<Item = String> {
    (0..RECORDS).filter(|at| tenant_of(*at) != FAILING).map(number_of)
}

/// The tally that a backend behind Lambda's Invoke keeps.
#[derive(Clone, Debug, Default)]
pub(super) struct Shared(Arc<Mutex<Tally>>);

impl Shared {
    pub(super) fn lock(&self) -> MutexGuard<'_, Tally> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lambda, with the backend.
    pub(super) fn lambda(&self, conduct: Conduct) -> InvokeApi {
        let tally = self.clone();
        InvokeApi::start(move |call: &Call| {
            let tenant = call.tenant_id.clone().unwrap_or_default();
            let answer = match tally.lock().run(conduct, &tenant, &sequence_numbers(&call.payload)) {
                Ok(()) => Answer::ok("null"),
                Err(TenantFails) if conduct == Conduct::OneIsSlow => {
                    Answer::function_error("Sandbox.Timedout", "Task timed out after 30.00 seconds")
                }
                Err(TenantFails) => Answer::function_error("TenantFails", "as it always does"),
            };
            answer.after(LATENCY)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_done_when_it_was_done_first_and_repeated_after_that() {
        let mut tally = Tally::default();
        let numbers = [number_of(0)];
        for _ in 0..3 {
            tally.next_batch();
            assert!(tally.run(Conduct::OneFails, &tenant_of(0), &numbers).is_ok());
        }
        assert_eq!((tally.others()[0], tally.others()[1]), (Some(1), None));
        assert_eq!(tally.repetitions(), 2);
    }

    #[test]
    fn only_the_failing_tenant_fails_and_only_where_it_should() {
        let mut tally = Tally::default();
        assert!(tally.run(Conduct::OneFails, FAILING, &[]).is_err());
        assert!(tally.run(Conduct::Healthy, FAILING, &[]).is_ok());
        assert!(
            !others()
                .any(|number| (0..RECORDS).any(|at| number_of(at) == number && tenant_of(at) == FAILING))
        );
    }
}
