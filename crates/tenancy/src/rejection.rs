//! The answer "no": a reason, and what helps to find the cause.

use std::fmt;
use std::sync::Arc;

use crate::{Reason, TenantId};

/// The longest that an offending value is reported, in characters, the mark of a cut included.
const LONGEST_OFFENDING: usize = 128;

/// Ends a value that was cut. It is not ASCII, so no escaped value contains it by itself.
const CUT: char = '…';

/// Why one record is not admitted, where in the record, and the value that stands there.
///
/// ```
/// use tenancy::{Reason, Rejection};
///
/// let rejection = Rejection::new(Reason::BadGrammar).at("$.body.tenantId").offending("blue\n");
/// assert_eq!(rejection.selector(), Some("$.body.tenantId"));
/// assert_eq!(rejection.offending_value(), Some(r"blue\n"));
/// assert!(!format!("{rejection:?} {rejection}").contains("blue"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Rejection {
    reason: Reason,
    selector: Option<Arc<str>>,
    offending: Option<String>,
    tenant: Option<TenantId>,
}

impl Rejection {
    /// A rejection for this reason.
    #[must_use]
    pub const fn new(reason: Reason) -> Self {
        Self { reason, selector: None, offending: None, tenant: None }
    }

    /// Names the path at which the fault was found.
    #[must_use]
    pub fn at(mut self, selector: impl Into<Arc<str>>) -> Self {
        self.selector = Some(selector.into());
        self
    }

    /// Keeps the value that gave offence, made safe to carry: what is not printable ASCII is escaped as Rust
    /// does it (`\n`, `\u{fc}`), and what is longer than 128 characters is cut and ends in `…`.
    ///
    /// An empty value is left out, because SQS refuses empty message attributes (Amazon SQS developer guide,
    /// "Amazon SQS message metadata").
    #[must_use]
    pub fn offending(mut self, value: &str) -> Self {
        self.offending = (!value.is_empty()).then(|| escaped(value));
        self
    }

    /// Says which tenant the record names, where that is beyond doubt and the registry is what objects.
    #[must_use]
    pub fn of_tenant(self, tenant: TenantId) -> Self {
        let mut rejection = self.offending(tenant.as_str());
        rejection.tenant = Some(tenant);
        rejection
    }

    /// Why.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// The path of the selector that found the fault; `None` when the record as a whole is at fault.
    #[must_use]
    pub fn selector(&self) -> Option<&str> {
        self.selector.as_deref()
    }

    /// The tenant, where the record names one and the registry is what objects. Not for logs.
    #[must_use]
    pub const fn tenant(&self) -> Option<&TenantId> {
        self.tenant.as_ref()
    }

    /// The value that gave offence, escaped and cut. It comes from the record: for the quarantine, not for logs.
    #[must_use]
    pub fn offending_value(&self) -> Option<&str> {
        self.offending.as_deref()
    }
}

fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len().min(LONGEST_OFFENDING));
    let mut cut_at = 0;
    for character in value.chars() {
        if text.len() < LONGEST_OFFENDING {
            cut_at = text.len();
        }
        match character {
            // Escaped too, so that what is read back is never ambiguous.
            '\\' => text.push_str(r"\\"),
            ' '..='~' => text.push(character),
            _ => text.extend(character.escape_default()),
        }
        if text.len() > LONGEST_OFFENDING {
            text.truncate(cut_at);
            text.push(CUT);
            break;
        }
    }
    text
}

/// The value itself stays out: rejections are logged, records are not.
impl fmt::Debug for Rejection {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Rejection")
            .field("reason", &self.reason)
            .field("selector", &self.selector)
            .finish_non_exhaustive()
    }
}

/// What happened, where, what to do.
impl fmt::Display for Rejection {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.selector().unwrap_or("the record");
        write!(out, "{}: {place}: {}", self.reason.meaning(), self.reason.remedy())
    }
}

impl std::error::Error for Rejection {}

#[cfg(test)]
mod tests {
    use super::*;

    fn offending(value: &str) -> Option<String> {
        Rejection::new(Reason::BadGrammar).offending(value).offending_value().map(str::to_owned)
    }

    #[test]
    fn printable_ascii_is_reported_as_it_stands() {
        let all: String = (' '..='~').filter(|character| *character != '\\').collect();
        assert_eq!(offending(&all), Some(all));
    }

    #[test]
    fn control_characters_other_scripts_and_backslashes_are_escaped() {
        assert_eq!(offending("a\0\n\u{7f}ü\\n").unwrap(), r"a\u{0}\n\u{7f}\u{fc}\\n");
    }

    #[test]
    fn a_value_of_just_the_longest_length_is_whole_and_a_longer_one_is_cut_and_marked() {
        assert_eq!(offending(&"x".repeat(128)).unwrap(), "x".repeat(128));
        assert_eq!(offending(&"x".repeat(129)).unwrap(), format!("{}…", "x".repeat(127)));
        assert_eq!(offending(&"x".repeat(1_000_000)).unwrap(), format!("{}…", "x".repeat(127)));
    }

    #[test]
    fn the_cut_never_goes_through_an_escape() {
        for lead in 100..130 {
            let value = format!("{}{}", "x".repeat(lead), "ü".repeat(30));
            let text = offending(&value).unwrap();
            assert!(text.chars().count() <= LONGEST_OFFENDING, "{text}");
            let kept = text.strip_suffix(CUT).unwrap().trim_start_matches('x');
            assert_eq!(kept.replace(r"\u{fc}", ""), "", "{text}");
        }
    }

    #[test]
    fn an_empty_value_is_left_out() {
        assert_eq!(offending(""), None);
    }

    #[test]
    fn a_rejection_says_what_happened_where_and_what_to_do() {
        let text = Rejection::new(Reason::Missing).at("$.body.tenantId").to_string();
        assert!(text.starts_with(Reason::Missing.meaning()) && text.ends_with(Reason::Missing.remedy()));
        assert!(text.contains(": $.body.tenantId: "));
    }

    #[test]
    fn debug_output_has_the_reason_and_the_place_and_keeps_the_value_to_itself() {
        let text = format!("{:?}", Rejection::new(Reason::Conflict).at("$.body.id").offending("hush-hush"));
        assert!(text.contains("Conflict") && text.contains("$.body.id") && !text.contains("hush"), "{text}");
    }
}
