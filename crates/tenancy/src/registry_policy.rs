//! The decision over a claim, by the tenant's record in the registry.

use std::sync::Arc;

use crate::scan::ScanResult;
use crate::trie::{PathId, Trie};
use crate::{Admitted, Claim, Reason, Rejection, Selector, Status, TenantRecord};

/// What happens to the records of a suspended tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suspended {
    /// They are rejected as [`Reason::Suspended`].
    Rejected,
    /// They stay with the source until the tenant is active again.
    Held,
    /// They are admitted, because a second router behind this one holds them.
    Forwarded,
}

/// The settings by which a tenant's record decides over a claim.
#[derive(Clone, Debug)]
pub struct RegistryPolicy {
    suspended: Suspended,
    sender: Option<SenderSelector>,
    /// `None`: this router invokes no backend, so a tenant's backend has no meaning here.
    backends: Option<Vec<Arc<str>>>,
}

/// Finds a record's sender in a field that the source itself writes.
#[derive(Clone, Debug)]
struct SenderSelector {
    selector: Selector,
    trie: Trie,
    path: PathId,
}

/// The decision over one record.
#[derive(Debug)]
pub enum RegistryDecision {
    /// The record is delivered.
    Admitted(Admitted),
    /// The record is rejected.
    Rejected(Rejection),
    /// The record waits, because its tenant is suspended.
    Held,
    /// The tenant's record names a backend that this router does not have. This is a misconfiguration, so the record is
    /// retried and not rejected.
    NoSuchBackend,
}

impl RegistryPolicy {
    /// Makes a policy.
    ///
    /// - `sender`: the path of a record's sender. Without it, no record of a tenant with principals is admitted.
    /// - `backends`: the names of the additional backends, in the order of [`Admitted::backend`]. `None` if this router
    ///   invokes no backend, and a second router behind it chooses one.
    #[must_use]
    pub fn new(suspended: Suspended, sender: Option<Selector>, backends: Option<Vec<Arc<str>>>) -> Self {
        let sender = sender.and_then(|selector| {
            let mut trie = Trie::new();
            let path = trie.add(selector.steps())?;
            Some(SenderSelector { selector, trie, path })
        });
        Self { suspended, sender, backends }
    }

    /// Returns what happens to the records of a suspended tenant.
    #[must_use]
    pub const fn suspended(&self) -> Suspended {
        self.suspended
    }

    /// Decides over the claim of `record`, the JSON text that the claim was made from.
    ///
    /// `tenant` is the tenant's record in the registry, or `None` if the registry has none.
    #[must_use]
    pub fn decide(&self, claim: Claim, tenant: Option<&TenantRecord>, record: &str) -> RegistryDecision {
        let reject = |claim: &Claim, reason| {
            let rejection = Rejection::new(reason).with_path(claim.shared_selector());
            RegistryDecision::Rejected(rejection.with_tenant(claim.tenant().clone()))
        };
        let Some(tenant) = tenant else {
            return reject(&claim, Reason::UnknownTenant);
        };
        match (tenant.status, self.suspended) {
            (Status::Offboarded, _) => return reject(&claim, Reason::Offboarded),
            (Status::Suspended, Suspended::Rejected) => return reject(&claim, Reason::Suspended),
            (Status::Suspended, Suspended::Held) => return RegistryDecision::Held,
            (Status::Suspended, Suspended::Forwarded) | (Status::Active, _) => {}
        }
        let sender = tenant.principals.as_ref().and_then(|_| self.sender.as_ref()?.find_in(record));
        if !tenant.allows(sender.as_deref()) {
            return reject(&claim, Reason::Unauthorized);
        }
        match (&tenant.backend, &self.backends) {
            (None, _) | (_, None) => RegistryDecision::Admitted(claim.admitted_to(0)),
            (Some(name), Some(backends)) => match backends.iter().position(|known| **known == **name) {
                Some(position) => RegistryDecision::Admitted(claim.admitted_to(position + 1)),
                None => RegistryDecision::NoSuchBackend,
            },
        }
    }
}

