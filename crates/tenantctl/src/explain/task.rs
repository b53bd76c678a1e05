//! The account of a Step Functions task: one input, one tenant, one Invoke.

use routing::ports::Invocation;
use sources::task::payload;
use tenancy::{Reason, Rejection};

use super::account::{Context, rejected};
use super::told::{Carrier, Explanation, FateTold, OnRejectTold, OrderTold, RecordTold, SubBatchTold};
use crate::failure::Failure;

pub(super) fn account(context: &Context<'_>) -> Result<Explanation, Failure> {
    let (config, input) = (context.config, context.event.text.as_str());
    let payload = payload(input, config.task_payload.names())
        .map_err(|error| context.not_an_event(&error.to_string()))?;
    let admitted = config.rules.admit(input);
    let admitted = admitted.and_then(|admitted| {
        if payload.len() > Invocation::Sync.max_payload_bytes() {
            return Err(Rejection::new(Reason::TooLarge));
        }
        Ok(admitted.tenant().as_str().to_owned())
    });
    let (fate, rounds) = match admitted {
        Ok(tenant) => {
            let sub_batch =
                SubBatchTold { number: 1, tenant: tenant.clone(), records: vec![0], bytes: payload.len() };
            (FateTold::Sent { tenant, round: 1, sub_batch: 1 }, vec![vec![sub_batch]])
        }
        Err(rejection) => (rejected(&rejection), Vec::new()),
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
