//! Prints a history in words, to show why a promise was broken.

use std::fmt::Write;

use crate::history::{Event, History, QuarantineResult, TableAnswer, TimedEvent};
use crate::invariants::{ALL, LIVENESS, Violation};
use crate::plan::{AllowedSenders, Sender, Size};

/// Returns the broken promise, the plan, and the events as text.
#[must_use]
pub fn trace(history: &History, violation: &Violation) -> String {
    let plan = &history.plan;
    let promise =
        ALL.iter().chain(&LIVENESS).find(|of| of.name == violation.invariant).map_or("", |of| of.promise);
    let mut text = String::new();
    // Writing into a String does not fail.
    let _ = writeln!(text, "broken: {} ({promise})\n    {}", violation.invariant, violation.how);
    let _ = writeln!(
        text,
        "replay: ./taskw simulate -- --source {} --replay {}",
        history.kind().name(),
        plan.seed
    );
    let _ = writeln!(text, "{:?}\nfaults end at {:?}", plan.settings, plan.faults_end_at);
    let is_named =
        |tenant: usize| plan.sent().any(|record| plan.records[record].stated.owner() == Some(tenant));
    for (number, tenant) in plan.tenants.iter().enumerate().filter(|(number, _)| is_named(*number)) {
        let _ = writeln!(text, "tenant {number}: {tenant:?}");
    }
    for record in plan.sent() {
        let of = &plan.records[record];
        let poison = of.poison.map_or(String::new(), |poison| format!(", poison: {poison:?}"));
        let _ = writeln!(
            text,
            "record {record}: key {}, {:?}, sent at {:?}{poison}{}{}",
            of.key,
            of.stated,
            of.sent_at,
            if of.sender == Sender::Other { ", from another sender" } else { "" },
            if of.size == Size::Large { ", large" } else { "" },
        );
    }
    for outage in plan.outages.iter().filter(|outage| !outage.left_out) {
        let _ = writeln!(text, "outage: {:?} from {:?} to {:?}", outage.what, outage.at[0], outage.at[1]);
    }
    if let Some(behind) = &history.behind {
        let (bridge, records) = (&plan.bridge, plan.records.len());
        let _ = writeln!(
            text,
            "{bridge:?}; a message has its record's number, or that plus a multiple of {records}"
        );
        let _ = writeln!(text, "events behind the bridge are marked with |");
        let mut events: Vec<(&TimedEvent, &str)> = history.events.iter().map(|event| (event, " ")).collect();
        events.extend(behind.events.iter().map(|event| (event, "|")));
        events.sort_by_key(|(timed, _)| timed.at);
        for (timed, mark) in events {
            let _ = writeln!(text, "{:>9.3} {mark} {}", timed.at.as_secs_f64(), words(&timed.event));
        }
        return text;
    }
    for timed in &history.events {
        let _ = writeln!(text, "{:>9.3}  {}", timed.at.as_secs_f64(), words(&timed.event));
    }
    text
}

fn words(event: &Event) -> String {
    match event {
        Event::InvocationStarted { invocation, environment, records } => {
            format!("[{invocation}] starts with {records:?} in environment {environment}")
        }
        Event::RegistryAsked { environment } => format!("environment {environment} asks the registry"),
        Event::RegistryAnswered { environment, tenant, answer, .. } => {
            let answer = match answer {
                TableAnswer::Listed(None) => "is not listed".to_owned(),
                TableAnswer::Listed(Some((status, AllowedSenders::Anyone))) => {
                    format!("is {}", status.name())
                }
                TableAnswer::Listed(Some((status, AllowedSenders::TenantOnly))) => {
                    format!("is {} with an allowed sender", status.name())
                }
                TableAnswer::Malformed => "has a malformed item".to_owned(),
                TableAnswer::Failed => "could not be read".to_owned(),
            };
            format!("environment {environment} is told that tenant {tenant} {answer}")
        }
        Event::Sent { invocation, call, tenant, backend, records, .. } => {
            let tenant = tenant.map_or("none".to_owned(), |tenant| tenant.to_string());
            format!("[{invocation}] Invoke {call} for tenant {tenant}, backend {backend}: {records:?}")
        }
        Event::Accepted { call } => format!("      Lambda accepts the event of Invoke {call}"),
        Event::EventEnded { call, fate } => {
            format!("      Lambda is done with the event of Invoke {call}: {fate:?}")
        }
        Event::Ran { call } => format!("      Invoke {call} runs"),
        Event::OrphanEnded { call } => {
            format!("      Invoke {call} ends after the router stopped waiting for it")
        }
        Event::Failed { call, records } => format!("      Invoke {call} fails {records:?}"),
        Event::Returned { call, acked, outcome } => {
            format!("      Invoke {call} returns: {outcome:?}, acknowledges {acked:?}")
        }
        Event::Quarantined { invocation, record, reason, result, .. } => {
            let result = match result {
                QuarantineResult::Acked => "acknowledged",
                QuarantineResult::AckLost => "stored, and the acknowledgement was lost",
                QuarantineResult::NotStored => "not stored",
                QuarantineResult::Silent => "no response",
            };
            format!("[{invocation}] record {record} goes to quarantine as {reason}: {result}")
        }
        Event::Responded { invocation, named } => format!("[{invocation}] responds, naming {named:?}"),
        Event::InvocationFailed { invocation } => format!("[{invocation}] fails the batch"),
        Event::Interrupted { invocation, how } => format!("[{invocation}] ends: {how:?}"),
        Event::Bridged { record } => format!("  the bridge's queue takes message {record}"),
        Event::Acked { record } => format!("  record {record} is acknowledged to the source"),
        Event::Redelivered { record } => format!("  record {record} is delivered once more by the queue"),
        Event::Discarded { record, why } => format!("  record {record} is discarded: {why:?}"),
        Event::Fault { fault, .. } => format!("    ! {fault:?}"),
    }
}
