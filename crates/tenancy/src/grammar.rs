//! Which texts may be a tenant id.

use regex_lite::Regex;

/// The most characters Lambda takes (Lambda API, "Invoke", `TenantId`).
const LONGEST_LAMBDA: usize = 256;
/// Half of that: leaves room for prefixes where ids become names, tags or keys.
const LONGEST_STRICT: usize = 128;

/// The rule that a text must keep to be a tenant id.
///
/// ```
/// use tenancy::Grammar;
///
/// let house = Grammar::parse("t-[0-9]{6}")?;
/// assert!(house.accepts("t-000042"));
/// assert!(!house.accepts("t-000042x"), "a house grammar must match from end to end");
/// # Ok::<(), tenancy::GrammarError>(())
/// ```
#[derive(Clone, Debug)]
pub enum Grammar {
    /// `[A-Za-z0-9][A-Za-z0-9._:-]{0,127}`: no spaces, nothing that means something in a path or an address.
    Strict,
    /// `[A-Za-z0-9._:/=+\-@ ]{1,256}`: everything that Lambda accepts (Lambda API, "Invoke", `TenantId`), but no space at either end.
    Lambda,
    /// A regular expression of one's own, which can narrow `Lambda` but not widen it.
    House(House),
}

/// A regular expression that must match a whole id.
#[derive(Clone, Debug)]
pub struct House {
    whole: Regex,
}

/// Why a text is not a grammar.
#[derive(Debug, thiserror::Error)]
pub enum GrammarError {
    /// An empty pattern matches only the empty id, which is none.
    #[error("the grammar is empty: grammar: write \"strict\", \"lambda\" or a regular expression")]
    Empty,
    /// A lone word is a slip of the pen for a name: as an expression it would admit one single tenant.
    #[error("\"{0}\" is no grammar's name: grammar: write \"strict\", \"lambda\" or a regular expression")]
    UnknownName(String),
    /// Not an expression.
    #[error(
        "the expression does not compile ({fault}): grammar \"{pattern}\": correct it (syntax of Rust's regex-lite)"
    )]
    Pattern {
        /// The expression.
        pattern: String,
        /// What is wrong with it.
        fault: regex_lite::Error,
    },
}

impl Grammar {
    /// Reads `strict`, `lambda`, or a regular expression.
    ///
    /// # Errors
    /// When it is neither.
    pub fn parse(text: &str) -> Result<Self, GrammarError> {
        match text {
            "strict" => Ok(Self::Strict),
            "lambda" => Ok(Self::Lambda),
            "" => Err(GrammarError::Empty),
            word if word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)) => {
                Err(GrammarError::UnknownName(word.to_owned()))
            }
            pattern => House::parse(pattern).map(Self::House),
        }
    }

    /// Whether this text may be a tenant id.
    #[must_use]
    pub fn accepts(&self, text: &str) -> bool {
        match self {
            Self::Strict => is_strict(text.as_bytes()),
            Self::Lambda => is_lambda(text.as_bytes()),
            Self::House(house) => is_lambda(text.as_bytes()) && house.whole.is_match(text),
        }
    }
}

impl House {
    fn parse(pattern: &str) -> Result<Self, GrammarError> {
        let compile = |text: &str| {
            Regex::new(text).map_err(|fault| GrammarError::Pattern { pattern: pattern.to_owned(), fault })
        };
        // By itself first: `a)|(b` is refused here, but would slip out of the anchors below.
        compile(pattern)?;
        Ok(Self { whole: compile(&format!("^(?:{pattern})$"))? })
    }
}

fn is_strict(id: &[u8]) -> bool {
    id.len() <= LONGEST_STRICT
        && id.first().is_some_and(u8::is_ascii_alphanumeric)
        && id.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b':' | b'-'))
}

/// A space at either end is left out: the id travels in an HTTP header, around whose value spaces mean nothing
/// (RFC 9110, 5.5), so ` acme` would arrive as `acme`, which is another tenant.
fn is_lambda(id: &[u8]) -> bool {
    !id.is_empty()
        && id.first() != Some(&b' ')
        && id.last() != Some(&b' ')
        && id.len() <= LONGEST_LAMBDA
        && id.iter().all(|byte| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'.' | b'_' | b':' | b'/' | b'=' | b'+' | b'-' | b'@' | b' ')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a grammar's definition accepts among all strings of one character, and where its lengths end.
    fn agrees_with(grammar: &Grammar, expression: &str) {
        let defined = Regex::new(expression).unwrap();
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
            assert_eq!(grammar.accepts(&text), defined.is_match(&text), "{text:?}");
        }
    }

    #[test]
    fn strict_accepts_what_its_expression_says() {
        agrees_with(&Grammar::parse("strict").unwrap(), "^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$");
    }

    #[test]
    fn lambda_accepts_what_its_expression_says() {
        let (end, inside) = (r"[A-Za-z0-9._:/=+\-@]", r"[A-Za-z0-9._:/=+\-@ ]");
        let expression = format!("^(?:{end}|{end}{inside}{{0,254}}{end})$");
        agrees_with(&Grammar::parse("lambda").unwrap(), &expression);
    }

    #[test]
    fn an_id_that_http_would_trim_into_another_is_refused() {
        for grammar in ["lambda", "[a-z ]+"] {
            let grammar = Grammar::parse(grammar).unwrap();
            assert!(grammar.accepts("a b"));
            for text in [" acme", "acme ", " ", "  "] {
                assert!(!grammar.accepts(text), "{text:?}");
            }
        }
    }

    #[test]
    fn a_house_expression_must_match_from_end_to_end() {
        let grammar = Grammar::parse("a|ab").unwrap();
        assert!(grammar.accepts("a") && grammar.accepts("ab"));
        for text in ["abc", "xa", "b", "a\n", " a", "A"] {
            assert!(!grammar.accepts(text), "{text:?}");
        }
    }

    #[test]
    fn a_house_expression_never_accepts_what_lambda_would_refuse() {
        for pattern in [".*", "(?s).*", "(?m)^.*$", r"[\s\S]*"] {
            let grammar = Grammar::parse(pattern).unwrap();
            for text in ["", "a\nb", "ü", "a#b", "a\0", &"a".repeat(257)] {
                assert!(!grammar.accepts(text), "{pattern} accepts {text:?}");
            }
            assert!(grammar.accepts("a b"));
        }
    }

    #[test]
    fn an_expression_that_would_slip_out_of_the_anchors_is_refused() {
        assert!(matches!(Grammar::parse("a)|(b").unwrap_err(), GrammarError::Pattern { .. }));
        assert!(matches!(Grammar::parse("(?x)a # b").unwrap_err(), GrammarError::Pattern { .. }));
    }

    #[test]
    fn a_misspelt_name_is_not_taken_for_an_expression() {
        for text in ["Strict", "strct", "LAMBDA", "house", "any"] {
            assert!(matches!(Grammar::parse(text).unwrap_err(), GrammarError::UnknownName(_)), "{text}");
        }
        assert!(matches!(Grammar::parse("").unwrap_err(), GrammarError::Empty));
    }
}
