//! The error of a command: what is wrong, where, what to do.

use std::fmt;
use std::process::ExitCode;

use serde::Serialize;

/// Why a command failed.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct CommandError {
    problem: String,
    place: String,
    remedy: String,
    #[serde(skip)]
    kind: CommandErrorKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CommandErrorKind {
    /// An argument or its content is wrong.
    Usage,
    /// AWS or a file cannot be used.
    Unusable,
}

impl CommandError {
    /// An argument or its content is wrong. Exit code 2.
    pub(crate) fn usage(
        place: impl Into<String>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            problem: problem.into(),
            place: place.into(),
            remedy: remedy.into(),
            kind: CommandErrorKind::Usage,
        }
    }

    /// AWS or a file cannot be used. Exit code 3.
    pub(crate) fn unusable(
        place: impl Into<String>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            problem: problem.into(),
            place: place.into(),
            remedy: remedy.into(),
            kind: CommandErrorKind::Unusable,
        }
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        match self.kind {
            CommandErrorKind::Usage => ExitCode::from(2),
            CommandErrorKind::Unusable => ExitCode::from(3),
        }
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}: {}", self.problem, self.place, self.remedy)
    }
}
