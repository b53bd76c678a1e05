//! Values that a record must have before its selectors can be trusted.

use crate::path::PathStep;
use crate::scan::ScanResult;
use crate::trie::{PathId, Trie};
use crate::{Reason, Rejection, Selector};

/// Values that a record must have, whichever tenant it names.
///
/// A change that moves an item from one tenant to another names both tenants only if the record has both images of the
/// item. With one image alone, admission cannot see the move. So both are required.
///
/// The check applies to a record that has a value at [`within`](Self::within), unless the string at
/// [`kind`](Self::kind) is one of [`exempt_kinds`](Self::exempt_kinds). `null` does not count as a value of
/// [`required`](Self::required). A record that lacks a required value is rejected as [`Reason::Missing`], with the path
/// of that value.
#[derive(Clone, Debug)]
pub struct Completeness {
    /// The check applies only to records that have a value at this path.
    pub within: Selector,
    /// The path of the record's kind, such as `$.eventName`.
    pub kind: Selector,
    /// The kinds that the check does not apply to. It applies to a record without a kind, and to a record whose kind
    /// occurs twice.
    pub exempt_kinds: &'static [&'static str],
    /// The paths that must have a value.
    pub required: Vec<Selector>,
}

/// A [`Completeness`] whose paths are in the trie.
#[derive(Clone, Debug)]
pub(crate) struct CompletenessCheck {
    completeness: Completeness,
    within: PathId,
    kind: PathId,
    required: Vec<PathId>,
}

impl CompletenessCheck {
    /// Adds the paths to the trie. Returns `None` if the trie cannot hold them all.
    pub(crate) fn add_to(trie: &mut Trie, completeness: Completeness) -> Option<Self> {
        let mut add = |steps: &[PathStep]| trie.add(steps);
        let (within, kind) = (add(completeness.within.steps())?, add(completeness.kind.steps())?);
        let required =
            completeness.required.iter().map(|selector| add(selector.steps())).collect::<Option<_>>()?;
        Some(Self { completeness, within, kind, required })
    }

    /// Rejects a record that lacks a required value.
    pub(crate) fn check(&self, scan: &ScanResult<'_>) -> Result<(), Rejection> {
        let kind = scan.value(self.kind).filter(|_| !scan.duplicate_key.contains(self.kind));
        let is_exempt = kind.is_some_and(|kind| self.completeness.exempt_kinds.contains(&kind));
        if scan.value(self.within).is_none() || is_exempt {
            return Ok(());
        }
        let is_missing = |path: &PathId| scan.value(*path).is_none_or(|value| value == "null");
        match self.required.iter().position(is_missing) {
            Some(index) => {
                let path = self.completeness.required[index].shared_path();
                Err(Rejection::new(Reason::Missing).with_path(path))
            }
            None => Ok(()),
        }
    }
}
