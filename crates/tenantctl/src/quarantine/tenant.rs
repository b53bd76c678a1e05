//! Whose a rejected record is, as far as that can be known. Pure.

use tenancy::Rules;

use super::message::RejectionDetails;

/// Reasons for which the record names one tenant, who was then refused: the offending value is that tenant's id.
const REASONS_WITH_TENANT: [&str; 4] = ["unknown_tenant", "suspended", "offboarded", "unauthorized"];

/// The end of a value that was cut [`tenancy::Rejection::offending`].
const CUT_MARK: char = '…';

/// The tenant's id; `None` where the record does not say, or only a part of it is known.
pub(crate) fn find_tenant(rejected: &RejectionDetails, record: Option<&str>, rules: Option<&Rules>) -> Option<String> {
    let named = rejected.offending_value.as_deref().filter(|value| {
        // An id has no character that is escaped, so what has a backslash is none.
        REASONS_WITH_TENANT.contains(&rejected.reason.as_str()) && !value.ends_with(CUT_MARK) && !value.contains('\\')
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
    fn a_tenant_that_was_refused_is_named_in_the_message() {
        for reason in REASONS_WITH_TENANT {
            assert_eq!(find_tenant(&rejected(reason, Some("acme")), None, None).as_deref(), Some("acme"));
        }
        assert_eq!(find_tenant(&rejected("conflict", Some("acme")), None, None), None);
    }

    #[test]
    fn a_part_of_an_id_is_no_id() {
        for value in [Some("acm…"), Some(r"acm\n"), None] {
            assert_eq!(find_tenant(&rejected("suspended", value), Some(r#"{"t":"x"}"#), None), None);
        }
    }

    #[test]
    fn with_the_routers_selectors_the_record_itself_tells() {
        let too_large = rejected("too_large", None);
        let record = Some(r#"{"t":"acme"}"#);
        assert_eq!(find_tenant(&too_large, record, Some(&rules())).as_deref(), Some("acme"));
        assert_eq!(find_tenant(&too_large, Some(r#"{"t":"no such"}"#), Some(&rules())), None);
        assert_eq!(find_tenant(&too_large, None, Some(&rules())), None);
    }
}
