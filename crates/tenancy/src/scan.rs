//! The walk through a record: once, as a stream, without building a tree.
//!
//! Only values on a watched path are looked at; everything else is skipped in place, in constant stack however
//! deep it nests. The walk itself goes no deeper than the longest path. It decides nothing: it notes what it saw.

use std::fmt::{self, Debug, Write};
use std::ops::Range;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::trie::{NodeId, Slot, Slots, Text, Trie};

/// What stands at the end of each path.
#[derive(Debug)]
pub(crate) struct Sightings {
    /// Where in `texts` the value of each slot is.
    values: Vec<Option<Range<usize>>>,
    /// The values one after the other: one allocation for all of them.
    texts: String,
    /// Paths that must look inside a text which is not JSON.
    pub(crate) undecodable: Slots,
    /// Paths that end at something other than a string.
    pub(crate) not_a_string: Slots,
    /// Paths with a step that an object offers twice.
    pub(crate) duplicate_key: Slots,
}

impl Sightings {
    /// Walks the record.
    ///
    /// # Errors
    /// When the record as a whole is not JSON.
    pub(crate) fn of(record: &str, trie: &Trie) -> Result<Self, serde_json::Error> {
        let mut sightings = Self {
            values: vec![None; trie.paths()],
            texts: String::new(),
            undecodable: Slots::default(),
            not_a_string: Slots::default(),
            duplicate_key: Slots::default(),
        };
        document(record, trie, Trie::ROOT, &mut sightings)?;
        Ok(sightings)
    }

    /// The string at the end of this path (or how the value that is none is written); `None` when there is nothing.
    pub(crate) fn value(&self, slot: Slot) -> Option<&str> {
        self.values[slot.index()].clone().map(|range| &self.texts[range])
    }

    fn note(&mut self, slot: Slot, write: impl FnOnce(&mut String)) {
        let start = self.texts.len();
        write(&mut self.texts);
        self.values[slot.index()] = Some(start..self.texts.len());
    }
}

/// Reads one JSON text, which is the record or a string inside it, whose root stands at `node`.
fn document(text: &str, trie: &Trie, node: NodeId, seen: &mut Sightings) -> Result<(), serde_json::Error> {
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
struct Walk<'w> {
    trie: &'w Trie,
    node: NodeId,
    place: Place,
    seen: &'w mut Sightings,
}

impl Walk<'_> {
    /// The path that ends at this very value. A text's root has none: the string around it was the value.
    fn ends(&self) -> Option<Slot> {
        if self.place == Place::Inside { self.trie.ends(self.node) } else { None }
    }

    fn string(self, text: &str) {
        if let Some(slot) = self.ends()
            && !self.seen.not_a_string.contains(slot)
        {
            self.seen.note(slot, |texts| texts.push_str(text));
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

    fn other(&mut self, written: impl Debug) {
        if let Some(slot) = self.ends() {
            self.seen.not_a_string.insert(slot);
            self.seen.note(slot, |texts| {
                // Writing into a String does not fail.
                let _ = write!(texts, "{written:?}");
            });
        }
    }

    fn child(&mut self, node: NodeId) -> Walk<'_> {
        Walk { trie: self.trie, node, place: Place::Inside, seen: self.seen }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.string(text);
        Ok(())
    }

    fn visit_unit<E: Error>(mut self) -> Result<(), E> {
        self.other(format_args!("null"));
        Ok(())
    }

    fn visit_bool<E: Error>(mut self, value: bool) -> Result<(), E> {
        self.other(value);
        Ok(())
    }

    fn visit_u64<E: Error>(mut self, value: u64) -> Result<(), E> {
        self.other(value);
        Ok(())
    }

    fn visit_i64<E: Error>(mut self, value: i64) -> Result<(), E> {
        self.other(value);
        Ok(())
    }

    fn visit_f64<E: Error>(mut self, value: f64) -> Result<(), E> {
        self.other(value);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        self.other(format_args!("{{...}}"));
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
        self.other(format_args!("[...]"));
        for index in 0.. {
            let more = match self.trie.item(self.node, index) {
                Some(node) => seq.next_element_seed(self.child(node))?.is_some(),
                None => seq.next_element::<IgnoredAny>()?.is_some(),
            };
            if !more {
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
