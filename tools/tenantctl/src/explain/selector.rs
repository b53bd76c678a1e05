//! Evaluates each selector alone, with the router's own rules.

use serde::Serialize;
use tenancy::{Reason, Rules, Selector};

/// The result of a selector for a record.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct SelectorResult {
    /// The path of the selector.
    pub(super) path: String,
    #[serde(flatten)]
    pub(super) value: SelectorValue,
}

/// What a selector finds in a record.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "says", rename_all = "snake_case")]
pub(super) enum SelectorValue {
    /// A tenant id.
    Tenant { tenant: String },
    /// Nothing at its path.
    Absent,
    /// A value that is not a tenant id.
    Faulty {
        reason: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        value: Option<String>,
    },
}

impl SelectorResult {
    /// Evaluates a selector for a record, with the rules that have no other.
    pub(super) fn new(selector: &Selector, rules: &Rules, record: &str) -> Self {
        let value = match rules.admit(record) {
            Ok(admitted) => SelectorValue::Tenant { tenant: admitted.tenant().as_str().to_owned() },
            Err(rejection) if rejection.reason() == Reason::Missing => SelectorValue::Absent,
            Err(rejection) => SelectorValue::Faulty {
                reason: rejection.reason().code(),
                value: rejection.offending_value().map(str::to_owned),
            },
        };
        Self { path: selector.path().to_owned(), value }
    }
}
