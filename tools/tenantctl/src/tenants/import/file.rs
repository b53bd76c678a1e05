//! Reads and checks the tenants of an import file. An unknown field, a duplicate key or a duplicate id is a fault. One
//! fault refuses the whole file.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;
use tenancy::{Status, TenantId};

use super::field::ImportField;
use crate::error::CommandError;
use crate::tenants::validate;

/// A tenant of the file, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ImportEntry {
    pub(crate) tenant_id: TenantId,
    /// `None`: the file gives no status.
    pub(crate) status: Option<Status>,
    pub(crate) principals: ImportField<BTreeSet<String>>,
    pub(crate) backend: ImportField<String>,
    pub(crate) note: ImportField<String>,
}

/// A tenant of the file, not checked yet.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    tenant_id: String,
    status: Option<String>,
    #[serde(default)]
    principals: ImportField<Vec<String>>,
    #[serde(default)]
    backend: ImportField<String>,
    #[serde(default)]
    note: ImportField<String>,
    /// Part of the output of `ls`; ignored: the time of the import is written instead.
    #[serde(rename = "changed_at")]
    _changed_at: Option<String>,
}

/// The output of `ls --json`.
#[derive(Deserialize)]
struct ImportListing {
    tenants: Vec<Box<RawValue>>,
}

/// Reads the file's tenants. The inner error lists all faults of a file that can be read.
pub(crate) fn read(path: &Path) -> Result<Result<Vec<ImportEntry>, Vec<String>>, CommandError> {
    let place = display_name(path);
    let mut text = String::new();
    let read = if is_standard_input(path) {
        std::io::stdin().read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|mut file| file.read_to_string(&mut text))
    };
    read.map_err(|error| {
        CommandError::unusable(
            &place,
            format!("the file cannot be read ({error})"),
            "check the path; the file must be UTF-8",
        )
    })?;
    let items = split(&text).map_err(|problem| {
        CommandError::unusable(&place, problem, "write a JSON array of tenants, or one JSON object a line")
    })?;
    Ok(check(&items))
}

/// The name of the file in messages.
pub(crate) fn display_name(path: &Path) -> String {
    if is_standard_input(path) { "standard input".to_owned() } else { path.display().to_string() }
}

fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Splits the text into tenants, each with its position.
fn split(text: &str) -> Result<Vec<(String, Box<RawValue>)>, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let numbered = |items: Vec<Box<RawValue>>| {
        let items = items.into_iter().enumerate();
        items.map(|(at, item)| (format!("tenant {} of the list", at + 1), item)).collect()
    };
    if text.trim_start().starts_with('[') {
        return serde_json::from_str(text)
            .map(numbered)
            .map_err(|error| format!("it is not a JSON array: {error}"));
    }
    if let Ok(listing) = serde_json::from_str::<ImportListing>(text) {
        return Ok(numbered(listing.tenants));
    }
    // One object over several lines is not JSON lines: it is a single tenant.
    if let Ok(item) = serde_json::from_str::<Box<RawValue>>(text) {
        return Ok(vec![("the tenant".to_owned(), item)]);
    }
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let items: Vec<_> = lines
        .map(|(at, line)| {
            let item = serde_json::from_str(line).map_err(|error| format!("line {}: {error}", at + 1))?;
            Ok((format!("line {}", at + 1), item))
        })
        .collect::<Result<_, String>>()?;
    if items.is_empty() { Err("it has no tenant".to_owned()) } else { Ok(items) }
}

fn check(items: &[(String, Box<RawValue>)]) -> Result<Vec<ImportEntry>, Vec<String>> {
    let (mut entries, mut faults) = (Vec::new(), Vec::new());
    let mut seen: BTreeMap<TenantId, &str> = BTreeMap::new();
    for (place, item) in items {
        let checked = check_entry(item).and_then(|entry| match seen.get(&entry.tenant_id) {
            Some(first) => Err(vec![format!(
                "the tenant {} is already in {first}: remove one of them",
                entry.tenant_id.as_str()
            )]),
            None => Ok(entry),
        });
        match checked {
            Ok(entry) => {
                seen.insert(entry.tenant_id.clone(), place);
                entries.push(entry);
            }
            Err(problems) => faults.extend(problems.into_iter().map(|problem| format!("{place}: {problem}"))),
        }
    }
    if faults.is_empty() { Ok(entries) } else { Err(faults) }
}

