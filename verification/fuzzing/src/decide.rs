//! A second implementation of admission, slow and simple: it reads a whole tree, one selector at a time.

use std::collections::BTreeSet;

use base64_simd::STANDARD;
use tenancy::{Reason, Selector};

use crate::tree::{Parsed, Tree};

/// A step of a path.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    Field(String),
    Item(usize),
}

/// Reads the steps of a path from its canonical spelling, such as `$['a']["it's"][0]`.
pub(crate) fn steps(selector: &Selector) -> Vec<Step> {
    let path = selector.canonical_path();
    let mut rest = path.strip_prefix('$').expect("a path begins with $");
    let mut steps = Vec::new();
    while let Some(inner) = rest.strip_prefix('[') {
        let quote = inner.chars().next().filter(|first| matches!(first, '\'' | '"'));
        let (end, step) = if let Some(quote) = quote {
            let close = format!("{quote}]");
            let length = inner[1..].find(&close).expect("a quote is closed");
            (1 + length + close.len(), Step::Field(inner[1..=length].to_owned()))
        } else {
            let length = inner.find(']').expect("a bracket is closed");
            (length + 1, Step::Item(inner[..length].parse().expect("an index is a number")))
        };
        steps.push(step);
        rest = &inner[end..];
    }
    assert!(rest.is_empty() && !steps.is_empty(), "not a canonical spelling: {path}");
    steps
}

/// Everything that one path leads to, and the faults on the path.
#[derive(Default)]
pub(crate) struct Found {
    faults: BTreeSet<Reason>,
    text: Option<String>,
    /// A tree cannot hold a string on the path.
    unknown: bool,
}

/// A walk along one path.
struct Walk<'w> {
    base64: &'w [Vec<Step>],
    path: &'w [Step],
    found: Found,
}

/// Follows this path. Strings at the ends of `base64` are decoded first.
pub(crate) fn look(record: &Tree, path: &[Step], base64: &[Vec<Step>]) -> Found {
    let mut walk = Walk { base64, path, found: Found::default() };
    walk.root(record, 0);
    walk.found
}

impl Walk<'_> {
    /// Goes on from the root of a JSON text. A string there is not parsed again.
    fn root(&mut self, root: &Tree, at: usize) {
        match root {
            Tree::Text(_) => self.found.add(Reason::Undecodable),
            _ => self.enter(root, at),
        }
    }

    /// Takes the next step into a value that is not a string.
    fn enter(&mut self, value: &Tree, at: usize) {
        match (value, &self.path[at]) {
            (Tree::Object(fields), Step::Field(name)) => {
                let values: Vec<_> = fields.iter().filter(|(field, _)| field == name).collect();
                if values.len() > 1 {
                    self.found.add(Reason::DuplicateKey);
                }
                for (_, value) in values {
                    self.value(value, at + 1);
                }
            }
            (Tree::List(items), Step::Item(index)) => {
                if let Some(value) = items.get(*index) {
                    self.value(value, at + 1);
                }
            }
            _ => {}
        }
    }

    /// Goes on from a field or an element.
    fn value(&mut self, value: &Tree, at: usize) {
        match value {
            Tree::Text(text) if at == self.path.len() => self.found.text = Some(text.clone()),
            _ if at == self.path.len() => self.found.add(Reason::NotAString),
            Tree::Text(text) => {
                let is_base64 = self.base64.iter().any(|path| **path == self.path[..at]);
                let inner = if is_base64 {
                    STANDARD.decode_to_vec(text).ok().and_then(|bytes| String::from_utf8(bytes).ok())
                } else {
                    Some(text.clone())
                };
                match inner.as_deref().map_or(Parsed::NotJson, Tree::parse) {
                    Parsed::Json(tree) => self.root(&tree, at),
                    Parsed::Unsupported => self.found.unknown = true,
                    Parsed::NotJson => self.found.add(Reason::Undecodable),
                }
            }
            _ => self.enter(value, at),
        }
    }
}

impl Found {
    fn add(&mut self, fault: Reason) {
        self.faults.insert(fault);
    }

    fn present(&self) -> bool {
        let is_faulty =
            [Reason::Undecodable, Reason::NotAString].iter().any(|fault| self.faults.contains(fault));
        is_faulty || self.text.is_some()
    }
}

/// The id of each selector, before the grammar and the comparison, or the reason. Each has the index of its selector.
pub(crate) type Decision = Result<Vec<(usize, String)>, (Reason, usize)>;

/// Decides by these selectors, of which the first `from` give the id. Returns `None` if a tree cannot hold the record.
pub(crate) fn decide(
    record: &Tree,
    selectors: &[Selector],
    from: usize,
    base64: &[Vec<Step>],
) -> Option<Decision> {
    let all: Vec<Found> = selectors.iter().map(|selector| look(record, &steps(selector), base64)).collect();
    if all.iter().any(|found| found.unknown) {
        return None;
    }
    let first = |fault| all.iter().position(|found: &Found| found.faults.contains(&fault));
    if let Some(index) = first(Reason::Undecodable) {
        return Some(Err((Reason::Undecodable, index)));
    }
    if !all[..from].iter().any(Found::present) {
        return Some(Err((Reason::Missing, 0)));
    }
    if let Some(index) = all[from..].iter().position(|found| !found.present()) {
        return Some(Err((Reason::Missing, from + index)));
    }
    if let Some(index) = first(Reason::NotAString) {
        return Some(Err((Reason::NotAString, index)));
    }
    if let Some(index) = first(Reason::DuplicateKey) {
        return Some(Err((Reason::DuplicateKey, index)));
    }
    let texts = all.iter().enumerate().filter_map(|(index, found)| Some((index, found.text.as_deref()?)));
    let ids = texts.map(|(index, text)| match selectors[index].id_in(text) {
        Some(id) => Ok((index, id.to_owned())),
        None => Err((Reason::NoCapture, index)),
    });
    Some(ids.collect())
}
