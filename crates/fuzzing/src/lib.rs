//! What must hold of anything that comes in from outside, each as a function of arbitrary bytes that panics where it
//! does not hold. `fuzz/` hands them to libFuzzer; the tests here hand them what is kept in `fuzz/corpus`, and seeded
//! mutations of it, so that neither needs the other's tools.
//!
//! - [`TARGETS`]: all of them
//! - `queues`, `streams`, `single`: the events of each source; `events`: what holds of all of them
//! - `admission`: selectors, grammars, rules; `decide`: the same once more, the slow and obvious way
//! - `answer`, `config`, `quarantine`, `registry`: what else is read from outside
//! - `tree`: JSON read another way than the product reads it; [`world`]: ports that keep what they get
//!
//! More is asserted than that nothing panics: what the product says is compared with what somebody else read.

mod admission;
mod answer;
mod config;
mod decide;
mod events;
mod quarantine;
mod queues;
mod registry;
mod single;
mod streams;
mod tree;
pub mod world;

pub use events::rules;

/// Something that reads what comes from outside.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, which is that of its binary and of its corpus in `fuzz/`.
    pub name: &'static str,
    /// Panics where something does not hold.
    pub check: fn(&[u8]),
}

/// A target that reads text, as all do that get JSON: Lambda hands out nothing else.
macro_rules! text {
    ($name:literal, $check:path) => {
        Target { name: $name, check: |bytes| std::str::from_utf8(bytes).map_or((), $check) }
    };
}

/// Every target.
pub const TARGETS: [Target; 15] = [
    text!("admission", admission::admission),
    Target { name: "aggregate", check: streams::aggregate },
    Target { name: "answer", check: answer::answer },
    text!("bridged", queues::bridged),
    text!("config", config::config),
    text!("dynamodb", streams::dynamodb),
    text!("eventbridge", single::eventbridge),
    text!("grammar", admission::grammar),
    text!("item", registry::item),
    text!("kinesis", streams::kinesis),
    text!("pipes", single::pipes),
    text!("quarantine", quarantine::quarantine),
    text!("selector", admission::selector),
    text!("sqs", queues::sqs),
    text!("task", single::task),
];

/// Checks an input of this target.
///
/// # Panics
/// Where something does not hold, or there is no such target.
pub fn check(name: &str, input: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name).expect("a target of this name");
    (target.check)(input);
}
