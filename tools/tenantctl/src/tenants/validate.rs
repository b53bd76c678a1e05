//! Checks the values that are written into the registry. Nothing is trimmed, folded or corrected: a wrong value is
//! refused with the reason.

use std::collections::BTreeSet;

use tenancy::{Grammar, Status, TenantId};

/// The longest note, in bytes: enough for a reason and a ticket's URL. An item holds at most 400 KB.
const MAX_NOTE_BYTES: usize = 1024;
/// The longest name of a backend in the routers' configuration, in characters.
const MAX_BACKEND_LENGTH: usize = 32;
/// The longest tenant id, in characters [AWS Lambda API reference, "Invoke", `TenantId`].
const MAX_ID_LENGTH: usize = 256;

/// Checks a tenant id: every id that Lambda accepts, except those that HTTP would change. A router's own grammar may be
/// narrower.
pub(crate) fn tenant_id(text: &str) -> Result<TenantId, String> {
    TenantId::parse(text, &Grammar::Lambda).map_err(|_| id_fault(text))
}

fn id_fault(text: &str) -> String {
    if text.is_empty() {
        return "the tenant id is empty".to_owned();
    }
    let shown = text.escape_debug();
    let is_space = |character: char| character == ' ';
    if text.starts_with(is_space) || text.ends_with(is_space) {
        return format!(
            "\"{shown}\" has a space at an end: HTTP would trim it, which makes it another tenant"
        );
    }
    if text.chars().count() > MAX_ID_LENGTH {
        return format!("\"{shown}\" is longer than Lambda's {MAX_ID_LENGTH} characters");
    }
    format!(
        "\"{shown}\" has a character that Lambda refuses: use A-Z a-z 0-9 . _ : / = + @ - and spaces inside"
    )
}

/// Checks the name of a status.
pub(crate) fn status(text: &str) -> Result<Status, String> {
    Status::named(text).ok_or_else(|| {
        format!(
            "\"{}\" is not a status: use {}",
            text.escape_debug(),
            Status::ALL.map(Status::name).join(", ")
        )
    })
}

/// Checks the name of one of the routers' `backends`.
pub(crate) fn backend(text: &str) -> Result<String, String> {
    let is_name = (1..=MAX_BACKEND_LENGTH).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte));
    if is_name {
        Ok(text.to_owned())
    } else {
        Err(format!("\"{}\" is not a backend name: use 1 to 32 of a-z 0-9 _ -", text.escape_debug()))
    }
}

/// Checks the principals that may send. An empty set is refused: DynamoDB cannot store one, and a missing set means
/// anyone.
pub(crate) fn principals(given: &[String]) -> Result<BTreeSet<String>, String> {
    if given.is_empty() {
        return Err(
            "an empty set of principals: leave it out to let anyone send; suspend the tenant to let no one send"
                .to_owned(),
        );
    }
    let mut set = BTreeSet::new();
    for principal in given {
        let shown = principal.escape_debug();
        if principal.trim() != principal || principal.is_empty() || principal.contains(char::is_control) {
            return Err(format!(
                "\"{shown}\" is not a principal: it is empty, has white space at an end, or has a control character"
            ));
        }
        if !set.insert(principal.clone()) {
            return Err(format!("the principal \"{shown}\" is given twice: give it once"));
        }
    }
    Ok(set)
}

/// Checks the note about a change.
pub(crate) fn note(text: &str) -> Result<String, String> {
    if text.is_empty() || text.len() > MAX_NOTE_BYTES {
        return Err(format!("a note must have 1 to {MAX_NOTE_BYTES} bytes"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_is_kept_exactly_or_refused_with_reason() {
        for text in ["acme", "Acme", "a b", "-x", "a/b=c+d@e:f"] {
            assert_eq!(tenant_id(text).unwrap().as_str(), text);
        }
        let long = "a".repeat(257);
        let cases = [
            ("", "is empty"),
            ("acme ", "\"acme \" has a space at an end"),
            (" acme", "has a space at an end"),
            ("acme\t", "\"acme\\t\" has a character that Lambda refuses"),
            ("äcme", "has a character that Lambda refuses"),
            (&long, "is longer than Lambda's 256 characters"),
        ];
        for (text, reason) in cases {
            let fault = tenant_id(text).unwrap_err();
            assert!(fault.contains(reason), "{fault}");
        }
    }

    #[test]
    fn backend_is_a_name_that_a_configuration_allows() {
        assert!(backend("premium-2_x").is_ok());
        for text in ["", "Premium", "a b", "a.b", &"a".repeat(33)] {
            assert!(backend(text).is_err(), "{text}");
        }
    }

    #[test]
    fn principals_are_unique_and_not_empty() {
        let given =
            |names: &[&str]| principals(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(given(&["b", "a"]).unwrap().len(), 2);
        for names in [&[][..], &[""], &["a", "a"], &["a "], &["a\0b"]] {
            assert!(given(names).is_err(), "{names:?}");
        }
    }
}
