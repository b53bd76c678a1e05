//! What a configuration says, read for telling: it was checked by the router's own reader before.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::error::CommandError;

/// A configuration, as far as operators are told of it.
#[derive(Debug, Deserialize)]
pub(crate) struct Outline {
    pub(super) backend: Option<Backend>,
    #[serde(default)]
    pub(super) backends: BTreeMap<String, Backend>,
    pub(crate) tenant_id: TenantId,
    pub(super) registry: Option<Registry>,
    #[serde(default)]
    pub(super) on_reject: OnReject,
    pub(super) bridge: Option<Bridge>,
    pub(super) credentials: Option<Credentials>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Backend {
    pub(super) function: String,
    #[serde(default = "thirty")]
    pub(super) timeout_seconds: u64,
}

fn thirty() -> u64 {
    30
}

#[derive(Debug, Deserialize)]
pub(crate) struct TenantId {
    pub(crate) from: Vec<Place>,
    #[serde(default)]
    pub(crate) must_match: Vec<Place>,
    #[serde(default = "strict")]
    pub(crate) grammar: String,
}

fn strict() -> String {
    "strict".to_owned()
}

/// A selector as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Place {
    Path(String),
    Full { path: String, capture: Option<String> },
}

impl Place {
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
pub(super) struct Registry {
    pub(super) table: String,
    pub(super) fresh_seconds: Option<u64>,
    pub(super) stale_seconds: Option<u64>,
    pub(super) suspended: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(from = "AnyOnReject")]
pub(super) struct OnReject {
    pub(super) quarantine: Option<String>,
    pub(super) max_message_bytes: Option<u64>,
    pub(super) large_records: Option<LargeRecords>,
}

#[derive(Debug, Deserialize)]
pub(super) struct LargeRecords {
    pub(super) bucket: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum AnyOnReject {
    /// `"redrive"`.
    Word(#[allow(dead_code, reason = "there is but one word")] String),
    Full {
        quarantine: Option<String>,
        max_message_bytes: Option<u64>,
        large_records: Option<LargeRecords>,
    },
}

impl From<AnyOnReject> for OnReject {
    fn from(any: AnyOnReject) -> Self {
        match any {
            AnyOnReject::Word(_) => Self::default(),
            AnyOnReject::Full { quarantine, max_message_bytes, large_records } => {
                Self { quarantine, max_message_bytes, large_records }
            }
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Bridge {
    pub(super) fifo_queue: String,
    pub(super) max_message_bytes: Option<u64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Credentials {
    pub(super) role_arn: String,
}

impl Outline {
    /// Reads a configuration that was checked.
    pub(crate) fn of(text: &str) -> Result<Self, CommandError> {
        serde_json::from_str(text).map_err(|error| {
            CommandError::unusable(
                "the configuration",
                error.to_string(),
                "the router takes it: report this as a defect",
            )
        })
    }

    /// The names of the further backends, in the order in which the router counts them.
    pub(crate) fn backend_names(&self) -> Vec<&str> {
        self.backends.keys().map(String::as_str).collect()
    }

    /// Every backend with its name in the configuration.
    pub(super) fn all_backends(&self) -> impl Iterator<Item = (String, &Backend)> {
        let first = self.backend.iter().map(|backend| ("backend".to_owned(), backend));
        first.chain(self.backends.iter().map(|(name, backend)| (format!("backends.{name}"), backend)))
    }
}
