//! Writes one line for each invocation: this environment's id, the tenants it has seen, and the records. The line goes to
//! stdout, and is appended to `$DEMO_JOURNAL/<environment_id>.jsonl` if that variable is set.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::event::DemoRecord;
use crate::outcome::DemoOutcome;

/// The state of this execution environment. It lives as long as the process, like a function's global variable. With
/// tenant isolation it never has more than one tenant.
pub(crate) struct Journal {
    environment_id: String,
    tenants_seen: Mutex<BTreeSet<String>>,
    folder: Option<PathBuf>,
}

impl Journal {
    /// Creates a journal with a random environment id.
    pub(crate) fn new() -> Self {
        // The standard library seeds its hashers with random numbers of the operating system.
        let environment_id = format!("{:016x}", RandomState::new().hash_one(std::process::id()));
        Self { environment_id, tenants_seen: Mutex::default(), folder: folder() }
    }

    /// Writes the line of one invocation.
    ///
    /// # Errors
    /// The folder in `DEMO_JOURNAL` is not writable.
    pub(crate) fn write(
        &self,
        tenant: &str,
        records: &[DemoRecord],
        outcomes: &[DemoOutcome],
    ) -> io::Result<()> {
        let line = self.line(tenant, records, outcomes).to_string();
        println!("{line}");
        let Some(folder) = &self.folder else { return Ok(()) };
        let file = folder.join(format!("{}.jsonl", self.environment_id));
        append(folder, &file, &line).map_err(|error| {
            io::Error::new(
                error.kind(),
                format!(
                    "the journal cannot be written: {}: {error}: set DEMO_JOURNAL to a writable folder",
                    file.display()
                ),
            )
        })
    }

    /// Builds the line, and remembers the tenant ids of the invocation and of its records.
    fn line(&self, tenant: &str, records: &[DemoRecord], outcomes: &[DemoOutcome]) -> Value {
        let mut seen = self.tenants_seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.insert(tenant.to_owned());
        seen.extend(records.iter().map(|record| record.message.tenant_id.clone()));
        let records: Vec<Value> = records.iter().zip(outcomes).map(describe).collect();
        json!({
            "event": "demo_backend",
            "tenant_id": tenant,
            "environment_id": self.environment_id,
            "tenants_seen": *seen,
            "records": records,
        })
    }
}

/// Returns the folder in `DEMO_JOURNAL`.
pub(crate) fn folder() -> Option<PathBuf> {
    std::env::var_os("DEMO_JOURNAL").filter(|folder| !folder.is_empty()).map(PathBuf::from)
}

fn append(folder: &PathBuf, file: &PathBuf, line: &str) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    OpenOptions::new().create(true).append(true).open(file)?.write_all(format!("{line}\n").as_bytes())
}

fn describe((record, outcome): (&DemoRecord, &DemoOutcome)) -> Value {
    json!({
        "id": record.message.id,
        "message_id": record.message_id,
        "group": record.group,
        "tenant": record.message.tenant_id,
        "outcome": outcome,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::tests::records;
    use crate::outcome::decide;

    #[test]
    fn line_lists_records_and_all_tenants_seen() {
        let journal = Journal::new();
        let of = |tenant: &str| json!({ "tenantId": tenant, "id": "1" });
        let first = records("q", 1, &[(of("a"), Some("g"))]);
        journal.line("a", &first, &decide(&first));
        let second = records("q", 1, &[(of("a"), None), (of("b"), None)]);
        let line = journal.line("a", &second, &decide(&second));
        assert_eq!(line["tenants_seen"], json!(["a", "b"]));
        assert_eq!(line["environment_id"], json!(journal.environment_id));
        assert_eq!(
            line["records"][1],
            json!({ "id": "1", "message_id": "m1", "group": null, "tenant": "b", "outcome": "ok" })
        );
    }

    #[test]
    fn each_journal_has_its_own_environment_id() {
        assert_ne!(Journal::new().environment_id, Journal::new().environment_id);
    }
}
