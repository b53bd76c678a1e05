//! How a command answers: the same facts as text for people and as JSON for programs.

use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

use serde::Serialize;
use serde_json::{Value, json};

use crate::error::CommandError;

/// For whom the answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OutputFormat {
    /// People.
    Text,
    /// Programs.
    Json,
}

/// What a command came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CommandOutcome {
    /// Nothing to object to.
    Good,
    /// Something was found that somebody has to look at.
    Found,
}

/// A command's answer. `Display` is the text.
pub(crate) struct CommandOutput {
    text: String,
    json: Value,
    outcome: CommandOutcome,
}

impl CommandOutput {
    /// The facts, which are their own text and their own JSON.
    pub(crate) fn new<R: Display + Serialize>(report: &R, outcome: CommandOutcome) -> Result<Self, CommandError> {
        let json = serde_json::to_value(report)
            .map_err(|error| CommandError::unusable("the answer", error.to_string(), "report this as a defect"))?;
        Ok(Self { text: report.to_string(), json, outcome })
    }

    /// Nothing, where the command has written its answer itself.
    pub(crate) const fn silent() -> Self {
        Self { text: String::new(), json: Value::Null, outcome: CommandOutcome::Success }
    }
}

/// Writes the answer, or why there is none, and says how the process ends.
pub(crate) fn tell(format: OutputFormat, replied: Result<CommandOutput, CommandError>) -> ExitCode {
    match replied {
        Ok(CommandOutput { text, json, outcome }) => {
            let text = match format {
                OutputFormat::Text => text,
                OutputFormat::Json if json.is_null() => String::new(),
                OutputFormat::Json => format!("{json:#}"),
            };
            if !text.is_empty() {
                // Whoever closed the pipe does not want to know.
                let _ = writeln!(std::io::stdout(), "{}", text.trim_end());
            }
            match outcome {
                CommandOutcome::Success => ExitCode::SUCCESS,
                CommandOutcome::Findings => ExitCode::from(1),
            }
        }
        Err(failure) => {
            let text = match format {
                OutputFormat::Text => format!("tenantctl: {failure}"),
                OutputFormat::Json => format!("{:#}", json!({ "error": failure })),
            };
            let _ = writeln!(std::io::stderr(), "{text}");
            failure.exit()
        }
    }
}
