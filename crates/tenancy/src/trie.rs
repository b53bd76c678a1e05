//! All paths of a rule set as one tree of steps, so that one scan of a record serves all of them.

use crate::path::PathStep;

/// A node of the tree. The root is the record itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NodeId(usize);

/// The number of a path, in the order in which paths are added. Equal paths share a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PathId(usize);

/// A set of paths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PathSet(u32);

/// The most paths of a tree: the number of bits in a [`PathSet`].
pub(crate) const MAX_PATHS: usize = 32;

/// The tree of all paths.
#[derive(Clone, Debug)]
pub(crate) struct Trie {
    nodes: Vec<Node>,
    paths: usize,
}

#[derive(Clone, Debug, Default)]
struct Node {
    /// A list and not a map, because a node has few fields.
    fields: Vec<(Box<str>, NodeId)>,
    items: Vec<(usize, NodeId)>,
    /// The path that ends here.
    path: Option<PathId>,
    /// The paths that go on from here.
    below: PathSet,
    encoding: Encoding,
}

/// How a string is read if a path leads through it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// The string is JSON.
    #[default]
    Json,
    /// The string is base64, which holds JSON.
    Base64,
}

impl PathId {
    pub(crate) const fn index(self) -> usize {
        self.0
    }
}

impl PathSet {
    pub(crate) const fn contains(self, path: PathId) -> bool {
        self.0 & (1 << path.0) != 0
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) const fn insert(&mut self, path: PathId) {
        self.0 |= 1 << path.0;
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

    /// Adds a path and returns its number. Returns `None` if the tree has [`MAX_PATHS`] others.
    pub(crate) fn add(&mut self, steps: &[PathStep]) -> Option<PathId> {
        let end = steps.iter().fold(Self::ROOT, |node, step| self.child(node, step));
        if let Some(path) = self.node(end).path {
            return Some(path);
        }
        let path = (self.paths < MAX_PATHS).then_some(PathId(self.paths))?;
        self.paths += 1;
        self.nodes[end.0].path = Some(path);
        let mut node = Self::ROOT;
        for step in steps {
            self.nodes[node.0].below.insert(path);
            node = self.child(node, step);
        }
        Some(path)
    }

    /// Marks the string at the end of this path as base64. Does nothing if no path leads there.
    pub(crate) fn mark_base64(&mut self, steps: &[PathStep]) {
        let end = steps.iter().try_fold(Self::ROOT, |node, step| match step {
            PathStep::Field(name) => self.field(node, name).map(|(_, child)| child),
            PathStep::Item(index) => self.item(node, *index),
        });
        if let Some(end) = end {
            self.nodes[end.0].encoding = Encoding::Base64;
        }
    }

    /// Returns how a string at this node is read.
    pub(crate) fn encoding(&self, node: NodeId) -> Encoding {
        self.node(node).encoding
    }

    /// Returns the path that ends at this node.
    pub(crate) fn path_at(&self, node: NodeId) -> Option<PathId> {
        self.node(node).path
    }

    /// Returns the paths that go on from this node.
    pub(crate) fn below(&self, node: NodeId) -> PathSet {
        self.node(node).below
    }

    /// Returns the paths that end at this node or go on from it.
    pub(crate) fn through(&self, node: NodeId) -> PathSet {
        let mut paths = self.below(node);
        if let Some(path) = self.path_at(node) {
            paths.insert(path);
        }
        paths
    }

    /// Returns the child for the field of this name, and its index among the node's fields, which is below
    /// [`MAX_PATHS`].
    pub(crate) fn field(&self, node: NodeId, name: &str) -> Option<(usize, NodeId)> {
        let fields = &self.node(node).fields;
        fields.iter().position(|(known, _)| **known == *name).map(|index| (index, fields[index].1))
    }

    /// Returns the child for the array element of this index.
    pub(crate) fn item(&self, node: NodeId, index: usize) -> Option<NodeId> {
        self.node(node).items.iter().find(|(known, _)| *known == index).map(|(_, child)| *child)
    }

    /// Returns the child that this step leads to. Adds it if there is none.
    fn child(&mut self, node: NodeId, step: &PathStep) -> NodeId {
        let next = NodeId(self.nodes.len());
        let parent = &mut self.nodes[node.0];
        let known = match step {
            PathStep::Field(name) => {
                parent.fields.iter().find(|(known, _)| known == name).map(|(_, child)| *child)
            }
            PathStep::Item(index) => {
                parent.items.iter().find(|(known, _)| known == index).map(|(_, child)| *child)
            }
        };
        if let Some(child) = known {
            return child;
        }
        match step {
            PathStep::Field(name) => parent.fields.push((name.clone(), next)),
            PathStep::Item(index) => parent.items.push((*index, next)),
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
    fn paths_share_nodes_and_equal_paths_their_number() {
        let mut trie = Trie::new();
        let add = |trie: &mut Trie, path| trie.add(&parse(path).unwrap()).unwrap();
        let body = add(&mut trie, "$.body");
        let id = add(&mut trie, "$.body.id");
        let first = add(&mut trie, "$.body[0]");
        assert_eq!(add(&mut trie, "$['body']['id']"), id);
        assert_eq!((trie.paths, trie.nodes.len()), (3, 4));

        let (_, node) = trie.field(Trie::ROOT, "body").unwrap();
        assert_eq!(trie.path_at(node), Some(body));
        assert!(!trie.below(node).contains(body) && trie.through(node).contains(body));
        assert!(trie.below(node).contains(id) && trie.below(node).contains(first));
        assert_eq!(trie.item(node, 0).and_then(|item| trie.path_at(item)), Some(first));
        assert!(trie.item(node, 1).is_none() && trie.field(node, "Id").is_none());
    }

    #[test]
    fn trie_holds_at_most_max_paths() {
        let mut trie = Trie::new();
        for index in 0..MAX_PATHS {
            assert_eq!(trie.add(&[PathStep::Item(index)]).map(PathId::index), Some(index));
        }
        assert_eq!(trie.add(&[PathStep::Item(MAX_PATHS)]), None);
    }
}
