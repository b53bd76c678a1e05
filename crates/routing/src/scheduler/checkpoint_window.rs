//! For which records of a stream the checkpoint window is open. Lambda redelivers the stream from the first unacknowledged record
//! on, so records behind it would be delivered again even if they are acknowledged.

use sources::{Batch, Record, ResponseMode};

/// For which records the window is open, by position in the batch. It is always open for a queue; only streams close it.
///
/// The window is *open* for the records that may be sent now, and *closed* for those that are not sent any more in this
/// invocation. The records between them wait for the probe.
#[derive(Debug)]
pub(super) struct CheckpointWindow {
    response_mode: ResponseMode,
    /// First position that is closed: behind the first record that stays unacknowledged, and behind its aggregate.
    closed_from: usize,
    /// For each record, the first position behind its aggregate; empty where no two records are of one aggregate.
    aggregate_ends: Vec<usize>,
    /// First position that waits for the probe: until all records before it are acknowledged, or one stays unacknowledged.
    probe_end: usize,
    /// Records before `probe_end` that are not acknowledged yet; none once the probe is over.
    unacked_in_probe: usize,
}

impl CheckpointWindow {
    /// The window of a batch. `probe`: how many records at the start of the batch are tried alone; 0 for a new batch.
    pub(super) fn new(batch: &Batch<'_>, probe: usize) -> Self {
        Self {
            response_mode: batch.response_mode,
            closed_from: usize::MAX,
            aggregate_ends: aggregate_ends(batch),
            probe_end: probe,
            unacked_in_probe: probe,
        }
    }

    /// The window is open for the records before this position.
    pub(super) fn open_until(&self) -> usize {
        if self.unacked_in_probe == 0 { self.closed_from } else { self.closed_from.min(self.probe_end) }
    }

    /// Whether the window is open for a record.
    pub(super) fn is_open(&self, index: usize) -> bool {
        index < self.open_until()
    }

    /// Whether the window is closed for a record.
    pub(super) fn is_closed(&self, index: usize) -> bool {
        index >= self.closed_from
    }

    /// Whether the window may open for a record once the probe is over.
    pub(super) fn waits_for_probe(&self, index: usize) -> bool {
        !self.is_open(index) && !self.is_closed(index)
    }

    /// Whether the source is answered by a checkpoint.
    pub(super) fn is_stream(&self) -> bool {
        self.response_mode == ResponseMode::Checkpoint
    }

    /// Closes the window behind a record that stays unacknowledged in this invocation.
    pub(super) fn close_after(&mut self, index: usize) {
        if !self.is_stream() {
            return;
        }
        self.closed_from = self.closed_from.min(self.aggregate_ends.get(index).copied().unwrap_or(index + 1));
        if index < self.probe_end {
            // The records of its aggregate are redelivered with it each time. They are sent before all are given up.
            self.unacked_in_probe = 0;
        }
    }

    /// Counts this many more acknowledged records.
    pub(super) fn acked(&mut self, records: usize) {
        if self.unacked_in_probe == 0 {
            return;
        }
        self.unacked_in_probe = self.unacked_in_probe.saturating_sub(records);
        // A record of their aggregate may still fail. Then all records behind the aggregate would be redelivered.
        if let Some(&end) =
            self.aggregate_ends.first().filter(|&&end| self.unacked_in_probe == 0 && self.probe_end < end)
        {
            (self.unacked_in_probe, self.probe_end) = (end - self.probe_end, end);
        }
    }
}

/// For each record, the first position behind its KPL aggregate. The records of an aggregate are redelivered together.
fn aggregate_ends(batch: &Batch<'_>) -> Vec<usize> {
    let is_one_aggregate = |pair: &[Record<'_>]| pair[0].id() == pair[1].id();
    if batch.response_mode != ResponseMode::Checkpoint || !batch.records.windows(2).any(is_one_aggregate) {
        return Vec::new();
    }
    let aggregates = batch.records.chunk_by(|one, next| one.id() == next.id());
    let mut ends = Vec::with_capacity(batch.records.len());
    for aggregate in aggregates {
        ends.resize(ends.len() + aggregate.len(), ends.len() + aggregate.len());
    }
    ends
}

#[cfg(test)]
mod tests {
    use super::*;
    use sources::{Kinesis, Source, Sqs};

    /// A stream's window. The records have these numbers; records with the same number are one aggregate.
    fn stream_window(numbers: &[u32], probe: usize) -> CheckpointWindow {
        let record = |number: &u32| {
            format!(
                r#"{{"kinesis":{{"sequenceNumber":"{number}","partitionKey":"k","data":""}},
                "eventSource":"aws:kinesis","eventSourceARN":"arn:aws:kinesis:eu-west-1:111122223333:stream/s"}}"#
            )
        };
        let records: Vec<String> = numbers.iter().map(record).collect();
        let event = format!("{{\"Records\":[{}]}}", records.join(","));
        CheckpointWindow::new(&Kinesis.decode(&event).unwrap(), probe)
    }

    #[test]
    fn stream_sends_nothing_behind_first_unacked_record() {
        let mut window = stream_window(&[0, 1, 2, 3], 0);
        assert_eq!(window.open_until(), usize::MAX);
        window.close_after(1);
        window.close_after(2);
        assert_eq!(window.open_until(), 2);
        assert!(window.is_closed(2) && !window.is_closed(1));
    }

    #[test]
    fn records_of_the_same_aggregate_are_sent() {
        let numbers = [0, 1, 1, 1, 2];
        for (failed, end) in [(0, 1), (1, 4), (2, 4), (3, 4), (4, 5)] {
            let mut window = stream_window(&numbers, 0);
            window.close_after(failed);
            assert_eq!(window.open_until(), end, "{failed}");
        }
    }

    #[test]
    fn queue_has_no_window() {
        let mut window = CheckpointWindow::new(&Sqs::default().decode(r#"{"Records":[]}"#).unwrap(), 0);
        window.close_after(0);
        assert!(window.open_until() == usize::MAX && !window.is_closed(0));
    }

    #[test]
    fn probe_ends_once_its_records_are_acked() {
        let mut window = stream_window(&[0, 0, 1], 2);
        assert_eq!(window.open_until(), 2);
        window.acked(1);
        assert_eq!(window.open_until(), 2);
        window.acked(1);
        assert_eq!(window.open_until(), usize::MAX);
    }

    #[test]
    fn new_batch_has_no_probe() {
        let mut window = stream_window(&[0, 0, 1], 0);
        window.acked(1);
        assert_eq!(window.open_until(), usize::MAX);
    }

    #[test]
    fn probe_grows_to_its_aggregate_then_ends() {
        let mut window = stream_window(&[0, 0, 0, 1], 1);
        for (acked, end) in [(1, 3), (1, 3), (1, usize::MAX)] {
            window.acked(acked);
            assert_eq!(window.open_until(), end);
        }
    }

    #[test]
    fn failed_probe_opens_its_aggregate_only() {
        let mut window = stream_window(&[0, 0, 0, 1], 2);
        window.close_after(2);
        assert_eq!(window.open_until(), 2, "that one is behind the probe");
        window.close_after(1);
        assert_eq!(window.open_until(), 3);
    }
}
