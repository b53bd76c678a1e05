//! A pipe's enrichment: an array of records in; each admitted one out with its tenant's id, rejected ones in quarantine.

use std::process::ExitCode;

use aws::{Clients, SqsQuarantine};
use lambda_runtime::Diagnostic;
use routing::ports::{DeliveryTarget, NoBackend};
use routing::{SourceResponse, Cause, Checkpoints, BatchReport, Router};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use sources::{Kind, Pipes};

use crate::config::Config;
use crate::errors::{ErrorName, failure};
use crate::handler::Handler;
use crate::run::serve;
use crate::runtime::{Handle, Invocation, Reply};

/// The largest answer of an enrichment, in bytes [EventBridge user guide, "Event enrichment in Amazon EventBridge Pipes"].
const MAX_BYTES: usize = 6 * 1024 * 1024;

/// Runs the enricher of pipes for as long as Lambda wants it, as [`run`](crate::run()) does for batches.
pub async fn run_enricher() -> ExitCode {
    serve(Kind::Pipes, |config, clients| Ok(enricher(config, clients))).await
}

/// Routes a batch as every router does; its own response carries the admitted records.
struct Enricher(Handler<Pipes, NoBackend>);

fn enricher(config: Config, clients: &Clients) -> Enricher {
    Enricher(Handler {
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

impl Handle for Enricher {
    async fn handle(&self, invocation: &Invocation<'_>) -> Result<Reply, Diagnostic> {
        enrich(invocation.event, &self.0.route(invocation).await?)
    }
}

/// A record as the pipe continues with it: byte for byte, with its tenant beside it.
#[derive(Serialize)]
struct Enriched<'a> {
    tenant_id: &'a str,
    record: &'a RawValue,
}

/// The array that the pipe goes on with. What is left out is in quarantine.
fn enrich(event: &str, report: &BatchReport) -> Result<Reply, Diagnostic> {
    if *report.response() != SourceResponse::Succeeded {
        let retries = report.retries();
        let waits = [Cause::RegistryUnavailable, Cause::RegistryItem, Cause::Held];
        if retries.keys().any(|cause| waits.contains(cause)) {
            return Err(failure(
                ErrorName::TenantNotConfirmed,
                "a record's tenant is suspended and held, or the registry does not say whether it is served, so none of \
                 the batch may go on: see the anomaly line in the enricher's log, and the registry",
            ));
        }
        let causes: Vec<_> = retries.into_keys().map(Cause::code).collect();
        return Err(failure(
            ErrorName::NotQuarantined,
            format!(
                "a rejected record is not in quarantine ({}), so none of the batch may go on: see the anomaly line in \
                 the enricher's log, and give it on_reject.quarantine if it has none",
                causes.join(", ")
            ),
        ));
    }
    let records =
        Pipes::records(event).map_err(|error| failure(ErrorName::BatchRefused, error.to_string()))?;
    let enriched = records.into_iter().enumerate().filter_map(|(place, record)| {
        report.tenant_of(place).map(|tenant| Enriched { tenant_id: tenant.as_str(), record })
    });
    let array = to_raw_value(&enriched.collect::<Vec<_>>())
        .map_err(|error| failure(ErrorName::NotJson, error.to_string()))?;
    let bytes = array.get().len();
    if bytes > MAX_BYTES {
        let problem = format!(
            "the answer has {bytes} bytes, and a pipe takes {MAX_BYTES}: give the pipe a smaller batch_size"
        );
        return Err(failure(ErrorName::BatchRefused, problem));
    }
    Ok(Reply::Json(array))
}
