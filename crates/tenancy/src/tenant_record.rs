//! A tenant's record in the registry.

/// Whether a tenant's records are delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The tenant's records are delivered.
    Active,
    /// The tenant's records are not delivered until it is active again.
    Suspended,
    /// The tenant is no longer served.
    Offboarded,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Active, Self::Suspended, Self::Offboarded];

    /// Returns the value of the attribute `status` in the registry's table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Offboarded => "offboarded",
        }
    }

    /// Returns the status with this exact name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// A tenant's record in the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantRecord {
    /// Whether the tenant's records are delivered.
    pub status: Status,
    /// The senders that may send records of the tenant. `None`: every writer of the source may.
    pub principals: Option<Vec<String>>,
    /// The name of the tenant's backend. `None`: the default backend.
    pub backend: Option<String>,
}

impl TenantRecord {
    /// Returns whether this sender may send records of the tenant.
    ///
    /// A principal without a colon also allows the senders that continue it with a colon. The sender id of an IAM role
    /// is the role's id, a colon, and a session name, which the caller that assumes the role chooses [Amazon SQS API
    /// reference, `ReceiveMessage`, `SenderId`].
    #[must_use]
    pub fn allows(&self, sender: Option<&str>) -> bool {
        let Some(principals) = &self.principals else {
            return true;
        };
        sender.is_some_and(|sender| {
            let role = sender.split_once(':').map(|(role, _)| role);
            principals.iter().any(|principal| principal == sender || Some(principal.as_str()) == role)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(principals: Option<&[&str]>) -> TenantRecord {
        let principals = principals.map(|list| list.iter().map(|&text| text.to_owned()).collect());
        TenantRecord { status: Status::Active, principals, backend: None }
    }

    #[test]
    fn principals_limit_who_may_send() {
        assert!(tenant(None).allows(None) && tenant(None).allows(Some("AIDA1")));
        let bound = tenant(Some(&["AIDA1"]));
        assert!(bound.allows(Some("AIDA1")));
        for other in [None, Some("AIDA2"), Some(""), Some("AIDA1 "), Some("aida1"), Some("AIDA")] {
            assert!(!bound.allows(other), "{other:?}");
        }
        assert!(!tenant(Some(&[])).allows(Some("AIDA1")));
    }

    #[test]
    fn role_id_allows_all_its_sessions() {
        assert!(tenant(Some(&["AROA1"])).allows(Some("AROA1:any")));
        assert!(tenant(Some(&["AROA1:one"])).allows(Some("AROA1:one")));
        assert!(!tenant(Some(&["AROA1:one"])).allows(Some("AROA1:other")));
        assert!(!tenant(Some(&["one"])).allows(Some("AROA1:one")));
    }

    #[test]
    fn status_is_found_by_its_exact_name_only() {
        assert_eq!(Status::named("active"), Some(Status::Active));
        for name in ["Active", "active ", "", "deleted"] {
            assert_eq!(Status::named(name), None, "{name}");
        }
    }
}
