//! A selector: the path to a tenant id in a record, and the part of the text that is the id.

use std::fmt::Write;
use std::sync::Arc;

use regex_lite::Regex;

pub use crate::path::MAX_STEPS;
use crate::path::{self, PathFault, PathStep};

/// The path to a record's tenant id, with an optional capture.
///
/// The path is the record's JSON path as AWS documents the record. Where a path leads through a string, the string is
/// read as JSON: `$.body.tenantId` reads the body of an SQS message, and `$.body.Message.tenantId` the message that SNS
/// put into the body.
///
/// ```
/// use tenancy::Selector;
///
/// let selector = Selector::parse("$.body.Keys['pk.v2'].S")?.with_capture("^TENANT#([^#]+)")?;
/// assert_eq!(selector.path(), "$.body.Keys['pk.v2'].S");
///
/// let error = Selector::parse("$.records[*].tenantId").unwrap_err();
/// assert!(error.to_string().starts_with("the path is invalid at character 11: $.records[*].tenantId: write an index"));
/// # Ok::<(), tenancy::SelectorError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Selector {
    path: Arc<str>,
    steps: Arc<[PathStep]>,
    capture: Option<Regex>,
}

/// Why a text is not a selector.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectorError {
    /// The path is invalid.
    #[error("the path is invalid at character {position}: {path}: {fault}")]
    Path {
        /// The whole path.
        path: String,
        /// The first invalid character, counted from 1.
        position: usize,
        /// The fault, whose text is the remedy.
        fault: PathFault,
    },
    /// The capture is not a valid regular expression.
    #[error(
        "the capture does not compile ({fault}): {path}, capture \"{capture}\": correct it (syntax of Rust's regex-lite)"
    )]
    Capture {
        /// The selector's path.
        path: String,
        /// The capture.
        capture: String,
        /// The error of the regular expression's parser.
        fault: String,
    },
    /// The capture does not have exactly one group, so it does not show which part is the id.
    #[error(
        "the capture has {groups} groups: {path}, capture \"{capture}\": put parentheses around the tenant id and make all others \"(?:…)\", so that exactly one group is left"
    )]
    Groups {
        /// The selector's path.
        path: String,
        /// The capture.
        capture: String,
        /// The number of its groups.
        groups: usize,
    },
}

impl Selector {
    /// Parses a path such as `$.attributes.MessageGroupId`, `$['a.b'].c` or `$.items[0].id`.
    ///
    /// # Errors
    /// [`SelectorError::Path`], with the position and the remedy.
    pub fn parse(path: &str) -> Result<Self, SelectorError> {
        match path::parse(path) {
            Ok(steps) => Ok(Self { path: path.into(), steps: steps.into(), capture: None }),
            Err((at, fault)) => {
                let position = path[..at].chars().count() + 1;
                Err(SelectorError::Path { path: path.to_owned(), position, fault })
            }
        }
    }

    /// Adds a regular expression, whose one group captures the id.
    ///
    /// The expression may match anywhere in the text. Write `^` and `$` to anchor it.
    ///
    /// # Errors
    /// If it does not compile, or does not have exactly one group.
    pub fn with_capture(mut self, regex: &str) -> Result<Self, SelectorError> {
        let (path, capture) = (self.path.to_string(), regex.to_owned());
        let compiled = match Regex::new(regex) {
            Ok(compiled) => compiled,
            Err(fault) => return Err(SelectorError::Capture { path, capture, fault: fault.to_string() }),
        };
        // `captures_len` counts the whole match as a group.
        let groups = compiled.captures_len() - 1;
        if groups != 1 {
            return Err(SelectorError::Groups { path, capture, groups });
        }
        self.capture = Some(compiled);
        Ok(self)
    }

    /// Returns the path in its original spelling.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the capture's regular expression.
    #[must_use]
    pub fn capture(&self) -> Option<&str> {
        self.capture.as_ref().map(Regex::as_str)
    }

