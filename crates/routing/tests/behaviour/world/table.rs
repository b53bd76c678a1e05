//! A registry table that answers as a script says.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use routing::ports::{RegistryRead, RegistryReader};
use routing::{Lifetimes, Registry};
use tenancy::{RegistryPolicy, Selector, Status, Suspended, TenantId, TenantRecord};

/// How long the read of one item takes and what its result is. The arguments are the tenant and the number of earlier reads.
pub(crate) type TableScript = Box<dyn Fn(&str, usize) -> (Duration, RegistryRead)>;

/// The tenants of each read. The test holds it, because the router owns the table.
pub(crate) type Reads = Rc<RefCell<Vec<Vec<String>>>>;

/// Answers as its script says. It gives no answer for a tenant named `unanswered`, which breaks the contract of the port.
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

/// A registry whose answers are fresh for a minute and usable for 15 minutes, and the list of the reads that it makes.
pub(crate) fn registry(
    suspended: Suspended,
    script: impl Fn(&str, usize) -> (Duration, RegistryRead) + 'static,
) -> (Registry<FakeTable>, Reads) {
    let reads = Reads::default();
    let table = FakeTable { reads: Rc::clone(&reads), script: Box::new(script) };
    let sender = Selector::parse("$.attributes.SenderId").unwrap();
    let policy = RegistryPolicy::new(suspended, Some(sender), Some(vec!["premium".into()]));
    let lifetimes = Lifetimes { fresh: Duration::from_mins(1), stale: Duration::from_mins(15) };
    (Registry::new(table, policy, lifetimes), reads)
}

/// The item of a tenant with this status, without principals and in the default backend.
pub(crate) fn listed(status: Status) -> RegistryRead {
    RegistryRead::Listed(Some(TenantRecord { status, principals: None, backend: None }))
}
