//! The plan: which line and which lane each record of a batch stands in.

use std::collections::HashMap;

use sources::{Batch, Order};
use tenancy::TenantId;

use crate::admission::Standing;
use crate::lanes::{Lane, Lanes, Limits, Line, Place};
use crate::policy::{OnReject, Payload, Policy};

/// Puts every record in its place. Rejected records stand in line as well: what is behind one of them may go on
/// once the quarantine has it.
pub(crate) fn plan(batch: &Batch<'_>, standings: &[Standing<'_>], policy: &Policy) -> Lanes {
    let mut lanes = Lanes::empty(batch.order, limits(batch.order, policy));
    let mut lane_of: HashMap<&TenantId, usize> = HashMap::new();
    let mut line_of: HashMap<LineKey<'_>, usize> = HashMap::new();
    for (index, (record, standing)) in batch.records.iter().zip(standings).enumerate() {
        let place = match (standing, policy.on_reject) {
            (Standing::Admitted { admitted, .. }, _) => {
                Place::Lane(*lane_of.entry(admitted.tenant()).or_insert_with(|| {
                    lanes.lanes.push(Lane::of(admitted));
                    lanes.lanes.len() - 1
                }))
            }
            (Standing::Rejected(_), OnReject::Quarantine) => Place::Aside,
            (Standing::Rejected(_), OnReject::Redrive) | (Standing::Panicked, _) => Place::Stop,
        };
        let key = match (batch.order, place) {
            (Order::ByKey, _) => LineKey::Order(record.order_key()),
            (Order::Unordered, Place::Lane(lane)) => LineKey::Lane(lane),
            // Where nothing is ordered, nothing waits behind a record that is not sent: a line to itself.
            (Order::Unordered, _) => LineKey::Alone(index),
        };
        let line = *line_of.entry(key).or_insert_with(|| {
            lanes.lines.push(Line::default());
            lanes.lines.len() - 1
        });
        lanes.lines[line].queue.push_back(index);
        lanes.places.push(place);
        lanes.bytes.push(record.raw().len());
        lanes.line_of.push(line);
    }
    for line in 0..lanes.lines.len() {
        lanes.advance(line);
    }
    lanes
}

#[derive(PartialEq, Eq, Hash)]
enum LineKey<'a> {
    Order(Option<&'a str>),
    Lane(usize),
    Alone(usize),
}

fn limits(order: Order, policy: &Policy) -> Limits {
    Limits {
        in_flight: policy.in_flight.get(),
        per_tenant: match order {
            Order::ByKey => 1,
            Order::Unordered => policy.per_tenant.get(),
        },
        max_records: match policy.payload {
            Payload::Record => 1,
            Payload::Event => policy.max_records.get(),
        },
        max_bytes: policy.invocation.max_payload_bytes(),
    }
}
