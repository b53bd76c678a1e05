//! What went wrong, where, and what to do.

use std::fmt;
use std::process::ExitCode;

use serde::Serialize;

/// Why a command has no answer.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct CommandError {
    problem: String,
    place: String,
    remedy: String,
    #[serde(skip)]
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// What the operator wrote makes no sense.
    Usage,
    /// AWS or a file could not be used.
    Unusable,
}

impl CommandError {
    /// What the operator wrote makes no sense.
    pub(crate) fn usage(
        place: impl Into<String>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { problem: problem.into(), place: place.into(), remedy: remedy.into(), kind: Kind::Usage }
    }

    /// AWS or a file could not be used.
    pub(crate) fn unusable(
        place: impl Into<String>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { problem: problem.into(), place: place.into(), remedy: remedy.into(), kind: Kind::Unusable }
    }

    pub(crate) fn exit(&self) -> ExitCode {
        match self.kind {
            Kind::Usage => ExitCode::from(2),
            Kind::Unusable => ExitCode::from(3),
        }
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}: {}", self.problem, self.place, self.remedy)
    }
}
