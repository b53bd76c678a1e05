//! What the documents promise is held against the code.
#![allow(clippy::unwrap_used, reason = "what cannot be unwrapped fails the test")]

use std::collections::HashSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The names of all tests: Rust functions under `#[test]`, and runs of Terraform tests.
fn tests(folder: &Path, found: &mut HashSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with('.') && !["target", "dist"].contains(&name.as_str()) {
                tests(&path, found);
            }
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            for (attribute, line) in text.lines().zip(text.lines().skip(1)) {
                let name = line.trim().trim_start_matches("async ").strip_prefix("fn ");
                let is_test = attribute.trim().starts_with("#[test]") || attribute.contains("::test");
                if let (true, Some(name)) = (is_test, name) {
                    found.insert(name.split('(').next().unwrap().to_owned());
                }
            }
        } else if name.ends_with(".tftest.hcl") {
            let text = std::fs::read_to_string(&path).unwrap();
            let runs = text.lines().filter_map(|line| line.trim().strip_prefix("run \""));
            found.extend(runs.map(|run| run.split('"').next().unwrap().to_owned()));
        }
    }
}

#[test]
fn every_guarantee_of_the_readme_names_a_test_that_exists() {
    let mut known = HashSet::new();
    tests(&root(), &mut known);
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let table = readme.split("## Guarantees").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows: Vec<&str> =
        table.lines().filter(|line| line.starts_with("| ") && !line.contains("---")).skip(1).collect();
    assert!(rows.len() >= 10, "the table of guarantees is gone");
    for row in rows {
        let proof = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        let named: Vec<&str> = proof.split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "a guarantee without a test: {row}");
        for name in named {
            assert!(known.contains(name), "no test is called {name}: {row}");
        }
    }
}

#[test]
fn every_file_that_the_architecture_names_exists() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
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
