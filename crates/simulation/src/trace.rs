//! A history in words, for who wants to know why a promise was broken.

use std::fmt::Write;

use crate::history::{Event, History, Kept, Stamped, Word};
use crate::invariants::{ALL, Breach, LIVELY};
use crate::plan::{Sender, Senders, Size};

/// The broken promise, what was set up, and what happened.
#[must_use]
pub fn trace(history: &History, breach: &Breach) -> String {
    let plan = &history.plan;
    let promise =
        ALL.iter().chain(&LIVELY).find(|of| of.name == breach.invariant).map_or("", |of| of.promise);
    let mut text = String::new();
    // Writing into a String does not fail.
    let _ = writeln!(text, "broken: {} ({promise})\n    {}", breach.invariant, breach.how);
    let _ = writeln!(
        text,
        "replay: ./taskw simulate -- --source {} --replay {}",
        history.kind().name(),
        plan.seed
    );
    let _ = writeln!(text, "{:?}\ncalm at {:?}", plan.terms, plan.calm_at);
    let is_named =
        |tenant: usize| plan.sent().any(|record| plan.records[record].says.owner() == Some(tenant));
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
            of.says,
            of.sent_at,
            if of.sender == Sender::Stranger { ", by a stranger" } else { "" },
            if of.size == Size::Large { ", large" } else { "" },
        );
    }
    for storm in plan.storms.iter().filter(|storm| !storm.left_out) {
        let _ = writeln!(text, "storm: {:?} from {:?} to {:?}", storm.what, storm.at[0], storm.at[1]);
    }
    if let Some(behind) = &history.behind {
        let (bridge, records) = (&plan.bridge, plan.records.len());
        let _ =
            writeln!(text, "{bridge:?}; messages have their records' numbers, or those and {records} more");
        let _ = writeln!(text, "what is behind the bridge is marked with a |");
        let mut events: Vec<(&Stamped, &str)> = history.events.iter().map(|event| (event, " ")).collect();
        events.extend(behind.events.iter().map(|event| (event, "|")));
        events.sort_by_key(|(stamped, _)| stamped.at);
        for (stamped, mark) in events {
            let _ = writeln!(text, "{:>9.3} {mark} {}", stamped.at.as_secs_f64(), words(&stamped.event));
        }
        return text;
    }
    for stamped in &history.events {
        let _ = writeln!(text, "{:>9.3}  {}", stamped.at.as_secs_f64(), words(&stamped.event));
    }
    text
}

fn words(event: &Event) -> String {
    match event {
        Event::HandedOut { invocation, environment, records } => {
            format!("[{invocation}] is handed {records:?} in environment {environment}")
        }
        Event::Asked { environment } => format!("environment {environment} asks the registry"),
        Event::Told { environment, tenant, word, .. } => {
            let word = match word {
                Word::Listed(None) => "is not listed".to_owned(),
                Word::Listed(Some((status, Senders::Anyone))) => format!("is {}", status.name()),
                Word::Listed(Some((status, Senders::Its))) => {
                    format!("is {} and bound to its sender", status.name())
                }
                Word::Malformed => "has an item that makes no sense".to_owned(),
                Word::Failed => "could not be read".to_owned(),
            };
            format!("environment {environment} hears that tenant {tenant} {word}")
        }
        Event::Sent { invocation, call, tenant, backend, records, .. } => {
            let tenant = tenant.map_or("nobody".to_owned(), |tenant| tenant.to_string());
            format!("[{invocation}] Invoke {call} for tenant {tenant}, backend {backend}: {records:?}")
        }
        Event::Accepted { call } => format!("      Lambda has the event of Invoke {call}"),
        Event::Became { call, what } => {
            format!("      Lambda is done with the event of Invoke {call}: {what:?}")
        }
        Event::Ran { call } => format!("      Invoke {call} runs"),
        Event::RanOn { call } => {
            format!("      Invoke {call} has run on to its end, and nobody waited for it")
        }
        Event::Failed { call, records } => format!("      Invoke {call} is not done with {records:?}"),
        Event::Returned { call, receipts, came_to } => {
            format!("      Invoke {call} returns: {came_to:?}, receipts for {receipts:?}")
        }
        Event::SetAside { invocation, record, reason, kept, .. } => {
            let kept = match kept {
                Kept::Acknowledged => "is there",
                Kept::Unheard => "is there, which was not heard",
                Kept::Not => "was not taken",
                Kept::Silence => "nothing is heard of it",
            };
            format!("[{invocation}] record {record} goes to quarantine as {reason}: {kept}")
        }
        Event::Answered { invocation, named } => format!("[{invocation}] answers, naming {named:?}"),
        Event::Refused { invocation } => format!("[{invocation}] fails the batch"),
        Event::Cut { invocation, how } => format!("[{invocation}] ends: {how:?}"),
        Event::Bridged { record } => format!("  the bridge's queue takes message {record}"),
        Event::Settled { record } => format!("  record {record} is settled"),
        Event::Redelivered { record } => format!("  record {record} is handed out once more by the queue"),
        Event::GivenUp { record, why } => format!("  record {record} is given up: {why:?}"),
        Event::Fault { fault, .. } => format!("    ! {fault:?}"),
    }
}
