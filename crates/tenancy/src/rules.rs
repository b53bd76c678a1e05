//! The rules of admission: the decision over the scanned values, in the order of [`Reason::ALL`].

use crate::completeness::CompletenessCheck;
use crate::scan::ScanResult;
use crate::trie::{self, PathId, PathSet, Trie};
use crate::{Admitted, Claim, Completeness, Grammar, Reason, Rejection, Selector, TenantId};

/// The most selectors that a rule set may have, in `from` and `must_match` together.
pub const MAX_SELECTORS: usize = trie::MAX_PATHS;

/// Decides which tenant a record belongs to.
///
/// # The rules
/// - `from`: the first of these selectors that is present gives the tenant id. Every other one that is present must
///   give the same id.
/// - `must_match`: all of these selectors must be present and give the same id.
/// - A selector is *present* if its path leads to any value. A number, `null`, or a string that should hold JSON and
///   does not, is also a value. A present value that is faulty rejects the record: admission never goes on to the next
///   selector. Otherwise a producer could choose the deciding selector by sending a broken body.
/// - A selector is absent if its path leads into a number, into `null`, or into an object without the field.
/// - A key that occurs twice in an object on the path of any selector rejects the record, even if both values agree.
///   JSON readers differ in which of the two values they use.
/// - Texts are compared and used unchanged. Nothing is trimmed or converted.
///
/// A record with several faults is rejected for the first reason in [`Reason::ALL`], at the first selector with this
/// fault, in the order of `from`, then `must_match`.
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
/// assert_eq!(rejection.path(), Some("$.body.tenantId"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Rules {
    /// `from`, then `must_match`.
    selectors: Vec<RuleSelector>,
    /// The number of selectors in `from`.
    from: usize,
    trie: Trie,
    grammar: Grammar,
    completeness: Option<CompletenessCheck>,
    /// The paths at which strings are decoded from base64.
    base64: Vec<Selector>,
}

/// A selector and its path in the trie.
#[derive(Clone, Debug)]
struct RuleSelector {
    selector: Selector,
    path: PathId,
}

/// Why selectors cannot make a rule set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    /// `from` is empty.
    #[error(
        "no selector is given: tenant_id.from: add at least one path, such as \"$.attributes.MessageGroupId\""
    )]
    NoSelector,
    /// A selector is given twice. Comparing it with itself proves nothing.
    #[error("the same selector is given twice: tenant_id, {path}: remove one of them")]
    Repeated {
        /// The path, in its second spelling.
        path: String,
    },
    /// There are more selectors, or more paths, than [`MAX_SELECTORS`].
    #[error(
        "{count} selectors are given: tenant_id: use at most {MAX_SELECTORS} in from and must_match together"
    )]
    TooMany {
        /// The number that was given.
        count: usize,
    },
}

impl Rules {
    /// Makes a rule set.
    ///
    /// # Errors
    /// If `from` is empty, if a selector (path and capture) is given twice, or if there are more than [`MAX_SELECTORS`].
    pub fn new(
        mut from: Vec<Selector>,
        must_match: Vec<Selector>,
        grammar: Grammar,
    ) -> Result<Self, RulesError> {
        if from.is_empty() {
            return Err(RulesError::NoSelector);
        }
        let (from_count, count) = (from.len(), from.len() + must_match.len());
        from.extend(must_match);
        let mut rules = Self {
            selectors: Vec::with_capacity(count),
            from: from_count,
            trie: Trie::new(),
            grammar,
            completeness: None,
            base64: Vec::new(),
        };
        for selector in from {
            if rules.selectors.iter().any(|known| known.selector == selector) {
                return Err(RulesError::Repeated { path: selector.path().to_owned() });
            }
            match rules.trie.add(selector.steps()) {
                Some(path) if rules.selectors.len() < MAX_SELECTORS => {
                    rules.selectors.push(RuleSelector { selector, path });
                }
                _ => return Err(RulesError::TooMany { count }),
            }
        }
        Ok(rules)
    }

    /// Decodes the strings at the ends of these paths from base64 before it reads them as JSON.
    #[must_use]
    pub fn reading_base64_at(mut self, paths: &[Selector]) -> Self {
        for path in paths {
            self.trie.mark_base64(path.steps());
        }
        self.base64.extend_from_slice(paths);
        self
    }

    /// Requires that every record also passes this check.
    ///
    /// # Errors
    /// [`RulesError::TooMany`] if its paths and those of the selectors are more than [`MAX_SELECTORS`].
    pub fn with_completeness(mut self, completeness: Completeness) -> Result<Self, RulesError> {
        let count = self.selectors.len() + completeness.required.len() + 2;
        let check =
            CompletenessCheck::add_to(&mut self.trie, completeness).ok_or(RulesError::TooMany { count })?;
        Ok(Self { completeness: Some(check), ..self })
    }

