//! What is asked for on the command line.

use std::time::Duration;

const USAGE: &str = "\
usage: bench [--json | --write-docs] [--check] [--router-only] [--latency-ms N] [--rounds N]
       bench --head-of-line [--write-docs]
  --json         print the figures as JSON instead of tables
  --write-docs   write them into docs/performance.md, or docs/head-of-line.md
  --check        fail when an aim is not met
  --router-only  leave the sequential loop out, which takes most of the time
  --latency-ms   how long the backend takes, instead of what each scenario says
  --rounds       how often each scenario is repeated (10)
  --head-of-line count what one failing tenant costs the others in its shard, instead of measuring";

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) subject: Subject,
    pub(crate) output: Output,
    pub(crate) aims: Aims,
    pub(crate) contenders: Contenders,
    pub(crate) latency: Option<Duration>,
    pub(crate) rounds: u32,
}

/// What is found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Speed,
    HeadOfLine,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    Table,
    Json,
    Docs,
}

/// What aims are for: figures depend on the machine, so that they bind only where they are asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aims {
    Shown,
    Checked,
}

/// Who is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contenders {
    Both,
    RouterOnly,
}

impl Default for Arguments {
    fn default() -> Self {
        Self {
            subject: Subject::Speed,
            output: Output::Table,
            aims: Aims::Shown,
            contenders: Contenders::Both,
            latency: None,
            rounds: 10,
        }
    }
}

impl Arguments {
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut arguments = Self::default();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--head-of-line" => arguments.subject = Subject::HeadOfLine,
                "--json" => arguments.output = Output::Json,
                "--write-docs" => arguments.output = Output::Docs,
                "--router-only" => arguments.contenders = Contenders::RouterOnly,
                "--check" => arguments.aims = Aims::Checked,
                "--latency-ms" => {
                    let millis = number(&word, words.next())?;
                    arguments.latency = Some(Duration::from_millis(millis.into()));
                }
                "--rounds" => arguments.rounds = number(&word, words.next())?.max(1),
                _ => return Err(format!("unknown argument: {word}: use one of these\n{USAGE}")),
            }
        }
        if arguments.subject == Subject::HeadOfLine && arguments.output == Output::Json {
            return Err(format!("no JSON of that: --head-of-line --json: leave one of them out\n{USAGE}"));
        }
        Ok(arguments)
    }
}

fn number(option: &str, value: Option<String>) -> Result<u32, String> {
    let value = value.unwrap_or_default();
    value.parse().map_err(|_| format!("no number: {option} {value}: give a whole number\n{USAGE}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Arguments, String> {
        Arguments::parse(words.iter().map(|word| (*word).to_owned()))
    }

    #[test]
    fn without_arguments_a_table_of_ten_rounds_is_printed() {
        assert_eq!(parse(&[]), Ok(Arguments::default()));
    }

    #[test]
    fn every_option_is_read() {
        let arguments =
            parse(&["--json", "--check", "--router-only", "--latency-ms", "7", "--rounds", "3"]).unwrap();
        let expected = Arguments {
            subject: Subject::Speed,
            output: Output::Json,
            aims: Aims::Checked,
            contenders: Contenders::RouterOnly,
            latency: Some(Duration::from_millis(7)),
            rounds: 3,
        };
        assert_eq!(arguments, expected);
    }

    #[test]
    fn the_cost_of_one_failing_tenant_is_another_subject() {
        let arguments = parse(&["--head-of-line", "--write-docs"]).unwrap();
        assert_eq!((arguments.subject, arguments.output), (Subject::HeadOfLine, Output::Docs));
    }

    #[test]
    fn what_is_not_understood_is_refused_with_the_usage() {
        for words in [&["--fast"][..], &["--rounds"], &["--rounds", "many"], &["--head-of-line", "--json"]] {
            assert!(parse(words).is_err_and(|refusal| refusal.contains("usage:")), "{words:?}");
        }
    }
}
