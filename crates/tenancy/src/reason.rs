//! Why a record was not admitted: the one list of reasons.

use std::fmt;

/// Why a record is not handed to any tenant's backend.
///
/// The codes are public interface: they stand in quarantine messages, metrics and log lines. The order of
/// the variants is the order in which the checks are made, so of several faults the first one here is told.
///
/// ```
/// use tenancy::Reason;
///
/// assert_eq!(Reason::NotAString.code(), "not_a_string");
/// assert!(Reason::Missing < Reason::Conflict);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// The record, or a text that a selector must look inside, is not JSON.
    Undecodable,
    /// The record has nothing where its tenant id should be.
    Missing,
    /// A number, object, array, boolean or null stands where the tenant id should be.
    NotAString,
    /// An object on the way to the tenant id has the same key twice.
    DuplicateKey,
    /// The selector's capture does not match the text that was found.
    NoCapture,
    /// The grammar does not accept the tenant id.
    BadGrammar,
    /// Two places of one record name different tenants.
    Conflict,
    /// The registry has no such tenant.
    UnknownTenant,
    /// The registry says that the tenant is suspended.
    Suspended,
    /// The registry says that the tenant is no longer served.
    Offboarded,
    /// The registry binds the tenant to senders, and the record's is none of them.
    Unauthorized,
    /// The record alone is larger than one Invoke can carry.
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

    /// The stable name of the reason.
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

    /// What happened, as half a sentence.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Undecodable => "a text that must be JSON is not",
            Self::Missing => "nothing stands where the tenant id should be",
            Self::NotAString => "what stands where the tenant id should be is not a string",
            Self::DuplicateKey => "a key on the way to the tenant id occurs twice",
            Self::NoCapture => "the capture does not match the text that was found",
            Self::BadGrammar => "the grammar does not accept the tenant id",
            Self::Conflict => "two places of the record name different tenants",
            Self::UnknownTenant => "the registry has no such tenant",
            Self::Suspended => "the registry says that the tenant is suspended",
            Self::Offboarded => "the registry says that the tenant is no longer served",
            Self::Unauthorized => "the record's sender is none of those that may send for the tenant",
            Self::TooLarge => {
                "the record alone is larger than one Invoke, or one message of the bridge, can carry"
            }
        }
    }

    /// What to do about it.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Undecodable => {
                "have the producer send valid JSON, or select the tenant id from another place"
            }
            Self::Missing => {
                "have the producer set the tenant id there, or correct the selector's path; an image of a change: have \
                 the table's stream show NEW_AND_OLD_IMAGES"
            }
            Self::NotAString => {
                "have the producer send the tenant id as a JSON string; numbers are not converted"
            }
            Self::DuplicateKey => {
                "have the producer write each key once, since readers differ in which one they take"
            }
            Self::NoCapture => "correct the selector's capture, or the value that the producer sends",
            Self::BadGrammar => {
                "correct the tenant id at the producer, or choose the grammar that your ids follow"
            }
            Self::Conflict => "find out which producer wrote the record before it is sent again",
            Self::UnknownTenant => {
                "if the tenant is real, add it to the registry and replay the record; else find out who sent it"
            }
            Self::Suspended => "replay the record once the tenant is active again",
            Self::Offboarded => {
                "have the producer stop sending; keep or discard the record as you agreed with the tenant"
            }
            Self::Unauthorized => {
                "find out who sent it; if the sender may, add it to the tenant's principals and replay the record"
            }
            Self::TooLarge => "send a smaller record, or a reference to where the data lies",
        }
    }
}

/// The code.
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
    fn the_list_is_in_the_order_of_the_checks_and_names_nothing_twice() {
        assert!(Reason::ALL.windows(2).all(|pair| pair[0] < pair[1]));
        for (place, reason) in Reason::ALL.iter().enumerate() {
            assert_eq!(Reason::ALL.iter().position(|other| other.code() == reason.code()), Some(place));
        }
    }

    #[test]
    fn codes_are_snake_case_so_that_they_fit_into_metrics_and_attributes() {
        for reason in Reason::ALL {
            assert!(reason.code().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{reason}");
            assert_eq!(reason.to_string(), reason.code());
        }
    }

    #[test]
    fn every_reason_has_words_of_its_own_for_what_happened_and_what_to_do() {
        let words = Reason::ALL.iter().flat_map(|reason| [reason.meaning(), reason.remedy()]);
        assert_eq!(words.collect::<HashSet<_>>().len(), 2 * Reason::ALL.len());
    }
}
