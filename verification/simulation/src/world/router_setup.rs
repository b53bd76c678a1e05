//! The settings of the router: where the records of each source name their tenant, the registry, and the limits.

use std::cell::RefCell;
use std::num::NonZeroUsize;

use routing::ports::Invocation;
use routing::{DeliveryPolicy, Lifetimes, Payload, Registry};
use tenancy::{Grammar, RegistryPolicy, Rules, Selector};

use super::state::World;
use super::table::{PREMIUM, RegistryTable};
use crate::broken_variant::BrokenVariant;
use crate::plan::{InvocationType, InvokePayload, Kind, Plan};

thread_local! {
    /// A cache of rules, since making them costs more than a small history.
    static KNOWN: RefCell<Vec<(Kind, bool, Rules)>> = const { RefCell::new(Vec::new()) };
}

/// Returns the rules for a kind of source: its records name their tenant in two places, which must match.
pub(super) fn rules(kind: Kind, variant: Option<BrokenVariant>) -> Rules {
    let one_selector = variant.is_some_and(BrokenVariant::reads_one_selector);
    KNOWN.with_borrow_mut(|known| {
        if let Some((_, _, rules)) = known.iter().find(|(of, one, _)| *of == kind && *one == one_selector) {
            return rules.clone();
        }
        let rules = new_rules(kind, one_selector);
        known.push((kind, one_selector, rules.clone()));
        rules
    })
}

fn new_rules(kind: Kind, one_selector: bool) -> Rules {
    let (from, must_match) = match kind {
        Kind::Standard | Kind::Fifo | Kind::Bridge => {
            ("$.messageAttributes.tenantId.stringValue", "$.body.tenantId")
        }
        Kind::Kinesis => ("$.kinesis.data.tenantId", "$.kinesis.data.owner"),
        Kind::EventBridge => ("$.detail.tenantId", "$.detail.owner"),
        Kind::Buffered => ("$.body.detail.tenantId", "$.body.detail.owner"),
        Kind::DynamoDb => ("$.dynamodb.NewImage.tenantId.S", "$.dynamodb.NewImage.owner.S"),
    };
    let selector = |path: &str| Selector::parse(path).expect("the paths above can be read");
    let must_match = if one_selector { Vec::new() } else { vec![selector(must_match)] };
    let rules = Rules::new(vec![selector(from)], must_match, Grammar::Strict).expect("the paths differ");
    rules.reading_base64_at(&[selector("$.kinesis.data")])
}

pub(super) fn registry(world: &World, table: RegistryTable) -> Option<Registry<RegistryTable>> {
    if world.variant.is_some_and(BrokenVariant::skips_registry) {
        return None;
    }
    let settings = world.plan.settings.registry?;
    let lifetimes = Lifetimes { fresh: settings.fresh, stale: settings.stale };
    let lifetimes = world.variant.map_or(lifetimes, |variant| variant.lifetimes(lifetimes));
    let parse = |path| Selector::parse(path).expect("the paths can be read");
    let sender = world.plan.kind.sender_path().map(parse);
    let backends = (!world.plan.forwards()).then(|| vec![PREMIUM.into()]);
    Some(Registry::new(table, RegistryPolicy::new(settings.suspended, sender, backends), lifetimes))
}

pub(super) fn policy(plan: &Plan, variant: Option<BrokenVariant>) -> DeliveryPolicy {
    let (settings, forwards) = (&plan.settings, plan.forwards());
    let at_least_one = |count: usize| NonZeroUsize::new(count).unwrap_or(NonZeroUsize::MIN);
    let policy = DeliveryPolicy {
        payload: match settings.payload {
            _ if forwards => Payload::Original,
            InvokePayload::Event => Payload::Event,
            InvokePayload::Content => Payload::Record,
        },
        invocation: match settings.invocation_type {
            _ if forwards => Invocation::Bridged,
            InvocationType::RequestResponse => Invocation::Sync,
            InvocationType::Event => Invocation::Async,
        },
        in_flight: at_least_one(settings.in_flight),
        per_tenant: at_least_one(settings.per_tenant),
        max_records: at_least_one(settings.max_records),
        max_message_bytes: routing::sqs::MAX_MESSAGE_BYTES,
        longest_call: settings.call_timeout,
    };
    variant.map_or(policy.clone(), |variant| variant.policy(policy))
}
