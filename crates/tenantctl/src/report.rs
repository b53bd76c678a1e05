//! How a command answers: the same facts as text for people and as JSON for programs.

use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

use serde::Serialize;
use serde_json::{Value, json};

use crate::failure::Failure;

/// For whom the answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// People.
    Text,
    /// Programs.
    Json,
}

/// What a command came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing to object to.
    Good,
    /// Something was found that somebody has to look at.
    Found,
}

/// A command's answer. `Display` is the text.
pub(crate) struct Reply {
    text: String,
    json: Value,
    outcome: Outcome,
}

impl Reply {
    /// The facts, which are their own text and their own JSON.
    pub(crate) fn new<R: Display + Serialize>(report: &R, outcome: Outcome) -> Result<Self, Failure> {
        let json = serde_json::to_value(report)
            .map_err(|error| Failure::unusable("the answer", error.to_string(), "report this as a defect"))?;
        Ok(Self { text: report.to_string(), json, outcome })
    }

    /// Nothing, where the command has written its answer itself.
    pub(crate) const fn silent() -> Self {
        Self { text: String::new(), json: Value::Null, outcome: Outcome::Good }
    }
}

/// Writes the answer, or why there is none, and says how the process ends.
pub(crate) fn tell(format: Format, replied: Result<Reply, Failure>) -> ExitCode {
    match replied {
        Ok(Reply { text, json, outcome }) => {
            let text = match format {
                Format::Text => text,
                Format::Json if json.is_null() => String::new(),
                Format::Json => format!("{json:#}"),
            };
            if !text.is_empty() {
                // Whoever closed the pipe does not want to know.
                let _ = writeln!(std::io::stdout(), "{}", text.trim_end());
            }
            match outcome {
                Outcome::Good => ExitCode::SUCCESS,
                Outcome::Found => ExitCode::from(1),
            }
        }
        Err(failure) => {
            let text = match format {
                Format::Text => format!("tenantctl: {failure}"),
                Format::Json => format!("{:#}", json!({ "error": failure })),
            };
            let _ = writeln!(std::io::stderr(), "{text}");
            failure.exit()
        }
    }
}
