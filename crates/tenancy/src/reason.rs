//! The reasons for which a record is rejected. This is the only list of them.

use std::fmt;

/// Why a record is rejected.
///
/// The codes are a public interface: quarantine messages, metrics and log lines carry them. The variants are in the
/// order of the checks. A record with several faults is rejected for the first of them.
///
/// ```
/// use tenancy::Reason;
///
/// assert_eq!(Reason::NotAString.code(), "not_a_string");
/// assert!(Reason::Missing < Reason::Conflict);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// The record is not JSON, or a string that a selector's path leads through does not hold JSON.
    Undecodable,
    /// The record has no value where its tenant id should be.
    Missing,
    /// The value where the tenant id should be is a number, object, array, boolean or null.
    NotAString,
    /// An object on the path to the tenant id has the same key twice.
    DuplicateKey,
    /// The selector's capture does not match the text that was found.
    NoCapture,
    /// The grammar does not accept the tenant id.
    BadGrammar,
    /// Two selectors find different tenants in one record.
    Conflict,
    /// The registry has no such tenant.
    UnknownTenant,
    /// The registry says that the tenant is suspended.
    Suspended,
    /// The registry says that the tenant is no longer served.
    Offboarded,
    /// The registry lists the tenant's principals, and the record's sender is not one of them.
    Unauthorized,
    /// The record alone is larger than one Invoke, or one message of the bridge, can carry.
    TooLarge,
}

impl Reason {
    /// Every reason, in the order of the checks.
    pub const ALL: [Self; 12] = [
        Self::Undecodable,
        Self::Missing,
        Self::NotAString,
        Self::DuplicateKey,
        Self::NoCapture,
        Self::BadGrammar,
        Self::Conflict,
        Self::UnknownTenant,
        Self::Suspended,
        Self::Offboarded,
        Self::Unauthorized,
        Self::TooLarge,
    ];

    /// Returns the stable code, in `snake_case`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Undecodable => "undecodable",
            Self::Missing => "missing",
            Self::NotAString => "not_a_string",
            Self::DuplicateKey => "duplicate_key",
            Self::NoCapture => "no_capture",
            Self::BadGrammar => "bad_grammar",
            Self::Conflict => "conflict",
            Self::UnknownTenant => "unknown_tenant",
            Self::Suspended => "suspended",
            Self::Offboarded => "offboarded",
            Self::Unauthorized => "unauthorized",
            Self::TooLarge => "too_large",
        }
    }

    /// Returns the reason with this exact code.
    #[must_use]
    pub fn named(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// Returns whether the registry decides this. The record then names one tenant, whose id is the offending value.
    #[must_use]
    pub const fn names_tenant(self) -> bool {
        matches!(self, Self::UnknownTenant | Self::Suspended | Self::Offboarded | Self::Unauthorized)
    }

    /// Returns what happened, without a capital letter and a full stop.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Undecodable => "a text that must be JSON is not valid JSON",
            Self::Missing => "there is no value where the tenant id should be",
            Self::NotAString => "the value where the tenant id should be is not a string",
            Self::DuplicateKey => "a key on the path to the tenant id occurs twice",
            Self::NoCapture => "the capture does not match the text that was found",
            Self::BadGrammar => "the grammar does not accept the tenant id",
            Self::Conflict => "two fields of the record name different tenants",
            Self::UnknownTenant => "the registry has no such tenant",
            Self::Suspended => "the registry says that the tenant is suspended",
            Self::Offboarded => "the registry says that the tenant is no longer served",
            Self::Unauthorized => "the record's sender is not one of the tenant's principals",
            Self::TooLarge => {
                "the record alone is larger than one Invoke, or one message of the bridge, can carry"
            }
        }
    }

    /// Returns what the operator should do, without a capital letter and a full stop.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Undecodable => {
                "change the producer to send valid JSON, or select the tenant id from another field"
            }
            Self::Missing => {
                "change the producer to set the tenant id there, or correct the selector's path; for an image of a \
                 DynamoDB item: set the table's stream to NEW_AND_OLD_IMAGES"
            }
            Self::NotAString => {
                "change the producer to send the tenant id as a JSON string; numbers are not converted"
            }
            Self::DuplicateKey => {
                "change the producer to write each key once, because JSON readers differ in which value they use"
            }
            Self::NoCapture => "correct the selector's capture, or the value that the producer sends",
            Self::BadGrammar => {
                "correct the tenant id at the producer, or choose a grammar that accepts your ids"
            }
            Self::Conflict => "find out which producer wrote the record before you replay it",
            Self::UnknownTenant => {
                "if the tenant is real, add it to the registry and replay the record; otherwise find out who sent it"
            }
            Self::Suspended => "replay the record when the tenant is active again",
            Self::Offboarded => "stop the producer; keep or discard the record as you agreed with the tenant",
            Self::Unauthorized => {
                "find out who sent it; if the sender is legitimate, add it to the tenant's principals and replay the \
                 record"
            }
            Self::TooLarge => "send a smaller record, or a reference to the data",
        }
    }
}

/// Writes the code.
impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn reasons_are_in_order_of_checks_and_unique() {
        assert!(Reason::ALL.windows(2).all(|pair| pair[0] < pair[1]));
        for (index, reason) in Reason::ALL.iter().enumerate() {
            assert_eq!(Reason::ALL.iter().position(|other| other.code() == reason.code()), Some(index));
            assert_eq!(Reason::named(reason.code()), Some(*reason));
            assert_eq!(reason.names_tenant(), (7..=10).contains(&index), "{reason}");
        }
    }

    #[test]
    fn codes_are_snake_case() {
        for reason in Reason::ALL {
            assert!(reason.code().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{reason}");
            assert_eq!(reason.to_string(), reason.code());
        }
    }

    #[test]
    fn every_reason_has_its_own_meaning_and_remedy() {
        let texts = Reason::ALL.iter().flat_map(|reason| [reason.meaning(), reason.remedy()]);
        assert_eq!(texts.collect::<HashSet<_>>().len(), 2 * Reason::ALL.len());
    }
}
