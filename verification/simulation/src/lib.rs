//! A simulated world around the router that ships: sources, Lambda, a quarantine and a registry, in virtual time.
//!
//! A seed determines a whole history: the records, the settings and every fault. The same seed gives the same history,
//! so anyone can repeat a result. The router is not changed for the simulation and cannot detect it.
//!
//! Modules in reading order:
//!
//! - [`plan`]: the content of one history, drawn from its seed
//! - [`executor`]: virtual time
//! - [`world`]: simulates a plan
//! - [`history`]: the events that the world recorded
//! - [`invariants`]: the promises, each a function of a history
//! - [`broken_variant`]: routers with a deliberate mistake, which the promises must detect
//! - [`campaign`], [`totals`], [`figure`]: many histories, their counts, and the page of the documentation
//! - [`shrink`](mod@shrink), [`trace`](mod@trace): makes a failing history small, and prints it
//! - [`progress`], [`numbers`]: the progress of a long run, and numbers for readers
//!
//! Each rule of the model cites the AWS page that it follows. This crate must not use the network, threads within a
//! history, or any clock except the executor's.

pub mod broken_variant;
pub mod campaign;
pub mod executor;
pub mod figure;
pub mod history;
pub mod invariants;
pub mod numbers;
pub mod plan;
pub mod progress;
pub mod shrink;
pub mod totals;
pub mod trace;
pub mod world;
