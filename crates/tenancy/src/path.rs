//! Parses a selector's path: `$.a.b`, `$['a.b']`, `$["a.b"]`, `$.a[0]`.
//!
//! The syntax is a small part of `JSONPath`, because a path must lead to one value. A wildcard, filter or slice would
//! lead to several, and admission would have to guess which one is the tenant id.

use std::iter::Peekable;
use std::str::CharIndices;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PathStep {
    /// The field of an object.
    Field(Box<str>),
    /// The element of an array, counted from 0.
    Item(usize),
}

/// What is wrong with a path, and what to write instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathFault {
    /// The path does not begin with `$`.
    #[error("begin the path with \"$\", the record itself")]
    NoRoot,
    /// The path ends after `$`.
    #[error("name a field after \"$\", as in \"$.attributes.MessageGroupId\"")]
    NoSteps,
    /// A character follows that does not begin a step.
    #[error("continue with \".name\", \"['name']\" or \"[0]\"")]
    NotAStep,
    /// A name is empty.
    #[error("give the field a name")]
    EmptyName,
    /// A name without quotes has a character that needs quotes, or a wildcard.
    #[error(
        "put a name that has other characters than letters, digits, \"_\" and \"-\" in quotes, as in \"['a.b']\"; wildcards are not supported, because a path must lead to one value"
    )]
    NeedsQuotes,
    /// A quoted name does not end with the same quote and `]`.
    #[error("close the name with the quote that opened it, then \"]\"")]
    Unclosed,
    /// A quoted name has a backslash. Escapes are not supported.
    #[error("write the name without a backslash; put a name that has one kind of quote into the other kind")]
    Backslash,
    /// The brackets hold something other than an index.
    #[error(
        "write an index as digits without leading zeros, as in \"[0]\"; wildcards, slices, filters and negative indices are not supported"
    )]
    BadIndex,
    /// The path has more steps than [`MAX_STEPS`].
    #[error("shorten the path to {MAX_STEPS} steps")]
    TooLong,
}

/// The most steps that a path may have. The limit bounds the depth of the scan's recursion.
pub const MAX_STEPS: usize = 32;

type Characters<'p> = Peekable<CharIndices<'p>>;

/// Parses a path.
///
/// # Errors
/// The byte at which the path is wrong, and the fault.
pub(crate) fn parse(path: &str) -> Result<Vec<PathStep>, (usize, PathFault)> {
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
            '.' => bare_name(path, &mut rest)?,
            '[' => bracket(path, &mut rest)?,
            _ => return Err((at, PathFault::NotAStep)),
        });
    }
    if steps.is_empty() { Err((path.len(), PathFault::NoSteps)) } else { Ok(steps) }
}

/// Parses `name`, after the dot.
fn bare_name(path: &str, rest: &mut Characters<'_>) -> Result<PathStep, (usize, PathFault)> {
    let start = next_offset(path, rest);
    while rest
        .next_if(|(_, character)| character.is_alphanumeric() || matches!(character, '_' | '-'))
        .is_some()
    {}
    let end = next_offset(path, rest);
    match rest.peek() {
        None | Some((_, '.' | '[')) if start == end => Err((start, PathFault::EmptyName)),
        None | Some((_, '.' | '[')) => Ok(PathStep::Field(path[start..end].into())),
        Some((at, _)) => Err((*at, PathFault::NeedsQuotes)),
    }
}

/// Parses `'name']`, `"name"]` or `0]`, after the bracket.
fn bracket(path: &str, rest: &mut Characters<'_>) -> Result<PathStep, (usize, PathFault)> {
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
) -> Result<PathStep, (usize, PathFault)> {
    let start = open + quote.len_utf8();
    loop {
        match rest.next() {
            None => return Err((open, PathFault::Unclosed)),
            Some((at, '\\')) => return Err((at, PathFault::Backslash)),
            Some((at, character)) if character == quote => {
                return match rest.next() {
                    Some((_, ']')) if at == start => Err((at, PathFault::EmptyName)),
                    Some((_, ']')) => Ok(PathStep::Field(path[start..at].into())),
                    _ => Err((at, PathFault::Unclosed)),
                };
            }
            Some(_) => {}
        }
    }
}

fn index(path: &str, rest: &mut Characters<'_>) -> Result<PathStep, (usize, PathFault)> {
    let start = next_offset(path, rest);
    while rest.next_if(|(_, character)| character.is_ascii_digit()).is_some() {}
    let digits = &path[start..next_offset(path, rest)];
    let closed = rest.next().is_some_and(|(_, character)| character == ']');
    let plain = digits == "0" || !digits.starts_with('0');
    match digits.parse() {
        Ok(index) if closed && plain => Ok(PathStep::Item(index)),
        _ => Err((start, PathFault::BadIndex)),
    }
}

/// Returns the byte offset of the next character.
fn next_offset(path: &str, rest: &mut Characters<'_>) -> usize {
    rest.peek().map_or(path.len(), |(at, _)| *at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str) -> PathStep {
        PathStep::Field(name.into())
    }

    #[test]
    fn path_is_parsed_into_steps() {
        assert_eq!(
            parse("$.messageAttributes.tenant-id['string.Value'][0][\"it's\"].größe").unwrap(),
            [
                field("messageAttributes"),
                field("tenant-id"),
                field("string.Value"),
                PathStep::Item(0),
                field("it's"),
                field("größe")
            ]
        );
    }

    #[test]
    fn invalid_path_reports_position_and_remedy() {
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
    fn path_has_at_most_max_steps() {
        let path = |steps: usize| format!("${}", ".a".repeat(steps));
        assert_eq!(parse(&path(MAX_STEPS)).unwrap().len(), MAX_STEPS);
        assert_eq!(parse(&path(MAX_STEPS + 1)), Err((path(MAX_STEPS).len(), PathFault::TooLong)));
    }
}
