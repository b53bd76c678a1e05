//! The walk through a record: once, as a stream, without building a tree.
//!
//! Only values on a watched path are looked at; everything else is skipped in place, in constant stack however
//! deep it nests. The walk itself goes no deeper than the longest path. It decides nothing: it notes what it saw.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::trie::{MAX_PATHS, NodeId, Slot, Slots, Text, Trie};

/// What stands at the end of each path.
pub(crate) struct ScanResult<'r> {
    record: &'r str,
    /// Paths at whose ends something stands.
    present: Slots,
    /// Where the value of each slot is: in the record, or, counted from its end, in `texts`.
    values: [(usize, usize); MAX_PATHS],
    /// The values that do not stand in the record as they are.
    texts: String,
    /// Paths that must look inside a text which is not JSON.
    pub(crate) undecodable: Slots,
    /// Paths that end at something other than a string.
    pub(crate) not_a_string: Slots,
    /// Paths with a step that an object offers twice.
    pub(crate) duplicate_key: Slots,
}

impl<'r> ScanResult<'r> {
    /// Nothing was seen of this record yet.
    pub(crate) fn of(record: &'r str) -> Self {
        Self {
            record,
            present: Slots::default(),
            values: [(0, 0); MAX_PATHS],
            texts: String::new(),
            undecodable: Slots::default(),
            not_a_string: Slots::default(),
            duplicate_key: Slots::default(),
        }
    }

    /// Walks the record.
    ///
    /// # Errors
    /// When the record as a whole is not JSON.
    pub(crate) fn walk(&mut self, trie: &Trie) -> serde_json::Result<()> {
        document(self.record, trie, Trie::ROOT, self)
    }

    /// The string at the end of this path (or how the value that is none is written); `None` when there is nothing.
    pub(crate) fn value(&self, slot: Slot) -> Option<&str> {
        if !self.present.contains(slot) {
            return None;
        }
        let (start, end) = self.values[slot.index()];
        match start.checked_sub(self.record.len()) {
            Some(start) => self.texts.get(start..end - self.record.len()),
            None => self.record.get(start..end),
        }
    }

    fn note(&mut self, slot: Slot, text: &str) {
        // Most values stand in the record as they are. Where that is, is a guess, and right where the same text stands
        // there.
        let start = text.as_ptr().addr().wrapping_sub(self.record.as_ptr().addr());
        let end = start.wrapping_add(text.len());
        self.values[slot.index()] = if self.record.get(start..end) == Some(text) {
            (start, end)
        } else {
            let start = self.record.len() + self.texts.len();
            self.texts.push_str(text);
            (start, start + text.len())
        };
        self.present.insert(slot);
    }
}

/// Reads one JSON text, which is the record or a string inside it, whose root stands at `node`.
fn document(text: &str, trie: &Trie, node: NodeId, seen: &mut ScanResult<'_>) -> serde_json::Result<()> {
    let mut json = serde_json::Deserializer::from_str(text);
    Walk { trie, node, place: Place::Root, seen }.deserialize(&mut json)?;
    json.end()
}

/// The text that stands in base64; in its one spelling, since readers differ in which others they take.
fn decoded(base64: &str) -> Option<String> {
    String::from_utf8(base64_simd::STANDARD.decode_to_vec(base64.as_bytes()).ok()?).ok()
}

/// Where a value stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// It is the whole of a JSON text.
    Root,
    /// It is a field or an element.
    Inside,
}

/// Takes the value at one node of the tree.
struct Walk<'w, 'r> {
    trie: &'w Trie,
    node: NodeId,
    place: Place,
    seen: &'w mut ScanResult<'r>,
}

impl<'r> Walk<'_, 'r> {
    /// The path that ends at this very value. A text's root has none: the string around it was the value.
    fn ends(&self) -> Option<Slot> {
        if self.place == Place::Inside { self.trie.ends(self.node) } else { None }
    }

    fn string(self, text: &str) {
        if let Some(slot) = self.ends()
            && !self.seen.not_a_string.contains(slot)
        {
            self.seen.note(slot, text);
        }
        let below = self.trie.below(self.node);
        if below.is_empty() {
            return;
        }
        // A string is opened once for each step that goes past it. A text that is itself a string (JSON encoded
        // twice) would have to be opened again for the same step: the producer and we disagree about what it is.
        let opened = match self.place {
            Place::Inside => match self.trie.text(self.node) {
                Text::Json => document(text, self.trie, self.node, self.seen).is_ok(),
                Text::Base64 => {
                    decoded(text).is_some_and(|text| document(&text, self.trie, self.node, self.seen).is_ok())
                }
            },
            Place::Root => false,
        };
        if !opened {
            self.seen.undecodable.insert_all(below);
        }
    }

    fn other(&mut self, written: &dyn fmt::Display) {
        if let Some(slot) = self.ends() {
            self.seen.not_a_string.insert(slot);
            self.seen.note(slot, &written.to_string());
        }
    }

    fn child(&mut self, node: NodeId) -> Walk<'_, 'r> {
        Walk { trie: self.trie, node, place: Place::Inside, seen: self.seen }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_, '_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.string(text);
        Ok(())
    }

    fn visit_unit<E: Error>(mut self) -> Result<(), E> {
        self.other(&"null");
        Ok(())
    }

    fn visit_bool<E: Error>(mut self, value: bool) -> Result<(), E> {
        self.other(&value);
        Ok(())
    }

    fn visit_u64<E: Error>(mut self, value: u64) -> Result<(), E> {
        self.other(&value);
        Ok(())
    }

    fn visit_i64<E: Error>(mut self, value: i64) -> Result<(), E> {
        self.other(&value);
        Ok(())
    }

    fn visit_f64<E: Error>(mut self, value: f64) -> Result<(), E> {
        self.other(&Value::from(value));
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        self.other(&"{...}");
        let mut met = 0_u32;
        while let Some(watched) = map.next_key_seed(Key { trie: self.trie, node: self.node })? {
            let Some((place, node)) = watched else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let bit = 1 << place;
            if met & bit != 0 {
                self.seen.duplicate_key.insert_all(self.trie.through(node));
            }
            met |= bit;
            map.next_value_seed(self.child(node))?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        self.other(&"[...]");
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

/// Looks a key up among those that are watched.
struct Key<'w> {
    trie: &'w Trie,
    node: NodeId,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Option<(usize, NodeId)>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Option<(usize, NodeId)>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a key")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.trie.field(self.node, name))
    }
}
