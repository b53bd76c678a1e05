//! What a registry says of a tenant.

/// Whether a tenant's records are delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// They are.
    Active,
    /// Not for the time being.
    Suspended,
    /// Not any more.
    Offboarded,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Active, Self::Suspended, Self::Offboarded];

    /// The word for it in the registry's table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Offboarded => "offboarded",
        }
    }

    /// The status of this name.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }
}

/// A tenant's entry in the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantRecord {
    /// Whether its records are delivered.
    pub status: Status,
    /// Who may send for it; `None`: whoever may write to the source.
    pub principals: Option<Vec<String>>,
    /// The name of its backend; `None`: the common one.
    pub backend: Option<String>,
}

impl TenantRecord {
    /// Whether this sender may send for the tenant. An entry without a colon also names a sender that goes on with one:
    /// an IAM role's sender is its id, a colon, and the name of the session, which whoever assumed the role chose
    /// [Amazon SQS API reference, `ReceiveMessage`, `SenderId`].
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

    fn listing(principals: Option<&[&str]>) -> TenantRecord {
        let principals = principals.map(|list| list.iter().map(|&text| text.to_owned()).collect());
        TenantRecord { status: Status::Active, principals, backend: None }
    }

    #[test]
    fn without_principals_every_sender_may_send_and_with_them_nobody_else_may() {
        assert!(listing(None).allows(None) && listing(None).allows(Some("AIDA1")));
        let bound = listing(Some(&["AIDA1"]));
        assert!(bound.allows(Some("AIDA1")));
        for stranger in [None, Some("AIDA2"), Some(""), Some("AIDA1 "), Some("aida1"), Some("AIDA")] {
            assert!(!bound.allows(stranger), "{stranger:?}");
        }
        assert!(!listing(Some(&[])).allows(Some("AIDA1")));
    }

    #[test]
    fn a_role_is_named_by_its_id_whatever_its_sessions_are_called_and_a_session_only_whole() {
        assert!(listing(Some(&["AROA1"])).allows(Some("AROA1:any")));
        assert!(listing(Some(&["AROA1:one"])).allows(Some("AROA1:one")));
        assert!(!listing(Some(&["AROA1:one"])).allows(Some("AROA1:other")));
        assert!(!listing(Some(&["one"])).allows(Some("AROA1:one")));
    }

    #[test]
    fn a_status_is_known_by_its_own_word_only() {
        assert_eq!(Status::named("active"), Some(Status::Active));
        for word in ["Active", "active ", "", "deleted"] {
            assert_eq!(Status::named(word), None, "{word}");
        }
    }
}
