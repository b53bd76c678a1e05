//! Writes an import plan: several tenants at a time, each with its own condition. An error stops the import.

use std::collections::VecDeque;
use std::io::{IsTerminal, Write as _};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::file::ImportEntry;
use super::plan::{ImportPlan, ImportStep, new_item};
use crate::error::CommandError;
use crate::report::OutputFormat;
use crate::tenants::change::{self, UpdateOutcome, with_time};
use crate::tenants::clock;
use crate::tenants::item::{ItemAttributes, is_same_item};
use crate::tenants::table::{ConditionalWrite, TenantsTable};

/// The number of concurrent writes. An on-demand table takes thousands a second.
const CONCURRENCY: usize = 8;
/// The interval between progress lines.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(1);

/// The result of a plan's steps.
#[derive(Debug, Default)]
pub(crate) struct ImportResult {
    pub(crate) added: usize,
    pub(crate) changed: usize,
    /// Tenants that somebody else wrote at the same time; they stay as they are.
    pub(crate) raced: Vec<String>,
    /// The number of steps that were not tried or whose outcome is unknown.
    pub(crate) left: usize,
    /// The error that stopped the import.
    pub(crate) stopped: Option<CommandError>,
}

/// The outcome of one step.
enum StepOutcome {
    Added,
    Changed,
    /// Somebody else wrote this tenant at the same time.
    Conflict(String),
}

/// Executes the plan. Progress goes to standard error.
pub(crate) async fn execute(
    registry: &TenantsTable,
    plan: &ImportPlan,
    format: OutputFormat,
) -> ImportResult {
    let mut result = ImportResult::default();
    let mut progress = ImportProgress::new(plan.steps.len(), format);
    let mut waiting: VecDeque<ImportStep> = plan.steps.iter().cloned().collect();
    let mut running: JoinSet<Result<StepOutcome, CommandError>> = JoinSet::new();
    loop {
        while result.stopped.is_none() && running.len() < CONCURRENCY {
            let Some(step) = waiting.pop_front() else { break };
            let registry = registry.clone();
            running.spawn(async move { execute_step(&registry, step).await });
        }
        match running.join_next().await {
            None => break,
            Some(Ok(Ok(StepOutcome::Added))) => result.added += 1,
            Some(Ok(Ok(StepOutcome::Changed))) => result.changed += 1,
            Some(Ok(Ok(StepOutcome::Conflict(id)))) => result.raced.push(id),
            Some(Ok(Err(error))) => result.stop(error),
            Some(Err(panic)) => {
                result.stop(CommandError::unusable("a write", panic.to_string(), "report this as a defect"));
            }
        }
        progress.print(result.added + result.changed);
    }
    result.left += waiting.len();
    result
}

impl ImportResult {
    /// Stops the import. Only the first error is reported.
    fn stop(&mut self, error: CommandError) {
        self.left += 1;
        self.stopped.get_or_insert(error);
    }
}

async fn execute_step(registry: &TenantsTable, step: ImportStep) -> Result<StepOutcome, CommandError> {
    match step {
        ImportStep::Add(entry) => add(registry, &entry).await,
        ImportStep::Change { entry, changes, as_read } => {
            let changes = with_time(changes);
            Ok(match change::apply(registry, &entry.tenant_id, &changes, &as_read).await? {
                UpdateOutcome::Done(_) | UpdateOutcome::DoneByAnother(_) => StepOutcome::Changed,
                UpdateOutcome::Conflict(_) | UpdateOutcome::Deleted => conflict(&entry),
            })
        }
    }
}

async fn add(registry: &TenantsTable, entry: &ImportEntry) -> Result<StepOutcome, CommandError> {
    let item: ItemAttributes = new_item(entry, &clock::now()).to_attributes();
    Ok(match registry.put_new(item.clone()).await? {
        ConditionalWrite::Written(_) => StepOutcome::Added,
        // The SDK retries a put whose response was lost, and the retry then finds the item that the first try wrote.
        ConditionalWrite::ConditionFailed(Some(existing)) if is_same_item(&existing, &item) => {
            StepOutcome::Added
        }
        ConditionalWrite::ConditionFailed(_) => conflict(entry),
    })
}

fn conflict(entry: &ImportEntry) -> StepOutcome {
    StepOutcome::Conflict(entry.tenant_id.as_str().to_owned())
}

/// Prints the progress to standard error: on a terminal one line that is overwritten, otherwise a line each time.
struct ImportProgress {
    total: usize,
    format: OutputFormat,
    last_printed: Instant,
}

impl ImportProgress {
    fn new(total: usize, format: OutputFormat) -> Self {
        Self { total, format, last_printed: Instant::now() }
    }

    fn print(&mut self, done: usize) {
        let is_due = self.last_printed.elapsed() >= PROGRESS_INTERVAL || done == self.total;
        if self.format == OutputFormat::Json || !is_due {
            return;
        }
        self.last_printed = Instant::now();
        let mut out = std::io::stderr();
        let total = self.total;
        let end = if out.is_terminal() && done < total { '\r' } else { '\n' };
        // A closed standard error does not fail the import.
        let _ = write!(out, "written: {done} of {total}{end}");
    }
}
