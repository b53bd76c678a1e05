//! The bodies of the fuzz targets: functions of arbitrary bytes that panic if the product reads input wrongly.
//!
//! `verification/fuzz/` runs them in libFuzzer. The tests of this crate run them on the files of `verification/fuzz/corpus` and on seeded
//! mutations of these. Neither needs the tools of the other. The checks go beyond the absence of panics: they compare
//! the product with a second, simple reader.
//!
//! This crate must not depend on the network or a clock, so that every finding is reproducible.
//!
//! The modules, in reading order:
//!
//! - [`TARGETS`]: all targets
//! - `tree`: a second JSON reader, which keeps repeated keys
//! - `decide`: a second implementation of admission; `admission`: selectors, grammars and rules
//! - `events`: the checks that apply to the events of all sources
//! - `queues`, `streams`, `single`: the events of each source
//! - `answer`, `config`, `quarantine`, `registry`: the other inputs from outside
//! - [`harness`]: a router whose ports record what they receive

mod admission;
mod answer;
mod config;
mod decide;
mod events;
pub mod harness;
mod quarantine;
mod queues;
mod registry;
mod single;
mod streams;
mod tree;

pub use events::rules;

/// A check of one reader of input from outside.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name of the target, which is also the name of its binary and its corpus in `verification/fuzz/`.
    pub name: &'static str,
    /// Panics if the check fails for this input.
    pub check: fn(&[u8]),
}

/// A target that reads text. JSON inputs are text, because Lambda delivers only UTF-8.
macro_rules! text {
    ($name:literal, $check:path) => {
        Target { name: $name, check: |bytes| std::str::from_utf8(bytes).map_or((), $check) }
    };
}

/// All targets.
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

/// Runs a target on an input.
///
/// # Panics
/// If the check fails, or there is no such target.
pub fn check(name: &str, input: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name).expect("no target has this name");
    (target.check)(input);
}
