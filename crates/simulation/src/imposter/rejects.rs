//! What imposters make of the registry's answers, and of the quarantine's.

use std::time::Duration;

use routing::Lifetimes;
use routing::ports::{Acknowledgement, Parcel, Read, Way};
use tenancy::{Listing, Status};

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

    pub(crate) fn read(self, read: Read) -> Read {
        match (self, &read) {
            (Self::QuarantinesWhenBlind, Read::Failed(_)) => Read::Listed(None),
            (Self::AdmitsWhenBlind, Read::Failed(_)) => {
                Read::Listed(Some(Listing { status: Status::Active, principals: None, backend: None }))
            }
            (Self::TrustsEverySender, Read::Listed(Some(listing))) => {
                Read::Listed(Some(Listing { principals: None, ..listing.clone() }))
            }
            _ => read,
        }
    }

    pub(crate) fn rejected(self, raw: &str) -> String {
        if self == Self::CutsTheQuarantined { raw.replace("\"number\":1.50e1,", "") } else { raw.to_owned() }
    }

    pub(crate) fn parcels(self, mut parcels: Vec<Parcel<'_>>) -> Vec<Parcel<'_>> {
        if self == Self::KnowsOneWay {
            for parcel in &mut parcels {
                parcel.way = Way::Store;
            }
        }
        parcels
    }

    pub(crate) fn acknowledgements(
        self,
        answers: Vec<Acknowledgement>,
        records: usize,
    ) -> Vec<Acknowledgement> {
        if self == Self::TrustsTheQuarantine { vec![Acknowledgement::Taken; records] } else { answers }
    }
}