    /// Returns the selectors of `from`, then those of `must_match`.
    #[must_use]
    pub fn selectors(&self) -> (Vec<&Selector>, Vec<&Selector>) {
        let mut from: Vec<&Selector> = self.selectors.iter().map(|known| &known.selector).collect();
        let must_match = from.split_off(self.from);
        (from, must_match)
    }

    /// Returns the selectors with this path, each with its own capture.
    pub fn selectors_at(&self, path: &Selector) -> impl Iterator<Item = &Selector> {
        let selectors = self.selectors.iter().map(|known| &known.selector);
        selectors.filter(move |selector| selector.steps() == path.steps())
    }

    /// Returns the grammar.
    #[must_use]
    pub const fn grammar(&self) -> &Grammar {
        &self.grammar
    }

    /// Returns for each selector the rules that have no other, in the order of [`Rules::selectors`]. They show what each
    /// selector finds in a record.
    pub fn each_alone(&self) -> impl Iterator<Item = (&Selector, Self)> {
        self.selectors.iter().filter_map(|RuleSelector { selector, .. }| {
            let alone = Self::new(vec![selector.clone()], Vec::new(), self.grammar.clone()).ok()?;
            Some((selector, alone.reading_base64_at(&self.base64)))
        })
    }

    /// Admits a record, given as the JSON text of one item of its source's event, without a registry.
    ///
    /// # Errors
    /// As for [`Rules::claim`].
    pub fn admit(&self, record: &str) -> Result<Admitted, Rejection> {
        self.claim(record).map(Claim::without_registry)
    }

    /// Finds the tenant that a record names. The record is the JSON text of one item of its source's event.
    ///
    /// # Errors
    /// A rejection for one of the reasons up to [`Reason::Conflict`]. The later reasons come from a registry, or from
    /// the size limit of a backend.
    pub fn claim(&self, record: &str) -> Result<Claim, Rejection> {
        let mut scan = ScanResult::new(record);
        scan.walk(&self.trie).map_err(|_| Rejection::new(Reason::Undecodable))?;
        let scan = &scan;
        self.check_faults(scan.undecodable, Reason::Undecodable, scan)?;
        self.check_presence(scan)?;
        self.completeness.as_ref().map_or(Ok(()), |completeness| completeness.check(scan))?;
        self.check_faults(scan.not_a_string, Reason::NotAString, scan)?;
        self.check_faults(scan.duplicate_key, Reason::DuplicateKey, scan)?;
        self.agreed_claim(scan)
    }

    /// Rejects the record if the path of a selector is among the faulty ones.
    fn check_faults(&self, faulty: PathSet, reason: Reason, scan: &ScanResult<'_>) -> Result<(), Rejection> {
        if faulty.is_empty() {
            return Ok(());
        }
        match self.selectors.iter().find(|selector| faulty.contains(selector.path)) {
            None => Ok(()),
            Some(selector) if reason == Reason::NotAString => Err(selector
                .reject(reason)
                .with_offending_value(scan.value(selector.path).unwrap_or_default())),
            Some(selector) => Err(selector.reject(reason)),
        }
    }

    /// Rejects the record unless one selector of `from`, and all of `must_match`, are present.
    fn check_presence(&self, scan: &ScanResult<'_>) -> Result<(), Rejection> {
        let (from, must_match) = self.selectors.split_at(self.from);
        let absent = |selector: &&RuleSelector| scan.value(selector.path).is_none();
        let missing = if from.iter().all(|selector| absent(&selector)) {
            from.first()
        } else {
            must_match.iter().find(absent)
        };
        missing.map_or(Ok(()), |selector| Err(selector.reject(Reason::Missing)))
    }

    /// Makes a claim of the id that all present selectors give, or rejects the record.
    fn agreed_claim(&self, scan: &ScanResult<'_>) -> Result<Claim, Rejection> {
        let (mut first, mut conflict) = (None, None);
        for selector in &self.selectors {
            let Some(text) = scan.value(selector.path) else { continue };
            let Some(id) = selector.selector.id_in(text) else {
                return Err(selector.reject(Reason::NoCapture).with_offending_value(text));
            };
            match first {
                None => first = Some((selector, id)),
                Some((_, other)) if other != id => conflict = conflict.or(Some((selector, id))),
                Some(_) => {}
            }
        }
        let Some((first, id)) = first else { return Err(Rejection::new(Reason::Missing)) };
        let tenant = TenantId::parse(id, &self.grammar)
            .map_err(|rejection| rejection.with_path(first.selector.shared_path()))?;
        match conflict {
            None => Ok(Claim::new(tenant, first.selector.shared_path())),
            Some((selector, other)) => Err(selector.reject(Reason::Conflict).with_offending_value(other)),
        }
    }
}

impl RuleSelector {
    fn reject(&self, reason: Reason) -> Rejection {
        Rejection::new(reason).with_path(self.selector.shared_path())
    }
}
