//! The rejection of a record: the reason, and what helps to find the cause.

use std::fmt;
use std::sync::Arc;

use crate::{Reason, TenantId};

/// The most characters of an offending value that are kept, the cut mark included.
const MAX_OFFENDING_LEN: usize = 128;

/// Why a record is rejected, with the path of the faulty value and that value.
///
/// `Debug` and `Display` leave the value out, so that logs do not carry record content.
///
/// ```
/// use tenancy::{Reason, Rejection};
///
/// let rejection = Rejection::new(Reason::BadGrammar).with_path("$.body.tenantId").with_offending_value("blue\n");
/// assert_eq!(rejection.path(), Some("$.body.tenantId"));
/// assert_eq!(rejection.offending_value(), Some(r"blue\n"));
/// assert!(!format!("{rejection:?} {rejection}").contains("blue"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Rejection {
    reason: Reason,
    path: Option<Arc<str>>,
    offending: Option<String>,
    tenant: Option<TenantId>,
}

impl Rejection {
    /// Marks the end of a value that was cut. It is not ASCII, so no escaped value contains it.
    pub const CUT_MARK: char = '…';

    /// Makes a rejection for this reason.
    #[must_use]
    pub const fn new(reason: Reason) -> Self {
        Self { reason, path: None, offending: None, tenant: None }
    }

    /// Adds the path at which the fault was found.
    #[must_use]
    pub fn with_path(mut self, path: impl Into<Arc<str>>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Adds the value that caused the rejection, escaped and cut.
    ///
    /// Characters other than printable ASCII are escaped as in Rust (`\n`, `\u{fc}`). A value of more than 128
    /// characters is cut, and ends in `…`. An empty value is left out, because SQS refuses empty message attributes
    /// [Amazon SQS developer guide, "Amazon SQS message metadata"].
    #[must_use]
    pub fn with_offending_value(mut self, value: &str) -> Self {
        self.offending = (!value.is_empty()).then(|| escape(value));
        self
    }

    /// Adds the tenant that the record names, for a rejection by the registry. It is also the offending value.
    #[must_use]
    pub fn with_tenant(self, tenant: TenantId) -> Self {
        let mut rejection = self.with_offending_value(tenant.as_str());
        rejection.tenant = Some(tenant);
        rejection
    }

    /// Returns why the record is rejected.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// Returns the path of the faulty value, or `None` if the record as a whole is faulty.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// Returns the tenant that the record names, if the registry rejected it. Do not log it.
    #[must_use]
    pub const fn tenant(&self) -> Option<&TenantId> {
        self.tenant.as_ref()
    }

    /// Returns the value that caused the rejection, escaped and cut. It is record content: do not log it.
    #[must_use]
    pub fn offending_value(&self) -> Option<&str> {
        self.offending.as_deref()
    }
}

fn escape(value: &str) -> String {
    let mut text = String::with_capacity(value.len().min(MAX_OFFENDING_LEN));
    let mut cut_at = 0;
    for character in value.chars() {
        if text.len() < MAX_OFFENDING_LEN {
            cut_at = text.len();
        }
        match character {
            // A backslash is escaped too, so that an escape is never ambiguous.
            '\\' => text.push_str(r"\\"),
            ' '..='~' => text.push(character),
            _ => text.extend(character.escape_default()),
        }
        if text.len() > MAX_OFFENDING_LEN {
            text.truncate(cut_at);
            text.push(Rejection::CUT_MARK);
            break;
        }
    }
    text
}

/// Leaves the value out, because it is record content, which no log line may contain.
impl fmt::Debug for Rejection {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Rejection")
            .field("reason", &self.reason)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// Writes what happened, where, and what to do. `tenantctl` shows this text; the router logs only counts by reason.
impl fmt::Display for Rejection {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path().unwrap_or("the record");
        write!(out, "{}: {path}: {}", self.reason.meaning(), self.reason.remedy())
    }
}

impl std::error::Error for Rejection {}

#[cfg(test)]
mod tests {
    use super::*;

    fn offending(value: &str) -> Option<String> {
        Rejection::new(Reason::BadGrammar).with_offending_value(value).offending_value().map(str::to_owned)
    }

    #[test]
    fn printable_ascii_is_kept_unescaped() {
        let all: String = (' '..='~').filter(|character| *character != '\\').collect();
        assert_eq!(offending(&all), Some(all));
    }

    #[test]
    fn other_characters_and_backslashes_are_escaped() {
        assert_eq!(offending("a\0\n\u{7f}ü\\n").unwrap(), r"a\u{0}\n\u{7f}\u{fc}\\n");
    }

    #[test]
    fn value_above_the_limit_is_cut_and_marked() {
        assert_eq!(offending(&"x".repeat(128)).unwrap(), "x".repeat(128));
        assert_eq!(offending(&"x".repeat(129)).unwrap(), format!("{}…", "x".repeat(127)));
        assert_eq!(offending(&"x".repeat(1_000_000)).unwrap(), format!("{}…", "x".repeat(127)));
    }

    #[test]
    fn cut_never_splits_an_escape() {
        for lead in 100..130 {
            let value = format!("{}{}", "x".repeat(lead), "ü".repeat(30));
            let text = offending(&value).unwrap();
            assert!(text.chars().count() <= MAX_OFFENDING_LEN, "{text}");
            let kept = text.strip_suffix(Rejection::CUT_MARK).unwrap().trim_start_matches('x');
            assert_eq!(kept.replace(r"\u{fc}", ""), "", "{text}");
        }
    }

    #[test]
    fn empty_value_is_left_out() {
        assert_eq!(offending(""), None);
    }

    #[test]
    fn display_has_meaning_path_and_remedy() {
        let text = Rejection::new(Reason::Missing).with_path("$.body.tenantId").to_string();
        assert!(text.starts_with(Reason::Missing.meaning()) && text.ends_with(Reason::Missing.remedy()));
        assert!(text.contains(": $.body.tenantId: "));
    }

    #[test]
    fn debug_output_leaves_the_value_out() {
        let text = format!(
            "{:?}",
            Rejection::new(Reason::Conflict).with_path("$.body.id").with_offending_value("hush-hush")
        );
        assert!(text.contains("Conflict") && text.contains("$.body.id") && !text.contains("hush"), "{text}");
    }
}
