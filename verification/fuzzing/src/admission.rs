//! Checks of selectors, grammars and rules.

use tenancy::{Grammar, Reason, Rejection, Rules, Selector, SelectorError, TenantId};

use crate::decide::{decide, steps};
use crate::tree::{Parsed, Tree};

/// Checks a selector. The input is a path, a capture and a text to find an id in, each on its own line.
pub(crate) fn selector(input: &str) {
    let mut lines = input.splitn(3, '\n');
    let mut line = || lines.next().unwrap_or_default();
    let (path, capture, text) = (line(), line(), line());
    let Some(selector) = parse_path(path) else { return };
    assert_eq!(selector.id_in(text), Some(text), "the id is not the whole text, without a capture");
    let Ok(capturing) = selector.with_capture(capture) else { return };
    assert_eq!((capturing.path(), capturing.capture()), (path, Some(capture)));
    if let Some(id) = capturing.id_in(text) {
        let start = id.as_ptr().addr().wrapping_sub(text.as_ptr().addr());
        assert_eq!(text.get(start..start + id.len()), Some(id), "the id is not a part of the text");
    }
}

fn parse_path(path: &str) -> Option<Selector> {
    let selector = match Selector::parse(path) {
        Ok(selector) => selector,
        Err(SelectorError::Path { position, .. }) => {
            assert!(
                (1..=path.chars().count() + 1).contains(&position),
                "position {position} is outside {path:?}"
            );
            return None;
        }
        Err(other) => unreachable!("a path without a capture fails as one with a capture: {other}"),
    };
    assert_eq!(selector.path(), path);
    let canonical = selector.canonical_path();
    let again = Selector::parse(&canonical).expect("a canonical path is a path");
    assert!(
        again == selector && again.canonical_path() == canonical,
        "{canonical:?} is not the canonical spelling of {path:?}"
    );
    assert_eq!(steps(&again), steps(&selector));
    Some(selector)
}

/// Checks a grammar. The input is a grammar on the first line, and then a text that may be a tenant id.
pub(crate) fn grammar(input: &str) {
    let (pattern, text) = input.split_once('\n').unwrap_or((input, ""));
    let Ok(grammar) = Grammar::parse(pattern) else { return };
    let parsed = TenantId::parse(text, &grammar);
    assert_eq!(parsed.is_ok(), grammar.accepts(text));
    match parsed {
        Ok(id) => {
            assert_eq!(id.as_str(), text);
            assert!((1..=256).contains(&text.len()) && text.trim() == text);
            let is_accepted = |byte: u8| byte.is_ascii_alphanumeric() || b"._:/=+-@ ".contains(&byte);
            assert!(text.bytes().all(is_accepted), "Lambda refuses this id");
        }
        Err(rejection) => check_rejection(&rejection, &[]),
    }
}

/// Checks rules. The input is the paths of `from`, the paths of `must_match` and a grammar, each on its own line, and then
/// a record. Spaces separate paths, and `=>` a path from its capture.
pub(crate) fn admission(input: &str) {
    let mut lines = input.splitn(4, '\n');
    let mut line = || lines.next().unwrap_or_default();
    let (from, must_match, grammar, record) = (line(), line(), line(), line());
    let (Some(from), Some(must_match)) = (selectors(from), selectors(must_match)) else { return };
    let Ok(grammar) = Grammar::parse(grammar) else { return };
    let (count, all) = (from.len(), [from.clone(), must_match.clone()].concat());
    let Ok(rules) = Rules::new(from, must_match, grammar.clone()) else { return };
    let base64 = selectors("$.kinesis.data $.data").expect("these are valid paths");
    let rules = rules.reading_base64_at(&base64);
    let claimed = rules.claim(record);
    if let Err(rejection) = &claimed {
        check_rejection(rejection, &all);
    }
    let tree = match Tree::parse(record) {
        Parsed::Json(tree) => tree,
        Parsed::Unsupported => return,
        Parsed::NotJson => {
            return assert!(claimed.is_err_and(|rejection| rejection.reason() == Reason::Undecodable));
        }
    };
    let base64: Vec<_> = base64.iter().map(steps).collect();
    let Some(decided) = decide(&tree, &all, count, &base64) else { return };
    let expected = decided.and_then(|ids| {
        let (first, id) = ids.first().expect("at least one selector is present");
        if !grammar.accepts(id) {
            return Err((Reason::BadGrammar, *first));
        }
        match ids.iter().find(|(_, other)| other != id) {
            Some((index, _)) => Err((Reason::Conflict, *index)),
            None => Ok(id.clone()),
        }
    });
    let is_at = |path: Option<&str>, index: usize| path == Some(all[index].path());
    match (claimed, expected) {
        (Ok(claim), Ok(id)) => assert!(claim.tenant().as_str() == id),
        (Err(rejection), Err((reason, index))) => {
            assert!(rejection.reason() == reason && is_at(rejection.path(), index), "{rejection:?}");
        }
        (claimed, expected) => unreachable!("the rules give {claimed:?}, the reference gives {expected:?}"),
    }
}

fn selectors(line: &str) -> Option<Vec<Selector>> {
    line.split(' ').filter(|path| !path.is_empty()).map(parse_selector).collect()
}

fn parse_selector(text: &str) -> Option<Selector> {
    match text.split_once("=>") {
        None => Selector::parse(text).ok(),
        Some((path, capture)) => Selector::parse(path).ok()?.with_capture(capture).ok(),
    }
}

/// Checks that a rejection is a fault of the record, and that its value is escaped and cut.
fn check_rejection(rejection: &Rejection, selectors: &[Selector]) {
    assert!(rejection.reason() <= Reason::Conflict, "the reason is not one of the record's: {rejection:?}");
    if let Some(value) = rejection.offending_value() {
        assert!((1..=128).contains(&value.chars().count()));
        let cut = value.strip_suffix('…').unwrap_or(value);
        assert!(cut.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "the value is not escaped");
    }
    if let Some(path) = rejection.path() {
        assert!(selectors.iter().any(|selector| selector.path() == path));
    }
}
