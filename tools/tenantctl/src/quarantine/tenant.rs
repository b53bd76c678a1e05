//! Finds the tenant of a rejected record, if it is known. No I/O.

use tenancy::{Reason, Rejection, Rules};

use super::rejection::RejectionDetails;

/// Returns the tenant's id; `None` if it is unknown, or if only a part of it is known.
pub(crate) fn find_tenant(
    rejected: &RejectionDetails,
    record: Option<&str>,
    rules: Option<&Rules>,
) -> Option<String> {
    let named = rejected.offending_value.as_deref().filter(|value| {
        // A tenant id has no characters that are escaped, so a value with a backslash is not a tenant id.
        Reason::named(&rejected.reason).is_some_and(Reason::names_tenant)
            && !value.ends_with(Rejection::CUT_MARK)
            && !value.contains('\\')
    });
    if let Some(id) = named {
        return Some(id.to_owned());
    }
    rules?.admit(record?).ok().map(|admitted| admitted.tenant().as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenancy::{Grammar, Selector};

    fn rejected(reason: &str, value: Option<&str>) -> RejectionDetails {
        let offending_value = value.map(str::to_owned);
        RejectionDetails { reason: reason.to_owned(), offending_value, ..RejectionDetails::default() }
    }

    fn rules() -> Rules {
        Rules::new(vec![Selector::parse("$.t").unwrap()], vec![], Grammar::Strict).unwrap()
    }

    #[test]
    fn refused_tenant_is_the_offending_value() {
        for reason in ["unknown_tenant", "suspended", "offboarded", "unauthorized"] {
            assert_eq!(find_tenant(&rejected(reason, Some("acme")), None, None).as_deref(), Some("acme"));
        }
        assert_eq!(find_tenant(&rejected("conflict", Some("acme")), None, None), None);
    }

    #[test]
    fn shortened_and_escaped_values_are_not_ids() {
        for value in [Some("acm…"), Some(r"acm\n"), None] {
            assert_eq!(find_tenant(&rejected("suspended", value), Some(r#"{"t":"x"}"#), None), None);
        }
    }

    #[test]
    fn router_selectors_find_the_tenant_in_the_record() {
        let too_large = rejected("too_large", None);
        let record = Some(r#"{"t":"acme"}"#);
        assert_eq!(find_tenant(&too_large, record, Some(&rules())).as_deref(), Some("acme"));
        assert_eq!(find_tenant(&too_large, Some(r#"{"t":"no such"}"#), Some(&rules())), None);
        assert_eq!(find_tenant(&too_large, None, Some(&rules())), None);
    }
}