impl SenderSelector {
    /// Returns the sender of this record. Returns `None` if it is absent, is not a string, or is ambiguous.
    fn find_in(&self, record: &str) -> Option<String> {
        let mut scan = ScanResult::new(record);
        scan.walk(&self.trie).ok()?;
        let faulty = [scan.undecodable, scan.not_a_string, scan.duplicate_key];
        if faulty.iter().any(|paths| paths.contains(self.path)) {
            return None;
        }
        self.selector.id_in(scan.value(self.path)?).map(str::to_owned)
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

    fn policy(suspended: Suspended) -> RegistryPolicy {
        let sender = Selector::parse("$.attributes.SenderId").unwrap();
        RegistryPolicy::new(suspended, Some(sender), Some(vec!["premium".into()]))
    }

    fn tenant(status: Status) -> TenantRecord {
        TenantRecord { status, principals: None, backend: None }
    }

    fn reason(decision: RegistryDecision) -> Option<Reason> {
        match decision {
            RegistryDecision::Rejected(rejection) => {
                assert_eq!(rejection.offending_value(), Some("acme"));
                assert_eq!(rejection.tenant().map(TenantId::as_str), Some("acme"));
                assert_eq!(rejection.path(), Some("$.t"));
                assert!(rejection.reason().names_tenant());
                Some(rejection.reason())
            }
            _ => None,
        }
    }

    #[test]
    fn only_active_tenant_is_admitted() {
        let decide =
            |tenant: Option<&TenantRecord>| policy(Suspended::Rejected).decide(claim(), tenant, RECORD);
        assert!(matches!(decide(Some(&tenant(Status::Active))), RegistryDecision::Admitted(_)));
        assert_eq!(reason(decide(None)), Some(Reason::UnknownTenant));
        assert_eq!(reason(decide(Some(&tenant(Status::Suspended)))), Some(Reason::Suspended));
        assert_eq!(reason(decide(Some(&tenant(Status::Offboarded)))), Some(Reason::Offboarded));
    }

    #[test]
    fn suspended_records_are_held_or_forwarded_by_policy() {
        for (suspended, held) in [(Suspended::Held, true), (Suspended::Forwarded, false)] {
            assert_eq!(policy(suspended).suspended(), suspended);
            let decision = policy(suspended).decide(claim(), Some(&tenant(Status::Suspended)), RECORD);
            assert_eq!(matches!(decision, RegistryDecision::Held), held);
            assert_eq!(matches!(decision, RegistryDecision::Admitted(_)), !held);
            let decision = policy(suspended).decide(claim(), Some(&tenant(Status::Offboarded)), RECORD);
            assert_eq!(reason(decision), Some(Reason::Offboarded));
        }
    }

    #[test]
    fn bound_tenant_is_admitted_from_its_principals_only() {
        let bound_to = |principal: &str| TenantRecord {
            principals: Some(vec![principal.to_owned()]),
            ..tenant(Status::Active)
        };
        let policy = policy(Suspended::Rejected);
        assert!(matches!(
            policy.decide(claim(), Some(&bound_to("AROA1")), RECORD),
            RegistryDecision::Admitted(_)
        ));
        assert_eq!(
            reason(policy.decide(claim(), Some(&bound_to("AROA2")), RECORD)),
            Some(Reason::Unauthorized)
        );
    }

    #[test]
    fn absent_or_ambiguous_sender_is_unauthorized() {
        let bound = TenantRecord { principals: Some(vec!["A".to_owned()]), ..tenant(Status::Active) };
        let policy = policy(Suspended::Rejected);
        for record in [
            r#"{"t":"acme"}"#,
            r#"{"t":"acme","attributes":{"SenderId":["A"]}}"#,
            r#"{"t":"acme","attributes":{"SenderId":"A","SenderId":"A"}}"#,
            r#"{"t":"acme","attributes":{"SenderId":"A"},"attributes":{}}"#,
        ] {
            assert_eq!(
                reason(policy.decide(claim(), Some(&bound), record)),
                Some(Reason::Unauthorized),
                "{record}"
            );
        }
        let without_sender = RegistryPolicy::new(Suspended::Rejected, None, None);
        assert_eq!(reason(without_sender.decide(claim(), Some(&bound), RECORD)), Some(Reason::Unauthorized));
    }

    #[test]
    fn tenant_is_admitted_to_a_configured_backend_only() {
        let with_backend =
            |backend: &str| TenantRecord { backend: Some(backend.to_owned()), ..tenant(Status::Active) };
        let policy = policy(Suspended::Rejected);
        let RegistryDecision::Admitted(admitted) =
            policy.decide(claim(), Some(&with_backend("premium")), RECORD)
        else {
            panic!("not admitted");
        };
        assert_eq!(admitted.backend(), 1);
        assert!(matches!(
            policy.decide(claim(), Some(&with_backend("Premium")), RECORD),
            RegistryDecision::NoSuchBackend
        ));
        let RegistryDecision::Admitted(admitted) =
            policy.decide(claim(), Some(&tenant(Status::Active)), RECORD)
        else {
            panic!("not admitted");
        };
        assert_eq!((admitted.backend(), claim().without_registry().backend()), (0, 0));
        let before_bridge = RegistryPolicy::new(Suspended::Rejected, None, None);
        let decision = before_bridge.decide(claim(), Some(&with_backend("premium")), RECORD);
        assert!(
            matches!(decision, RegistryDecision::Admitted(_)),
            "the router behind the bridge has the backends"
        );
    }
}
