//! The output of a command: the same facts as text for people and as JSON for programs.

use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

use serde::Serialize;
use serde_json::{Value, json};

use crate::error::CommandError;

/// The format of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OutputFormat {
    /// Text for people.
    Text,
    /// JSON for programs.
    Json,
}

/// Whether a command that ran to its end found a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CommandOutcome {
    /// No problem was found. Exit code 0.
    Success,
    /// The output reports a problem. Exit code 1.
    Findings,
}

impl CommandOutcome {
    /// Returns `Success`, or `Findings` if the command found a problem.
    pub(crate) const fn success_if(is_clean: bool) -> Self {
        if is_clean { Self::Success } else { Self::Findings }
    }
}

/// The output of a command.
pub(crate) struct CommandOutput {
    text: String,
    json: Value,
    outcome: CommandOutcome,
}

impl CommandOutput {
    /// Makes the output of a report: `Display` gives the text, `Serialize` the JSON.
    pub(crate) fn new<R: Display + Serialize>(
        report: &R,
        outcome: CommandOutcome,
    ) -> Result<Self, CommandError> {
        let json = serde_json::to_value(report).map_err(|error| {
            CommandError::unusable("the output", error.to_string(), "report this as a defect")
        })?;
        Ok(Self { text: report.to_string(), json, outcome })
    }

    /// Makes an empty output, for a command that has written its output itself.
    pub(crate) const fn empty() -> Self {
        Self { text: String::new(), json: Value::Null, outcome: CommandOutcome::Success }
    }
}

/// Prints the output or the error, and returns the exit code of the process.
pub(crate) fn print(format: OutputFormat, result: Result<CommandOutput, CommandError>) -> ExitCode {
    match result {
        Ok(CommandOutput { text, json, outcome }) => {
            let text = match format {
                OutputFormat::Text => text,
                OutputFormat::Json if json.is_null() => String::new(),
                OutputFormat::Json => format!("{json:#}"),
            };
            if !text.is_empty() {
                // A reader that has closed the pipe is not an error.
                let _ = writeln!(std::io::stdout(), "{}", text.trim_end());
            }
            match outcome {
                CommandOutcome::Success => ExitCode::SUCCESS,
                CommandOutcome::Findings => ExitCode::from(1),
            }
        }
        Err(error) => {
            let text = match format {
                OutputFormat::Text => format!("tenantctl: {error}"),
                OutputFormat::Json => format!("{:#}", json!({ "error": error })),
            };
            let _ = writeln!(std::io::stderr(), "{text}");
            error.exit_code()
        }
    }
}
