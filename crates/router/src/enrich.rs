//! Handles a pipe's enrichment: takes an array of records, returns each admitted record with its tenant id, and
//! quarantines rejected records.

use std::process::ExitCode;

use aws::{Clients, SqsQuarantine};
use lambda_runtime::Diagnostic;
use routing::ports::{DeliveryTarget, NoBackend};
use routing::{BatchReport, Cause, Checkpoints, Router, SourceResponse};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use sources::{Kind, Pipes};

use crate::config::Config;
use crate::errors::{ErrorName, failure};
use crate::handler::BatchHandler;
use crate::run::run_handler;
use crate::runtime::{FunctionResponse, InvocationEvent, InvocationHandler};

/// The largest response of an enrichment, in bytes [EventBridge user guide, "Event enrichment in Amazon EventBridge
/// Pipes"].
const MAX_RESPONSE_BYTES: usize = 6 * 1024 * 1024;

/// Runs the enricher of pipes until Lambda ends the process, as [`run`](crate::run()) does for batches.
pub async fn run_enricher() -> ExitCode {
    run_handler(Kind::Pipes, |config, clients| Ok(enricher(config, clients))).await
}

/// Handles a batch like a router, but invokes nothing.
struct Enricher(BatchHandler<Pipes, NoBackend>);

fn enricher(config: Config, clients: &Clients) -> Enricher {
    Enricher(BatchHandler {
        router: Router {
            source: Pipes,
            rules: config.rules,
            registry: config.registry.map(|registry| registry.open(clients)),
            policy: config.policy,
            target: DeliveryTarget::Response,
            quarantine: config.quarantine.map(|queue| SqsQuarantine::new(clients, queue)),
            checkpoints: Checkpoints::default(),
        },
        tenant_lines: config.tenant_lines,
    })
}

impl InvocationHandler for Enricher {
    async fn handle(&self, invocation: &InvocationEvent<'_>) -> Result<FunctionResponse, Diagnostic> {
        enrich(invocation.event, &self.0.route_and_log(invocation).await?)
    }
}

/// An admitted record, byte for byte, with its tenant id.
#[derive(Serialize)]
struct EnrichedRecord<'a> {
    tenant_id: &'a str,
    record: &'a RawValue,
}

/// Returns the array that the pipe continues with. Records that are not in it are in the quarantine.
fn enrich(event: &str, report: &BatchReport) -> Result<FunctionResponse, Diagnostic> {
    if *report.response() != SourceResponse::Succeeded {
        let retries = report.retries();
        let waits = [Cause::RegistryUnavailable, Cause::RegistryItem, Cause::Held];
        if retries.keys().any(|cause| waits.contains(cause)) {
            return Err(failure(
                ErrorName::TenantNotConfirmed,
                "a record's tenant is suspended and held, or the registry does not confirm it, so the pipe must retry the \
                 whole batch: see the anomaly line in the enricher's log, and the registry",
            ));
        }
        let causes: Vec<_> = retries.into_keys().map(Cause::code).collect();
        return Err(failure(
            ErrorName::NotQuarantined,
            format!(
                "a rejected record is not in the quarantine ({}), so the pipe must retry the whole batch: see the anomaly \
                 line in the enricher's log, and configure on_reject.quarantine if it has none",
                causes.join(", ")
            ),
        ));
    }
    let records =
        Pipes::records(event).map_err(|error| failure(ErrorName::BatchRefused, error.to_string()))?;
    let enriched = records.into_iter().enumerate().filter_map(|(index, record)| {
        report.tenant_of(index).map(|tenant| EnrichedRecord { tenant_id: tenant.as_str(), record })
    });
    let array = to_raw_value(&enriched.collect::<Vec<_>>())
        .map_err(|error| failure(ErrorName::NotJson, error.to_string()))?;
    let bytes = array.get().len();
    if bytes > MAX_RESPONSE_BYTES {
        let problem = format!(
            "the response has {bytes} bytes, and a pipe accepts {MAX_RESPONSE_BYTES}: give the pipe a smaller batch_size"
        );
        return Err(failure(ErrorName::BatchRefused, problem));
    }
    Ok(FunctionResponse::Json(array))
}