    /// Returns the path in its canonical spelling, such as `$['a']['b.c'][0]`.
    ///
    /// Equal paths have the same canonical spelling, and different paths have different ones. A name with a single quote
    /// is put into double quotes.
    #[must_use]
    pub fn canonical_path(&self) -> String {
        let mut path = "$".to_owned();
        for step in &*self.steps {
            // Writing into a String does not fail.
            let _ = match step {
                PathStep::Field(name) if name.contains('\'') => write!(path, "[\"{name}\"]"),
                PathStep::Field(name) => write!(path, "['{name}']"),
                PathStep::Item(index) => write!(path, "[{index}]"),
            };
        }
        path
    }

    pub(crate) fn shared_path(&self) -> Arc<str> {
        Arc::clone(&self.path)
    }

    pub(crate) fn steps(&self) -> &[PathStep] {
        &self.steps
    }

    /// Returns the part of the text that is the id, or `None` if the capture does not match.
    #[must_use]
    pub fn id_in<'t>(&self, text: &'t str) -> Option<&'t str> {
        match &self.capture {
            None => Some(text),
            Some(capture) => capture.captures(text)?.get(1).map(|group| group.as_str()),
        }
    }
}

/// Two selectors are equal if they find the same id. The spelling of the path does not matter.
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
    fn whole_text_is_the_id_without_capture() {
        assert_eq!(Selector::parse("$.a").unwrap().id_in(" TENANT#a "), Some(" TENANT#a "));
    }

    #[test]
    fn capture_returns_its_one_group() {
        assert_eq!(captured("^TENANT#([^#]+)", "TENANT#blue#ORDER#1"), Some("blue"));
        assert_eq!(captured("^(?:a|b)#(?<id>.*)$", "b#"), Some(""));
    }

    #[test]
    fn capture_without_a_matched_group_returns_none() {
        assert_eq!(captured("^TENANT#([^#]+)", "tenant#blue"), None);
        assert_eq!(captured("^x(y)?", "xz"), None);
    }

    #[test]
    fn capture_needs_exactly_one_group() {
        for (capture, groups) in [("^a", 0), ("(?:a)", 0), ("(a)(b)", 2), ("((a))", 2)] {
            let error = Selector::parse("$.a").unwrap().with_capture(capture).unwrap_err();
            assert!(
                matches!(error, SelectorError::Groups { groups: found, .. } if found == groups),
                "{error}"
            );
        }
    }

    #[test]
    fn invalid_capture_reports_path_and_cause() {
        let error = Selector::parse("$.a.b").unwrap().with_capture("(a").unwrap_err().to_string();
        assert!(error.contains("$.a.b") && error.contains("(a") && error.contains("correct it"), "{error}");
    }

    #[test]
    fn positions_count_characters_not_bytes() {
        let error = Selector::parse("$.ü:a").unwrap_err();
        assert!(matches!(error, SelectorError::Path { position: 4, .. }), "{error}");
    }

    #[test]
    fn equal_paths_have_one_canonical_spelling() {
        for path in ["$.a['b.c'][0]", "$[\"a\"]['b.c'][0]"] {
            assert_eq!(Selector::parse(path).unwrap().canonical_path(), "$['a']['b.c'][0]");
        }
    }

    #[test]
    fn different_paths_have_different_canonical_spellings() {
        let one_field = Selector::parse("$[\"a']['b\"]").unwrap();
        assert_ne!(one_field.canonical_path(), Selector::parse("$.a.b").unwrap().canonical_path());
        assert_eq!(Selector::parse(&one_field.canonical_path()).unwrap(), one_field);
    }

    #[test]
    fn spelling_of_the_path_does_not_matter() {
        assert_eq!(Selector::parse("$.a.b").unwrap(), Selector::parse("$['a'][\"b\"]").unwrap());
        assert_ne!(Selector::parse("$.a.b").unwrap(), Selector::parse("$['a.b']").unwrap());
        assert_ne!(
            Selector::parse("$.a").unwrap(),
            Selector::parse("$.a").unwrap().with_capture("(.)").unwrap()
        );
    }
}
