//! The grammars of tenant ids.

use std::fmt;

use regex_lite::Regex;

/// The most characters that Lambda accepts [Lambda API reference, "Invoke", `TenantId`].
const MAX_LAMBDA_LEN: usize = 256;
/// Half of Lambda's limit, so that an id also fits where it becomes a part of a name, a tag or a key.
const MAX_STRICT_LEN: usize = 128;

/// The rule that decides whether a text may be a tenant id.
///
/// ```
/// use tenancy::Grammar;
///
/// let grammar = Grammar::parse("t-[0-9]{6}")?;
/// assert!(grammar.accepts("t-000042"));
/// assert!(!grammar.accepts("t-000042x"), "a custom pattern must match the whole id");
/// # Ok::<(), tenancy::GrammarError>(())
/// ```
#[derive(Clone, Debug)]
pub enum Grammar {
    /// `[A-Za-z0-9][A-Za-z0-9._:-]{0,127}`: no spaces, and no characters that are special in a path or a URL.
    Strict,
    /// `[A-Za-z0-9._:/=+\-@ ]{1,256}`: everything that Lambda accepts [Lambda API reference, "Invoke", `TenantId`],
    /// except ids that begin or end with a space.
    Lambda,
    /// A regular expression, which narrows [`Grammar::Lambda`] and never widens it.
    Custom(CustomPattern),
}

/// A regular expression that must match a whole id.
#[derive(Clone, Debug)]
pub struct CustomPattern {
    pattern: String,
    anchored: Regex,
}

/// Why a text is not a grammar.
#[derive(Debug, thiserror::Error)]
pub enum GrammarError {
    /// The text is empty. An empty pattern would match the empty id only, which no tenant has.
    #[error("the grammar is empty: grammar: write \"strict\", \"lambda\" or a regular expression")]
    Empty,
    /// The text is a single word, which is most likely a misspelt name. As a pattern it would admit one tenant only.
    #[error("unknown grammar \"{0}\": grammar: write \"strict\", \"lambda\" or a regular expression")]
    UnknownName(String),
    /// The text is not a valid regular expression.
    #[error(
        "the expression does not compile ({fault}): grammar \"{pattern}\": correct it (syntax of Rust's regex-lite)"
    )]
    Pattern {
        /// The expression.
        pattern: String,
        /// The error of the regular expression's parser.
        fault: regex_lite::Error,
    },
}

impl Grammar {
    /// Parses `strict`, `lambda`, or a regular expression.
    ///
    /// # Errors
    /// If the text is empty, is an unknown name, or is a regular expression that does not compile by itself.
    pub fn parse(text: &str) -> Result<Self, GrammarError> {
        match text {
            "strict" => Ok(Self::Strict),
            "lambda" => Ok(Self::Lambda),
            "" => Err(GrammarError::Empty),
            name if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)) => {
                Err(GrammarError::UnknownName(name.to_owned()))
            }
            pattern => CustomPattern::parse(pattern).map(Self::Custom),
        }
    }

    /// Returns whether this text may be a tenant id.
    #[must_use]
    pub fn accepts(&self, text: &str) -> bool {
        match self {
            Self::Strict => is_strict(text.as_bytes()),
            Self::Lambda => is_lambda(text.as_bytes()),
            Self::Custom(pattern) => is_lambda(text.as_bytes()) && pattern.anchored.is_match(text),
        }
    }
}

impl CustomPattern {
    fn parse(pattern: &str) -> Result<Self, GrammarError> {
        let compile = |text: &str| {
            Regex::new(text).map_err(|fault| GrammarError::Pattern { pattern: pattern.to_owned(), fault })
        };
        // First without the anchors: `a)|(b` is invalid alone, but inside the anchors it would compile and escape them.
        compile(pattern)?;
        let anchored = compile(&format!("^(?:{pattern})$"))?;
        Ok(Self { pattern: pattern.to_owned(), anchored })
    }
}

/// Writes the text that [`Grammar::parse`] takes.
impl fmt::Display for Grammar {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Strict => "strict",
            Self::Lambda => "lambda",
            Self::Custom(custom) => &custom.pattern,
        })
    }
}

