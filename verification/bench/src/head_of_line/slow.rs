//! Counts the effect of a slow tenant: each Invoke of its records exceeds the timeout of the backend, and a batch with one of
//! them takes as long. Delays are in timeouts of the backend, and the run does not wait for them.
//!
//! With a bridge the result depends on the size of a batch and on the number of concurrent batches. For a FIFO queue this is the
//! number of active message groups [Lambda developer guide, "Configuring scaling behavior for SQS event source mappings"].

use std::collections::HashSet;
use std::error::Error;

use super::bridge::{Drain, forward};
use super::delivery_counts::{DeliveryCounts, SharedCounts, TIMEOUT, TenantBehaviour};
use super::fifo::{FifoQueue, MAX_BATCH, Received};
use super::table::VariantResult;
use super::{FAILING, RECORDS, Routers, TENANTS, shard};
use crate::table::{Section, Table, print_progress};

/// The visibility timeout of the queue, in moments. It is six times the timeout of the router, which the Terraform modules set
/// to twice the timeout of the backend plus 12 s: 14.4 timeouts of a backend with 30 s.
const HIDDEN_FOR: usize = TIMEOUT * 144 / 10;

/// Runs all variants and compares them.
pub(super) fn compare(routers: &Routers) -> Result<Section, Box<dyn Error>> {
    let mut table = Table::with_head(&[
        "",
        "delay, median",
        "delay, longest",
        "router's batches",
        "done again",
        "never done",
    ]);
    let mut add = |name: &str, run: &dyn Fn(TenantBehaviour) -> Result<SlowRun, Box<dyn Error>>| {
        print_progress(name);
        let (healthy, slow) = (run(TenantBehaviour::Healthy)?, run(TenantBehaviour::OneIsSlow)?);
        let result = VariantResult::new("a slow tenant", &healthy.counts, &slow.counts)?;
        let mut row = vec![name.to_owned()];
        row.extend([result.median(), result.longest()].map(format_timeouts));
        row.extend(
            [healthy.batches, result.repetitions(), result.never_done()].map(|count| count.to_string()),
        );
        table.add(row);
        Ok::<(), Box<dyn Error>>(())
    };
    add("the router", &|behaviour| {
        let counts = shard::run_router(&routers.kinesis, behaviour)?;
        Ok(SlowRun { batches: RECORDS / super::BATCH_SIZE, counts })
    })?;
    for batch in [MAX_BATCH, 1] {
        for (pollers, at_a_time) in [(1, "one at a time"), (TENANTS, "one for each tenant at a time")] {
            let name = format!("the router with a bridge, batches of {batch}, {at_a_time}");
            add(&name, &|behaviour| run_bridge(routers, behaviour, batch, pollers))?;
        }
    }
    let others = TENANTS - 1;
    let title = format!(
        "The same records; each Invoke of {FAILING} exceeds the timeout of the backend. Effect on the records of the {others} other tenants, delays in timeouts"
    );
    Ok((title, table))
}

/// The counts of one run and the number of its batches.
struct SlowRun {
    counts: DeliveryCounts,
    batches: usize,
}

/// A batch in progress.
struct Running {
    ends: usize,
    batch: Vec<Received>,
    returned: HashSet<String>,
}

/// Runs the variant with a bridge, with this batch size and this number of concurrent batches.
fn run_bridge(
    routers: &Routers,
    behaviour: TenantBehaviour,
    batch_size: usize,
    pollers: usize,
) -> Result<SlowRun, Box<dyn Error>> {
    let counts = SharedCounts::default();
    let mut queue = FifoQueue::of(forward(routers, &counts)?);
    let mut drain = Drain::start(routers, &counts, behaviour)?;
    let (mut now, mut batches) = (0, 0);
    let mut running: Vec<Running> = Vec::new();
    while !queue.is_empty() {
        while running.len() < pollers {
            let batch = queue.receive(now, batch_size, HIDDEN_FOR);
            if batch.is_empty() {
                break;
            }
            batches += 1;
            counts.lock().batch_at(now);
            let returned = drain.invoke(&batch)?;
            let ends = now + counts.lock().take_duration();
            running.push(Running { ends, batch, returned });
        }
        let next = running.iter().map(|running| running.ends).chain(queue.next_return(now)).min();
        let Some(next) = next else {
            // The last messages may have gone to the dead-letter queue.
            if queue.is_empty() {
                break;
            }
            return Err("the queue holds messages but delivers none".into());
        };
        now = next;
        for ended in running.extract_if(.., |running| running.ends <= now) {
            queue.finish_batch(now, &ended.batch, &ended.returned)?;
        }
    }
    let counts = counts.lock().clone();
    Ok(SlowRun { counts, batches })
}

/// Formats a number of moments as timeouts, rounded to a tenth.
fn format_timeouts(moments: usize) -> String {
    let tenths = (moments * 10 + TIMEOUT / 2) / TIMEOUT;
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_formatted_as_timeouts() {
        assert_eq!(
            [0, 49, 50, TIMEOUT, 14 * TIMEOUT + 449].map(format_timeouts),
            ["0.0", "0.0", "0.1", "1.0", "14.4"]
        );
    }
}
