//! Runs every target on its files in `verification/fuzz/corpus`, and on mutations of them from a fixed seed.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use fuzzing::TARGETS;

/// The number of mutations for each target. All of them take seconds.
const MUTATIONS: usize = 3_000;

/// Tokens of JSON, paths and grammars, and characters that parsers handle wrongly.
const PIECES: [&str; 28] = [
    "\"", "\\", "\\u0061", "\\ud800", "\\\"", "{", "}", "[", "]", ",", ":", "null", "true", "1e999", "-0",
    " ", "\n", "\u{c}", "\u{0}", "ü", "\u{ffff}", ".", "$", "'", "#", "(", ")", "[]",
];

fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target)
}

fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let files = fs::read_dir(folder(target)).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> =
        files.map(|path| (path.display().to_string(), fs::read(&path).unwrap())).collect();
    files.sort();
    files
}

/// Makes one to four changes to an input of the corpus. The result may be invalid UTF-8.
fn mutated(corpus: &[(String, Vec<u8>)], rng: &mut fastrand::Rng) -> Vec<u8> {
    let choose = |rng: &mut fastrand::Rng| &corpus[rng.usize(..corpus.len())].1;
    let mut input = choose(rng).clone();
    for _ in 0..rng.usize(1..5) {
        let start = rng.usize(..=input.len());
        let end = (start + rng.usize(..24)).min(input.len());
        match rng.u8(..6) {
            0 => drop(input.drain(start..end)),
            1 => drop(input.splice(start..start, PIECES[rng.usize(..PIECES.len())].bytes())),
            2 => drop(input.splice(start..end, PIECES[rng.usize(..PIECES.len())].bytes())),
            3 if start < input.len() => input[start] ^= 1 << rng.u8(..8),
            4 => {
                let repeated = input[start..end].to_vec();
                drop(input.splice(start..start, repeated));
            }
            _ => {
                let other = choose(rng);
                let from = rng.usize(..=other.len());
                let until = (from + rng.usize(..200)).min(other.len());
                drop(input.splice(start..end, other[from..until].iter().copied()));
            }
        }
    }
    input
}

fn run_target(target: &'static str) {
    let corpus = corpus(target);
    assert!(
        corpus.len() >= 3,
        "the corpus of {target} has fewer than three files: add inputs to verification/fuzz/corpus/{target}"
    );
    for (name, input) in &corpus {
        check(target, name, input);
    }
    let mut rng = fastrand::Rng::with_seed(20);
    for number in 0..MUTATIONS {
        check(target, &format!("mutation {number}"), &mutated(&corpus, &mut rng));
    }
}

fn check(target: &'static str, name: &str, input: &[u8]) {
    let checked = catch_unwind(|| fuzzing::check(target, input));
    assert!(
        checked.is_ok(),
        "{target} fails for {name}: add this input to verification/fuzz/corpus/{target}: {:?}",
        String::from_utf8_lossy(input)
    );
}

macro_rules! tests {
    ($($target:ident)*) => {
        mod corpus_and_mutations_pass {
            $(#[test] fn $target() { super::run_target(stringify!($target)); })*
        }
        const TESTED: &[&str] = &[$(stringify!($target)),*];
    };
}

tests! {
    admission aggregate answer bridged config dynamodb eventbridge grammar item kinesis pipes quarantine selector sqs
    task
}

#[test]
fn every_target_has_a_test_a_binary_and_a_corpus() {
    let targets: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    assert_eq!(targets, TESTED);
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
    let stems = |folder: &str| {
        let files = fs::read_dir(fuzz.join(folder)).unwrap().map(|file| file.unwrap().path());
        files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    let names: BTreeSet<String> = targets.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(stems("corpus"), names);
    assert_eq!(stems("fuzz_targets"), names);
    let manifest = fs::read_to_string(fuzz.join("Cargo.toml")).unwrap();
    for name in names {
        let binary = format!("name = \"{name}\"\npath = \"fuzz_targets/{name}.rs\"");
        assert!(manifest.contains(&binary), "verification/fuzz/Cargo.toml has no binary {name}");
        let body = fs::read_to_string(fuzz.join(format!("fuzz_targets/{name}.rs"))).unwrap();
        assert!(
            body.contains(&format!("fuzzing::check(\"{name}\", input)")),
            "the binary {name} runs another target"
        );
    }
}