fn is_strict(id: &[u8]) -> bool {
    id.len() <= MAX_STRICT_LEN
        && id.first().is_some_and(u8::is_ascii_alphanumeric)
        && id.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b':' | b'-'))
}

/// Returns whether Lambda accepts this id, and receives it unchanged.
///
/// An id with a space at either end is refused. The id travels in an HTTP header, whose receiver removes spaces around
/// the value (RFC 9110, 5.5): ` acme` would arrive as `acme`, which is another tenant.
fn is_lambda(id: &[u8]) -> bool {
    !id.is_empty()
        && id.first() != Some(&b' ')
        && id.last() != Some(&b' ')
        && id.len() <= MAX_LAMBDA_LEN
        && id.iter().all(|byte| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'.' | b'_' | b':' | b'/' | b'=' | b'+' | b'-' | b'@' | b' ')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares a grammar with an expression, on strings of every character and at the limits of length.
    fn assert_agrees(grammar: &Grammar, expression: &str) {
        let expected = Regex::new(expression).unwrap();
        let samples = (0..=0x2ff).filter_map(char::from_u32).flat_map(|character| {
            [
                character.to_string(),
                format!("a{character}"),
                format!("{character}a"),
                format!("a{character}a"),
            ]
        });
        let lengths = [0, 1, 2, 127, 128, 129, 255, 256, 257].map(|length| "a".repeat(length));
        for text in samples.chain(lengths) {
            assert_eq!(grammar.accepts(&text), expected.is_match(&text), "{text:?}");
        }
    }

    #[test]
    fn strict_grammar_agrees_with_its_expression() {
        assert_agrees(&Grammar::parse("strict").unwrap(), "^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$");
    }

    #[test]
    fn lambda_grammar_agrees_with_its_expression() {
        let (end, inside) = (r"[A-Za-z0-9._:/=+\-@]", r"[A-Za-z0-9._:/=+\-@ ]");
        let expression = format!("^(?:{end}|{end}{inside}{{0,254}}{end})$");
        assert_agrees(&Grammar::parse("lambda").unwrap(), &expression);
    }

    #[test]
    fn id_with_space_at_either_end_is_refused() {
        for grammar in ["lambda", "[a-z ]+"] {
            let grammar = Grammar::parse(grammar).unwrap();
            assert!(grammar.accepts("a b"));
            for text in [" acme", "acme ", " ", "  "] {
                assert!(!grammar.accepts(text), "{text:?}");
            }
        }
    }

    #[test]
    fn custom_pattern_matches_whole_ids_only() {
        let grammar = Grammar::parse("a|ab").unwrap();
        assert!(grammar.accepts("a") && grammar.accepts("ab"));
        for text in ["abc", "xa", "b", "a\n", " a", "A"] {
            assert!(!grammar.accepts(text), "{text:?}");
        }
    }

    #[test]
    fn custom_pattern_never_widens_the_lambda_grammar() {
        for pattern in [".*", "(?s).*", "(?m)^.*$", r"[\s\S]*"] {
            let grammar = Grammar::parse(pattern).unwrap();
            for text in ["", "a\nb", "ü", "a#b", "a\0", &"a".repeat(257)] {
                assert!(!grammar.accepts(text), "{pattern} accepts {text:?}");
            }
            assert!(grammar.accepts("a b"));
        }
    }

    #[test]
    fn pattern_that_would_escape_its_anchors_is_refused() {
        assert!(matches!(Grammar::parse("a)|(b").unwrap_err(), GrammarError::Pattern { .. }));
        assert!(matches!(Grammar::parse("(?x)a # b").unwrap_err(), GrammarError::Pattern { .. }));
    }

    #[test]
    fn grammar_is_written_as_it_is_parsed() {
        for text in ["strict", "lambda", "t-[0-9]{6}"] {
            assert_eq!(Grammar::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn misspelt_grammar_name_is_refused() {
        for text in ["Strict", "strct", "LAMBDA", "custom", "any"] {
            assert!(matches!(Grammar::parse(text).unwrap_err(), GrammarError::UnknownName(_)), "{text}");
        }
        assert!(matches!(Grammar::parse("").unwrap_err(), GrammarError::Empty));
    }
}
