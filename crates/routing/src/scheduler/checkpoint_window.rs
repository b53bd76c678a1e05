//! Which records of a stream may be sent. Lambda redelivers the stream from the first unacknowledged record on, so records behind
//! it would be delivered again even if they are acknowledged.

use sources::{Batch, Record, ResponseMode};

/// Which records of a stream may be sent, by position in the batch. Other sources have no bound.
#[derive(Debug)]
pub(super) struct CheckpointWindow {
    response_mode: ResponseMode,
    /// Records from here on are not sent any more: they are behind the first record that stays unacknowledged, and behind all
    /// records that are redelivered together with it.
    closed_from: usize,
    /// For each record, the end of the records that share its checkpoint; empty where no two records share one.
    ends: Vec<usize>,
    /// Records from here on are not sent before all records up to here are acknowledged, or one of them stays unacknowledged.
    probe_end: usize,
    /// Records before `probe_end` that are not acknowledged yet; none once the probe is over.
    probing: usize,
}

impl CheckpointWindow {
    /// The window of a batch. `probe`: how many records at the start of the batch are tried alone; 0 for a new batch.
    pub(super) fn new(batch: &Batch<'_>, probe: usize) -> Self {
        Self {
            response_mode: batch.response_mode,
            closed_from: usize::MAX,
            ends: ends(batch),
            probe_end: probe,
            probing: probe,
        }
    }

    /// Records before this position may be sent now.
    pub(super) fn end(&self) -> usize {
        if self.probing == 0 { self.closed_from } else { self.closed_from.min(self.probe_end) }
    }

    /// Whether a record is not sent any more in this invocation.
    pub(super) fn excludes(&self, index: usize) -> bool {
        index >= self.closed_from
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
        self.closed_from = self.closed_from.min(self.ends.get(index).copied().unwrap_or(index + 1));
        if index < self.probe_end {
            // The records that share its checkpoint are redelivered with it each time. They are sent before all are given up.
            self.probing = 0;
        }
    }

    /// Counts this many more acknowledged records.
    pub(super) fn acked(&mut self, records: usize) {
        if self.probing == 0 {
            return;
        }
        self.probing = self.probing.saturating_sub(records);
        // A record that shares their checkpoint may still fail. Then all records behind it would be redelivered.
        if let Some(&end) = self.ends.first().filter(|&&end| self.probing == 0 && self.probe_end < end) {
            (self.probing, self.probe_end) = (end - self.probe_end, end);
        }
    }
}

/// For each record, the end of the records that share its checkpoint: the user records of a KPL aggregate.
fn ends(batch: &Batch<'_>) -> Vec<usize> {
    let is_shared = |pair: &[Record<'_>]| pair[0].id() == pair[1].id();
    if batch.response_mode != ResponseMode::Checkpoint || !batch.records.windows(2).any(is_shared) {
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
        assert_eq!(window.end(), usize::MAX);
        window.close_after(1);
        window.close_after(2);
        assert_eq!(window.end(), 2);
        assert!(window.excludes(2) && !window.excludes(1));
    }

    #[test]
    fn records_of_the_same_aggregate_are_sent() {
        let numbers = [0, 1, 1, 1, 2];
        for (failed, end) in [(0, 1), (1, 4), (2, 4), (3, 4), (4, 5)] {
            let mut window = stream_window(&numbers, 0);
            window.close_after(failed);
            assert_eq!(window.end(), end, "{failed}");
        }
    }

    #[test]
    fn queue_has_no_window() {
        let mut window = CheckpointWindow::new(&Sqs::default().decode(r#"{"Records":[]}"#).unwrap(), 0);
        window.close_after(0);
        assert!(window.end() == usize::MAX && !window.excludes(0));
    }

    #[test]
    fn probe_ends_once_its_records_are_acked() {
        let mut window = stream_window(&[0, 0, 1], 2);
        assert_eq!(window.end(), 2);
        window.acked(1);
        assert_eq!(window.end(), 2);
        window.acked(1);
        assert_eq!(window.end(), usize::MAX);
    }

    #[test]
    fn new_batch_has_no_probe() {
        let mut window = stream_window(&[0, 0, 1], 0);
        window.acked(1);
        assert_eq!(window.end(), usize::MAX);
    }

    #[test]
    fn probe_grows_to_its_aggregate_then_ends() {
        let mut window = stream_window(&[0, 0, 0, 1], 1);
        for (acked, end) in [(1, 3), (1, 3), (1, usize::MAX)] {
            window.acked(acked);
            assert_eq!(window.end(), end);
        }
    }

    #[test]
    fn failed_probe_opens_its_aggregate_only() {
        let mut window = stream_window(&[0, 0, 0, 1], 2);
        window.close_after(2);
        assert_eq!(window.end(), 2, "that one is behind the probe");
        window.close_after(1);
        assert_eq!(window.end(), 3);
    }
}
