//! Whose record is this, as the configuration says it.

use sources::Kind;
use tenancy::{Completeness, Grammar, Rules, Selector};

use super::ConfigError;
use super::raw::{RawSelector, RawTenantId};

/// The rules for the records of `kind`.
pub(super) fn rules(raw: RawTenantId, kind: Kind) -> Result<Rules, ConfigError> {
    let grammar = Grammar::parse(&raw.grammar).map_err(|error| {
        ConfigError::new(
            "tenant_id.grammar",
            error.to_string(),
            "see \"Tenant ids\" in the configuration's docs",
        )
    })?;
    let from = selectors("tenant_id.from", raw.from)?;
    let must_match = selectors("tenant_id.must_match", raw.must_match)?;
    // A pipe from a table hands on what an event source mapping would.
    let completeness = match kind {
        Kind::DynamoDb | Kind::Pipes => images(&from, &must_match)?,
        Kind::Sqs | Kind::Kinesis | Kind::EventBridge | Kind::Task => None,
    };
    let base64 = selectors("source", kind.base64_paths().iter().map(|path| RawSelector::at(path)).collect())?;
    let rules = Rules::new(from, must_match, grammar).and_then(|rules| match completeness {
        Some(completeness) => rules.with_completeness(completeness),
        None => Ok(rules),
    });
    let rules = rules.map_err(|error| {
        ConfigError::new("tenant_id", error.to_string(), "see \"Tenant ids\" in the configuration's docs")
    })?;
    Ok(rules.reading_base64_at(&base64))
}

const NEW: &str = "$['dynamodb']['NewImage']";
const OLD: &str = "$['dynamodb']['OldImage']";

/// A REMOVE has no new image and an INSERT no old one, and a MODIFY that moves an item to another tenant shows only
/// where both are looked at [DynamoDB developer guide, "Change data capture for DynamoDB Streams"].
///
/// What a change has to have, where selectors look into its images.
fn images(from: &[Selector], must_match: &[Selector]) -> Result<Option<Completeness>, ConfigError> {
    for (position, selector) in must_match.iter().enumerate() {
        let path = selector.canonical_path();
        if path.starts_with(NEW) || path.starts_with(OLD) {
            let problem = "is not in every record: an INSERT has no old image, a REMOVE no new one";
            return Err(ConfigError::new(
                &format!("tenant_id.must_match[{position}]"),
                format!("{} {problem}", selector.path()),
                "move it to tenant_id.from, where every selector that is present has to agree",
            ));
        }
    }
    let mut completeness = None;
    for (position, selector) in from.iter().enumerate() {
        let path = selector.canonical_path();
        let twin = match (path.strip_prefix(NEW), path.strip_prefix(OLD)) {
            (Some(rest), _) => format!("{OLD}{rest}"),
            (_, Some(rest)) => format!("{NEW}{rest}"),
            _ => continue,
        };
        let is_twin =
            |other: &Selector| other.canonical_path() == twin && other.capture() == selector.capture();
        if !from.iter().any(is_twin) {
            let problem =
                "stands alone: a record without this image would be nobody's, and a change of tenant unseen";
            return Err(ConfigError::new(
                &format!("tenant_id.from[{position}]"),
                format!("{} {problem}", selector.path()),
                format!("add {twin} to tenant_id.from, with the same capture"),
            ));
        }
        completeness = Some(both_images()?);
    }
    Ok(completeness)
}

/// Which images a stream's records have is the table's affair, and may be another one than the configuration was
/// written for: a MODIFY that shows one of them may have moved the item between tenants, unseen.
fn both_images() -> Result<Completeness, ConfigError> {
    let at = |path| selector("source", &RawSelector::at(path));
    Ok(Completeness {
        within: at("$.dynamodb")?,
        kind: at("$.eventName")?,
        exempt_kinds: &["INSERT", "REMOVE"],
        required: vec![at("$.dynamodb.NewImage")?, at("$.dynamodb.OldImage")?],
    })
}

fn selectors(field: &str, raw: Vec<RawSelector>) -> Result<Vec<Selector>, ConfigError> {
    let parse = |(position, raw): (usize, RawSelector)| selector(&format!("{field}[{position}]"), &raw);
    raw.into_iter().enumerate().map(parse).collect()
}

pub(super) fn selector(field: &str, raw: &RawSelector) -> Result<Selector, ConfigError> {
    let selector = Selector::parse(&raw.path).and_then(|selector| match &raw.capture {
        Some(capture) => selector.with_capture(capture),
        None => Ok(selector),
    });
    selector.map_err(|error| {
        ConfigError::new(field, error.to_string(), "see \"Selectors\" in the configuration's docs")
    })
}
