//! What each selector alone says of a record: the router's own rules, asked for one selector at a time.

use serde::Serialize;
use sources::Kind;
use tenancy::{Grammar, Reason, Rules, Selector};

use crate::check_config::outline::{OutlinedSelector, OutlinedTenantId};
use crate::error::CommandError;

/// One selector of the configuration.
pub(super) struct SingleSelector {
    path: String,
    rules: Rules,
}

/// What a selector says of a record.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct SelectorResult {
    /// Where it looks.
    pub(super) path: String,
    #[serde(flatten)]
    pub(super) says: SelectorValue,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "says", rename_all = "snake_case")]
pub(super) enum SelectorValue {
    /// This tenant.
    Tenant { tenant: String },
    /// Nothing: it leads nowhere.
    Absent,
    /// Nothing that can be used.
    Faulty {
        reason: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        value: Option<String>,
    },
}

impl SingleSelector {
    pub(super) fn test(&self, record: &str) -> SelectorResult {
        let says = match self.rules.admit(record) {
            Ok(admitted) => SelectorValue::Tenant { tenant: admitted.tenant().as_str().to_owned() },
            Err(rejection) if rejection.reason() == Reason::Missing => SelectorValue::Absent,
            Err(rejection) => SelectorValue::Faulty {
                reason: rejection.reason().code(),
                value: rejection.offending_value().map(str::to_owned),
            },
        };
        SelectorResult { path: self.path.clone(), says }
    }
}

/// The selectors of a configuration that was checked, in the order in which they are asked.
pub(super) fn selectors(tenant_id: &OutlinedTenantId, kind: Kind) -> Result<Vec<SingleSelector>, CommandError> {
    let OutlinedTenantId { from, must_match, grammar } = tenant_id;
    let all = from.iter().chain(must_match);
    // The router's own reader took all of it before.
    all.map(|place| witness(place, grammar, kind).map_err(|error| defect(&error))).collect()
}

fn witness(place: &OutlinedSelector, grammar: &str, kind: Kind) -> Result<SingleSelector, String> {
    let parse = |path: &str| Selector::parse(path).map_err(|error| error.to_string());
    let mut selector = parse(place.path())?;
    if let Some(capture) = place.capture() {
        selector = selector.with_capture(capture).map_err(|error| error.to_string())?;
    }
    let grammar = Grammar::parse(grammar).map_err(|error| error.to_string())?;
    let rules = Rules::new(vec![selector], Vec::new(), grammar).map_err(|error| error.to_string())?;
    let base64: Vec<Selector> =
        kind.base64_paths().iter().map(|path| parse(path)).collect::<Result<_, _>>()?;
    Ok(SingleSelector { path: place.path().to_owned(), rules: rules.reading_base64_at(&base64) })
}

fn defect(problem: &str) -> CommandError {
    CommandError::unusable("tenant_id", problem.to_owned(), "report this as a defect")
}
