//! The plan: the track and the lane of each record of a batch.

use std::collections::HashMap;

use sources::{Batch, FailureSemantics, Order};

use crate::admission::Admission;
use crate::horizon::Horizon;
use crate::lane::{Lane, Limits, Place, Track, Tracks};
use crate::lanes::Lanes;
use crate::policy::{OnReject, Payload, DeliveryPolicy};
use crate::ports::Invocation;
use crate::roster::TenantIndex;

/// Puts every record in its place. Rejected records stand on their track as well: what is behind one of them may go on
/// once the quarantine has it.
pub(crate) fn plan(
    batch: &Batch<'_>,
    standings: &[Admission<'_>],
    roster: &TenantIndex<'_>,
    policy: &DeliveryPolicy,
    on_reject: OnReject,
    horizon: Horizon,
) -> Lanes {
    let mut lanes = Lanes::empty(batch.order, limits(batch, policy), horizon, standings.len());
    lanes.tenants.extend(roster.tenants.iter().map(|admitted| Lane::of(admitted)));
    let mut track_of: HashMap<TrackKey<'_>, usize> = HashMap::new();
    let mut track_of_lane: Vec<Option<usize>> = vec![None; lanes.tenants.len()];
    for (index, (record, standing)) in batch.records.iter().zip(standings).enumerate() {
        let place = match (roster.of[index], standing, on_reject) {
            (Some(tenant), ..) => Place::Lane(tenant),
            (None, Admission::Rejected(_), OnReject::Quarantine) => Place::Aside,
            (None, ..) => Place::Stop,
        };
        let known = match (batch.order, place) {
            (Order::ByKey, _) => {
                track_of.entry(TrackKey::Order(record.order_key())).or_insert(lanes.tracks.len())
            }
            (Order::Unordered, Place::Lane(lane)) => track_of_lane[lane].get_or_insert(lanes.tracks.len()),
            (Order::ByKeyWithinTenant, Place::Lane(lane)) => {
                track_of.entry(TrackKey::Within(lane, record.order_key())).or_insert(lanes.tracks.len())
            }
            // Where the order is a tenant's, or none is kept, nothing waits behind a record that is nobody's: a track to itself.
            (Order::Unordered | Order::ByKeyWithinTenant, _) => &mut lanes.tracks.len(),
        };
        let track = *known;
        if track == lanes.tracks.len() {
            lanes.tracks.push(Track::default());
        }
        lanes.tracks[track].queue.push_back(index);
        lanes.places.push(place);
        lanes.bytes.push(record.raw().len());
        lanes.track_of.push(track);
    }
    for track in 0..lanes.tracks.len() {
        lanes.advance(track);
    }
    lanes
}

#[derive(PartialEq, Eq, Hash)]
enum TrackKey<'a> {
    Order(Option<&'a str>),
    Within(usize, Option<&'a str>),
}

fn limits(batch: &Batch<'_>, policy: &DeliveryPolicy) -> Limits {
    Limits {
        in_flight: policy.in_flight.get(),
        per_tenant: match batch.order {
            // A bridge's records go one by one, and each waits for the one before it of its order key.
            _ if policy.invocation == Invocation::Bridged => policy.in_flight.get(),
            Order::ByKey | Order::ByKeyWithinTenant => 1,
            Order::Unordered => policy.per_tenant.get(),
        },
        max_records: match policy.payload {
            Payload::Record | Payload::Original => 1,
            Payload::Event => policy.max_records.get(),
        },
        max_bytes: policy.max_payload_bytes(),
        tracks: match (batch.order, batch.failure_semantics) {
            (Order::ByKey, FailureSemantics::FromLowest) => Tracks::One,
            _ => Tracks::Any,
        },
    }
}
