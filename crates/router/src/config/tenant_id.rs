//! The field `tenant_id`: how the router finds the tenant of a record.

use serde::Deserialize;
use sources::Kind;
use tenancy::{Completeness, Grammar, Rules, Selector};

use super::ConfigError;
use super::selector::{self, RawSelector};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTenantId {
    from: Vec<RawSelector>,
    #[serde(default)]
    must_match: Vec<RawSelector>,
    #[serde(default = "default_grammar")]
    grammar: String,
}

fn default_grammar() -> String {
    "strict".to_owned()
}

impl RawTenantId {
    /// Checks the rules for records of this kind.
    pub(super) fn check(self, kind: Kind) -> Result<Rules, ConfigError> {
        let grammar = Grammar::parse(&self.grammar).map_err(|error| {
            ConfigError::new(
                "tenant_id.grammar",
                error.to_string(),
                "see \"Tenant ids\" in the configuration's docs",
            )
        })?;
        let from = selector::check_list("tenant_id.from", self.from)?;
        let must_match = selector::check_list("tenant_id.must_match", self.must_match)?;
        // A pipe on a table's stream has the same records as an event source mapping.
        let completeness = match kind {
            Kind::DynamoDb | Kind::Pipes => check_images(&from, &must_match)?,
            Kind::Sqs | Kind::Kinesis | Kind::EventBridge | Kind::Task => None,
        };
        let base64 = kind.base64_paths().iter().map(|path| RawSelector::of_path(path)).collect();
        let base64 = selector::check_list("source", base64)?;
        let rules = Rules::new(from, must_match, grammar).and_then(|rules| match completeness {
            Some(completeness) => rules.with_completeness(completeness),
            None => Ok(rules),
        });
        let rules = rules.map_err(|error| {
            ConfigError::new("tenant_id", error.to_string(), "see \"Tenant ids\" in the configuration's docs")
        })?;
        Ok(rules.reading_base64_at(&base64))
    }
}

const NEW_IMAGE: &str = "$['dynamodb']['NewImage']";
const OLD_IMAGE: &str = "$['dynamodb']['OldImage']";

/// Checks selectors that read a change's images, and returns which images a change must then have.
///
/// A REMOVE has no new image and an INSERT no old one. A MODIFY that moves an item to another tenant shows this only if
/// both images are read [DynamoDB developer guide, "Change data capture for DynamoDB Streams"].
fn check_images(from: &[Selector], must_match: &[Selector]) -> Result<Option<Completeness>, ConfigError> {
    for (index, selector) in must_match.iter().enumerate() {
        let path = selector.canonical_path();
        if path.starts_with(NEW_IMAGE) || path.starts_with(OLD_IMAGE) {
            let problem = "is not in every record: an INSERT has no old image, a REMOVE no new one";
            return Err(ConfigError::new(
                &format!("tenant_id.must_match[{index}]"),
                format!("{} {problem}", selector.path()),
                "move it to tenant_id.from, where every selector that is present has to agree",
            ));
        }
    }
    let mut completeness = None;
    for (index, selector) in from.iter().enumerate() {
        let path = selector.canonical_path();
        let counterpart = match (path.strip_prefix(NEW_IMAGE), path.strip_prefix(OLD_IMAGE)) {
            (Some(rest), _) => format!("{OLD_IMAGE}{rest}"),
            (_, Some(rest)) => format!("{NEW_IMAGE}{rest}"),
            _ => continue,
        };
        let is_counterpart =
            |other: &Selector| other.canonical_path() == counterpart && other.capture() == selector.capture();
        if !from.iter().any(is_counterpart) {
            let problem = "reads one image only: a record without this image would have no tenant, and a change of \
                           tenant would go unnoticed";
            return Err(ConfigError::new(
                &format!("tenant_id.from[{index}]"),
                format!("{} {problem}", selector.path()),
                format!("add {counterpart} to tenant_id.from, with the same capture"),
            ));
        }
        completeness = Some(require_both_images()?);
    }
    Ok(completeness)
}

/// Requires both images of a MODIFY. The table's settings decide which images a stream's records have, and may change
/// later. A MODIFY with one image may have moved the item between tenants unnoticed.
fn require_both_images() -> Result<Completeness, ConfigError> {
    let at = |path| RawSelector::of_path(path).check("source");
    Ok(Completeness {
        within: at("$.dynamodb")?,
        kind: at("$.eventName")?,
        exempt_kinds: &["INSERT", "REMOVE"],
        required: vec![at("$.dynamodb.NewImage")?, at("$.dynamodb.OldImage")?],
    })
}
