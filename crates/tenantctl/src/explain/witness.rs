//! What each selector alone says of a record: the router's own rules, asked for one selector at a time.

use serde::{Deserialize, Serialize};
use sources::Kind;
use tenancy::{Grammar, Reason, Rules, Selector};

use crate::failure::Failure;

/// One selector of the configuration.
pub(super) struct Witness {
    path: String,
    rules: Rules,
}

/// What a selector says of a record.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Testimony {
    /// Where it looks.
    pub(super) path: String,
    #[serde(flatten)]
    pub(super) says: Says,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "says", rename_all = "snake_case")]
pub(super) enum Says {
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

impl Witness {
    pub(super) fn testify(&self, record: &str) -> Testimony {
        let says = match self.rules.admit(record) {
            Ok(admitted) => Says::Tenant { tenant: admitted.tenant().as_str().to_owned() },
            Err(rejection) if rejection.reason() == Reason::Missing => Says::Absent,
            Err(rejection) => Says::Faulty {
                reason: rejection.reason().code(),
                value: rejection.offending_value().map(str::to_owned),
            },
        };
        Testimony { path: self.path.clone(), says }
    }
}

/// The selectors of a configuration that was checked, in the order in which they are asked.
pub(super) fn witnesses(config: &str, kind: Kind) -> Result<Vec<Witness>, Failure> {
    let Outline { tenant_id } = serde_json::from_str(config).map_err(|error| defect(&error.to_string()))?;
    let grammar = Grammar::parse(&tenant_id.grammar).map_err(|error| defect(&error.to_string()))?;
    let base64: Vec<Selector> = kind
        .base64_paths()
        .iter()
        .map(|path| Selector::parse(path).map_err(|error| defect(&error.to_string())))
        .collect::<Result<_, _>>()?;
    let witness = |named: Named| -> Result<Witness, String> {
        let (path, capture) = match named {
            Named::Path(path) => (path, None),
            Named::Full { path, capture } => (path, capture),
        };
        let mut selector = Selector::parse(&path).map_err(|error| error.to_string())?;
        if let Some(capture) = &capture {
            selector = selector.with_capture(capture).map_err(|error| error.to_string())?;
        }
        let rules = Rules::new(vec![selector], Vec::new(), grammar.clone());
        Ok(Witness { path, rules: rules.map_err(|error| error.to_string())?.reading_base64_at(&base64) })
    };
    let all = tenant_id.from.into_iter().chain(tenant_id.must_match);
    all.map(witness).collect::<Result<_, _>>().map_err(|error| defect(&error))
}

/// The configuration was read before by the router's own reader, which took it.
fn defect(problem: &str) -> Failure {
    Failure::unusable("tenant_id", problem.to_owned(), "report this as a defect")
}

#[derive(Deserialize)]
struct Outline {
    tenant_id: TenantId,
}

#[derive(Deserialize)]
struct TenantId {
    from: Vec<Named>,
    #[serde(default)]
    must_match: Vec<Named>,
    #[serde(default = "strict")]
    grammar: String,
}

fn strict() -> String {
    "strict".to_owned()
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Named {
    Path(String),
    Full { path: String, capture: Option<String> },
}
