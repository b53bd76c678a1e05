//! The fields of a configuration that the output needs. The router's own parser has already checked the configuration.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::error::CommandError;

/// A configuration, as far as the output shows it.
#[derive(Debug, Deserialize)]
pub(crate) struct ConfigOutline {
    pub(super) backend: Option<OutlinedBackend>,
    #[serde(default)]
    pub(super) backends: BTreeMap<String, OutlinedBackend>,
    pub(crate) tenant_id: OutlinedTenantId,
    pub(super) registry: Option<OutlinedRegistry>,
    #[serde(default)]
    pub(super) on_reject: OutlinedOnReject,
    pub(super) bridge: Option<OutlinedBridge>,
    pub(super) credentials: Option<OutlinedCredentials>,
}

#[derive(Debug, Deserialize)]
pub(super) struct OutlinedBackend {
    pub(super) function: String,
    #[serde(default = "default_timeout_seconds")]
    pub(super) timeout_seconds: u64,
}

fn default_timeout_seconds() -> u64 {
    30
}

#[derive(Debug, Deserialize)]
pub(crate) struct OutlinedTenantId {
    pub(crate) from: Vec<OutlinedSelector>,
    #[serde(default)]
    pub(crate) must_match: Vec<OutlinedSelector>,
    #[serde(default = "default_grammar")]
    pub(crate) grammar: String,
}

fn default_grammar() -> String {
    "strict".to_owned()
}

/// A selector in the configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum OutlinedSelector {
    Path(String),
    Full { path: String, capture: Option<String> },
}

impl OutlinedSelector {
    pub(crate) fn path(&self) -> &str {
        match self {
            Self::Path(path) | Self::Full { path, .. } => path,
        }
    }

    pub(crate) fn capture(&self) -> Option<&str> {
        match self {
            Self::Path(_) => None,
            Self::Full { capture, .. } => capture.as_deref(),
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct OutlinedRegistry {
    pub(super) table: String,
    pub(super) fresh_seconds: Option<u64>,
    pub(super) stale_seconds: Option<u64>,
    pub(super) suspended: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(from = "OutlinedOnRejectForm")]
pub(super) struct OutlinedOnReject {
    pub(super) quarantine: Option<String>,
    pub(super) max_message_bytes: Option<u64>,
    pub(super) large_records: Option<OutlinedLargeRecords>,
}

#[derive(Debug, Deserialize)]
pub(super) struct OutlinedLargeRecords {
    pub(super) bucket: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OutlinedOnRejectForm {
    /// `"redrive"`.
    Word(#[allow(dead_code, reason = "the only such word is redrive")] String),
    Full {
        quarantine: Option<String>,
        max_message_bytes: Option<u64>,
        large_records: Option<OutlinedLargeRecords>,
    },
}

impl From<OutlinedOnRejectForm> for OutlinedOnReject {
    fn from(any: OutlinedOnRejectForm) -> Self {
        match any {
            OutlinedOnRejectForm::Word(_) => Self::default(),
            OutlinedOnRejectForm::Full { quarantine, max_message_bytes, large_records } => {
                Self { quarantine, max_message_bytes, large_records }
            }
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct OutlinedBridge {
    pub(super) fifo_queue: String,
    pub(super) max_message_bytes: Option<u64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct OutlinedCredentials {
    pub(super) role_arn: String,
}

impl ConfigOutline {
    /// Parses a configuration that the router's parser accepts.
    pub(crate) fn parse(text: &str) -> Result<Self, CommandError> {
        serde_json::from_str(text).map_err(|error| {
            CommandError::unusable(
                "the configuration",
                error.to_string(),
                "the router accepts it: report this as a defect",
            )
        })
    }

    /// The names of the further backends, in the router's order.
    pub(crate) fn backend_names(&self) -> Vec<&str> {
        self.backends.keys().map(String::as_str).collect()
    }

    /// Every backend with its name in the configuration.
    pub(super) fn all_backends(&self) -> impl Iterator<Item = (String, &OutlinedBackend)> {
        let first = self.backend.iter().map(|backend| ("backend".to_owned(), backend));
        first.chain(self.backends.iter().map(|(name, backend)| (format!("backends.{name}"), backend)))
    }
}
