//! The report of a batch: its numbers, in total and for each tenant.

use std::collections::BTreeMap;

use crate::world::{World, millis, ok, standard};
use routing::ports::Attempt;
use routing::{AckKind, Cause};
use tenancy::{Reason, TenantId};

#[test]
fn report_counts_the_batch_and_each_tenant() {
    let event = standard(&[
        ("m1", "acme"),
        ("m2", ""),
        ("m3", "globex"),
        ("m4", "acme"),
        ("m5", "not valid"),
        ("m6", "globex"),
        ("m7", ""),
    ]);
    let world = World::new(|call, _| match call.tenant.as_str() {
        "globex" => (millis(1), Attempt::FunctionError),
        _ => (millis(1), ok()),
    });
    let report = world.route(&event).report.unwrap();
    let tenants: Vec<_> =
        report.tenants().iter().map(|part| (part.tenant.as_str(), part.records, part.acked)).collect();
    assert_eq!(tenants, [("acme", 2, 2), ("globex", 2, 0)]);
    let tenant_of: Vec<_> = (0..8).map(|index| report.tenant_of(index).map(TenantId::as_str)).collect();
    let (acme, globex) = (Some("acme"), Some("globex"));
    assert_eq!(tenant_of, [acme, None, globex, acme, None, globex, None, None]);
    let acked = [AckKind::Answered, AckKind::Quarantined, AckKind::Queued, AckKind::Bridged]
        .map(|kind| report.acked(kind));
    assert_eq!(acked, [2, 3, 0, 0]);
    assert_eq!(report.retries(), BTreeMap::from([(Cause::FunctionError, 2)]));
    assert_eq!(report.rejections(), BTreeMap::from([(Reason::Missing, 2), (Reason::BadGrammar, 1)]));
    assert_eq!(report.stats().invokes, 2);
}
