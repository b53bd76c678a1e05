//! The id of a tenant: a text that a grammar accepted.

use std::fmt;
use std::sync::Arc;

use crate::{Grammar, Reason, Rejection};

/// The id by which Lambda separates the execution environments of tenants [Lambda developer guide, "Tenant isolation"].
///
/// [`TenantId::parse`] is the only way to make one. Its text is always valid in the `X-Amz-Tenant-Id` header, because
/// every grammar accepts only what Lambda accepts. Cloning is cheap. `Debug` does not print the id and there is no
/// `Display`, so that no log line names a tenant by accident.
///
/// ```
/// use tenancy::{Grammar, TenantId};
///
/// let tenant = TenantId::parse("blue", &Grammar::Strict)?;
/// assert_eq!(tenant.as_str(), "blue");
/// assert_eq!(format!("{tenant:?}"), "TenantId(…)");
/// assert!(TenantId::parse("blue ", &Grammar::Strict).is_err());
/// # Ok::<(), tenancy::Rejection>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TenantId(Arc<str>);

impl TenantId {
    /// Parses a text, without trimming it or changing its case.
    ///
    /// # Errors
    /// [`Reason::BadGrammar`] if the grammar does not accept the text.
    pub fn parse(text: &str, grammar: &Grammar) -> Result<Self, Rejection> {
        if grammar.accepts(text) {
            Ok(Self(Arc::from(text)))
        } else {
            Err(Rejection::new(Reason::BadGrammar).with_offending_value(text))
        }
    }

    /// Returns the id, as it is sent in the header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TenantId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("TenantId(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenant_id_is_the_parsed_text() {
        for text in ["a", "Blue", "a.b_c:d-e", "0"] {
            assert_eq!(TenantId::parse(text, &Grammar::Strict).unwrap().as_str(), text);
        }
    }

    #[test]
    fn ids_are_case_sensitive() {
        let parse = |text| TenantId::parse(text, &Grammar::Strict).unwrap();
        assert_ne!(parse("blue"), parse("Blue"));
    }

    #[test]
    fn debug_output_hides_the_id() {
        let tenant = TenantId::parse("hush-hush", &Grammar::Strict).unwrap();
        assert_eq!(format!("{tenant:?} {tenant:#?}"), "TenantId(…) TenantId(…)");
    }
}
