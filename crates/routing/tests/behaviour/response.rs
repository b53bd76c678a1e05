//! The router's own response as the delivery target, as in the enrichment of a pipe.

use crate::world::{
    FakeQuarantine, FakeTable, FifoGroups, TestClock, millis, policy, record, registry, rules,
};
use routing::ports::{DeliveryTarget, NoBackend, QuarantineAck, RegistryRead};
use routing::{AckKind, BatchReport, Cause, Checkpoints, InvocationContext, RecordOutcome, Registry};
use routing::{Router, SourceResponse};
use sources::Pipes;
use tenancy::Suspended;
use tokio::time::Instant;

const ANSWERED: RecordOutcome = RecordOutcome::Acked(AckKind::Answered);
const QUARANTINED: RecordOutcome = RecordOutcome::Acked(AckKind::Quarantined);

/// The router has no backend. The type proves that it cannot make an Invoke: `NoBackend` has no values.
const TARGET: DeliveryTarget<NoBackend> = DeliveryTarget::Response;

/// The report of one batch, and the id and the reason code of each record that was sent to the quarantine.
struct PipeRun {
    report: BatchReport,
    quarantined: Vec<(String, String)>,
}

impl PipeRun {
    fn records(&self) -> &[RecordOutcome] {
        self.report.outcome().records()
    }
}

/// Routes three records of a pipe: of acme, without a tenant, and of globex.
fn route(registry: Option<Registry<FakeTable>>, ack: Option<QuarantineAck>) -> PipeRun {
    let records = [("m1", "acme"), ("m2", ""), ("m3", "globex")];
    let event = records.map(|(id, tenant)| record("orders", id, tenant, None, "{}")).join(",");
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let began = Instant::now();
        let quarantine = ack.map(|ack| {
            FakeQuarantine::new(began, FifoGroups::None, Box::new(move |_| (millis(1), ack.clone())))
        });
        let router = Router {
            source: Pipes,
            rules: rules(),
            registry,
            policy: policy(),
            target: TARGET,
            quarantine,
            checkpoints: Checkpoints::default(),
        };
        let context =
            InvocationContext { request_id: "request", trace_header: None, deadline: millis(60_000) };
        let (clock, rng) = (TestClock::starting(began), fastrand::Rng::with_seed(1));
        let report = router.route(&format!("[{event}]"), context, &clock, rng).await.unwrap();
        let sent = router.quarantine.map(|quarantine| quarantine.records.take()).unwrap_or_default();
        PipeRun { report, quarantined: sent.into_iter().map(|(id, reason, ..)| (id, reason)).collect() }
    })
}

#[test]
fn response_target_acknowledges_admitted_records() {
    let run = route(None, Some(QuarantineAck::Taken));
    assert_eq!(run.records(), [ANSWERED, QUARANTINED, ANSWERED]);
    assert_eq!(run.quarantined, [("m2".to_owned(), "missing".to_owned())]);
    assert_eq!(*run.report.response(), SourceResponse::Succeeded);
    let tenant = |index| run.report.tenant_of(index).map(tenancy::TenantId::as_str);
    assert_eq!([tenant(0), tenant(1), tenant(2)], [Some("acme"), None, Some("globex")]);
    assert_eq!(run.report.stats().not_run, 0);
}

#[test]
fn response_fails_if_a_rejected_record_is_not_quarantined() {
    let failed = QuarantineAck::Failed("AccessDenied".to_owned());
    for (ack, cause) in [(Some(failed), Cause::NotQuarantined), (None, Cause::Redrive)] {
        let run = route(None, ack);
        assert_eq!(run.records(), [ANSWERED, RecordOutcome::Retry(cause), ANSWERED]);
        assert_eq!(*run.report.response(), SourceResponse::Failed, "the pipe retries the whole batch");
    }
}

#[test]
fn response_fails_while_a_tenant_is_not_confirmed() {
    let failed = RegistryRead::Failed("AccessDenied".to_owned());
    let (registry, _) = registry(Suspended::Rejected, move |_, _| (millis(1), failed.clone()));
    let run = route(Some(registry), Some(QuarantineAck::Taken));
    let waits = RecordOutcome::Retry(Cause::RegistryUnavailable);
    assert_eq!(run.records(), [waits, QUARANTINED, waits]);
    assert_eq!(*run.report.response(), SourceResponse::Failed);
}
