//! Reading a selector's path: `$.a.b`, `$['a.b']`, `$["a.b"]`, `[0]`.
//!
//! A small part of `JSONPath`, on purpose: a path names one place. Wildcards, filters and slices would name
//! several, and "the tenant id" would be a guess.

use std::iter::Peekable;
use std::str::CharIndices;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Into the field of an object.
    Field(Box<str>),
    /// Into the element of an array, counted from 0.
    Item(usize),
}

/// What is wrong with a path, and what to write instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathFault {
    /// It does not begin at the record.
    #[error("begin the path with \"$\", the record itself")]
    NoRoot,
    /// It names nothing inside the record.
    #[error("name a field after \"$\", as in \"$.attributes.MessageGroupId\"")]
    NoSteps,
    /// Something other than a step follows.
    #[error("continue with \".name\", \"['name']\" or \"[0]\"")]
    NotAStep,
    /// A name without characters.
    #[error("give the field a name")]
    EmptyName,
    /// A character that needs quotes, or a wildcard.
    #[error(
        "put a name that has other characters than letters, digits, \"_\" and \"-\" in quotes, as in \"['a.b']\"; wildcards are not supported, since a path names one place"
    )]
    NeedsQuotes,
    /// A quote is opened and not closed by the same quote and a bracket.
    #[error("close the name with the quote that opened it, then \"]\"")]
    Unclosed,
    /// Escapes are not read.
    #[error("write the name without a backslash; a name with one kind of quote goes into the other kind")]
    Backslash,
    /// Not a plain index.
    #[error(
        "write an index as digits without leading zeros, as in \"[0]\"; wildcards, slices, filters and negative indices are not supported"
    )]
    BadIndex,
    /// More steps than a path may have.
    #[error("shorten the path to {MAX_STEPS} steps")]
    TooLong,
}

/// The most steps that a path may have: what keeps the walk through a record shallow.
pub const MAX_STEPS: usize = 32;

type Characters<'p> = Peekable<CharIndices<'p>>;

/// Reads a path, or says at which byte it goes wrong and how.
pub(crate) fn parse(path: &str) -> Result<Vec<Step>, (usize, PathFault)> {
    let mut rest = path.char_indices().peekable();
    if rest.next_if(|(_, character)| *character == '$').is_none() {
        return Err((0, PathFault::NoRoot));
    }
    let mut steps = Vec::new();
    while let Some((at, character)) = rest.next() {
        if steps.len() == MAX_STEPS {
            return Err((at, PathFault::TooLong));
        }
        steps.push(match character {
            '.' => plain_name(path, &mut rest)?,
            '[' => bracketed(path, &mut rest)?,
            _ => return Err((at, PathFault::NotAStep)),
        });
    }
    if steps.is_empty() { Err((path.len(), PathFault::NoSteps)) } else { Ok(steps) }
}

/// `name`, after the dot.
fn plain_name(path: &str, rest: &mut Characters<'_>) -> Result<Step, (usize, PathFault)> {
    let start = place(path, rest);
    while rest
        .next_if(|(_, character)| character.is_alphanumeric() || matches!(character, '_' | '-'))
        .is_some()
    {}
    let end = place(path, rest);
    match rest.peek() {
        None | Some((_, '.' | '[')) if start == end => Err((start, PathFault::EmptyName)),
        None | Some((_, '.' | '[')) => Ok(Step::Field(path[start..end].into())),
        Some((at, _)) => Err((*at, PathFault::NeedsQuotes)),
    }
}

/// `'name']`, `"name"]` or `0]`, after the bracket.
fn bracketed(path: &str, rest: &mut Characters<'_>) -> Result<Step, (usize, PathFault)> {
    match rest.next_if(|(_, character)| matches!(character, '\'' | '"')) {
        Some((open, quote)) => quoted_name(path, rest, open, quote),
        None => index(path, rest),
    }
}

