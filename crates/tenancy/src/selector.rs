//! A selector: the place of a tenant id in a record, and which part of the text there is the id.

use std::fmt::Write;
use std::sync::Arc;

use regex_lite::Regex;

pub use crate::path::MAX_STEPS;
use crate::path::{self, PathFault, Step};

/// Names where a record carries its tenant id.
///
/// The path is the record's real JSON path as AWS documents it. Where it goes on past a string, that string is
/// read as JSON: `$.body.tenantId` looks into an SQS body, `$.body.Message.tenantId` into what SNS put there.
///
/// ```
/// use tenancy::Selector;
///
/// let selector = Selector::parse("$.body.Keys['pk.v2'].S")?.with_capture("^TENANT#([^#]+)")?;
/// assert_eq!(selector.path(), "$.body.Keys['pk.v2'].S");
///
/// let error = Selector::parse("$.records[*].tenantId").unwrap_err();
/// assert!(error.to_string().starts_with("the path breaks off at character 11: $.records[*].tenantId: write an index"));
/// # Ok::<(), tenancy::SelectorError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Selector {
    path: Arc<str>,
    steps: Arc<[Step]>,
    capture: Option<Regex>,
}

/// Why a text is not a selector.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectorError {
    /// The path cannot be read.
    #[error("the path breaks off at character {position}: {path}: {fault}")]
    Path {
        /// The whole path.
        path: String,
        /// The first character that does not belong, counted from 1.
        position: usize,
        /// What is wrong, and what to write instead.
        fault: PathFault,
    },
    /// The capture is no regular expression.
    #[error(
        "the capture does not compile ({fault}): {path}, capture \"{capture}\": correct it (syntax of Rust's regex-lite)"
    )]
    Capture {
        /// The selector's path.
        path: String,
        /// The capture.
        capture: String,
        /// What is wrong with it.
        fault: String,
    },
    /// The capture does not say which part is the id.
    #[error(
        "the capture has {groups} groups: {path}, capture \"{capture}\": put parentheses around the tenant id and make all others \"(?:…)\", so that there is one group"
    )]
    Groups {
        /// The selector's path.
        path: String,
        /// The capture.
        capture: String,
        /// How many groups it has.
        groups: usize,
    },
}

impl Selector {
    /// Reads a path such as `$.attributes.MessageGroupId`, `$['a.b'].c` or `$.items[0].id`.
    ///
    /// # Errors
    /// [`SelectorError::Path`], which names the position and the remedy.
    pub fn parse(path: &str) -> Result<Self, SelectorError> {
        match path::parse(path) {
            Ok(steps) => Ok(Self { path: path.into(), steps: steps.into(), capture: None }),
            Err((at, fault)) => {
                let position = path[..at].chars().count() + 1;
                Err(SelectorError::Path { path: path.to_owned(), position, fault })
            }
        }
    }

    /// Takes as the id only what the one group of this regular expression captures. It is searched for anywhere
    /// in the text, so write `^` and `$` where they are meant.
    ///
    /// # Errors
    /// When it does not compile, or has no group or several.
    pub fn with_capture(mut self, regex: &str) -> Result<Self, SelectorError> {
        let (path, capture) = (self.path.to_string(), regex.to_owned());
        let compiled = match Regex::new(regex) {
            Ok(compiled) => compiled,
            Err(fault) => return Err(SelectorError::Capture { path, capture, fault: fault.to_string() }),
        };
        // The whole match counts as a group of its own.
        let groups = compiled.captures_len() - 1;
        if groups != 1 {
            return Err(SelectorError::Groups { path, capture, groups });
        }
        self.capture = Some(compiled);
        Ok(self)
    }

    /// The path as it was given.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The capture as it was given.
    #[must_use]
    pub fn capture(&self) -> Option<&str> {
        self.capture.as_ref().map(Regex::as_str)
    }

    /// The path in one spelling, whichever it was given in: `$['a']['b.c'][0]`. No other path has this spelling: a name
    /// with a single quote stands in double ones.
    #[must_use]
    pub fn canonical_path(&self) -> String {
        let mut path = "$".to_owned();
        for step in &*self.steps {
            // Writing into a String does not fail.
            let _ = match step {
                Step::Field(name) if name.contains('\'') => write!(path, "[\"{name}\"]"),
                Step::Field(name) => write!(path, "['{name}']"),
                Step::Item(index) => write!(path, "[{index}]"),
            };
        }
        path
    }

