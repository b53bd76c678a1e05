//! The limits on Invokes, the deadline, and the waits before retries.

use std::time::Duration;

use super::Digest;
use crate::history::InvokeOutcome;
use crate::plan::InvokePayload;

pub(super) fn kept(digest: &Digest<'_>) -> Option<String> {
    let (plan, settings) = (&digest.history.plan, &digest.history.plan.settings);
    let per_tenant = match plan.kind {
        _ if plan.forwards() => settings.in_flight,
        kind if kind.is_ordered() => 1,
        _ => settings.per_tenant,
    };
    let one = settings.payload == InvokePayload::Content || plan.forwards();
    let most_records = if one { 1 } else { settings.max_records };
    digest.calls.iter().enumerate().find_map(|(number, call)| {
        let invocation = &digest.invocations[call.invocation];
        let running = digest.calls_of(invocation).filter(|other| {
            other.sent.1 <= call.sent.1 && other.returned.as_ref().is_none_or(|end| end.at.1 > call.sent.1)
        });
        let (mut all, mut own) = (0, 0);
        for other in running {
            all += 1;
            own += usize::from(other.tenant == call.tenant);
        }
        if all > settings.in_flight {
            return Some(format!(
                "with Invoke {number}, {all} Invokes run at a time: the limit is {}",
                settings.in_flight
            ));
        }
        if own > per_tenant {
            return Some(format!(
                "with Invoke {number}, {own} Invokes of its tenant run at a time: the limit is {per_tenant}"
            ));
        }
        let records = call.records.len();
        (records > most_records)
            .then(|| format!("Invoke {number} carries {records} records: the limit is {most_records}"))
    })
}

pub(super) fn deadline(digest: &Digest<'_>) -> Option<String> {
    let settings = &digest.history.plan.settings;
    digest.calls.iter().enumerate().find_map(|(number, call)| {
        let latest = settings.latest_start(digest.invocations[call.invocation].began);
        let late = call.sent.0 > latest;
        late.then(|| format!("Invoke {number} started at {:?}, later than {latest:?}", call.sent.0))
    })
}

/// The minimum wait before a retry if Lambda asks for none: half of the first backoff.
const LEAST_WAIT: Duration = Duration::from_millis(50);

/// Checks that an Invoke that did not run is retried after a wait, and that a misconfigured one is not retried. A
/// response that arrives at the moment of the next Invoke does not count, since the router may not have seen it.
pub(super) fn backs_off(digest: &Digest<'_>) -> Option<String> {
    digest.calls.iter().enumerate().find_map(|(number, call)| {
        let others = digest.calls_of(&digest.invocations[call.invocation]);
        let mut known = others.filter_map(|other| Some((other, other.returned.as_ref()?)));
        known.find_map(|(other, returned)| {
            if returned.at.0 >= call.sent.0 {
                return None;
            }
            let (same_tenant, same_backend) = (other.tenant == call.tenant, other.backend == call.backend);
            match returned.outcome {
                InvokeOutcome::NotRun(wait) if same_tenant => {
                    let until = returned.at.0 + wait.max(LEAST_WAIT);
                    let early = call.sent.0 < until;
                    early.then(|| format!("Invoke {number} started at {:?}, before {until:?}", call.sent.0))
                }
                InvokeOutcome::BackendMisconfigured if same_backend => {
                    Some(format!("Invoke {number} went to backend {}, which is misconfigured", call.backend))
                }
                InvokeOutcome::NoCredentials if same_tenant => {
                    Some(format!("Invoke {number} is for tenant {:?}, which has no credentials", call.tenant))
                }
                _ => None,
            }
        })
    })
}