fn quoted_name(
    path: &str,
    rest: &mut Characters<'_>,
    open: usize,
    quote: char,
) -> Result<Step, (usize, PathFault)> {
    let start = open + quote.len_utf8();
    loop {
        match rest.next() {
            None => return Err((open, PathFault::Unclosed)),
            Some((at, '\\')) => return Err((at, PathFault::Backslash)),
            Some((at, character)) if character == quote => {
                return match rest.next() {
                    Some((_, ']')) if at == start => Err((at, PathFault::EmptyName)),
                    Some((_, ']')) => Ok(Step::Field(path[start..at].into())),
                    _ => Err((at, PathFault::Unclosed)),
                };
            }
            Some(_) => {}
        }
    }
}

fn index(path: &str, rest: &mut Characters<'_>) -> Result<Step, (usize, PathFault)> {
    let start = place(path, rest);
    while rest.next_if(|(_, character)| character.is_ascii_digit()).is_some() {}
    let digits = &path[start..place(path, rest)];
    let closed = rest.next().is_some_and(|(_, character)| character == ']');
    let plain = digits == "0" || !digits.starts_with('0');
    match digits.parse() {
        Ok(index) if closed && plain => Ok(Step::Item(index)),
        _ => Err((start, PathFault::BadIndex)),
    }
}

/// The byte at which reading goes on.
fn place(path: &str, rest: &mut Characters<'_>) -> usize {
    rest.peek().map_or(path.len(), |(at, _)| *at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str) -> Step {
        Step::Field(name.into())
    }

    #[test]
    fn a_path_is_read_step_by_step() {
        assert_eq!(
            parse("$.messageAttributes.tenant-id['string.Value'][0][\"it's\"].größe").unwrap(),
            [
                field("messageAttributes"),
                field("tenant-id"),
                field("string.Value"),
                Step::Item(0),
                field("it's"),
                field("größe")
            ]
        );
    }

    #[test]
    fn a_faulty_path_is_refused_with_the_place_and_the_remedy() {
        let faults = [
            ("", 0, PathFault::NoRoot),
            ("body.tenantId", 0, PathFault::NoRoot),
            (" $.a", 0, PathFault::NoRoot),
            ("$", 1, PathFault::NoSteps),
            ("$a", 1, PathFault::NotAStep),
            ("$.a[0]b", 6, PathFault::NotAStep),
            ("$.", 2, PathFault::EmptyName),
            ("$..a", 2, PathFault::EmptyName),
            ("$.a.", 4, PathFault::EmptyName),
            ("$.a.[0]", 4, PathFault::EmptyName),
            ("$['']", 3, PathFault::EmptyName),
            ("$.*", 2, PathFault::NeedsQuotes),
            ("$.a b", 3, PathFault::NeedsQuotes),
            ("$.a ", 3, PathFault::NeedsQuotes),
            ("$.ü:a", 4, PathFault::NeedsQuotes),
            ("$['a", 2, PathFault::Unclosed),
            ("$['a\"]", 2, PathFault::Unclosed),
            ("$['a'", 4, PathFault::Unclosed),
            ("$['a'b]", 4, PathFault::Unclosed),
            (r"$['a\'b']", 4, PathFault::Backslash),
            ("$[*]", 2, PathFault::BadIndex),
            ("$[-1]", 2, PathFault::BadIndex),
            ("$[01]", 2, PathFault::BadIndex),
            ("$[]", 2, PathFault::BadIndex),
            ("$[1", 2, PathFault::BadIndex),
            ("$[0:1]", 2, PathFault::BadIndex),
            ("$[?(@.a)]", 2, PathFault::BadIndex),
            ("$[99999999999999999999]", 2, PathFault::BadIndex),
        ];
        for (path, at, fault) in faults {
            assert_eq!(parse(path), Err((at, fault)), "{path}");
        }
    }

    #[test]
    fn a_path_has_at_most_the_steps_that_are_allowed() {
        let path = |steps: usize| format!("${}", ".a".repeat(steps));
        assert_eq!(parse(&path(MAX_STEPS)).unwrap().len(), MAX_STEPS);
        assert_eq!(parse(&path(MAX_STEPS + 1)), Err((path(MAX_STEPS).len(), PathFault::TooLong)));
    }
}
