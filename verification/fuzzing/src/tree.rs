//! A second JSON reader, slow and simple: it reads a tree that keeps the order of keys and repeated keys. The checks
//! compare the product with it.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Tree {
    Null,
    Bool(bool),
    Number(serde_json::Number),
    Text(String),
    List(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

/// The result of parsing a text.
pub(crate) enum Parsed {
    Json(Tree),
    /// The text is JSON, but a tree cannot hold it: it has half of a surrogate pair, a number that no `f64` holds, or more
    /// than a hundred levels. The product accepts these in values that it skips.
    Unsupported,
    NotJson,
}

/// How often an object has a field.
pub(crate) enum Occurrence<'t> {
    Never,
    Once(&'t Tree),
    Repeated,
}

impl Tree {
    pub(crate) fn parse(text: &str) -> Parsed {
        match serde_json::from_str(text) {
            Ok(tree) => Parsed::Json(tree),
            Err(_) if serde_json::from_str::<IgnoredAny>(text).is_ok() => Parsed::Unsupported,
            Err(_) => Parsed::NotJson,
        }
    }

    /// Returns `None` if the text is not JSON, or a tree cannot hold it.
    pub(crate) fn of(text: &str) -> Option<Self> {
        match Self::parse(text) {
            Parsed::Json(tree) => Some(tree),
            Parsed::Unsupported | Parsed::NotJson => None,
        }
    }

    /// Finds a field. A value that is not an object has none.
    pub(crate) fn field(&self, name: &str) -> Occurrence<'_> {
        let Self::Object(fields) = self else { return Occurrence::Never };
        let mut found = fields.iter().filter(|(key, _)| key == name).map(|(_, value)| value);
        match (found.next(), found.next()) {
            (None, _) => Occurrence::Never,
            (Some(value), None) => Occurrence::Once(value),
            (Some(_), Some(_)) => Occurrence::Repeated,
        }
    }

    /// Returns a field that occurs exactly once.
    pub(crate) fn once(&self, name: &str) -> Option<&Self> {
        match self.field(name) {
            Occurrence::Once(value) => Some(value),
            Occurrence::Never | Occurrence::Repeated => None,
        }
    }

    /// Returns a string field that occurs exactly once.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.once(name)?.as_text()
    }

    /// Returns a field that may be missing or `null`, converted by `convert`. Returns an error if it occurs twice, or cannot
    /// be converted.
    pub(crate) fn optional<'t, T>(
        &'t self,
        name: &str,
        convert: impl Fn(&'t Self) -> Option<T>,
    ) -> Result<Option<T>, ()> {
        match self.field(name) {
            Occurrence::Never | Occurrence::Once(Self::Null) => Ok(None),
            Occurrence::Once(value) => convert(value).map(Some).ok_or(()),
            Occurrence::Repeated => Err(()),
        }
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    pub(crate) fn as_number(&self) -> Option<&serde_json::Number> {
        match self {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }

    pub(crate) fn as_object(&self) -> Option<&[(String, Self)]> {
        match self {
            Self::Object(fields) => Some(fields),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Tree;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Number(value.into()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Tree, E> {
        serde_json::Number::from_f64(value).map(Tree::Number).ok_or_else(|| E::custom("not a finite number"))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Tree, E> {
        Ok(Tree::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Tree, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Tree::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Tree::Object(fields))
    }
}
