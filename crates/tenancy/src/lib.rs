//! Decides which tenant a record belongs to.
//!
//! The input is a record: the JSON text of one item of its source's event. The result is an [`Admitted`], without
//! which no backend is invoked, or a [`Rejection`] with its [`Reason`]. Admission never guesses: it does not trim or
//! convert an id, or change its case.
//!
//! This crate is pure. It must not depend on AWS, the network, time or threads, and it keeps no bytes of a record after
//! a call returns.
//!
//! [`Rules::admit`] is [`Rules::claim`] without a registry:
//!
//! ```
//! use tenancy::{Grammar, Reason, Rules, Selector};
//!
//! let group = Selector::parse("$.attributes.MessageGroupId")?.with_capture("^([^#]+)#")?;
//! let body = Selector::parse("$.body.tenantId")?;
//! let rules = Rules::new(vec![group], vec![body], Grammar::parse("strict")?)?;
//!
//! let record = r##"{"body":"{\"tenantId\":\"blue\"}","attributes":{"MessageGroupId":"blue#7"}}"##;
//! assert_eq!(rules.admit(record)?.tenant().as_str(), "blue");
//!
//! let conflicting = r##"{"body":"{\"tenantId\":\"blue\"}","attributes":{"MessageGroupId":"green#7"}}"##;
//! assert_eq!(rules.admit(conflicting).unwrap_err().reason(), Reason::Conflict);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The modules, in reading order:
//!
//! - `tenant_id`, `grammar`: a tenant id, and which texts may be one
//! - `reason`, `rejection`: why a record is not admitted
//! - `selector`: a path to a tenant id, with an optional capture; `path` parses the path
//! - `trie`: all paths of a rule set as one tree, so that one scan of a record serves all of them
//! - `scan`: the scan of a record, as a stream of tokens; it keeps only the values at the ends of the paths
//! - `rules`: the decision over the scanned values, in the order of [`Reason::ALL`]; it makes a [`Claim`]
//! - `completeness`: values that a record must have, whichever tenant it names
//! - `claim`: a record's tenant before and after admission
//! - `tenant_record`: a tenant's record in the registry
//! - `registry_policy`: the decision over a claim and a tenant's record

mod claim;
mod completeness;
mod grammar;
mod path;
mod reason;
mod registry_policy;
mod rejection;
mod rules;
mod scan;
mod selector;
mod tenant_id;
mod tenant_record;
mod trie;

pub use claim::{Admitted, Claim};
pub use completeness::Completeness;
pub use grammar::{CustomPattern, Grammar, GrammarError};
pub use path::PathFault;
pub use reason::Reason;
pub use registry_policy::{RegistryDecision, RegistryPolicy, Suspended};
pub use rejection::Rejection;
pub use rules::{MAX_SELECTORS, Rules, RulesError};
pub use selector::{MAX_STEPS, Selector, SelectorError};
pub use tenant_id::TenantId;
pub use tenant_record::{Status, TenantRecord};
