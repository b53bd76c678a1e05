//! A second implementation of admission, slow and simple: it reads a whole tree, one selector at a time, without a trie.
//! The crate must decide the same.

use proptest::prelude::*;
use regex_lite::Regex;
use tenancy::Reason;

/// A JSON value. Keys may repeat, and a string may hold JSON or broken JSON.
#[derive(Clone, Debug)]
pub(crate) enum Json {
    /// The spelling of null, a boolean or a number.
    Plain(&'static str),
    Text(&'static str),
    /// A string that holds this value's JSON.
    Encoded(Box<Json>),
    /// A string that holds this value's JSON and then a stray bracket.
    Broken(Box<Json>),
    Array(Vec<Json>),
    Object(Vec<(&'static str, Json)>),
}

pub(crate) const NAMES: [&str; 4] = ["a", "b", "c.d", "ü"];

/// A step of a path.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Name(&'static str),
    Index(usize),
}

/// A selector before it is parsed.
#[derive(Clone, Debug)]
pub(crate) struct RawSelector {
    pub(crate) steps: Vec<Step>,
    pub(crate) capture: Option<&'static str>,
}

pub(crate) fn json() -> impl Strategy<Value = Json> {
    let text = prop::sample::select(vec!["x", "x", "x", "y", "X", "x ", "", "x\n", "T#x", "T#", "\"", "ü"]);
    let leaf = prop_oneof![
        1 => prop::sample::select(vec!["null", "true", "0", "-1", "1.5", "18446744073709551615"]).prop_map(Json::Plain),
        12 => text.prop_map(Json::Text),
    ];
    leaf.prop_recursive(5, 24, 4, |inner| {
        prop_oneof![
            1 => inner.clone().prop_map(|value| Json::Broken(Box::new(value))),
            6 => inner.clone().prop_map(|value| Json::Encoded(Box::new(value))),
            2 => prop::collection::vec(inner.clone(), 0..3).prop_map(Json::Array),
            12 => prop::collection::vec((prop::sample::select(&NAMES[..]), inner), 0..4).prop_map(Json::Object),
        ]
    })
}

pub(crate) fn raw_selector() -> impl Strategy<Value = RawSelector> {
    let step = prop_oneof![
        8 => prop::sample::select(&NAMES[..]).prop_map(Step::Name),
        1 => (0_usize..2).prop_map(Step::Index),
    ];
    let capture =
        prop::sample::select(vec![None, None, None, Some("^T#(.*)$"), Some("^(x?)"), Some("([xy])")]);
    (prop::collection::vec(step, 1..4), capture).prop_map(|(steps, capture)| RawSelector { steps, capture })
}

impl Json {
    /// Puts a text at the end of a path. It adds what is missing on the path, and goes into strings that hold JSON.
    pub(crate) fn plant(&mut self, steps: &[Step], text: &'static str) {
        let Some((step, rest)) = steps.split_first() else {
            *self = Self::Text(text);
            return;
        };
        match (&mut *self, step) {
            (Self::Encoded(inner), _) => inner.plant(steps, text),
            (Self::Object(fields), Step::Name(name)) => {
                if !fields.iter().any(|(field, _)| field == name) {
                    fields.push((name, Self::Object(Vec::new())));
                }
                for (_, value) in fields.iter_mut().filter(|(field, _)| field == name) {
                    value.plant(rest, text);
                }
            }
            (Self::Array(items), Step::Index(index)) => {
                items.resize(items.len().max(index + 1), Self::Plain("null"));
                items[*index].plant(rest, text);
            }
            (_, Step::Name(_)) => {
                *self = Self::Encoded(Box::new(Self::Object(Vec::new())));
                self.plant(steps, text);
            }
            (_, Step::Index(_)) => {
                *self = Self::Encoded(Box::new(Self::Array(Vec::new())));
                self.plant(steps, text);
            }
        }
    }

    /// Returns the value as JSON text, with `space` between the tokens.
    pub(crate) fn written(&self, space: &str) -> String {
        match self {
            Self::Plain(text) => (*text).to_owned(),
            Self::Text(text) => quoted(text),
            Self::Encoded(_) | Self::Broken(_) => quoted(&self.content(space)),
            Self::Array(items) => {
                let items: Vec<_> = items.iter().map(|item| item.written(space)).collect();
                format!("[{space}{}{space}]", items.join(&format!("{space},{space}")))
            }
            Self::Object(fields) => {
                let field = |(name, value): &(&str, Self)| {
                    format!("{}{space}:{space}{}", quoted(name), value.written(space))
                };
                let fields: Vec<_> = fields.iter().map(field).collect();
                format!("{{{space}{}{space}}}", fields.join(&format!("{space},{space}")))
            }
        }
    }

    /// Returns the content of a string.
    fn content(&self, space: &str) -> String {
        match self {
            Self::Text(text) => (*text).to_owned(),
            Self::Encoded(value) => value.written(space),
            Self::Broken(value) => format!("{} ]", value.written(space)),
            Self::Plain(_) | Self::Array(_) | Self::Object(_) => panic!("not a string"),
        }
    }
}

/// Writes every character as an escape, because the decision must not depend on the spelling.
fn quoted(text: &str) -> String {
    let escapes: Vec<_> = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    format!("\"{}\"", escapes.concat())
}

impl RawSelector {
    pub(crate) fn path(&self) -> String {
        let step = |step: &Step| match step {
            Step::Name(name) => format!("['{name}']"),
            Step::Index(index) => format!("[{index}]"),
        };
        format!("${}", self.steps.iter().map(step).collect::<String>())
    }

    fn id(&self, text: &str) -> Option<String> {
        match self.capture {
            None => Some(text.to_owned()),
            Some(capture) => Some(Regex::new(capture).unwrap().captures(text)?.get(1)?.as_str().to_owned()),
        }
    }
}

/// Everything that one path leads to, and the faults on the path.
#[derive(Default)]
struct Found {
    undecodable: bool,
    not_a_string: bool,
    duplicate_key: bool,
    text: Option<String>,
}

impl Found {
    fn present(&self) -> bool {
        self.undecodable || self.not_a_string || self.text.is_some()
    }
}

/// Follows a path from a value that is a field or an element.
fn follow(value: &Json, steps: &[Step], space: &str, found: &mut Found) {
    match (value, steps) {
        (Json::Text(_) | Json::Encoded(_) | Json::Broken(_), []) => found.text = Some(value.content(space)),
        (_, []) => found.not_a_string = true,
        (Json::Encoded(inner), _) => open(inner, steps, space, found),
        (Json::Text(_) | Json::Broken(_), _) => found.undecodable = true,
        _ => enter(value, steps, space, found),
    }
}

/// Follows a path from the root of a JSON text. A string there is not parsed again.
fn open(root: &Json, steps: &[Step], space: &str, found: &mut Found) {
    match root {
        Json::Text(_) | Json::Encoded(_) | Json::Broken(_) => found.undecodable = true,
        _ => enter(root, steps, space, found),
    }
}

/// Takes the next step into a value that is not a string.
fn enter(value: &Json, steps: &[Step], space: &str, found: &mut Found) {
    match (value, &steps[0]) {
        (Json::Object(fields), Step::Name(name)) => {
            let values: Vec<_> = fields.iter().filter(|(field, _)| field == name).collect();
            found.duplicate_key |= values.len() > 1;
            for (_, value) in values {
                follow(value, &steps[1..], space, found);
            }
        }
        (Json::Array(items), Step::Index(index)) => {
            if let Some(value) = items.get(*index) {
                follow(value, &steps[1..], space, found);
            }
        }
        _ => {}
    }
}

/// Returns the tenant, or the reason and the path.
pub(crate) fn decide(
    record: &Json,
    from: &[RawSelector],
    must_match: &[RawSelector],
    space: &str,
) -> Result<String, (Reason, String)> {
    let look = |raw: &RawSelector| {
        let mut found = Found::default();
        open(record, &raw.steps, space, &mut found);
        found
    };
    let all: Vec<(&RawSelector, Found)> = from.iter().chain(must_match).map(|raw| (raw, look(raw))).collect();
    let first = |fault: &dyn Fn(&Found) -> bool, reason| match all.iter().find(|(_, found)| fault(found)) {
        Some((raw, _)) => Err((reason, raw.path())),
        None => Ok(()),
    };
    first(&|found| found.undecodable, Reason::Undecodable)?;
    if !all[..from.len()].iter().any(|(_, found)| found.present()) {
        return Err((Reason::Missing, from[0].path()));
    }
    if let Some((raw, _)) = all[from.len()..].iter().find(|(_, found)| !found.present()) {
        return Err((Reason::Missing, raw.path()));
    }
    first(&|found| found.not_a_string, Reason::NotAString)?;
    first(&|found| found.duplicate_key, Reason::DuplicateKey)?;
    let mut ids = Vec::new();
    for (raw, found) in &all {
        if let Some(text) = &found.text {
            ids.push((raw, raw.id(text).ok_or_else(|| (Reason::NoCapture, raw.path()))?));
        }
    }
    let (raw, id) = &ids[0];
    if !Regex::new("^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$").unwrap().is_match(id) {
        return Err((Reason::BadGrammar, raw.path()));
    }
    match ids.iter().find(|(_, other)| other != id) {
        Some((raw, _)) => Err((Reason::Conflict, raw.path())),
        None => Ok(id.clone()),
    }
}
