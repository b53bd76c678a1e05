//! The walk through a record: once, as a stream, without building a tree.
//!
//! Only values on a watched path are looked at; everything else is skipped in place, in constant stack however
//! deep it nests. The walk itself goes no deeper than the longest path. It decides nothing: it notes what it saw.

use json::{Json, Malformed, Outline};
use serde_json::Value;

use crate::trie::{MAX_PATHS, NodeId, Slot, Slots, Text, Trie};

/// What stands at the end of each path.
pub(crate) struct Sightings<'r> {
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

impl<'r> Sightings<'r> {
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
    pub(crate) fn walk(&mut self, trie: &Trie) -> Result<(), Malformed> {
        document(self.record, trie, Trie::ROOT, self)
    }

    /// Walks the record by the outline of it.
    ///
    /// # Errors
    /// When a value that is looked at is not JSON.
    pub(crate) fn walk_outline(&mut self, record: Outline<'_>, trie: &Trie) -> Result<(), Malformed> {
        let mut walk = Walk { trie, node: Trie::ROOT, place: Place::Root, seen: self };
        let mut met = 0;
        for (key, mut json) in record.members() {
            if let Some(node) = walk.meet(key, &mut met) {
                walk.child(node).read(&mut json)?;
            }
        }
        Ok(())
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
fn document(text: &str, trie: &Trie, node: NodeId, seen: &mut Sightings<'_>) -> Result<(), Malformed> {
    let mut json = Json::of(text);
    Walk { trie, node, place: Place::Root, seen }.read(&mut json)?;
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
    seen: &'w mut Sightings<'r>,
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

    fn other(&mut self, written: impl AsRef<str>) {
        if let Some(slot) = self.ends() {
            self.seen.not_a_string.insert(slot);
            self.seen.note(slot, written.as_ref());
        }
    }

    fn child(&mut self, node: NodeId) -> Walk<'_, 'r> {
        Walk { trie: self.trie, node, place: Place::Inside, seen: self.seen }
    }

    fn read(mut self, json: &mut Json<'_>) -> Result<(), Malformed> {
        match json.peek()? {
            b'"' => {
                self.string(&json.string()?);
                Ok(())
            }
            b'{' => self.object(json),
            b'[' => self.array(json),
            _ => {
                let written = written(json.written()?)?;
                self.other(written);
                Ok(())
            }
        }
    }

    fn object(mut self, json: &mut Json<'_>) -> Result<(), Malformed> {
        self.other("{...}");
        let mut met = 0;
        json.members(|key, json| match self.meet(key, &mut met) {
            Some(node) => self.child(node).read(json),
            None => json.pass(),
        })
    }

    /// Where a key leads, if anybody watches it; `met` are those of its object that were met before.
    fn meet(&mut self, key: &[u8], met: &mut u32) -> Option<NodeId> {
        let (place, node) = self.trie.field(self.node, key)?;
        let bit = 1 << place;
        if *met & bit != 0 {
            self.seen.duplicate_key.insert_all(self.trie.through(node));
        }
        *met |= bit;
        Some(node)
    }

    fn array(mut self, json: &mut Json<'_>) -> Result<(), Malformed> {
        self.other("[...]");
        json.enter();
        for position in 0.. {
            if !json.element(position)? {
                break;
            }
            match self.trie.item(self.node, position) {
                Some(node) => self.child(node).read(json)?,
                None => json.pass()?,
            }
        }
        Ok(())
    }
}

/// How a number, a boolean or `null` is told of. A number that is beyond all bounds is none to most readers.
fn written(plain: &str) -> Result<String, Malformed> {
    serde_json::from_str::<Value>(plain).map(|value| value.to_string()).map_err(|_| Malformed)
}
