//! The scan of a record: one pass over a stream of tokens, without a tree of the record in memory.
//!
//! The scan reads only the values on the paths of the trie. It skips all other values in constant stack space, at any
//! nesting depth, and it recurses no deeper than the longest path. It decides nothing.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::trie::{MAX_PATHS, NodeId, PathId, PathSet, Encoding, Trie};

/// The values at the ends of the paths, and the faults on the paths.
pub(crate) struct ScanResult<'r> {
    record: &'r str,
    /// The paths that lead to a value.
    present: PathSet,
    /// The byte range of each path's value in the record. A range behind the record's end is a range in `texts`.
    values: [(usize, usize); MAX_PATHS],
    /// The values that differ from their spelling in the record, such as strings with escapes.
    texts: String,
    /// The paths that lead through a string which is not JSON.
    pub(crate) undecodable: PathSet,
    /// The paths that end at a value other than a string.
    pub(crate) not_a_string: PathSet,
    /// The paths with a key that occurs twice in its object.
    pub(crate) duplicate_key: PathSet,
}

impl<'r> ScanResult<'r> {
    /// Makes the result for a record before its scan.
    pub(crate) fn new(record: &'r str) -> Self {
        Self {
            record,
            present: PathSet::default(),
            values: [(0, 0); MAX_PATHS],
            texts: String::new(),
            undecodable: PathSet::default(),
            not_a_string: PathSet::default(),
            duplicate_key: PathSet::default(),
        }
    }

    /// Scans the record.
    ///
    /// # Errors
    /// If the record as a whole is not JSON.
    pub(crate) fn walk(&mut self, trie: &Trie) -> serde_json::Result<()> {
        scan_json(self.record, trie, Trie::ROOT, self)
    }

    /// Returns the string at the end of this path, or the JSON spelling of another value. Returns `None` if the path is
    /// absent.
    pub(crate) fn value(&self, path: PathId) -> Option<&str> {
        if !self.present.contains(path) {
            return None;
        }
        let (start, end) = self.values[path.index()];
        match start.checked_sub(self.record.len()) {
            Some(start) => self.texts.get(start..end - self.record.len()),
            None => self.record.get(start..end),
        }
    }

    fn set(&mut self, path: PathId, text: &str) {
        // Most values are slices of the record. The address gives the range, and comparing the texts proves it: a text
        // that was allocated elsewhere is copied instead.
        let start = text.as_ptr().addr().wrapping_sub(self.record.as_ptr().addr());
        let end = start.wrapping_add(text.len());
        self.values[path.index()] = if self.record.get(start..end) == Some(text) {
            (start, end)
        } else {
            let start = self.record.len() + self.texts.len();
            self.texts.push_str(text);
            (start, start + text.len())
        };
        self.present.insert(path);
    }
}

/// Scans one JSON text, which is the record or a string inside it. Its root is at `node`.
fn scan_json(text: &str, trie: &Trie, node: NodeId, scan: &mut ScanResult<'_>) -> serde_json::Result<()> {
    let mut json = serde_json::Deserializer::from_str(text);
    ValueScan { trie, node, position: Position::Root, scan }.deserialize(&mut json)?;
    json.end()
}

/// Decodes base64. Only the canonical spelling is accepted, because decoders differ in which others they accept.
fn decode_base64(base64: &str) -> Option<String> {
    String::from_utf8(base64_simd::STANDARD.decode_to_vec(base64.as_bytes()).ok()?).ok()
}

/// The position of a value in its JSON text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    /// The value is the whole JSON text.
    Root,
    /// The value is a field or an element.
    Nested,
}

/// The scan of the value at one node of the tree.
struct ValueScan<'w, 'r> {
    trie: &'w Trie,
    node: NodeId,
    position: Position,
    scan: &'w mut ScanResult<'r>,
}

impl<'r> ValueScan<'_, 'r> {
    /// Returns the path that ends at this value. The root of a JSON text has none, because the string around the text
    /// is the value at the end of the path.
    fn path(&self) -> Option<PathId> {
        if self.position == Position::Nested { self.trie.path_at(self.node) } else { None }
    }

    fn read_string(self, text: &str) {
        if let Some(path) = self.path()
            && !self.scan.not_a_string.contains(path)
        {
            self.scan.set(path, text);
        }
        let below = self.trie.below(self.node);
        if below.is_empty() {
            return;
        }
        // A string is parsed as JSON once for each step of the path. A string that holds a string (JSON encoded twice)
        // would need a second parse for the same step, and other readers would not do that.
        let is_json = match self.position {
            Position::Nested => match self.trie.encoding(self.node) {
                Encoding::Json => scan_json(text, self.trie, self.node, self.scan).is_ok(),
                Encoding::Base64 => {
                    decode_base64(text).is_some_and(|text| scan_json(&text, self.trie, self.node, self.scan).is_ok())
                }
            },
            Position::Root => false,
        };
        if !is_json {
            self.scan.undecodable.insert_all(below);
        }
    }

    fn read_other(&mut self, spelling: &dyn fmt::Display) {
        if let Some(path) = self.path() {
            self.scan.not_a_string.insert(path);
            self.scan.set(path, &spelling.to_string());
        }
    }

    fn child(&mut self, node: NodeId) -> ValueScan<'_, 'r> {
        ValueScan { trie: self.trie, node, position: Position::Nested, scan: self.scan }
    }
}

impl<'de> DeserializeSeed<'de> for ValueScan<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueScan<'_, '_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.read_string(text);
        Ok(())
    }

    fn visit_unit<E: Error>(mut self) -> Result<(), E> {
        self.read_other(&"null");
        Ok(())
    }

    fn visit_bool<E: Error>(mut self, value: bool) -> Result<(), E> {
        self.read_other(&value);
        Ok(())
    }

    fn visit_u64<E: Error>(mut self, value: u64) -> Result<(), E> {
        self.read_other(&value);
        Ok(())
    }

    fn visit_i64<E: Error>(mut self, value: i64) -> Result<(), E> {
        self.read_other(&value);
        Ok(())
    }

    fn visit_f64<E: Error>(mut self, value: f64) -> Result<(), E> {
        self.read_other(&Value::from(value));
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        self.read_other(&"{...}");
        let mut seen = 0_u32;
        while let Some(child) = map.next_key_seed(KeyLookup { trie: self.trie, node: self.node })? {
            let Some((index, node)) = child else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let bit = 1 << index;
            if seen & bit != 0 {
                self.scan.duplicate_key.insert_all(self.trie.through(node));
            }
            seen |= bit;
            map.next_value_seed(self.child(node))?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        self.read_other(&"[...]");
        for index in 0.. {
            let element = match self.trie.item(self.node, index) {
                Some(node) => seq.next_element_seed(self.child(node))?,
                None => seq.next_element::<IgnoredAny>()?.map(|_| ()),
            };
            if element.is_none() {
                break;
            }
        }
        Ok(())
    }
}

/// Looks up a key among the fields of a node.
struct KeyLookup<'w> {
    trie: &'w Trie,
    node: NodeId,
}

impl<'de> DeserializeSeed<'de> for KeyLookup<'_> {
    type Value = Option<(usize, NodeId)>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_str(self)
    }
}

impl Visitor<'_> for KeyLookup<'_> {
    type Value = Option<(usize, NodeId)>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a key")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.trie.field(self.node, name))
    }
}
