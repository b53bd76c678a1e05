//! Lambda with the tenant-isolated backends [Lambda API reference, "Invoke"; Lambda developer guide, "Tenant
//! isolation"].

use std::rc::Rc;
use std::time::Duration;

use routing::ports::{Attempt, Backend, Invocation, InvokeRequest};

use super::invoke_effect::{Runs, effect_of};
use super::payload::Payload;
use super::run::Run;
use super::shared::Shared;
use super::state::{World, millis, next};
use super::{event_queue, events};
use crate::history::{Bytes, Event, Fault};
use crate::plan::faults::{InvokeFault, Site};
use crate::plan::{FaultExposure, InvokePayload, OutageKind, Poison};

pub(crate) struct Lambda(Rc<Shared>);

impl Lambda {
    pub(super) fn of(shared: &Rc<Shared>) -> Self {
        Self(Rc::clone(shared))
    }

    /// Returns the records of a payload, and whether they are as the source delivered them.
    fn read(&self, payload: &[u8]) -> (Vec<usize>, Bytes) {
        let Ok(text) = std::str::from_utf8(payload) else { return (Vec::new(), Bytes::Changed) };
        let shared = &*self.0;
        if shared.world.plan.settings.payload == InvokePayload::Content {
            let record = shared.next_record(&[], |record| record.content == text);
            return record.map_or((Vec::new(), Bytes::Changed), |record| (vec![record], Bytes::Same));
        }
        let inner = text.strip_prefix("{\"Records\":[").and_then(|text| text.strip_suffix("]}"));
        inner.and_then(|inner| self.same(inner)).unwrap_or_else(|| (self.mentioned(text), Bytes::Changed))
    }

    /// Returns the records of a payload that consists of records as the source delivered them.
    fn same(&self, mut rest: &str) -> Option<(Vec<usize>, Bytes)> {
        let mut records = Vec::new();
        loop {
            let (record, behind) = self.0.strip(rest, &records)?;
            records.push(record);
            match behind.strip_prefix(',') {
                Some(next) => rest = next,
                None if behind.is_empty() => return Some((records, Bytes::Same)),
                None => return None,
            }
        }
    }

    /// Returns the records whose identifiers are in a payload, in their order there.
    fn mentioned(&self, text: &str) -> Vec<usize> {
        let records = self.0.records.borrow();
        let place = |number: usize| text.find(&events::id(&self.0.world.plan, number));
        let mut found: Vec<(usize, usize)> =
            records.iter().filter_map(|record| Some((place(record.number)?, record.number))).collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|(_, number)| number).collect()
    }

    /// Simulates one Invoke.
    async fn attempt(&self, payload: &Payload) -> Attempt {
        let world = &*self.0.world;
        let call = next(&world.calls);
        world.log(Event::Sent {
            invocation: self.0.invocation.get(),
            call,
            tenant: payload.tenant,
            backend: payload.backend,
            records: payload.records.clone(),
            bytes: payload.bytes,
        });
        let fault = fault(world, payload);
        let mut rng = world.rng_at(Site::Invoke, call, 0);
        let effect = effect_of(world, payload, fault, &mut rng);
        let delay = millis(rng.u64(1..6));
        let mut run = matches!(effect.runs, Runs::Yes | Runs::Unobserved).then(|| {
            let longer =
                if effect.runs == Runs::Unobserved { millis(rng.u64(0..3_000)) } else { Duration::ZERO };
            // The function's own timeout limits it in any case.
            let takes = (effect.takes + longer).min(world.plan.settings.call_timeout);
            Run::of(world, call, world.time.now() + delay, takes, &mut rng)
        });
        world.time.sleep(delay).await;
        match &mut run {
            Some(run) => {
                run.begin();
                if matches!(fault, Some(InvokeFault::FunctionError | InvokeFault::ItemFailures)) {
                    let failed = |record: &&usize| !effect.acked.contains(record);
                    let records = payload.records.iter().filter(failed).copied().collect();
                    world.log(Event::Failed { call, records });
                }
            }
            None if effect.runs == Runs::Later => event_queue::accept(world, call, payload),
            None => {}
        }
        if fault == Some(InvokeFault::Silent) {
            return std::future::pending().await;
        }
        world.time.sleep(effect.takes).await;
        if let Some(run) = run.as_mut().filter(|_| effect.runs == Runs::Yes) {
            run.end();
        }
        self.0.acked.borrow_mut().extend(&effect.acked);
        world.log(Event::Returned { call, acked: effect.acked, outcome: effect.outcome });
        if fault == Some(InvokeFault::Panicked) {
            // This skips the panic hook, which would print a message for each of a million panics.
            std::panic::resume_unwind(Box::new("the backend's port"));
        }
        effect.attempt
    }
}

impl Backend for Lambda {
    async fn invoke(&self, call: InvokeRequest<'_>) -> Attempt {
        let variant = self.0.world.variant;
        let tenant = self.0.world.tenant_named(call.admitted.tenant().as_str());
        let bytes = variant.map_or(call.payload.clone(), |variant| variant.payload(call.payload));
        let (records, bytes) = self.read(&bytes);
        let (backend, invocation) = (call.admitted.backend(), call.invocation);
        let payload = Payload { tenant, backend, records, bytes, invocation };
        let Some(variant) = variant else { return self.attempt(&payload).await };
        let payload = Payload {
            tenant: variant.tenant(payload.tenant, self.0.world.plan.tenants.len()),
            backend: variant.backend(payload.backend),
            ..payload
        };
        let attempt = variant.attempt(self.attempt(&payload).await, invocation);
        if variant.retries_at_once(&attempt) { self.attempt(&payload).await } else { attempt }
    }
}

/// Returns the fault of an Invoke: an outage, a fault of the moment, or a poison record.
fn fault(world: &World, payload: &Payload) -> Option<InvokeFault> {
    let (plan, now) = (&world.plan, world.time.now());
    let tenant = payload.tenant?;
    let first = *payload.records.first()?;
    let drawn_of = |all: &[InvokeFault]| match plan.tenants[tenant].exposure {
        FaultExposure::Spared => None,
        FaultExposure::Exposed => {
            world.draw_fault(Site::Invoke, first, |rng| Some(all[rng.usize(0..all.len())]))
        }
    };
    if payload.invocation == Invocation::Async {
        return drawn_of(&InvokeFault::ACCEPTING);
    }
    for outage in plan.outages_at(now).filter(|_| !world.faults_ended()) {
        let fault = match outage {
            OutageKind::Throttles(of) if of == tenant => InvokeFault::Throttled,
            OutageKind::Slow(of) if of == tenant => InvokeFault::Slow,
            _ => continue,
        };
        world.log(Event::Fault { key: None, fault: Fault::Invoke(fault) });
        return Some(fault);
    }
    drawn_of(&InvokeFault::ALL).or_else(|| {
        let poison = |&record: &usize| plan.records[record].poison;
        let worst =
            payload.records.iter().filter_map(poison).max_by_key(|poison| *poison == Poison::FailsAll)?;
        Some(match worst {
            Poison::FailsItem if plan.settings.payload == InvokePayload::Event => InvokeFault::ItemFailures,
            Poison::FailsItem | Poison::FailsAll => InvokeFault::FunctionError,
        })
    })
}
