//! Checks the documents against the code.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking, its helpers too")]

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use router::ErrorName;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Collects the names of all tests: Rust functions under `#[test]`, Python's `test_…`, and the runs of Terraform tests.
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
            // The file is in the folder `tests` of its module.
            let module = path.parent().unwrap().parent().unwrap();
            let module = module.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).unwrap();
            let runs = text.lines().filter_map(|line| line.trim().strip_prefix("run \""));
            found.extend(runs.map(|run| format!("{module}: run \"{}\"", run.split('"').next().unwrap())));
        }
    }
}

/// The rows of the first table below this heading, each as its cells.
fn table(document: &str, heading: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(root().join(document)).unwrap();
    let section = text.split(&format!("\n## {heading}\n")).nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| ") && !line.contains("---")).skip(1);
    rows.map(|row| row.trim_matches(['|', ' ']).split(" | ").map(str::to_owned).collect()).collect()
}

/// Checks that the cell names at least one test, and that all tests it names exist.
fn assert_names_tests(cell: &str, row: &str, known: &HashSet<String>) {
    let named: Vec<&str> = cell.split('`').skip(1).step_by(2).collect();
    assert!(!named.is_empty(), "no test is named: {row}: name the test that proves it");
    for name in named {
        assert!(known.contains(name), "there is no test {name}: {row}: correct its name");
    }
}

#[test]
fn every_guarantee_names_an_existing_test() {
    let mut known = HashSet::new();
    tests(&root(), &mut known);
    let rows = table("README.md", "Guarantees");
    assert!(rows.len() >= 10, "the table of guarantees is gone");
    for row in rows {
        assert_names_tests(row.last().unwrap(), &row[0], &known);
    }
}

#[test]
fn every_threat_has_a_control_and_an_existing_test() {
    let mut known = HashSet::new();
    tests(&root(), &mut known);
    let rows = table("docs/security.md", "Threats");
    assert!(rows.len() >= 20, "the table of threats is gone");
    for row in rows {
        let [threat, control, proof, remains] = row.as_slice() else {
            panic!("not four cells: {row:?}");
        };
        assert!(threat.contains(": ") && !control.is_empty() && !remains.is_empty(), "{row:?}");
        assert_names_tests(proof, threat, &known);
    }
}

/// The names in backquotes in the first cell of each row, except AWS's own names, which have a dot.
fn first_names(document: &str, heading: &str) -> BTreeSet<String> {
    let rows = table(document, heading);
    let names = rows.iter().flat_map(|row| row[0].split('`').skip(1).step_by(2));
    names.filter(|name| !name.contains('.')).map(str::to_owned).collect()
}

fn names(errors: &[ErrorName]) -> BTreeSet<String> {
    errors.iter().map(|error| error.text().to_owned()).collect()
}

#[test]
fn docs_list_all_errors_of_tasks_and_pipes() {
    assert_eq!(first_names("docs/sources.md", "Step Functions"), names(&ErrorName::OF_TASKS));
    assert_eq!(first_names("modules/step-functions-task/README.md", "Errors"), names(&ErrorName::OF_TASKS));
    assert_eq!(first_names("docs/sources.md", "Pipes"), names(&ErrorName::OF_PIPES));
}

#[test]
fn state_machines_retry_and_catch_known_errors() {
    let known = names(&ErrorName::OF_TASKS);
    let mut found = BTreeSet::new();
    for document in ["modules/step-functions-task/main.tf", "examples/step-functions/main.tf"] {
        let text = fs::read_to_string(root().join(document)).unwrap();
        for after in text.split("ErrorEquals = ").skip(1) {
            // The first list with a quoted text, because `local.retry[0]` is not a list of names.
            let list = after.split(']').find(|list| list.contains('"')).unwrap();
            let named = list.split('"').skip(1).step_by(2);
            for name in named.filter(|name| !name.contains('.')) {
                assert!(
                    known.contains(name),
                    "{name} is not an error of a task: {document}: correct its name"
                );
                found.insert(name.to_owned());
            }
        }
    }
    assert_eq!(found.len(), known.len(), "each error must be caught or retried in one of them: {found:?}");
}

#[test]
fn docs_list_every_log_line() {
    let source = fs::read_to_string(root().join("crates/router/src/telemetry.rs")).unwrap();
    let named = |before: &str| {
        let rest = source.split(before).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        rest.collect::<Vec<_>>()
    };
    let written: BTreeSet<String> = named("event = \"").into_iter().chain(named(" => \"")).collect();
    assert!(written.len() >= 10, "{written:?}");
    assert_eq!(first_names("docs/configuration.md", "Log lines"), written);
}

#[test]
fn every_file_named_in_the_architecture_exists() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    assert!(text.lines().count() <= 80, "ARCHITECTURE.md is one page");
    let mut checked = 0;
    for name in text.split('`').skip(1).step_by(2) {
        let is_path = name.contains('/') && !name.contains(['<', ' ', '[']) && !name.starts_with('/');
        if is_path
            && ["crates/", "lambdas/", "docs/", "modules/", "examples/"].iter().any(|at| name.starts_with(at))
        {
            assert!(root().join(name).exists(), "there is no file {name}: ARCHITECTURE.md: correct its path");
            checked += 1;
        }
    }
    assert!(checked >= 10);
}