fn check_entry(item: &RawValue) -> Result<ImportEntry, Vec<String>> {
    let raw: RawEntry = serde_json::from_str(item.get()).map_err(|error| vec![error.to_string()])?;
    let mut faults = Vec::new();
    let tenant_id = ok_or_fault(validate::tenant_id(&raw.tenant_id), &mut faults);
    let status = raw.status.and_then(|word| ok_or_fault(validate::status(&word), &mut faults));
    let principals = raw.principals.and_then(|set| ok_or_fault(validate::principals(&set), &mut faults));
    let backend = raw.backend.and_then(|name| ok_or_fault(validate::backend(&name), &mut faults));
    let note = raw.note.and_then(|text| ok_or_fault(validate::note(&text), &mut faults));
    match tenant_id {
        Some(tenant_id) if faults.is_empty() => {
            Ok(ImportEntry { tenant_id, status, principals, backend, note })
        }
        _ => Err(faults),
    }
}

/// Returns the checked value, or records its fault.
fn ok_or_fault<T>(checked: Result<T, String>, faults: &mut Vec<String>) -> Option<T> {
    checked.map_err(|fault| faults.push(fault)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(text: &str) -> Result<Vec<ImportEntry>, Vec<String>> {
        check(&split(text).unwrap())
    }

    #[test]
    fn arrays_lines_and_listings_are_read() {
        let item = r#"{"tenant_id":"acme","status":"suspended","principals":["b","a"],"note":"x"}"#;
        let second =
            r#"{"tenant_id":"globex","status":null,"principals":null,"changed_at":"2026-06-10T19:26:16Z"}"#;
        let both = [
            format!("[{item},{second}]"),
            format!("{item}\n\n{second}\n"),
            format!("{{\"tenants\":[{item},{second}]}}"),
        ];
        for text in both {
            let entries = checked(&text).unwrap();
            assert_eq!(entries.len(), 2, "{text}");
            assert_eq!(entries[0].status, Some(Status::Suspended));
            assert_eq!(entries[0].principals.value().unwrap().len(), 2);
            assert_eq!(entries[0].backend, ImportField::Absent);
            assert_eq!((entries[1].status, &entries[1].principals), (None, &ImportField::Null));
        }
        assert_eq!(checked(item).unwrap().len(), 1);
        assert_eq!(checked("{\n\"tenant_id\":\n\"acme\"}").unwrap().len(), 1);
        assert_eq!(checked("[]").unwrap().len(), 0);
    }

    #[test]
    fn every_fault_is_reported_with_its_place() {
        let cases = [
            (
                r#"{"tenant_id":"acme ","backend":"B"}"#,
                &["the tenant: \"acme \" has a space at an end", "the tenant: \"B\" is not a backend name"][..],
            ),
            (r#"{"tenant_id":"a","principal":["x"]}"#, &["the tenant: unknown field `principal`"]),
            (r#"{"tenant_id":"a","tenant_id":"b"}"#, &["the tenant: duplicate field `tenant_id`"]),
            (r#"[{"tenant_id":7}]"#, &["tenant 1 of the list: invalid type: integer `7`"]),
            (
                r#"{"tenant_id":"a","status":"Active"}"#,
                &["the tenant: \"Active\" is not a status: use active"],
            ),
            (r#"{"tenant_id":"a","principals":[]}"#, &["the tenant: an empty set of principals"]),
            ("{\"tenant_id\":\"a\"}\n{\"tenant_id\":\"a\"}", &["line 2: the tenant a is already in line 1"]),
            ("{\"status\":\"active\"}\n{\"tenant_id\":\"b\"}", &["line 1: missing field `tenant_id`"]),
        ];
        for (text, expected) in cases {
            let faults = checked(text).unwrap_err();
            assert_eq!(faults.len(), expected.len(), "{faults:?}");
            for (fault, expected) in faults.iter().zip(expected) {
                assert!(fault.starts_with(expected), "{fault}");
            }
        }
    }

    #[test]
    fn invalid_json_is_refused_with_the_line() {
        assert!(split("{\"tenant_id\":\"a\"}\nacme\n").unwrap_err().starts_with("line 2: "));
        assert!(split("[{\"tenant_id\":\"a\"}").unwrap_err().starts_with("it is not a JSON array: "));
        assert_eq!(split(" \n").unwrap_err(), "it has no tenant");
    }
}
