//! Whose record is this? Selectors, grammars, and the rules made of them.

use tenancy::{Grammar, Reason, Rejection, Rules, Selector, SelectorError, TenantId};

use crate::decide::{decide, steps};
use crate::tree::{Read, Tree};

/// A path, a capture and a text to find an id in, each on a line of its own.
pub(crate) fn selector(input: &str) {
    let mut lines = input.splitn(3, '\n');
    let mut line = || lines.next().unwrap_or_default();
    let (path, capture, text) = (line(), line(), line());
    let Some(selector) = parsed(path) else { return };
    assert_eq!(selector.id_in(text), Some(text), "without a capture all of it is the id");
    let Ok(capturing) = selector.with_capture(capture) else { return };
    assert_eq!((capturing.path(), capturing.capture()), (path, Some(capture)));
    if let Some(id) = capturing.id_in(text) {
        let start = id.as_ptr().addr().wrapping_sub(text.as_ptr().addr());
        assert_eq!(text.get(start..start + id.len()), Some(id), "the id is no part of the text");
    }
}

fn parsed(path: &str) -> Option<Selector> {
    let selector = match Selector::parse(path) {
        Ok(selector) => selector,
        Err(SelectorError::Path { position, .. }) => {
            assert!((1..=path.chars().count() + 1).contains(&position), "{position} is not in {path:?}");
            return None;
        }
        Err(other) => unreachable!("a path has no capture: {other}"),
    };
    assert_eq!(selector.path(), path);
    let canonical = selector.canonical_path();
    let again = Selector::parse(&canonical).expect("one spelling of a path is a path");
    assert!(again == selector && again.canonical_path() == canonical, "{path:?} is not {canonical:?}");
    assert_eq!(steps(&again), steps(&selector));
    Some(selector)
}

/// A grammar, and behind its line a text that may be a tenant id.
pub(crate) fn grammar(input: &str) {
    let (pattern, text) = input.split_once('\n').unwrap_or((input, ""));
    let Ok(grammar) = Grammar::parse(pattern) else { return };
    let taken = TenantId::parse(text, &grammar);
    assert_eq!(taken.is_ok(), grammar.accepts(text));
    match taken {
        Ok(id) => {
            assert_eq!(id.as_str(), text);
            assert!((1..=256).contains(&text.len()) && text.trim() == text);
            let taken = |byte: u8| byte.is_ascii_alphanumeric() || b"._:/=+-@ ".contains(&byte);
            assert!(text.bytes().all(taken), "Lambda would refuse it");
        }
        Err(rejection) => told(&rejection, &[]),
    }
}

/// Paths of `from`, paths of `must_match` and a grammar, each on a line, and then a record. Blanks divide paths; a
/// capture stands behind `=>`.
pub(crate) fn admission(input: &str) {
    let mut lines = input.splitn(4, '\n');
    let mut line = || lines.next().unwrap_or_default();
    let (from, must_match, grammar, record) = (line(), line(), line(), line());
    let (Some(from), Some(must_match)) = (selectors(from), selectors(must_match)) else { return };
    let Ok(grammar) = Grammar::parse(grammar) else { return };
    let (count, all) = (from.len(), [from.clone(), must_match.clone()].concat());
    let Ok(rules) = Rules::new(from, must_match, grammar.clone()) else { return };
    let base64 = selectors("$.kinesis.data $.data").expect("they are paths");
    let rules = rules.reading_base64_at(&base64);
    let answer = rules.claim(record);
    if let Err(rejection) = &answer {
        told(rejection, &all);
    }
    let tree = match Tree::read(record) {
        Read::Json(tree) => tree,
        Read::Beyond => return,
        Read::NotJson => return assert!(answer.is_err_and(|answer| answer.reason() == Reason::Undecodable)),
    };
    let base64: Vec<_> = base64.iter().map(steps).collect();
    let Some(decided) = decide(&tree, &all, count, &base64) else { return };
    let expected = decided.and_then(|ids| {
        let (place, id) = ids.first().expect("one selector is present");
        if !grammar.accepts(id) {
            return Err((Reason::BadGrammar, *place));
        }
        match ids.iter().find(|(_, other)| other != id) {
            Some((place, _)) => Err((Reason::Conflict, *place)),
            None => Ok(id.clone()),
        }
    });
    let named = |path: Option<&str>, place: usize| path == Some(all[place].path());
    match (answer, expected) {
        (Ok(claim), Ok(id)) => assert!(claim.tenant().as_str() == id),
        (Err(rejection), Err((reason, place))) => {
            assert!(rejection.reason() == reason && named(rejection.selector(), place), "{rejection:?}");
        }
        (answer, expected) => unreachable!("{answer:?}, and a tree says {expected:?}"),
    }
}

fn selectors(line: &str) -> Option<Vec<Selector>> {
    line.split(' ').filter(|path| !path.is_empty()).map(selected).collect()
}

fn selected(text: &str) -> Option<Selector> {
    match text.split_once("=>") {
        None => Selector::parse(text).ok(),
        Some((path, capture)) => Selector::parse(path).ok()?.with_capture(capture).ok(),
    }
}

/// What a rejection says can be told, and is a record's fault.
fn told(rejection: &Rejection, selectors: &[Selector]) {
    assert!(rejection.reason() <= Reason::Conflict, "nobody was asked yet: {rejection:?}");
    if let Some(value) = rejection.offending_value() {
        assert!((1..=128).contains(&value.chars().count()));
        let cut = value.strip_suffix('…').unwrap_or(value);
        assert!(cut.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "what is told is not escaped");
    }
    if let Some(path) = rejection.selector() {
        assert!(selectors.iter().any(|selector| selector.path() == path));
    }
}
