//! The registry's word about a claim: what its listing means for the record.

use std::sync::Arc;

use crate::scan::ScanResult;
use crate::trie::{Slot, Trie};
use crate::{Admitted, Claim, TenantRecord, Reason, Rejection, Selector, Status};

/// What becomes of a suspended tenant's records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suspended {
    /// They are rejected, as [`Reason::Suspended`].
    Rejected,
    /// They stay with the source until the tenant is active again.
    Held,
    /// They pass: another router behind this one holds them.
    Forwarded,
}

/// How listings are applied.
#[derive(Clone, Debug)]
pub struct RegistryPolicy {
    suspended: Suspended,
    sender: Option<Sender>,
    /// `None`: nothing is invoked here, so it does not matter.
    backends: Option<Vec<Arc<str>>>,
}

/// Where a record's sender stands, as the source itself wrote it.
#[derive(Clone, Debug)]
struct Sender {
    selector: Selector,
    trie: Trie,
    slot: Slot,
}

/// What the registry's word means for one record.
#[derive(Debug)]
pub enum RegistryDecision {
    /// It is delivered.
    Admitted(Admitted),
    /// It is not.
    Rejected(Rejection),
    /// It has to wait: its tenant is suspended.
    Held,
    /// The listing names a backend that this router does not have.
    NoSuchBackend,
}

impl RegistryPolicy {
    /// `sender`: where a record's sender stands; without it no tenant that is bound to principals is ever admitted.
    /// `backends`: the names of those beside the common one, in order; `None` where nothing is invoked, and the router
    /// behind this one chooses.
    #[must_use]
    pub fn new(suspended: Suspended, sender: Option<Selector>, backends: Option<Vec<Arc<str>>>) -> Self {
        let sender = sender.and_then(|selector| {
            let mut trie = Trie::new();
            let slot = trie.add(selector.steps())?;
            Some(Sender { selector, trie, slot })
        });
        Self { suspended, sender, backends }
    }

    /// Rules over the claim of this record. `None`: the registry knows no such tenant.
    #[must_use]
    pub fn decide(&self, claim: Claim, listing: Option<&TenantRecord>, record: &str) -> RegistryDecision {
        let reject = |claim: &Claim, reason| {
            let rejection = Rejection::new(reason).at(claim.shared_selector());
            RegistryDecision::Rejected(rejection.of_tenant(claim.tenant().clone()))
        };
        let Some(listing) = listing else {
            return reject(&claim, Reason::UnknownTenant);
        };
        match (listing.status, self.suspended) {
            (Status::Offboarded, _) => return reject(&claim, Reason::Offboarded),
            (Status::Suspended, Suspended::Rejected) => return reject(&claim, Reason::Suspended),
            (Status::Suspended, Suspended::Held) => return RegistryDecision::Held,
            (Status::Suspended, Suspended::Forwarded) | (Status::Active, _) => {}
        }
        let sender = listing.principals.as_ref().and_then(|_| self.sender.as_ref()?.of(record));
        if !listing.allows(sender.as_deref()) {
            return reject(&claim, Reason::Unauthorized);
        }
        match (&listing.backend, &self.backends) {
            (None, _) | (_, None) => RegistryDecision::Admitted(claim.admitted_to(0)),
            (Some(name), Some(backends)) => match backends.iter().position(|known| **known == **name) {
                Some(position) => RegistryDecision::Admitted(claim.admitted_to(position + 1)),
                None => RegistryDecision::NoSuchBackend,
            },
        }
    }
}

impl Sender {
    /// The sender of this record; `None` where it is not there, or not beyond doubt.
    fn of(&self, record: &str) -> Option<String> {
        let mut seen = ScanResult::of(record);
        seen.walk(&self.trie).ok()?;
        let doubtful = [seen.undecodable, seen.not_a_string, seen.duplicate_key];
        if doubtful.iter().any(|slots| slots.contains(self.slot)) {
            return None;
        }
        self.selector.id_in(seen.value(self.slot)?).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Grammar, Rules, TenantId};

    const RECORD: &str = r#"{"t":"acme","attributes":{"SenderId":"AROA1:session"}}"#;

    fn claim() -> Claim {
        let rules = Rules::new(vec![Selector::parse("$.t").unwrap()], vec![], Grammar::Strict).unwrap();
        rules.claim(RECORD).unwrap()
    }

    fn authority(suspended: Suspended) -> RegistryPolicy {
        let sender = Selector::parse("$.attributes.SenderId").unwrap();
        RegistryPolicy::new(suspended, Some(sender), Some(vec!["premium".into()]))
    }

