//! Generates JSON in any spelling: white space, escapes, numbers, key order, repeated keys, nesting.

use proptest::prelude::*;

/// Generates white space between tokens.
pub(crate) fn space() -> impl Strategy<Value = String> {
    "[ \t\r\n]{0,3}"
}

/// Generates a string with this content, in which any character may be an escape.
pub(crate) fn string(text: &str) -> impl Strategy<Value = String> + use<> {
    let text = text.to_owned();
    prop::collection::vec(any::<bool>(), text.chars().count()).prop_map(move |escaped| {
        let mut spelling = String::from("\"");
        for (character, escaped) in text.chars().zip(escaped) {
            if escaped || character < ' ' || "\"\\".contains(character) {
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    spelling.push_str(&format!("\\u{unit:04x}"));
                }
            } else {
                spelling.push(character);
            }
        }
        spelling + "\""
    })
}

/// Generates a string that may have no content in Unicode, such as half of a surrogate pair.
fn any_string() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zA-Z0-9 ${}:,äß€😀]{1,6}",
        1 => "\\\\[\"\\\\/bfnrt]",
        1 => "\\\\u[0-9a-fA-F]{4}",
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| format!("\"{}\"", pieces.concat()))
}

fn number() -> impl Strategy<Value = String> {
    "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,4})?"
}

/// Generates any JSON value.
pub(crate) fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        2 => any_string(),
        2 => number(),
        1 => prop::sample::select(vec!["null", "true", "false"]).prop_map(str::to_owned),
    ];
    leaf.prop_recursive(5, 32, 4, |inner| {
        let item = (space(), inner.clone(), space())
            .prop_map(|(before, item, after)| before + &item + &after)
            .boxed();
        let key = prop_oneof![any_string(), Just("\"a\"".to_owned())];
        let field = (space(), key, space(), item.clone())
            .prop_map(|(before, key, after, item)| format!("{before}{key}{after}:{item}"));
        prop_oneof![
            prop::collection::vec(item, 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(field, 0..4).prop_map(|fields| format!("{{{}}}", fields.join(","))),
        ]
    })
}

/// Generates an object of these fields in any order and spelling, with unknown fields among them.
pub(crate) fn object(fields: Vec<(&'static str, BoxedStrategy<String>)>) -> BoxedStrategy<String> {
    let known: Vec<_> = fields.into_iter().map(|(name, value)| (string(name), value).boxed()).collect();
    let unknown = (prop::sample::select(vec!["\"new\"", "\"\\u0078\"", "\"Zusätze\""]), json());
    let unknown = unknown.prop_map(|(name, value)| (name.to_owned(), value));
    let all = (known, prop::collection::vec(unknown, 0..3)).prop_map(|(mut known, unknown)| {
        known.extend(unknown);
        known
    });
    (all.prop_shuffle(), prop::collection::vec(space(), 16))
        .prop_map(|(fields, spaces)| {
            let mut spaces = spaces.iter().cycle().map(String::as_str);
            let mut space = || spaces.next().unwrap_or_default();
            let fields: Vec<String> = fields
                .iter()
                .map(|(name, value)| format!("{}{name}{}:{}{value}{}", space(), space(), space(), space()))
                .collect();
            format!("{{{}}}", fields.join(","))
        })
        .boxed()
}

/// Writes an object with these records in the field `Records`.
pub(crate) fn event(records: &[String], spaces: &[String]) -> String {
    let space = |index: usize| spaces[index % spaces.len()].as_str();
    let records: Vec<String> = records
        .iter()
        .enumerate()
        .map(|(index, record)| format!("{}{record}{}", space(index), space(index + 1)))
        .collect();
    format!(
        "{}{{{}\"Records\"{}:{}[{}]}}{}",
        space(0),
        space(1),
        space(2),
        space(3),
        records.join(","),
        space(4)
    )
}
