//! The decision: what the walk saw, judged in the order of [`Reason::ALL`].

use crate::completeness::Complete;
use crate::scan::ScanResult;
use crate::trie::{self, Slot, Slots, Trie};
use crate::{Admitted, Claim, Completeness, Grammar, Reason, Rejection, Selector, TenantId};

/// The most selectors that a rule set may have, `from` and `must_match` together.
pub const MAX_SELECTORS: usize = trie::MAX_PATHS;

/// Decides to which tenant a record belongs.
///
/// # What is decided
/// - `from`: the first of these that is present gives the tenant id, and every other one that is present must give
///   the same. `must_match`: all of these must be present and give the same id too.
/// - A selector is *present* when its path leads to anything at all, be it a number, `null`, or a text that would have
///   to be JSON for the path to go on and is not. What is present and faulty is a rejection: it never makes room for
///   the next selector. (Else a producer could choose, by sending a broken body, which selector decides.)
/// - A path that meets a number, `null`, or an object without the field leads nowhere: the selector is absent.
/// - A key that occurs twice in an object on any selector's path rejects the record, even if both values agree and
///   even if that selector did not have to decide: JSON readers differ in which of the two they take.
/// - Texts are compared and taken as they are. Nothing is trimmed, folded or converted.
///
/// Of several faults the one that stands first in [`Reason::ALL`] is told; of several selectors with this fault, the
/// first in `from`, then in `must_match`.
///
/// ```
/// use tenancy::{Grammar, Reason, Rules, Selector};
///
/// let from = ["$.messageAttributes.tenantId.stringValue", "$.body.tenantId"];
/// let from = from.iter().map(|path| Selector::parse(path)).collect::<Result<_, _>>()?;
/// let rules = Rules::new(from, vec![], Grammar::Strict)?;
///
/// let by_body = rules.admit(r#"{"body":"{\"tenantId\":\"blue\"}","messageAttributes":{}}"#)?;
/// assert_eq!(by_body.tenant().as_str(), "blue");
///
/// let broken_body = r#"{"body":"{","messageAttributes":{"tenantId":{"stringValue":"blue"}}}"#;
/// let rejection = rules.admit(broken_body).unwrap_err();
/// assert_eq!(rejection.reason(), Reason::Undecodable);
/// assert_eq!(rejection.selector(), Some("$.body.tenantId"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Rules {
    /// `from`, then `must_match`.
    selectors: Vec<Placed>,
    from: usize,
    trie: Trie,
    grammar: Grammar,
    complete: Option<Complete>,
}

/// A selector with its path's number in the trie.
#[derive(Clone, Debug)]
struct Placed {
    selector: Selector,
    slot: Slot,
}

/// Why selectors and a grammar make no rules.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    /// Nothing says where the tenant id is.
    #[error(
        "no selector is given: tenant_id.from: name at least one path, such as \"$.attributes.MessageGroupId\""
    )]
    NoSelector,
    /// A selector that is compared with itself proves nothing.
    #[error("the same selector is given twice: tenant_id, {path}: remove one of them")]
    Repeated {
        /// The path, as it is spelt the second time.
        path: String,
    },
    /// More selectors than are supported.
    #[error(
        "{count} selectors are given: tenant_id: name at most {MAX_SELECTORS} in from and must_match together"
    )]
    TooMany {
        /// How many there are.
        count: usize,
    },
}

impl Rules {
    /// Makes a rule set.
    ///
    /// # Errors
    /// When `from` is empty, a selector (path and capture) is given twice, or there are more than [`MAX_SELECTORS`].
    pub fn new(
        mut from: Vec<Selector>,
        must_match: Vec<Selector>,
        grammar: Grammar,
    ) -> Result<Self, RulesError> {
        if from.is_empty() {
            return Err(RulesError::NoSelector);
        }
        let (first, count) = (from.len(), from.len() + must_match.len());
        from.extend(must_match);
        let mut rules = Self {
            selectors: Vec::with_capacity(count),
            from: first,
            trie: Trie::new(),
            grammar,
            complete: None,
        };
        for selector in from {
            if rules.selectors.iter().any(|known| known.selector == selector) {
                return Err(RulesError::Repeated { path: selector.path().to_owned() });
            }
            match rules.trie.add(selector.steps()) {
                Some(slot) if rules.selectors.len() < MAX_SELECTORS => {
                    rules.selectors.push(Placed { selector, slot });
                }
                _ => return Err(RulesError::TooMany { count }),
            }
        }
        Ok(rules)
    }