    fn listing(status: Status) -> TenantRecord {
        TenantRecord { status, principals: None, backend: None }
    }

    fn reason(ruling: RegistryDecision) -> Option<Reason> {
        match ruling {
            RegistryDecision::Rejected(rejection) => {
                assert_eq!(rejection.offending_value(), Some("acme"));
                assert_eq!(rejection.tenant().map(TenantId::as_str), Some("acme"));
                assert_eq!(rejection.selector(), Some("$.t"));
                Some(rejection.reason())
            }
            _ => None,
        }
    }

    #[test]
    fn only_a_tenant_that_is_listed_as_active_is_admitted() {
        let rule = |listing: Option<&TenantRecord>| authority(Suspended::Rejected).decide(claim(), listing, RECORD);
        assert!(matches!(rule(Some(&listing(Status::Active))), RegistryDecision::Admitted(_)));
        assert_eq!(reason(rule(None)), Some(Reason::UnknownTenant));
        assert_eq!(reason(rule(Some(&listing(Status::Suspended)))), Some(Reason::Suspended));
        assert_eq!(reason(rule(Some(&listing(Status::Offboarded)))), Some(Reason::Offboarded));
    }

    #[test]
    fn a_suspended_tenants_records_wait_or_pass_where_that_is_asked_for_and_an_offboarded_ones_never_do() {
        for (suspended, held) in [(Suspended::Held, true), (Suspended::Forwarded, false)] {
            let ruling = authority(suspended).decide(claim(), Some(&listing(Status::Suspended)), RECORD);
            assert_eq!(matches!(ruling, RegistryDecision::Held), held);
            assert_eq!(matches!(ruling, RegistryDecision::Admitted(_)), !held);
            let ruling = authority(suspended).decide(claim(), Some(&listing(Status::Offboarded)), RECORD);
            assert_eq!(reason(ruling), Some(Reason::Offboarded));
        }
    }

    #[test]
    fn a_tenant_bound_to_principals_is_admitted_from_them_only() {
        let bound = |principal: &str| TenantRecord {
            principals: Some(vec![principal.to_owned()]),
            ..listing(Status::Active)
        };
        let authority = authority(Suspended::Rejected);
        assert!(matches!(authority.decide(claim(), Some(&bound("AROA1")), RECORD), RegistryDecision::Admitted(_)));
        assert_eq!(
            reason(authority.decide(claim(), Some(&bound("AROA2")), RECORD)),
            Some(Reason::Unauthorized)
        );
    }

    #[test]
    fn a_sender_that_is_absent_or_in_doubt_is_nobody() {
        let bound = TenantRecord { principals: Some(vec!["A".to_owned()]), ..listing(Status::Active) };
        let authority = authority(Suspended::Rejected);
        for record in [
            r#"{"t":"acme"}"#,
            r#"{"t":"acme","attributes":{"SenderId":["A"]}}"#,
            r#"{"t":"acme","attributes":{"SenderId":"A","SenderId":"A"}}"#,
            r#"{"t":"acme","attributes":{"SenderId":"A"},"attributes":{}}"#,
        ] {
            assert_eq!(
                reason(authority.decide(claim(), Some(&bound), record)),
                Some(Reason::Unauthorized),
                "{record}"
            );
        }
        let blind = RegistryPolicy::new(Suspended::Rejected, None, None);
        assert_eq!(reason(blind.decide(claim(), Some(&bound), RECORD)), Some(Reason::Unauthorized));
    }

    #[test]
    fn a_listing_names_one_of_the_configured_backends_or_nothing_is_decided() {
        let on = |backend: &str| TenantRecord { backend: Some(backend.to_owned()), ..listing(Status::Active) };
        let authority = authority(Suspended::Rejected);
        let RegistryDecision::Admitted(admitted) = authority.decide(claim(), Some(&on("premium")), RECORD) else {
            panic!("not admitted");
        };
        assert_eq!(admitted.backend(), 1);
        assert!(matches!(authority.decide(claim(), Some(&on("Premium")), RECORD), RegistryDecision::NoSuchBackend));
        let RegistryDecision::Admitted(admitted) = authority.decide(claim(), Some(&listing(Status::Active)), RECORD)
        else {
            panic!("not admitted");
        };
        assert_eq!((admitted.backend(), claim().without_registry().backend()), (0, 0));
        let in_front_of_a_bridge = RegistryPolicy::new(Suspended::Rejected, None, None);
        let ruling = in_front_of_a_bridge.decide(claim(), Some(&on("premium")), RECORD);
        assert!(matches!(ruling, RegistryDecision::Admitted(_)), "the router behind it has the backends");
    }
}
