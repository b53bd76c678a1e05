//! What the documents promise is held against the code.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what cannot be unwrapped fails the test")]

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use router::ErrorName;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The names of all tests: Rust functions under `#[test]`, Python's `test_…`, and the runs of each folder's Terraform
/// tests.
fn tests(folder: &Path, found: &mut HashSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with('.') && !["target", "dist"].contains(&name.as_str()) {
                tests(&path, found);
            }
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            for (attribute, line) in text.lines().zip(text.lines().skip(1)) {
                let name = line.trim().trim_start_matches("async ").strip_prefix("fn ");
                let is_test = attribute.trim().starts_with("#[test]") || attribute.contains("::test");
                if let (true, Some(name)) = (is_test, name) {
                    found.insert(name.split('(').next().unwrap().to_owned());
                }
            }
        } else if path.extension().is_some_and(|end| end == "py") {
            let text = fs::read_to_string(&path).unwrap();
            let names = text.lines().filter_map(|line| line.trim().strip_prefix("def test_"));
            found.extend(names.map(|name| format!("test_{}", name.split('(').next().unwrap())));
        } else if name.ends_with(".tftest.hcl") {
            // In `tests` beside the module's own files.
            let module = path.parent().unwrap().parent().unwrap();
            let module = module.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).unwrap();
            let runs = text.lines().filter_map(|line| line.trim().strip_prefix("run \""));
            found.extend(runs.map(|run| format!("{module}: run \"{}\"", run.split('"').next().unwrap())));
        }
    }
}

/// The rows of the first table behind this heading, each as its cells.
fn table(document: &str, heading: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(root().join(document)).unwrap();
    let section = text.split(&format!("\n## {heading}\n")).nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| ") && !line.contains("---")).skip(1);
    rows.map(|row| row.trim_matches(['|', ' ']).split(" | ").map(str::to_owned).collect()).collect()
}

/// Every name in the cell is a test's, and there is at least one.
fn names_tests_that_exist(cell: &str, of: &str, known: &HashSet<String>) {
    let named: Vec<&str> = cell.split('`').skip(1).step_by(2).collect();
    assert!(!named.is_empty(), "nothing proves this: {of}");
    for name in named {
        assert!(known.contains(name), "no test is called {name}: {of}");
    }
}

#[test]
fn every_guarantee_of_the_readme_names_a_test_that_exists() {
    let mut known = HashSet::new();
    tests(&root(), &mut known);
    let rows = table("README.md", "Guarantees");
    assert!(rows.len() >= 10, "the table of guarantees is gone");
    for row in rows {
        names_tests_that_exist(row.last().unwrap(), &row[0], &known);
    }
}

#[test]
fn every_threat_has_a_control_a_test_that_exists_and_what_remains() {
    let mut known = HashSet::new();
    tests(&root(), &mut known);
    let rows = table("docs/security.md", "Threats");
    assert!(rows.len() >= 20, "the table of threats is gone");
    for row in rows {
        let [threat, control, proof, remains] = row.as_slice() else {
            panic!("not four cells: {row:?}");
        };
        assert!(threat.contains(": ") && !control.is_empty() && !remains.is_empty(), "{row:?}");
        names_tests_that_exist(proof, threat, &known);
    }
}

/// What stands in backquotes at the head of each row, but for AWS's own names, which have a dot.
fn heads(document: &str, heading: &str) -> BTreeSet<String> {
    let rows = table(document, heading);
    let heads = rows.iter().flat_map(|row| row[0].split('`').skip(1).step_by(2));
    heads.filter(|name| !name.contains('.')).map(str::to_owned).collect()
}

fn names(errors: &[ErrorName]) -> BTreeSet<String> {
    errors.iter().map(|error| error.text().to_owned()).collect()
}

#[test]
fn every_error_that_a_state_machine_or_a_pipe_is_told_stands_in_the_tables_and_no_other() {
    assert_eq!(heads("docs/sources.md", "Step Functions"), names(&ErrorName::OF_TASKS));
    assert_eq!(heads("modules/step-functions-task/README.md", "Errors"), names(&ErrorName::OF_TASKS));
    assert_eq!(heads("docs/sources.md", "Pipes"), names(&ErrorName::OF_PIPES));
}

#[test]
fn what_state_machines_retry_and_catch_by_are_names_of_errors() {
    let known = names(&ErrorName::OF_TASKS);
    let mut found = BTreeSet::new();
    for document in ["modules/step-functions-task/main.tf", "examples/step-functions/main.tf"] {
        let text = fs::read_to_string(root().join(document)).unwrap();
        for after in text.split("ErrorEquals = ").skip(1) {
            // The first list in which something is quoted: `local.retry[0]` names nothing.
            let list = after.split(']').find(|list| list.contains('"')).unwrap();
            let named = list.split('"').skip(1).step_by(2);
            for name in named.filter(|name| !name.contains('.')) {
                assert!(known.contains(name), "{document} names {name}, which is no task's error");
                found.insert(name.to_owned());
            }
        }
    }
    assert_eq!(found.len(), known.len(), "each is caught or retried somewhere: {found:?}");
}

#[test]
fn every_log_line_stands_in_the_docs_and_no_other() {
    let source = fs::read_to_string(root().join("crates/router/src/telemetry.rs")).unwrap();
    let named = |before: &str| {
        let rest = source.split(before).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        rest.collect::<Vec<_>>()
    };
    let written: BTreeSet<String> = named("event = \"").into_iter().chain(named(" => \"")).collect();
    assert!(written.len() >= 10, "{written:?}");
    assert_eq!(heads("docs/configuration.md", "Log lines"), written);
}

#[test]
fn every_file_that_the_architecture_names_exists() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    assert!(text.lines().count() <= 80, "ARCHITECTURE.md is one page");
    let mut checked = 0;
    for name in text.split('`').skip(1).step_by(2) {
        let is_path = name.contains('/') && !name.contains(['<', ' ', '[']) && !name.starts_with('/');
        if is_path
            && ["crates/", "lambdas/", "docs/", "modules/", "examples/"].iter().any(|at| name.starts_with(at))
        {
            assert!(root().join(name).exists(), "ARCHITECTURE.md names {name}, which is not there");
            checked += 1;
        }
    }
    assert!(checked >= 10);
}
