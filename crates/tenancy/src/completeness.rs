//! What has to stand in a record for its selectors to see what they are there for.

use crate::path::Step;
use crate::scan::ScanResult;
use crate::trie::{Slot, Trie};
use crate::{Reason, Rejection, Selector};

/// Asks of a record that all of `needed` stand in it, whoever's it is: one that moved from tenant to tenant must show
/// both.
///
/// A record in which nothing stands at `within` is not asked, nor one whose text at `sort` is one of `exempt`. A needed
/// value that is `null` does not stand there. What lacks one is [`Reason::Missing`], with the path that led nowhere.
#[derive(Clone, Debug)]
pub struct Completeness {
    /// Where something stands in those records that are asked.
    pub within: Selector,
    /// Where a record says what sort of record it is.
    pub sort: Selector,
    /// The sorts that are not asked. What does not say its sort, or says it twice, is asked.
    pub exempt: &'static [&'static str],
    /// What has to stand there.
    pub needed: Vec<Selector>,
}

/// The same, with the numbers of its paths.
#[derive(Clone, Debug)]
pub(crate) struct Complete {
    by: Completeness,
    within: Slot,
    sort: Slot,
    needed: Vec<Slot>,
}

impl Complete {
    /// `None` when there are more paths than can be watched.
    pub(crate) fn watched_by(trie: &mut Trie, by: Completeness) -> Option<Self> {
        let mut slot = |steps: &[Step]| trie.add(steps);
        let (within, sort) = (slot(by.within.steps())?, slot(by.sort.steps())?);
        let needed = by.needed.iter().map(|selector| slot(selector.steps())).collect::<Option<_>>()?;
        Some(Self { by, within, sort, needed })
    }

    pub(crate) fn judge(&self, seen: &ScanResult<'_>) -> Result<(), Rejection> {
        let sort = seen.value(self.sort).filter(|_| !seen.duplicate_key.contains(self.sort));
        if seen.value(self.within).is_none() || sort.is_some_and(|sort| self.by.exempt.contains(&sort)) {
            return Ok(());
        }
        let lacks = |slot: &Slot| seen.value(*slot).is_none_or(|value| value == "null");
        match self.needed.iter().position(lacks) {
            Some(place) => {
                let path = self.by.needed[place].shared_path();
                Err(Rejection::new(Reason::Missing).at(path))
            }
            None => Ok(()),
        }
    }
}
