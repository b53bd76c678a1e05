//! The cursor that events and records are read with, beside serde.

use json::{Json, Malformed, Outlines};

use crate::tree::{Read, Tree};

/// A text is JSON to both or to neither; where it is an object, its outline has the members that serde sees, each where it
/// stands.
pub(crate) fn json(text: &str) {
    let passed = pass(text);
    let tree = Tree::read(text);
    assert_eq!(passed.is_ok(), !matches!(tree, Read::NotJson), "{text:?}");
    let (Ok(()), Read::Json(Tree::Object(fields))) = (passed, tree) else { return };
    let object = text.trim_ascii();
    let mut outlines = Outlines::default();
    assert_eq!(outlines.read(object, |_, json| json.pass()), Ok(object));
    let Some(outline) = outlines.of(0, object) else {
        assert!(fields.is_empty() || object.contains('\\'), "{object:?}");
        return;
    };
    let members: Vec<(String, Tree)> = outline
        .members()
        .map(|(key, mut value)| {
            let written = value.written().expect("it was read before");
            (String::from_utf8_lossy(key).into_owned(), Tree::of(written).expect("the object has it"))
        })
        .collect();
    assert_eq!(members, fields);
}

fn pass(text: &str) -> Result<(), Malformed> {
    let mut json = Json::of(text);
    json.pass()?;
    json.end()
}
