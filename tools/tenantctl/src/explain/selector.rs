//! Evaluates each selector alone, with the router's own rules.

use serde::Serialize;
use sources::Kind;
use tenancy::{Grammar, Reason, Rules, Selector};

use crate::check_config::outline::{OutlinedSelector, OutlinedTenantId};
use crate::error::CommandError;

/// One selector of the configuration, with the rules that use only it.
pub(super) struct SingleSelector {
    path: String,
    rules: Rules,
}

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

impl SingleSelector {
    /// Evaluates the selector for a record.
    pub(super) fn evaluate(&self, record: &str) -> SelectorResult {
        let value = match self.rules.admit(record) {
            Ok(admitted) => SelectorValue::Tenant { tenant: admitted.tenant().as_str().to_owned() },
            Err(rejection) if rejection.reason() == Reason::Missing => SelectorValue::Absent,
            Err(rejection) => SelectorValue::Faulty {
                reason: rejection.reason().code(),
                value: rejection.offending_value().map(str::to_owned),
            },
        };
        SelectorResult { path: self.path.clone(), value }
    }
}

/// The selectors of a checked configuration, in the router's order.
pub(super) fn single_selectors(
    tenant_id: &OutlinedTenantId,
    kind: Kind,
) -> Result<Vec<SingleSelector>, CommandError> {
    let OutlinedTenantId { from, must_match, grammar } = tenant_id;
    let all = from.iter().chain(must_match);
    // The router's own parser has accepted them.
    all.map(|selector| single_selector(selector, grammar, kind).map_err(|error| defect(&error))).collect()
}

fn single_selector(outlined: &OutlinedSelector, grammar: &str, kind: Kind) -> Result<SingleSelector, String> {
    let parse = |path: &str| Selector::parse(path).map_err(|error| error.to_string());
    let mut selector = parse(outlined.path())?;
    if let Some(capture) = outlined.capture() {
        selector = selector.with_capture(capture).map_err(|error| error.to_string())?;
    }
    let grammar = Grammar::parse(grammar).map_err(|error| error.to_string())?;
    let rules = Rules::new(vec![selector], Vec::new(), grammar).map_err(|error| error.to_string())?;
    let base64: Vec<Selector> =
        kind.base64_paths().iter().map(|path| parse(path)).collect::<Result<_, _>>()?;
    Ok(SingleSelector { path: outlined.path().to_owned(), rules: rules.reading_base64_at(&base64) })
}

fn defect(problem: &str) -> CommandError {
    CommandError::unusable("tenant_id", problem.to_owned(), "report this as a defect")
}
