//! Writing what is planned: several tenants at a time, each under a condition of its own. What fails stops the rest.

use std::collections::VecDeque;
use std::io::{IsTerminal, Write as _};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::file::ImportEntry;
use super::plan::{ImportPlan, ImportStep, tenant};
use crate::error::CommandError;
use crate::report::OutputFormat;
use crate::tenants::change::{self, UpdateOutcome, with_time};
use crate::tenants::clock;
use crate::tenants::item::{ItemAttributes, is_same_item};
use crate::tenants::table::{Registry, ConditionalWrite};

/// How many writes are under way; a table on demand takes thousands a second.
const AT_A_TIME: usize = 8;
/// How often the progress is told.
const EVERY: Duration = Duration::from_secs(1);

/// What became of the plan's steps.
#[derive(Debug, Default)]
pub(crate) struct ImportResult {
    pub(crate) added: usize,
    pub(crate) changed: usize,
    /// Tenants that somebody else wrote meanwhile; they were left as they are.
    pub(crate) raced: Vec<String>,
    /// Steps that were not tried, or whose outcome is not known.
    pub(crate) left: usize,
    /// Why there was no going on.
    pub(crate) stopped: Option<CommandError>,
}

enum StepOutcome {
    Added,
    Changed,
    Raced(String),
}

pub(crate) async fn all(registry: &TenantsTable, plan: &ImportPlan, format: OutputFormat) -> ImportResult {
    let mut written = ImportResult::default();
    let mut progress = ImportProgress::new(plan.steps.len(), format);
    let mut waiting: VecDeque<ImportStep> = plan.steps.iter().cloned().collect();
    let mut under_way: JoinSet<Result<StepOutcome, CommandError>> = JoinSet::new();
    loop {
        while written.stopped.is_none() && under_way.len() < AT_A_TIME {
            let Some(step) = waiting.pop_front() else { break };
            let registry = registry.clone();
            under_way.spawn(async move { write(&registry, step).await });
        }
        match under_way.join_next().await {
            None => break,
            Some(Ok(Ok(StepOutcome::Added))) => written.added += 1,
            Some(Ok(Ok(StepOutcome::Changed))) => written.changed += 1,
            Some(Ok(Ok(StepOutcome::Raced(id)))) => written.raced.push(id),
            Some(Ok(Err(failure))) => written.stop(failure),
            Some(Err(panic)) => {
                written.stop(CommandError::unusable("a write", panic.to_string(), "report this as a defect"));
            }
        }
        progress.tell(written.added + written.changed);
    }
    written.left += waiting.len();
    written
}

impl ImportResult {
    /// The first failure is the reason; the others are its company.
    fn stop(&mut self, failure: CommandError) {
        self.left += 1;
        self.stopped.get_or_insert(failure);
    }
}

async fn write(registry: &TenantsTable, step: ImportStep) -> Result<StepOutcome, CommandError> {
    match step {
        ImportStep::Add(entry) => add(registry, &entry).await,
        ImportStep::Change { entry, changes, as_read } => {
            let changes = with_time(changes);
            Ok(match change::apply(registry, &entry.tenant_id, &changes, &as_read).await? {
                UpdateOutcome::StepOutcome(_) | UpdateOutcome::DoneByAnother(_) => StepOutcome::Changed,
                UpdateOutcome::Conflict(_) | UpdateOutcome::Deleted => raced(&entry),
            })
        }
    }
}

async fn add(registry: &TenantsTable, entry: &ImportEntry) -> Result<StepOutcome, CommandError> {
    let item: ItemAttributes = tenant(entry, &clock::now()).attributes();
    Ok(match registry.put_new(item.clone()).await? {
        ConditionalWrite::ImportResult(_) => StepOutcome::Added,
        // A put whose answer was lost is sent again by the SDK, and then finds itself.
        ConditionalWrite::ConditionFailed(Some(there)) if is_same_item(&there, &item) => StepOutcome::Added,
        ConditionalWrite::ConditionFailed(_) => raced(entry),
    })
}

fn raced(entry: &ImportEntry) -> StepOutcome {
    StepOutcome::Raced(entry.tenant_id.as_str().to_owned())
}

/// How far it is, for people, on standard error: a line that is written over on a terminal, else one after the other.
struct ImportProgress {
    all: usize,
    format: OutputFormat,
    told: Instant,
}

impl ImportProgress {
    fn new(all: usize, format: OutputFormat) -> Self {
        Self { all, format, told: Instant::now() }
    }

    fn tell(&mut self, done: usize) {
        let is_due = self.told.elapsed() >= EVERY || done == self.all;
        if self.format == OutputFormat::Json || !is_due {
            return;
        }
        self.told = Instant::now();
        let mut out = std::io::stderr();
        let all = self.all;
        let end = if out.is_terminal() && done < all { '\r' } else { '\n' };
        // Whoever does not listen does not want to know.
        let _ = write!(out, "written: {done} of {all}{end}");
    }
}