    pub(crate) fn shared_path(&self) -> Arc<str> {
        Arc::clone(&self.path)
    }

    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The part of the text that is the id; `None` when the capture does not match.
    #[must_use]
    pub fn id_in<'t>(&self, text: &'t str) -> Option<&'t str> {
        match &self.capture {
            None => Some(text),
            Some(capture) => capture.captures(text)?.get(1).map(|group| group.as_str()),
        }
    }
}

/// Equal when they find the same: the spelling of the path does not matter.
impl PartialEq for Selector {
    fn eq(&self, other: &Self) -> bool {
        self.steps == other.steps && self.capture() == other.capture()
    }
}

impl Eq for Selector {}

#[cfg(test)]
mod tests {
    use super::*;

    fn captured<'t>(capture: &str, text: &'t str) -> Option<&'t str> {
        Selector::parse("$.a").unwrap().with_capture(capture).unwrap().id_in(text)
    }

    #[test]
    fn without_a_capture_the_whole_text_is_the_id() {
        assert_eq!(Selector::parse("$.a").unwrap().id_in(" TENANT#a "), Some(" TENANT#a "));
    }

    #[test]
    fn a_capture_takes_its_one_group() {
        assert_eq!(captured("^TENANT#([^#]+)", "TENANT#blue#ORDER#1"), Some("blue"));
        assert_eq!(captured("^(?:a|b)#(?<id>.*)$", "b#"), Some(""));
    }

    #[test]
    fn a_capture_that_does_not_match_or_leaves_its_group_out_captures_nothing() {
        assert_eq!(captured("^TENANT#([^#]+)", "tenant#blue"), None);
        assert_eq!(captured("^x(y)?", "xz"), None);
    }

    #[test]
    fn a_capture_needs_exactly_one_group() {
        for (capture, groups) in [("^a", 0), ("(?:a)", 0), ("(a)(b)", 2), ("((a))", 2)] {
            let error = Selector::parse("$.a").unwrap().with_capture(capture).unwrap_err();
            assert!(
                matches!(error, SelectorError::Groups { groups: found, .. } if found == groups),
                "{error}"
            );
        }
    }

    #[test]
    fn a_capture_that_does_not_compile_is_refused_with_the_path_and_the_cause() {
        let error = Selector::parse("$.a.b").unwrap().with_capture("(a").unwrap_err().to_string();
        assert!(error.contains("$.a.b") && error.contains("(a") && error.contains("correct it"), "{error}");
    }

    #[test]
    fn positions_count_characters_not_bytes() {
        let error = Selector::parse("$.ü:a").unwrap_err();
        assert!(matches!(error, SelectorError::Path { position: 4, .. }), "{error}");
    }

    #[test]
    fn a_path_has_one_canonical_spelling() {
        for path in ["$.a['b.c'][0]", "$[\"a\"]['b.c'][0]"] {
            assert_eq!(Selector::parse(path).unwrap().canonical_path(), "$['a']['b.c'][0]");
        }
    }

    #[test]
    fn two_paths_have_two_canonical_spellings_and_each_is_a_path() {
        let one_field = Selector::parse("$[\"a']['b\"]").unwrap();
        assert_ne!(one_field.canonical_path(), Selector::parse("$.a.b").unwrap().canonical_path());
        assert_eq!(Selector::parse(&one_field.canonical_path()).unwrap(), one_field);
    }

    #[test]
    fn two_spellings_of_one_path_are_the_same_selector() {
        assert_eq!(Selector::parse("$.a.b").unwrap(), Selector::parse("$['a'][\"b\"]").unwrap());
        assert_ne!(Selector::parse("$.a.b").unwrap(), Selector::parse("$['a.b']").unwrap());
        assert_ne!(
            Selector::parse("$.a").unwrap(),
            Selector::parse("$.a").unwrap().with_capture("(.)").unwrap()
        );
    }
}
