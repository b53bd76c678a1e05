//! A tenant that is slow: every Invoke of its records runs into the backend's time-out, and a batch that holds one of them
//! takes as long. What others wait is told in such time-outs; the time itself is not waited for.
//!
//! Over the bridge it matters how many records share a batch, and how many batches are under way: of a FIFO queue as many as
//! it has active message groups [Lambda developer guide, "Configuring scaling behavior for SQS event source mappings"].

use std::collections::HashSet;
use std::error::Error;

use testbed::Message;

use super::bridge::{Drain, forward};
use super::fifo::{BATCH, Fifo};
use super::table::Compared;
use super::tally::{Conduct, Shared, TIME_OUT, Tally};
use super::{FAILING, RECORDS, Routers, TENANTS, shard};
use crate::table::{Section, Table, say};

/// The queue hides what it has handed out for six times the router's time-out, which the modules make twice the backend's and
/// 12 s: for 14.4 time-outs of a backend with 30 s.
const HIDDEN_FOR: usize = TIME_OUT * 144 / 10;

/// Plays every way, and compares them.
pub(super) fn compare(routers: &Routers) -> Result<Section, Box<dyn Error>> {
    let mut table = Table::headed(&[
        "",
        "delay, median",
        "delay, longest",
        "router's batches",
        "done again",
        "never done",
    ]);
    let mut add = |name: &str, play: &dyn Fn(Conduct) -> Result<Played, Box<dyn Error>>| {
        say(name);
        let (healthy, slow) = (play(Conduct::Healthy)?, play(Conduct::OneIsSlow)?);
        let compared = Compared::new("a slow tenant", &healthy.tally, &slow.tally)?;
        let mut row = vec![name.to_owned()];
        row.extend([compared.median(), compared.longest()].map(time_outs));
        row.extend(
            [healthy.batches, compared.repetitions(), compared.never()].map(|count| count.to_string()),
        );
        table.add(row);
        Ok::<(), Box<dyn Error>>(())
    };
    add("the router", &|conduct| {
        let tally = shard::routed(&routers.kinesis, conduct)?;
        Ok(Played { batches: RECORDS / super::BATCH_SIZE, tally })
    })?;
    for batch in [BATCH, 1] {
        for (pollers, at_a_time) in [(1, "one at a time"), (TENANTS, "one for each tenant at a time")] {
            let name = format!("the router with a bridge, batches of {batch}, {at_a_time}");
            add(&name, &|conduct| over_the_bridge(routers, conduct, batch, pollers))?;
        }
    }
    let others = TENANTS - 1;
    let title = format!(
        "The same records; every Invoke of {FAILING} runs into the backend's time-out; what becomes of the records of the {others} others, delays in time-outs"
    );
    Ok((title, table))
}

/// What happened, and how many batches it took while nobody was slow.
struct Played {
    tally: Tally,
    batches: usize,
}

/// A batch under way.
struct Running {
    ends: usize,
    batch: Vec<Message>,
    returned: HashSet<String>,
}

/// The queue is drained by so many batches at a time.
fn over_the_bridge(
    routers: &Routers,
    conduct: Conduct,
    most: usize,
    pollers: usize,
) -> Result<Played, Box<dyn Error>> {
    let tally = Shared::default();
    let mut queue = Fifo::of(forward(routers, &tally)?);
    let mut drain = Drain::start(routers, &tally, conduct)?;
    let (mut now, mut batches) = (0, 0);
    let mut running: Vec<Running> = Vec::new();
    while !queue.is_empty() {
        while running.len() < pollers {
            let batch = queue.receive(now, most, now + HIDDEN_FOR);
            if batch.is_empty() {
                break;
            }
            batches += 1;
            tally.lock().batch_at(now);
            let returned = drain.settle(&batch)?;
            let ends = now + tally.lock().lasts();
            running.push(Running { ends, batch, returned });
        }
        let next = running.iter().map(|running| running.ends).chain(queue.next_return(now)).min();
        now = next.ok_or("the queue holds messages and hands none out")?;
        for ended in running.extract_if(.., |running| running.ends <= now) {
            queue.settle(&ended.batch, &ended.returned);
        }
    }
    let tally = tally.lock().clone();
    Ok(Played { tally, batches })
}

/// To a tenth.
fn time_outs(moments: usize) -> String {
    let tenths = (moments * 10 + TIME_OUT / 2) / TIME_OUT;
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_as_time_outs_to_a_tenth() {
        assert_eq!(
            [0, 49, 50, TIME_OUT, 14 * TIME_OUT + 449].map(time_outs),
            ["0.0", "0.0", "0.1", "1.0", "14.4"]
        );
    }
}
