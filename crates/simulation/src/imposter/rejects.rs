//! What imposters make of the registry's answers, and of the quarantine's.

use std::time::Duration;

use routing::Lifetimes;
use routing::ports::{QuarantineAck, QuarantineBatch, RegistryRead, Transport};
use tenancy::{TenantRecord, Status};

use super::Imposter;

impl Imposter {
    pub(crate) fn asks_nobody(self) -> bool {
        self == Self::AsksNoRegistry
    }

    pub(crate) fn reads_one_place(self) -> bool {
        self == Self::ReadsOnePlace
    }

    pub(crate) fn forgets_lines(self) -> bool {
        self == Self::ForgetsLines
    }

    pub(crate) fn lifetimes(self, lifetimes: Lifetimes) -> Lifetimes {
        let hour = Duration::from_hours(1);
        if self == Self::RemembersForTooLong { Lifetimes { fresh: hour, stale: hour } } else { lifetimes }
    }

    pub(crate) fn read(self, read: RegistryRead) -> RegistryRead {
        match (self, &read) {
            (Self::QuarantinesWhenBlind, RegistryRead::Failed(_)) => RegistryRead::Listed(None),
            (Self::AdmitsWhenBlind, RegistryRead::Failed(_)) => {
                RegistryRead::Listed(Some(TenantRecord { status: Status::Active, principals: None, backend: None }))
            }
            (Self::TrustsEverySender, RegistryRead::Listed(Some(listing))) => {
                RegistryRead::Listed(Some(TenantRecord { principals: None, ..listing.clone() }))
            }
            _ => read,
        }
    }

    pub(crate) fn rejected(self, raw: &str) -> String {
        if self == Self::CutsTheQuarantined { raw.replace("\"number\":1.50e1,", "") } else { raw.to_owned() }
    }

    pub(crate) fn parcels(self, mut parcels: Vec<QuarantineBatch<'_>>) -> Vec<QuarantineBatch<'_>> {
        if self == Self::KnowsOneWay {
            for parcel in &mut parcels {
                parcel.way = Transport::Store;
            }
        }
        parcels
    }

    pub(crate) fn acknowledgements(
        self,
        answers: Vec<QuarantineAck>,
        records: usize,
    ) -> Vec<QuarantineAck> {
        if self == Self::TrustsTheQuarantine { vec![QuarantineAck::Taken; records] } else { answers }
    }
}
