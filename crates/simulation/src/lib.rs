//! The world around the router, in virtual time and drawn from a seed, so that "never wrong" becomes a figure that
//! anyone can reproduce. The router is the one that ships; it does not know where it is.
//!
//! - [`plan`]: what a history is made of, drawn from its seed; [`world`]: lets it happen; [`history`]: what happened
//! - [`invariants`]: what was promised, each a function of a history
//! - [`imposter`]: wrong routers, which the invariants have to find
//! - [`campaign`]: many histories; [`totals`]: what they came to; [`figure`]: that as a page of the documentation
//! - [`rivals`]: other routers in the same world, and what becomes of records with each
//! - [`shrink`](mod@shrink), [`trace`](mod@trace): a failing history made small, and told in words
//! - [`executor`]: virtual time; [`progress`], [`words`]: what the programs of this crate share
//!
//! Every rule of the model stands beside the AWS page that it follows. What must not enter: the network, threads within
//! a history, and any time but the executor's.

pub mod campaign;
pub mod executor;
pub mod figure;
pub mod history;
pub mod imposter;
pub mod invariants;
pub mod plan;
pub mod progress;
pub mod rivals;
pub mod shrink;
pub mod totals;
pub mod trace;
pub mod words;
pub mod world;
