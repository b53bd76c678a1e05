//! Ids that a person takes for one another. They are different tenants, and nothing here folds them: it is only told.

use std::collections::{BTreeMap, BTreeSet};

use tenancy::TenantId;

use super::item::{TENANT_ID, text};
use super::table::TenantsTable;

/// So many of the table's tenants are compared with; a table of more is beyond what one reads for a warning.
const MOST_COMPARED: usize = 100_000;

/// What to say about new ids that differ only in case from one another or from the table's. Where the table cannot be
/// read for this, that is said: a warning is no reason not to write.
pub(crate) async fn warnings(registry: &TenantsTable, new: &[TenantId]) -> Vec<String> {
    let (mut there, mut start) = (BTreeSet::new(), None);
    let compared = loop {
        match registry.page(start, None).await {
            Ok(page) => {
                there.extend(page.items.iter().filter_map(|item| text(item, TENANT_ID)));
                start = page.next;
            }
            Err(failure) => {
                break Some(format!("it was not looked for ids that are easily confused: {failure}"));
            }
        }
        if start.is_none() {
            break None;
        }
        if there.len() >= MOST_COMPARED {
            break Some(format!("ids were compared with {} of the table's tenants only", there.len()));
        }
    };
    let mut warnings = among(new.iter().map(TenantId::as_str), &there);
    warnings.extend(compared);
    warnings
}

/// One warning for each group of ids, at least one of them new, that are one when case is taken away.
pub(crate) fn among<'a>(new: impl Iterator<Item = &'a str>, there: &BTreeSet<String>) -> Vec<String> {
    let mut groups: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for id in new {
        groups.entry(id.to_ascii_lowercase()).or_default().insert(id);
    }
    for id in there {
        // Only groups that a new id has opened.
        if let Some(group) = groups.get_mut(&id.to_ascii_lowercase()) {
            group.insert(id);
        }
    }
    let groups = groups.into_values().filter(|group| group.len() > 1);
    let told = groups.map(|group| {
        let ids: Vec<&str> = group.into_iter().collect();
        format!("these ids differ only in case, and are different tenants: {}", ids.join(", "))
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_differ_only_in_case_are_told_once_for_each_group() {
        let there = BTreeSet::from(["acme".to_owned(), "Initech".to_owned(), "INITECH".to_owned()]);
        let told = among(["Acme", "ACME", "globex", "umbrella", "Umbrella"].into_iter(), &there);
        let ids = |text: &str| format!("these ids differ only in case, and are different tenants: {text}");
        assert_eq!(told, [ids("ACME, Acme, acme"), ids("Umbrella, umbrella")]);
    }

    #[test]
    fn the_same_id_is_not_like_itself() {
        assert!(among(["acme"].into_iter(), &BTreeSet::from(["acme".to_owned()])).is_empty());
    }
}
