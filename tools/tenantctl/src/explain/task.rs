//! Explains the input of a Step Functions task: one input, one tenant, one Invoke.

use routing::Cause;
use routing::ports::Invocation;
use sources::task::payload;
use tenancy::{Reason, RegistryDecision, Rejection};

use super::preview::{ExplainContext, explain_rejection};
use super::report::{
    Carrier, ExplainReport, ExplainedOnReject, ExplainedOrder, ExplainedOutcome, ExplainedRecord,
    ExplainedSubBatch, RejectionTime,
};
use crate::error::CommandError;

pub(super) fn explain(context: &ExplainContext<'_>) -> Result<ExplainReport, CommandError> {
    let (config, input) = (context.config, context.event.text.as_str());
    let payload = payload(input, config.task_payload.names())
        .map_err(|error| context.event_error(&error.to_string()))?;
    let mut rounds = Vec::new();
    let outcome = match config.rules.claim(input) {
        Err(rejection) => explain_rejection(&rejection, RejectionTime::ThisInvocation),
        Ok(claim) => {
            let tenant = claim.tenant().as_str().to_owned();
            match context.decide(claim, input) {
                Ok(RegistryDecision::Rejected(rejection)) => {
                    explain_rejection(&rejection, RejectionTime::ThisInvocation)
                }
                Ok(RegistryDecision::Held) => context.explain_wait(&tenant, Cause::Held),
                Ok(RegistryDecision::NoSuchBackend) => context.explain_wait(&tenant, Cause::RegistryItem),
                Err(cause) => context.explain_wait(&tenant, cause),
                Ok(RegistryDecision::Admitted(_)) if payload.len() > Invocation::Sync.max_payload_bytes() => {
                    explain_rejection(&Rejection::new(Reason::TooLarge), RejectionTime::ThisInvocation)
                }
                Ok(RegistryDecision::Admitted(admitted)) => {
                    rounds.push(vec![ExplainedSubBatch {
                        number: 1,
                        tenant: tenant.clone(),
                        backend: context.backend_name(admitted.backend()),
                        records: vec![0],
                        bytes: payload.len(),
                    }]);
                    ExplainedOutcome::Sent { tenant, round: 1, sub_batch: 1 }
                }
            }
        }
    };
    Ok(ExplainReport {
        router: config.source.binary(),
        wrapped: None,
        source_arn: None,
        order: ExplainedOrder::None,
        carrier: Carrier::Invoke,
        registry: context.registry_use(),
        on_reject: ExplainedOnReject::Answered,
        records: vec![ExplainedRecord {
            index: 0,
            id: "the task".to_owned(),
            item_id: None,
            order_key: None,
            outcome,
            selectors: context.evaluate_selectors(input),
        }],
        rounds,
    })
}
