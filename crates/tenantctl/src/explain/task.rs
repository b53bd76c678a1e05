//! The account of a Step Functions task: one input, one tenant, one Invoke.

use routing::Cause;
use routing::ports::Invocation;
use sources::task::payload;
use tenancy::{Reason, Rejection, RegistryDecision};

use super::account::{Context, rejected};
use super::told::{Carrier, Explanation, FateTold, OnRejectTold, OrderTold, RecordTold, SubBatchTold, Turn};
use crate::error::CommandError;

pub(super) fn account(context: &Context<'_>) -> Result<Explanation, CommandError> {
    let (config, input) = (context.config, context.event.text.as_str());
    let payload = payload(input, config.task_payload.names())
        .map_err(|error| context.not_an_event(&error.to_string()))?;
    let mut rounds = Vec::new();
    let fate = match config.rules.claim(input) {
        Err(rejection) => rejected(&rejection, Turn::Now),
        Ok(claim) => {
            let tenant = claim.tenant().as_str().to_owned();
            match context.rule(claim, input) {
                Ok(RegistryDecision::Rejected(rejection)) => rejected(&rejection, Turn::Now),
                Ok(RegistryDecision::Held) => context.waits(&tenant, Cause::Held),
                Ok(RegistryDecision::NoSuchBackend) => context.waits(&tenant, Cause::RegistryItem),
                Err(cause) => context.waits(&tenant, cause),
                Ok(RegistryDecision::Admitted(_)) if payload.len() > Invocation::Sync.max_payload_bytes() => {
                    rejected(&Rejection::new(Reason::TooLarge), Turn::Now)
                }
                Ok(RegistryDecision::Admitted(admitted)) => {
                    rounds.push(vec![SubBatchTold {
                        number: 1,
                        tenant: tenant.clone(),
                        backend: context.backend(admitted.backend()),
                        records: vec![0],
                        bytes: payload.len(),
                    }]);
                    FateTold::Sent { tenant, round: 1, sub_batch: 1 }
                }
            }
        }
    };
    Ok(Explanation {
        router: config.source.binary(),
        wrapped: None,
        source_arn: None,
        order: OrderTold::None,
        carrier: Carrier::Invoke,
        registry: context.registry(),
        on_reject: OnRejectTold::Answered,
        records: vec![RecordTold {
            index: 0,
            id: "the task".to_owned(),
            item_id: None,
            order_key: None,
            fate,
            selectors: context.testimonies(input),
        }],
        rounds,
    })
}
