//! What broken variants change in the registry's answers and the quarantine's acknowledgements.

use std::time::Duration;

use routing::Lifetimes;
use routing::ports::{QuarantineAck, QuarantineBatch, RegistryRead, Transport};
use tenancy::{Status, TenantRecord};

use super::BrokenVariant;

impl BrokenVariant {
    pub(crate) fn skips_registry(self) -> bool {
        self == Self::SkipsRegistry
    }

    pub(crate) fn reads_one_selector(self) -> bool {
        self == Self::ReadsOneSelector
    }

    pub(crate) fn forgets_fifo_groups(self) -> bool {
        self == Self::ForgetsFifoGroups
    }

    pub(crate) fn lifetimes(self, lifetimes: Lifetimes) -> Lifetimes {
        let hour = Duration::from_hours(1);
        if self == Self::CachesTooLong { Lifetimes { fresh: hour, stale: hour } } else { lifetimes }
    }

    pub(crate) fn read(self, read: RegistryRead) -> RegistryRead {
        match (self, &read) {
            (Self::RejectsWhenUnreadable, RegistryRead::Failed(_)) => RegistryRead::Listed(None),
            (Self::AdmitsWhenUnreadable, RegistryRead::Failed(_)) => {
                RegistryRead::Listed(Some(TenantRecord {
                    status: Status::Active,
                    principals: None,
                    backend: None,
                }))
            }
            (Self::TrustsEverySender, RegistryRead::Listed(Some(record))) => {
                RegistryRead::Listed(Some(TenantRecord { principals: None, ..record.clone() }))
            }
            _ => read,
        }
    }

    pub(crate) fn rejected(self, raw: &str) -> String {
        if self == Self::TruncatesQuarantined {
            raw.replace("\"number\":1.50e1,", "")
        } else {
            raw.to_owned()
        }
    }

    pub(crate) fn batches(self, mut batches: Vec<QuarantineBatch<'_>>) -> Vec<QuarantineBatch<'_>> {
        if self == Self::StoresEveryRecord {
            for batch in &mut batches {
                batch.transport = Transport::Store;
            }
        }
        batches
    }

    pub(crate) fn acknowledgements(self, acks: Vec<QuarantineAck>, records: usize) -> Vec<QuarantineAck> {
        if self == Self::IgnoresQuarantineFailures { vec![QuarantineAck::Taken; records] } else { acks }
    }
}
