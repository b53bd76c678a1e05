//! Whose record is this? The admission of records to tenants.
//!
//! A record comes in as the bytes in which its source handed it out. Admission answers with an
//! [`Admitted`], which is the only thing that a backend is ever invoked for, or with a [`Rejection`]
//! that says which [`Reason`] there was. It never guesses: nothing is trimmed, folded or converted.
//!
//! ```
//! use tenancy::{Grammar, Reason, Rules, Selector};
//!
//! let from = Selector::parse("$.attributes.MessageGroupId")?.with_capture("^([^#]+)#")?;
//! let body = Selector::parse("$.body.tenantId")?;
//! let rules = Rules::new(vec![from], vec![body], Grammar::parse("strict")?)?;
//!
//! let record = r##"{"body":"{\"tenantId\":\"blue\"}","attributes":{"MessageGroupId":"blue#7"}}"##;
//! assert_eq!(rules.admit(record)?.tenant().as_str(), "blue");
//!
//! let stray = r##"{"body":"{\"tenantId\":\"blue\"}","attributes":{"MessageGroupId":"green#7"}}"##;
//! assert_eq!(rules.admit(stray).unwrap_err().reason(), Reason::Conflict);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The way of a record, and the file that each step lives in:
//!
//! - `selector`: a path that names where the tenant id is, with an optional capture; `path` reads its text.
//! - `trie`: all paths of a rule set as one tree of names, so that a record is walked once.
//! - `scan`: that walk. It reads the record as a stream and keeps only what stands at the end of a path.
//! - `rules`: the decision over what the walk saw, in the order of [`Reason::ALL`]: a [`Claim`].
//! - `completeness`: what has to stand in a record besides, whatever it names.
//! - `authority`: what a registry's [`TenantRecord`] of the tenant means for the claim.
//! - `grammar`: which texts may be a tenant id at all.
//! - `tenant_id`, `reason`, `rejection`: the words in which the answer is given.
//!
//! What must not enter here: AWS, the network, time, threads, and the bytes of a record beyond one call.

mod registry_policy;
mod claim;
mod completeness;
mod grammar;
mod tenant_record;
mod path;
mod reason;
mod rejection;
mod rules;
mod scan;
mod selector;
mod tenant_id;
mod trie;

pub use registry_policy::{RegistryPolicy, RegistryDecision, Suspended};
pub use claim::{Admitted, Claim};
pub use completeness::Completeness;
pub use grammar::{Grammar, GrammarError, House};
pub use tenant_record::{TenantRecord, Status};
pub use path::PathFault;
pub use reason::Reason;
pub use rejection::Rejection;
pub use rules::{MAX_SELECTORS, Rules, RulesError};
pub use selector::{MAX_STEPS, Selector, SelectorError};
pub use tenant_id::TenantId;
