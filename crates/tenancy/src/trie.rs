//! All paths of a rule set as one tree of steps, so that a record is walked once however many there are.

use crate::path::Step;

/// A node of the tree; the root stands for the record itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NodeId(usize);

/// Which path: paths are numbered as they are added, and equal paths share a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot(usize);

/// A set of slots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Slots(u32);

/// As many paths as a set of slots can tell apart.
pub(crate) const MAX_PATHS: usize = 32;

/// The tree.
#[derive(Clone, Debug)]
pub(crate) struct Trie {
    nodes: Vec<Node>,
    paths: usize,
}

#[derive(Clone, Debug, Default)]
struct Node {
    /// Searched one by one: there are a handful of them at most.
    fields: Vec<(Box<str>, NodeId)>,
    items: Vec<(usize, NodeId)>,
    /// The path that ends here.
    ends: Option<Slot>,
    /// The paths that go on from here.
    below: Slots,
    text: Text,
}

/// How the text at a node is read by paths that go on past it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Text {
    /// It is JSON.
    #[default]
    Json,
    /// It is JSON in base64.
    Base64,
}

impl Slot {
    pub(crate) const fn index(self) -> usize {
        self.0
    }
}

impl Slots {
    pub(crate) const fn contains(self, slot: Slot) -> bool {
        self.0 & (1 << slot.0) != 0
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) const fn insert(&mut self, slot: Slot) {
        self.0 |= 1 << slot.0;
    }

    pub(crate) const fn insert_all(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl Trie {
    pub(crate) const ROOT: NodeId = NodeId(0);

    pub(crate) fn new() -> Self {
        Self { nodes: vec![Node::default()], paths: 0 }
    }

    /// Adds a path and says which slot it has; `None` when there are too many.
    pub(crate) fn add(&mut self, steps: &[Step]) -> Option<Slot> {
        let end = steps.iter().fold(Self::ROOT, |node, step| self.step(node, step));
        if let Some(slot) = self.node(end).ends {
            return Some(slot);
        }
        let slot = (self.paths < MAX_PATHS).then_some(Slot(self.paths))?;
        self.paths += 1;
        self.nodes[end.0].ends = Some(slot);
        let mut node = Self::ROOT;
        for step in steps {
            self.nodes[node.0].below.insert(slot);
            node = self.step(node, step);
        }
        Some(slot)
    }

    /// Says that the text at the end of this path is base64; no news where no path goes there.
    pub(crate) fn mark_base64(&mut self, steps: &[Step]) {
        let end = steps.iter().try_fold(Self::ROOT, |node, step| match step {
            Step::Field(name) => self.field(node, name).map(|(_, child)| child),
            Step::Item(index) => self.item(node, *index),
        });
        if let Some(end) = end {
            self.nodes[end.0].text = Text::Base64;
        }
    }

    /// How the text at this node is read.
    pub(crate) fn text(&self, node: NodeId) -> Text {
        self.node(node).text
    }

    /// The path that ends at this node.
    pub(crate) fn ends(&self, node: NodeId) -> Option<Slot> {
        self.node(node).ends
    }

    /// The paths that go on from this node.
    pub(crate) fn below(&self, node: NodeId) -> Slots {
        self.node(node).below
    }

    /// The paths that end at this node or go on from it.
    pub(crate) fn through(&self, node: NodeId) -> Slots {
        let mut slots = self.below(node);
        if let Some(slot) = self.ends(node) {
            slots.insert(slot);
        }
        slots
    }

    /// The watched field of this name, with its place among the node's fields (below [`MAX_PATHS`]).
    pub(crate) fn field(&self, node: NodeId, name: &str) -> Option<(usize, NodeId)> {
        let fields = &self.node(node).fields;
        fields.iter().position(|(watched, _)| **watched == *name).map(|place| (place, fields[place].1))
    }

    /// The watched element of this index.
    pub(crate) fn item(&self, node: NodeId, index: usize) -> Option<NodeId> {
        self.node(node).items.iter().find(|(watched, _)| *watched == index).map(|(_, child)| *child)
    }

    /// The child that this step leads to, made where there is none yet.
    fn step(&mut self, node: NodeId, step: &Step) -> NodeId {
        let next = NodeId(self.nodes.len());
        let parent = &mut self.nodes[node.0];
        let known = match step {
            Step::Field(name) => {
                parent.fields.iter().find(|(known, _)| known == name).map(|(_, child)| *child)
            }
            Step::Item(index) => {
                parent.items.iter().find(|(known, _)| known == index).map(|(_, child)| *child)
            }
        };
        if let Some(child) = known {
            return child;
        }
        match step {
            Step::Field(name) => parent.fields.push((name.clone(), next)),
            Step::Item(index) => parent.items.push((*index, next)),
        }
        self.nodes.push(Node::default());
        next
    }

    fn node(&self, node: NodeId) -> &Node {
        &self.nodes[node.0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::parse;

    #[test]
    fn paths_share_their_common_steps_and_equal_paths_their_slot() {
        let mut trie = Trie::new();
        let add = |trie: &mut Trie, path| trie.add(&parse(path).unwrap()).unwrap();
        let body = add(&mut trie, "$.body");
        let id = add(&mut trie, "$.body.id");
        let first = add(&mut trie, "$.body[0]");
        assert_eq!(add(&mut trie, "$['body']['id']"), id);
        assert_eq!((trie.paths, trie.nodes.len()), (3, 4));

        let (_, node) = trie.field(Trie::ROOT, "body").unwrap();
        assert_eq!(trie.ends(node), Some(body));
        assert!(!trie.below(node).contains(body) && trie.through(node).contains(body));
        assert!(trie.below(node).contains(id) && trie.below(node).contains(first));
        assert_eq!(trie.item(node, 0).and_then(|item| trie.ends(item)), Some(first));
        assert!(trie.item(node, 1).is_none() && trie.field(node, "Id").is_none());
    }

    #[test]
    fn there_are_no_more_paths_than_a_set_of_slots_can_tell_apart() {
        let mut trie = Trie::new();
        for index in 0..MAX_PATHS {
            assert_eq!(trie.add(&[Step::Item(index)]).map(Slot::index), Some(index));
        }
        assert_eq!(trie.add(&[Step::Item(MAX_PATHS)]), None);
    }
}