    /// Reads the texts at the ends of these paths as base64 before it looks inside them.
    #[must_use]
    pub fn reading_base64_at(mut self, paths: &[Selector]) -> Self {
        for path in paths {
            self.trie.mark_base64(path.steps());
        }
        self
    }

    /// Asks this of every record too.
    ///
    /// # Errors
    /// When its paths and the selectors' are more than [`MAX_SELECTORS`].
    pub fn complete_by(mut self, by: Completeness) -> Result<Self, RulesError> {
        let count = self.selectors.len() + by.needed.len() + 2;
        let complete = Complete::watched_by(&mut self.trie, by).ok_or(RulesError::TooMany { count })?;
        Ok(Self { complete: Some(complete), ..self })
    }

    /// The selectors that look at this path, each with its own capture.
    pub fn selectors_at(&self, path: &Selector) -> impl Iterator<Item = &Selector> {
        let selectors = self.selectors.iter().map(|placed| &placed.selector);
        selectors.filter(move |selector| selector.steps() == path.steps())
    }

    /// Decides about one record, given as the JSON text of the record's object in its source's event, on its own word.
    ///
    /// # Errors
    /// As [`Rules::claim`].
    pub fn admit(&self, record: &str) -> Result<Admitted, Rejection> {
        self.claim(record).map(Claim::without_registry)
    }

    /// Finds out which tenant one record names, given as the JSON text of the record's object in its source's event.
    ///
    /// # Errors
    /// Every reason up to [`Reason::Conflict`]; those behind it are a registry's, or a backend's limit's.
    pub fn claim(&self, record: &str) -> Result<Claim, Rejection> {
        let mut seen = ScanResult::of(record);
        seen.walk(&self.trie).map_err(|_| Rejection::new(Reason::Undecodable))?;
        let seen = &seen;
        self.none_in(seen.undecodable, Reason::Undecodable, seen)?;
        self.present(seen)?;
        self.complete.as_ref().map_or(Ok(()), |complete| complete.judge(seen))?;
        self.none_in(seen.not_a_string, Reason::NotAString, seen)?;
        self.none_in(seen.duplicate_key, Reason::DuplicateKey, seen)?;
        self.agreed(seen)
    }

    /// No selector's path is among these.
    fn none_in(&self, faulty: Slots, reason: Reason, seen: &ScanResult<'_>) -> Result<(), Rejection> {
        if faulty.is_empty() {
            return Ok(());
        }
        match self.selectors.iter().find(|placed| faulty.contains(placed.slot)) {
            None => Ok(()),
            Some(placed) if reason == Reason::NotAString => {
                Err(placed.reject(reason).offending(seen.value(placed.slot).unwrap_or_default()))
            }
            Some(placed) => Err(placed.reject(reason)),
        }
    }

    /// One of `from` is present, and all of `must_match`.
    fn present(&self, seen: &ScanResult<'_>) -> Result<(), Rejection> {
        let (from, must_match) = self.selectors.split_at(self.from);
        let absent = |placed: &&Placed| seen.value(placed.slot).is_none();
        let missing = if from.iter().all(|placed| absent(&placed)) {
            from.first()
        } else {
            must_match.iter().find(absent)
        };
        missing.map_or(Ok(()), |placed| Err(placed.reject(Reason::Missing)))
    }

    /// Every selector that is present gives an id, the first one keeps to the grammar, and all others are the same.
    fn agreed(&self, seen: &ScanResult<'_>) -> Result<Claim, Rejection> {
        let (mut first, mut conflict) = (None, None);
        for placed in &self.selectors {
            let Some(text) = seen.value(placed.slot) else { continue };
            let Some(id) = placed.selector.id_in(text) else {
                return Err(placed.reject(Reason::NoCapture).offending(text));
            };
            match first {
                None => first = Some((placed, id)),
                Some((_, other)) if other != id => conflict = conflict.or(Some((placed, id))),
                Some(_) => {}
            }
        }
        let Some((first, id)) = first else { return Err(Rejection::new(Reason::Missing)) };
        let tenant = TenantId::parse(id, &self.grammar)
            .map_err(|rejection| rejection.at(first.selector.shared_path()))?;
        match conflict {
            None => Ok(Claim::new(tenant, first.selector.shared_path())),
            Some((placed, other)) => Err(placed.reject(Reason::Conflict).offending(other)),
        }
    }
}

impl Placed {
    fn reject(&self, reason: Reason) -> Rejection {
        Rejection::new(reason).at(self.selector.shared_path())
    }
}
