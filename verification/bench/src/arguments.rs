//! The command line arguments.

use std::path::PathBuf;

const USAGE: &str = "\
usage: bench [--curves | --matrix | --memory-sizes | --instructions | --head-of-line | --faults] [--write-docs]
       bench [--json | --write-docs] [--check] [--without-node] [--rounds N] [--beside FOLDER]
  (nothing)      compare the router with two floors and two loops in Node, and check its aims (some minutes)
  --curves       measure how the cost grows with records, tenants and bytes
  --matrix       measure every scenario, next to the floors (half an hour)
  --memory-sizes find the cheapest memory size (as root, on Linux)
  --instructions count the instructions per record, by crate (needs valgrind)
  --head-of-line count the effect of one failing tenant on the others in its shard
  --faults       count lost, repeated and reordered messages while the services around fail, also of the loops in Node
  --write-docs   write the figures into the docs
  --json         print the figures as JSON instead of tables
  --check        fail if an aim is not met
  --without-node leave out the loops in Node, which need Node and a compiler
  --rounds       the largest number of batches for each figure (default 100)
  --beside       also measure the routers of another version: a folder with their release binaries";

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) subject: Subject,
    pub(crate) output: Output,
    /// Whether an aim that is not met is a failure. This is off by default, because figures depend on the machine.
    pub(crate) check: bool,
    /// Whether the loops in Node are measured.
    pub(crate) node: bool,
    pub(crate) rounds: u32,
    /// The folder with the routers of another version.
    pub(crate) beside: Option<PathBuf>,
}

/// What a run measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Comparison,
    Curves,
    Matrix,
    MemorySizes,
    Instructions,
    HeadOfLine,
    Faults,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    Table,
    Json,
    Docs,
}

impl Default for Arguments {
    fn default() -> Self {
        let (subject, output) = (Subject::Comparison, Output::Table);
        Self { subject, output, check: false, node: true, rounds: 100, beside: None }
    }
}

impl Arguments {
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut arguments = Self::default();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--curves" => arguments.subject = Subject::Curves,
                "--matrix" => arguments.subject = Subject::Matrix,
                "--memory-sizes" => arguments.subject = Subject::MemorySizes,
                "--instructions" => arguments.subject = Subject::Instructions,
                "--head-of-line" => arguments.subject = Subject::HeadOfLine,
                "--faults" => arguments.subject = Subject::Faults,
                "--json" => arguments.output = Output::Json,
                "--write-docs" => arguments.output = Output::Docs,
                "--without-node" => arguments.node = false,
                "--check" => arguments.check = true,
                "--rounds" => {
                    let value = words.next().unwrap_or_default();
                    let not_a_number =
                        |_| format!("the value must be a whole number: {word} {value}: correct it\n{USAGE}");
                    arguments.rounds = value.parse::<u32>().map_err(not_a_number)?.max(1);
                }
                "--beside" => {
                    let folder = words.next().filter(|folder| !folder.is_empty());
                    let folder = folder.ok_or(format!("the folder is missing: {word}: add it\n{USAGE}"))?;
                    arguments.beside = Some(folder.into());
                }
                _ => return Err(format!("the argument is unknown: {word}: use one of these\n{USAGE}")),
            }
        }
        let whole = Self::default();
        let is_short = arguments.node != whole.node || arguments.rounds != whole.rounds;
        if arguments.beside.is_some()
            && (arguments.subject != Subject::Comparison || arguments.output == Output::Docs)
        {
            return Err(format!(
                "not allowed with --write-docs or another measurement: --beside: leave out one of them\n{USAGE}"
            ));
        }
        if arguments.subject != Subject::Comparison
            && (is_short || arguments.check || arguments.output == Output::Json)
        {
            return Err(format!(
                "not allowed with another measurement: --json, --check, --without-node, --rounds: leave them out\n{USAGE}"
            ));
        }
        if arguments.output == Output::Docs && is_short {
            return Err(format!(
                "the docs need all programs and all rounds: --write-docs: leave out --without-node and --rounds\n{USAGE}"
            ));
        }
        Ok(arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Arguments, String> {
        Arguments::parse(words.iter().map(|word| (*word).to_owned()))
    }

    #[test]
    fn default_compares_all_programs() {
        assert_eq!(parse(&[]), Ok(Arguments::default()));
    }

    #[test]
    fn every_option_is_parsed() {
        let words = ["--json", "--check", "--without-node", "--rounds", "3", "--beside", "old/release"];
        let arguments = parse(&words).unwrap();
        let expected = Arguments {
            subject: Subject::Comparison,
            output: Output::Json,
            check: true,
            node: false,
            rounds: 3,
            beside: Some("old/release".into()),
        };
        assert_eq!(arguments, expected);
    }

    #[test]
    fn every_subject_has_an_option() {
        for (word, subject) in [
            ("--curves", Subject::Curves),
            ("--matrix", Subject::Matrix),
            ("--memory-sizes", Subject::MemorySizes),
            ("--instructions", Subject::Instructions),
            ("--head-of-line", Subject::HeadOfLine),
            ("--faults", Subject::Faults),
        ] {
            let arguments = parse(&[word, "--write-docs"]).unwrap();
            assert_eq!((arguments.subject, arguments.output), (subject, Output::Docs));
        }
    }

    #[test]
    fn invalid_arguments_are_refused_with_the_usage() {
        for words in [
            &["--fast"][..],
            &["--rounds"],
            &["--rounds", "many"],
            &["--head-of-line", "--json"],
            &["--curves", "--rounds", "3"],
            &["--write-docs", "--without-node"],
            &["--beside"],
            &["--beside", "old/release", "--curves"],
            &["--beside", "old/release", "--write-docs"],
        ] {
            assert!(parse(words).is_err_and(|refusal| refusal.contains("usage:")), "{words:?}");
        }
    }
}
