//! The registry's table. It may be slow or unreadable, read only in part, or hold malformed items [Amazon DynamoDB API
//! reference, `BatchGetItem`, whose response may leave keys unprocessed].

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use routing::ports::{RegistryRead, RegistryReader};
use tenancy::{TenantId, TenantRecord};

use super::shared::Shared;
use super::state::millis;
use crate::history::{Event, Fault, TableAnswer};
use crate::plan::faults::{Site, TableFault};
use crate::plan::{AllowedSenders, OutageKind};

/// The name of the second backend.
pub(super) const PREMIUM: &str = "premium";

pub(crate) struct RegistryTable {
    shared: Rc<Shared>,
    reads: Cell<u32>,
}

impl RegistryTable {
    pub(super) fn of(shared: &Rc<Shared>) -> Self {
        Self { shared: Rc::clone(shared), reads: Cell::new(0) }
    }

    fn fault(&self) -> Option<TableFault> {
        let world = &self.shared.world;
        let read = self.reads.replace(self.reads.get() + 1);
        let down = world.plan.outages_at(world.time.now()).any(|what| {
            what == OutageKind::TableDown || what == OutageKind::TableFlaps && read.is_multiple_of(2)
        });
        if down && !world.faults_ended() {
            world.log(Event::Fault { key: None, fault: Fault::Table(TableFault::Failed) });
            return Some(TableFault::Failed);
        }
        world.draw_fault(Site::Table, self.shared.number, |rng| {
            use TableFault as Is;
            let all = [Is::Failed, Is::Slow, Is::TooFew, Is::InPart, Is::Panicked];
            Some(all[rng.usize(0..all.len())])
        })
    }

    fn answer(&self, tenant: Option<usize>, place: usize, fault: Option<TableFault>) -> TableAnswer {
        let (world, now) = (&self.shared.world, self.shared.world.time.now());
        let Some(tenant) = tenant else { return TableAnswer::Listed(None) };
        let malformed = !world.faults_ended()
            && world.plan.outages_at(now).any(|what| what == OutageKind::ItemMalformed(tenant));
        match fault {
            Some(TableFault::InPart) if place.is_multiple_of(2) => TableAnswer::Failed,
            None | Some(TableFault::InPart) if malformed => TableAnswer::Malformed,
            None | Some(TableFault::InPart) => {
                TableAnswer::Listed(world.plan.tenants[tenant].registry_entry_at(now))
            }
            Some(_) => TableAnswer::Failed,
        }
    }

    fn read_of(&self, tenant: Option<usize>, answer: TableAnswer) -> RegistryRead {
        match answer {
            TableAnswer::Failed => RegistryRead::Failed("ThrottlingException".to_owned()),
            TableAnswer::Malformed => RegistryRead::Malformed("status is none".to_owned()),
            TableAnswer::Listed(None) => RegistryRead::Listed(None),
            TableAnswer::Listed(Some((status, senders))) => {
                let premium = tenant.is_some_and(|tenant| self.shared.world.plan.tenants[tenant].premium);
                let backend = premium.then(|| PREMIUM.to_owned());
                let restricted = tenant.filter(|_| senders == AllowedSenders::TenantOnly);
                let principals = restricted.map(|tenant| vec![self.shared.world.plan.principal_of(tenant)]);
                RegistryRead::Listed(Some(TenantRecord { status, principals, backend }))
            }
        }
    }
}

impl RegistryReader for RegistryTable {
    async fn read(&self, tenants: &[TenantId], timeout: Duration) -> Vec<RegistryRead> {
        let (world, environment) = (&self.shared.world, self.shared.number);
        let asked_at = world.time.now();
        world.log(Event::RegistryAsked { environment });
        let fault = self.fault();
        world.time.sleep(millis(4)).await;
        if fault == Some(TableFault::Slow) {
            world.time.sleep(timeout).await;
        }
        if fault == Some(TableFault::Panicked) {
            // This skips the panic hook, which would print a message for each of a million panics.
            std::panic::resume_unwind(Box::new("the table's port"));
        }
        let mut answers = Vec::with_capacity(tenants.len());
        for (place, id) in tenants.iter().enumerate() {
            let tenant = world.tenant_named(id.as_str());
            let answer = self.answer(tenant, place, fault);
            if let Some(tenant) = tenant {
                world.log(Event::RegistryAnswered { environment, tenant, asked_at, answer });
            }
            // In a response that is too short, the router cannot know to which tenant each answer belongs.
            let returned =
                if fault == Some(TableFault::TooFew) { self.answer(tenant, place, None) } else { answer };
            answers.push(self.read_of(tenant, returned));
        }
        if fault == Some(TableFault::TooFew) {
            answers.remove(0);
        }
        match world.variant {
            Some(variant) => answers.into_iter().map(|read| variant.read(read)).collect(),
            None => answers,
        }
    }
}
