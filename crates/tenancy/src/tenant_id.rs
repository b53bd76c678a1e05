//! The id of a tenant: a text that some grammar accepted.

use std::fmt;
use std::sync::Arc;

use crate::{Grammar, Reason, Rejection};

/// The id under which Lambda keeps a tenant's execution environments apart.
///
/// There is one way to get one: parsing. What it holds is fit for the `X-Amz-Tenant-Id` header, because
/// no grammar is wider than what Lambda accepts. Cloning is cheap. `Debug` keeps the value to itself, and
/// there is no `Display`: whose data passes through is nothing that a log line may say by accident.
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
    /// Takes a text as it is, without trimming or folding.
    ///
    /// # Errors
    /// [`Reason::BadGrammar`] when the grammar does not accept it.
    pub fn parse(text: &str, grammar: &Grammar) -> Result<Self, Rejection> {
        if grammar.accepts(text) {
            Ok(Self(Arc::from(text)))
        } else {
            Err(Rejection::new(Reason::BadGrammar).offending(text))
        }
    }

    /// The id as it goes into the header.
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
    fn a_tenant_id_is_the_text_that_was_parsed() {
        for text in ["a", "Blue", "a.b_c:d-e", "0"] {
            assert_eq!(TenantId::parse(text, &Grammar::Strict).unwrap().as_str(), text);
        }
    }

    #[test]
    fn ids_that_differ_in_case_are_different_tenants() {
        let parse = |text| TenantId::parse(text, &Grammar::Strict).unwrap();
        assert_ne!(parse("blue"), parse("Blue"));
    }

    #[test]
    fn debug_output_keeps_the_value_to_itself() {
        let tenant = TenantId::parse("hush-hush", &Grammar::Strict).unwrap();
        assert_eq!(format!("{tenant:?} {tenant:#?}"), "TenantId(…) TenantId(…)");
    }
}
