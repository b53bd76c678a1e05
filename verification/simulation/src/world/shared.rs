//! What the ports of one execution environment share.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::events::{self, Record};
use super::state::World;
use crate::history::Bytes;

/// What the ports of one environment share.
pub(crate) struct Shared {
    pub(crate) world: Rc<World>,
    pub(crate) number: usize,
    pub(crate) invocation: Cell<usize>,
    /// The records of the current invocation.
    pub(crate) records: RefCell<Vec<Record>>,
    /// Those that the backend has acknowledged.
    pub(crate) acked: RefCell<Vec<usize>>,
}

impl Shared {
    /// Returns the record that `fits`. If several messages hold the same record, it returns the next one that is
    /// neither acknowledged nor in `earlier`, the records before it in the payload.
    pub(crate) fn next_record(&self, earlier: &[usize], fits: impl Fn(&Record) -> bool) -> Option<usize> {
        let (records, acked) = (self.records.borrow(), self.acked.borrow());
        let fitting = || records.iter().filter(|record| fits(record)).map(|record| record.number);
        let next = fitting().find(|number| !earlier.contains(number) && !acked.contains(number));
        next.or_else(|| fitting().next())
    }

    /// Returns the record with which a payload begins, and the rest of the payload.
    pub(crate) fn strip<'p>(&self, payload: &'p str, earlier: &[usize]) -> Option<(usize, &'p str)> {
        let number = self.next_record(earlier, |record| payload.starts_with(&record.raw))?;
        let records = self.records.borrow();
        let record = records.iter().find(|record| record.number == number)?;
        Some((number, payload.strip_prefix(record.raw.as_str())?))
    }

    /// Returns the record with this text, or, if the text was changed, the one whose identifier is in it.
    pub(crate) fn identify(&self, raw: &str) -> (Option<usize>, Bytes) {
        if let Some((record, "")) = self.strip(raw, &[]) {
            return (Some(record), Bytes::Same);
        }
        let records = self.records.borrow();
        let found = records.iter().find(|record| raw.contains(&events::id(&self.world.plan, record.number)));
        (found.map(|record| record.number), Bytes::Changed)
    }
}
