//! A registry's table that does as it is told.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use routing::ports::{RegistryRead, RegistryReader};
use routing::{Lifetimes, Registry};
use tenancy::{RegistryPolicy, TenantRecord, Selector, Status, Suspended, TenantId};

/// How long a read takes, and what comes of it, by how many reads came before it.
pub(crate) type TableScript = Box<dyn Fn(&str, usize) -> (Duration, RegistryRead)>;

/// The tenants of each read, kept beyond the world's end.
pub(crate) type Reads = Rc<RefCell<Vec<Vec<String>>>>;

/// Leaves out a tenant called `unanswered`, as no table should.
pub(crate) struct FakeTable {
    reads: Reads,
    script: TableScript,
}

impl RegistryReader for FakeTable {
    async fn read(&self, tenants: &[TenantId], _: Duration) -> Vec<RegistryRead> {
        let before = self.reads.borrow().len();
        self.reads.borrow_mut().push(tenants.iter().map(|tenant| tenant.as_str().to_owned()).collect());
        let mut answers = Vec::new();
        for tenant in tenants.iter().filter(|tenant| tenant.as_str() != "unanswered") {
            let (delay, answer) = (self.script)(tenant.as_str(), before);
            tokio::time::sleep(delay).await;
            answers.push(answer);
        }
        answers
    }
}

/// A registry with a minute of freshness and a quarter of an hour of staleness, and the reads that it will make.
pub(crate) fn registry(
    suspended: Suspended,
    script: impl Fn(&str, usize) -> (Duration, RegistryRead) + 'static,
) -> (Registry<FakeTable>, Reads) {
    let reads = Reads::default();
    let table = FakeTable { reads: Rc::clone(&reads), script: Box::new(script) };
    let sender = Selector::parse("$.attributes.SenderId").unwrap();
    let authority = RegistryPolicy::new(suspended, Some(sender), Some(vec!["premium".into()]));
    let lifetimes = Lifetimes { fresh: Duration::from_mins(1), stale: Duration::from_mins(15) };
    (Registry::new(table, authority, lifetimes), reads)
}

pub(crate) fn listed(status: Status) -> RegistryRead {
    RegistryRead::Listed(Some(TenantRecord { status, principals: None, backend: None }))
}
