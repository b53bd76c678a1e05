//! What may be written into the registry. Nothing is trimmed, folded or corrected: what is wrong is refused, with why.

use std::collections::BTreeSet;

use tenancy::{Grammar, Status, TenantId};

/// Long enough for a reason and a ticket's address; an item holds 400 KB, and `ls` is read by people.
const LONGEST_NOTE: usize = 1024;
/// As the routers' configuration names backends.
const LONGEST_BACKEND: usize = 32;
/// [`TenantId` in the Lambda API reference, "Invoke"].
const LONGEST_ID: usize = 256;

/// A tenant id: all that Lambda accepts, but for what HTTP would make another id of. A router's own grammar may be
/// narrower.
pub(crate) fn tenant_id(text: &str) -> Result<TenantId, String> {
    TenantId::parse(text, &Grammar::Lambda).map_err(|_| id_fault(text))
}

fn id_fault(text: &str) -> String {
    if text.is_empty() {
        return "a tenant id is not empty".to_owned();
    }
    let shown = text.escape_debug();
    let is_space = |character: char| character == ' ';
    if text.starts_with(is_space) || text.ends_with(is_space) {
        return format!(
            "\"{shown}\" has a space at an end, which HTTP would trim: it would be another tenant"
        );
    }
    if text.chars().count() > LONGEST_ID {
        return format!("\"{shown}\" is longer than Lambda's {LONGEST_ID} characters");
    }
    format!(
        "\"{shown}\" has a character that Lambda refuses: use A-Z a-z 0-9 . _ : / = + @ - and spaces inside"
    )
}

/// A status, by its own word only.
pub(crate) fn status(text: &str) -> Result<Status, String> {
    Status::named(text).ok_or_else(|| {
        format!("\"{}\" is no status: use {}", text.escape_debug(), Status::ALL.map(Status::name).join(", "))
    })
}

/// The name of one of the routers' further backends.
pub(crate) fn backend(text: &str) -> Result<String, String> {
    let is_name = (1..=LONGEST_BACKEND).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte));
    if is_name {
        Ok(text.to_owned())
    } else {
        Err(format!("\"{}\" names no backend: use 1 to 32 of a-z 0-9 _ -", text.escape_debug()))
    }
}

/// Who may send. None given is not nobody, and DynamoDB keeps no empty set: to let nobody send, suspend the tenant.
pub(crate) fn principals(given: &[String]) -> Result<BTreeSet<String>, String> {
    if given.is_empty() {
        return Err(
            "an empty set of principals: leave it out where anyone may send; where nobody may, suspend \
                    the tenant"
                .to_owned(),
        );
    }
    let mut set = BTreeSet::new();
    for principal in given {
        let shown = principal.escape_debug();
        if principal.trim() != principal || principal.is_empty() || principal.contains(char::is_control) {
            return Err(format!("\"{shown}\" is no principal: it is empty, or white space stands around it"));
        }
        if !set.insert(principal.clone()) {
            return Err(format!("the principal \"{shown}\" is given twice: give it once"));
        }
    }
    Ok(set)
}

/// Why something was changed.
pub(crate) fn note(text: &str) -> Result<String, String> {
    if text.is_empty() || text.len() > LONGEST_NOTE {
        return Err(format!("a note has 1 to {LONGEST_NOTE} bytes"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_taken_as_it_stands_or_refused_with_the_reason() {
        for text in ["acme", "Acme", "a b", "-x", "a/b=c+d@e:f"] {
            assert_eq!(tenant_id(text).unwrap().as_str(), text);
        }
        let long = "a".repeat(257);
        let cases = [
            ("", "not empty"),
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
    fn a_backend_is_a_name_that_a_configuration_can_have() {
        assert!(backend("premium-2_x").is_ok());
        for text in ["", "Premium", "a b", "a.b", &"a".repeat(33)] {
            assert!(backend(text).is_err(), "{text}");
        }
    }

    #[test]
    fn principals_are_named_once_and_not_empty() {
        let given =
            |names: &[&str]| principals(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(given(&["b", "a"]).unwrap().len(), 2);
        for names in [&[][..], &[""], &["a", "a"], &["a "], &["a\0b"]] {
            assert!(given(names).is_err(), "{names:?}");
        }
    }
}
