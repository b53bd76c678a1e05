//! What is asked for on the command line.

use std::path::PathBuf;

const USAGE: &str = "\
usage: bench [--curves | --matrix | --memory-sizes | --instructions | --head-of-line] [--write-docs]
       bench [--json | --write-docs] [--check] [--without-node] [--rounds N] [--beside FOLDER]
  (nothing)      the router beside two floors and two loops in Node, and its aims (some minutes)
  --curves       how the cost grows with records, tenants and bytes
  --matrix       every scenario, beside the floors (half an hour)
  --memory-sizes which memory size is the cheapest (as root, on Linux)
  --instructions count what the router takes for a record, by crate (needs valgrind)
  --head-of-line count what one failing tenant costs the others in its shard, instead of measuring
  --write-docs   write the figures into the docs
  --json         print the figures as JSON instead of tables
  --check        fail when an aim is not met
  --without-node leave the loops in Node out, which need Node and a compiler
  --rounds       at most so many batches for each figure (100)
  --beside       measure the routers of another version too: a folder with their release binaries";

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) subject: Subject,
    pub(crate) output: Output,
    /// Whether an aim that is not met is a failure: figures depend on the machine, so that this has to be asked for.
    pub(crate) check: bool,
    /// Whether the loops in Node take part.
    pub(crate) node: bool,
    pub(crate) rounds: u32,
    /// Where the routers of another version stand.
    pub(crate) beside: Option<PathBuf>,
}

/// What is found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Contest,
    Curves,
    Matrix,
    MemorySizes,
    Instructions,
    HeadOfLine,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    Table,
    Json,
    Docs,
}

impl Default for Arguments {
    fn default() -> Self {
        let (subject, output) = (Subject::Contest, Output::Table);
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
                "--json" => arguments.output = Output::Json,
                "--write-docs" => arguments.output = Output::Docs,
                "--without-node" => arguments.node = false,
                "--check" => arguments.check = true,
                "--rounds" => {
                    let value = words.next().unwrap_or_default();
                    let no_number = |_| format!("no number: {word} {value}: give a whole number\n{USAGE}");
                    arguments.rounds = value.parse::<u32>().map_err(no_number)?.max(1);
                }
                "--beside" => {
                    let folder = words.next().filter(|folder| !folder.is_empty());
                    let folder = folder.ok_or(format!("no folder: {word}: name one\n{USAGE}"))?;
                    arguments.beside = Some(folder.into());
                }
                _ => return Err(format!("unknown argument: {word}: use one of these\n{USAGE}")),
            }
        }
        let whole = Self::default();
        let is_short = arguments.node != whole.node || arguments.rounds != whole.rounds;
        if arguments.beside.is_some()
            && (arguments.subject != Subject::Contest || arguments.output == Output::Docs)
        {
            return Err(format!(
                "only for figures that are printed, and without another subject: --beside: leave the rest out\n{USAGE}"
            ));
        }
        if arguments.subject != Subject::Contest
            && (is_short || arguments.check || arguments.output == Output::Json)
        {
            return Err(format!(
                "only without another subject: --json, --check, --without-node, --rounds: leave them out\n{USAGE}"
            ));
        }
        if arguments.output == Output::Docs && is_short {
            return Err(format!(
                "the docs show everybody, with all rounds: --write-docs: leave --without-node and --rounds out\n{USAGE}"
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
    fn without_arguments_everybody_is_compared() {
        assert_eq!(parse(&[]), Ok(Arguments::default()));
    }

    #[test]
    fn every_option_is_read() {
        let words = ["--json", "--check", "--without-node", "--rounds", "3", "--beside", "old/release"];
        let arguments = parse(&words).unwrap();
        let expected = Arguments {
            subject: Subject::Contest,
            output: Output::Json,
            check: true,
            node: false,
            rounds: 3,
            beside: Some("old/release".into()),
        };
        assert_eq!(arguments, expected);
    }

    #[test]
    fn every_other_subject_is_asked_for_by_its_name() {
        for (word, subject) in [
            ("--curves", Subject::Curves),
            ("--matrix", Subject::Matrix),
            ("--memory-sizes", Subject::MemorySizes),
            ("--instructions", Subject::Instructions),
            ("--head-of-line", Subject::HeadOfLine),
        ] {
            let arguments = parse(&[word, "--write-docs"]).unwrap();
            assert_eq!((arguments.subject, arguments.output), (subject, Output::Docs));
        }
    }

    #[test]
    fn what_is_not_understood_is_refused_with_the_usage() {
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
