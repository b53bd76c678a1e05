//! One line for each invocation: who this environment is, whom it has served, what it got. On stdout, and
//! appended to `$DEMO_JOURNAL/<environment_id>.jsonl` where that folder is named.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::event::Record;
use crate::outcome::Outcome;

/// What this execution environment remembers. It lives as long as the process, as a global of a function
/// does; with tenant isolation it never holds more than one tenant.
pub(crate) struct Journal {
    environment_id: String,
    tenants_seen: Mutex<BTreeSet<String>>,
    folder: Option<PathBuf>,
}

impl Journal {
    /// A journal with an id drawn for this process.
    pub(crate) fn of_this_process() -> Self {
        // The standard library seeds its hashers from the operating system's randomness.
        let environment_id = format!("{:016x}", RandomState::new().hash_one(std::process::id()));
        Self { environment_id, tenants_seen: Mutex::default(), folder: folder() }
    }

    /// Writes the line of one invocation.
    ///
    /// # Errors
    /// Where `DEMO_JOURNAL` names a folder that cannot be written to.
    pub(crate) fn write(&self, tenant: &str, records: &[Record], outcomes: &[Outcome]) -> io::Result<()> {
        let line = self.line(tenant, records, outcomes).to_string();
        println!("{line}");
        let Some(folder) = &self.folder else { return Ok(()) };
        let file = folder.join(format!("{}.jsonl", self.environment_id));
        append(folder, &file, &line).map_err(|error| {
            io::Error::new(
                error.kind(),
                format!(
                    "the journal is not written: {}: {error}: let DEMO_JOURNAL name a writable folder",
                    file.display()
                ),
            )
        })
    }

    /// Remembers every tenant id that shows, the invocation's and the records' own, and tells what happened.
    fn line(&self, tenant: &str, records: &[Record], outcomes: &[Outcome]) -> Value {
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

/// The folder that `DEMO_JOURNAL` names.
pub(crate) fn folder() -> Option<PathBuf> {
    std::env::var_os("DEMO_JOURNAL").filter(|folder| !folder.is_empty()).map(PathBuf::from)
}

fn append(folder: &PathBuf, file: &PathBuf, line: &str) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    OpenOptions::new().create(true).append(true).open(file)?.write_all(format!("{line}\n").as_bytes())
}

fn describe((record, outcome): (&Record, &Outcome)) -> Value {
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
    fn the_line_tells_every_record_and_every_tenant_that_this_environment_has_seen() {
        let journal = Journal::of_this_process();
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
    fn every_process_draws_its_own_environment_id() {
        assert_ne!(Journal::of_this_process().environment_id, Journal::of_this_process().environment_id);
    }
}
