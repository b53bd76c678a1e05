//! JSON once more, the slow and obvious way: a tree in which every key keeps its place and repeated keys stay. What the
//! product reads in passing is compared with it.

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

/// What a text turns out to be.
pub(crate) enum Read {
    Json(Tree),
    /// JSON by its grammar, with something in it that no tree of this kind holds: half of a surrogate pair, a number
    /// beyond all doubles, more than a hundred levels. The product passes over it where nobody looks.
    Beyond,
    NotJson,
}

/// How often an object has a field.
pub(crate) enum Occurs<'t> {
    Never,
    Once(&'t Tree),
    Often,
}

impl Tree {
    pub(crate) fn read(text: &str) -> Read {
        match serde_json::from_str(text) {
            Ok(tree) => Read::Json(tree),
            Err(_) if serde_json::from_str::<IgnoredAny>(text).is_ok() => Read::Beyond,
            Err(_) => Read::NotJson,
        }
    }

    pub(crate) fn of(text: &str) -> Option<Self> {
        match Self::read(text) {
            Read::Json(tree) => Some(tree),
            Read::Beyond | Read::NotJson => None,
        }
    }

    /// This field; `Never` where this is no object.
    pub(crate) fn field(&self, name: &str) -> Occurs<'_> {
        let Self::Object(fields) = self else { return Occurs::Never };
        let mut found = fields.iter().filter(|(key, _)| key == name).map(|(_, value)| value);
        match (found.next(), found.next()) {
            (None, _) => Occurs::Never,
            (Some(value), None) => Occurs::Once(value),
            (Some(_), Some(_)) => Occurs::Often,
        }
    }

    /// The field that stands there exactly once.
    pub(crate) fn once(&self, name: &str) -> Option<&Self> {
        match self.field(name) {
            Occurs::Once(value) => Some(value),
            Occurs::Never | Occurs::Often => None,
        }
    }

    /// The text that stands there exactly once.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.once(name)?.as_text()
    }

    /// A field that may be left out or `null`; `Err` where it is something else that `take` does not take.
    pub(crate) fn optional<'t, T>(
        &'t self,
        name: &str,
        take: impl Fn(&'t Self) -> Option<T>,
    ) -> Result<Option<T>, ()> {
        match self.field(name) {
            Occurs::Never | Occurs::Once(Self::Null) => Ok(None),
            Occurs::Once(value) => take(value).map(Some).ok_or(()),
            Occurs::Often => Err(()),
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
        serde_json::Number::from_f64(value).map(Tree::Number).ok_or_else(|| E::custom("no number"))
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
