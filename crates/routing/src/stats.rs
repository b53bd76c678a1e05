//! What is counted while a batch is routed.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::classify::Anomaly;

/// What is counted while a batch is routed.
#[derive(Debug, Default)]
pub struct BatchStats {
    /// Time from the start of the invocation until every record is admitted or rejected.
    pub admitted_after: Duration,
    /// Invokes that were started.
    pub invokes: usize,
    /// Invokes that certainly did not run, retried or not.
    pub not_run: usize,
    /// What is worth a log line, and how often it happened.
    pub anomalies: BTreeMap<Anomaly, usize>,
}

impl BatchStats {
    pub(crate) fn count(&mut self, anomaly: Anomaly) {
        *self.anomalies.entry(anomaly).or_default() += 1;
    }
}
