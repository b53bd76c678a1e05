//! Writing what is planned: several tenants at a time, each under a condition of its own. What fails stops the rest.

use std::collections::VecDeque;
use std::io::{IsTerminal, Write as _};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::file::Entry;
use super::plan::{Plan, Step, tenant};
use crate::error::CommandError;
use crate::report::OutputFormat;
use crate::tenants::change::{self, Applied, dated};
use crate::tenants::clock;
use crate::tenants::item::{Attributes, is_same_item};
use crate::tenants::registry::{Registry, Write};

/// How many writes are under way; a table on demand takes thousands a second.
const AT_A_TIME: usize = 8;
/// How often the progress is told.
const EVERY: Duration = Duration::from_secs(1);

/// What became of the plan's steps.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) added: usize,
    pub(crate) changed: usize,
    /// Tenants that somebody else wrote meanwhile; they were left as they are.
    pub(crate) raced: Vec<String>,
    /// Steps that were not tried, or whose outcome is not known.
    pub(crate) left: usize,
    /// Why there was no going on.
    pub(crate) stopped: Option<CommandError>,
}

enum Done {
    Added,
    Changed,
    Raced(String),
}

pub(crate) async fn all(registry: &Registry, plan: &Plan, format: OutputFormat) -> Written {
    let mut written = Written::default();
    let mut progress = Progress::new(plan.steps.len(), format);
    let mut waiting: VecDeque<Step> = plan.steps.iter().cloned().collect();
    let mut under_way: JoinSet<Result<Done, CommandError>> = JoinSet::new();
    loop {
        while written.stopped.is_none() && under_way.len() < AT_A_TIME {
            let Some(step) = waiting.pop_front() else { break };
            let registry = registry.clone();
            under_way.spawn(async move { write(&registry, step).await });
        }
        match under_way.join_next().await {
            None => break,
            Some(Ok(Ok(Done::Added))) => written.added += 1,
            Some(Ok(Ok(Done::Changed))) => written.changed += 1,
            Some(Ok(Ok(Done::Raced(id)))) => written.raced.push(id),
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

impl Written {
    /// The first failure is the reason; the others are its company.
    fn stop(&mut self, failure: CommandError) {
        self.left += 1;
        self.stopped.get_or_insert(failure);
    }
}

async fn write(registry: &Registry, step: Step) -> Result<Done, CommandError> {
    match step {
        Step::Add(entry) => add(registry, &entry).await,
        Step::Change { entry, changes, as_read } => {
            let changes = dated(changes);
            Ok(match change::apply(registry, &entry.tenant_id, &changes, &as_read).await? {
                Applied::Done(_) | Applied::ByAnother(_) => Done::Changed,
                Applied::Raced(_) | Applied::Gone => raced(&entry),
            })
        }
    }
}

async fn add(registry: &Registry, entry: &Entry) -> Result<Done, CommandError> {
    let item: Attributes = tenant(entry, &clock::now()).attributes();
    Ok(match registry.put_new(item.clone()).await? {
        Write::Done(_) => Done::Added,
        // A put whose answer was lost is sent again by the SDK, and then finds itself.
        Write::Refused(Some(there)) if is_same_item(&there, &item) => Done::Added,
        Write::Refused(_) => raced(entry),
    })
}

fn raced(entry: &Entry) -> Done {
    Done::Raced(entry.tenant_id.as_str().to_owned())
}

/// How far it is, for people, on standard error: a line that is written over on a terminal, else one after the other.
struct Progress {
    all: usize,
    format: OutputFormat,
    told: Instant,
}

impl Progress {
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
