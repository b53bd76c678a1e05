//! The field `task`: where a task's payload is in its input.

use serde::Deserialize;
use sources::Kind;

use super::ConfigError;

/// The path of field names to a task's payload, the outermost field first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayloadPath(Vec<String>);

impl PayloadPath {
    /// Returns the field names, one for each step.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.0
    }
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawTask {
    payload: String,
}

impl Default for RawTask {
    fn default() -> Self {
        Self { payload: "$.payload".to_owned() }
    }
}

/// Checks the field `task`, which only the source `task` may have.
pub(super) fn check_payload_path(raw: Option<RawTask>, source: Kind) -> Result<PayloadPath, ConfigError> {
    if raw.is_some() && source != Kind::Task {
        return Err(ConfigError::new(
            "task",
            format!("the source is \"{}\", which has no tasks", source.name()),
            "leave it out",
        ));
    }
    let path = raw.unwrap_or_default().payload;
    let names = path.strip_prefix("$.").map(|rest| rest.split('.').map(str::to_owned).collect::<Vec<_>>());
    let is_name = |name: &String| {
        !name.is_empty()
            && name.chars().all(|character| character.is_alphanumeric() || "_-".contains(character))
    };
    match names {
        Some(names) if names.iter().all(is_name) => Ok(PayloadPath(names)),
        _ => Err(ConfigError::new(
            "task.payload",
            format!("\"{path}\" is not a path of fields"),
            "write \"$.\" and the fields' names with dots between them, such as \"$.payload\"",
        )),
    }
}
