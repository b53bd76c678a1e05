//! Warns about tenant ids that differ only in case. They are different tenants; the warning changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use tenancy::TenantId;

use super::item::{TENANT_ID, string_attribute};
use super::table::TenantsTable;

/// The most tenants of the table to compare with. A warning is not worth the read of a larger table.
const MAX_COMPARED: usize = 100_000;

/// Returns warnings about new ids that differ only in case from one another or from the table's ids. If the table cannot
/// be read, that is one of the warnings: it does not prevent the write.
pub(crate) async fn collect_warnings(table: &TenantsTable, new: &[TenantId]) -> Vec<String> {
    let (mut existing, mut start) = (BTreeSet::new(), None);
    let compared = loop {
        match table.scan_page(start, None).await {
            Ok(page) => {
                existing.extend(page.items.iter().filter_map(|item| string_attribute(item, TENANT_ID)));
                start = page.next;
            }
            Err(error) => {
                break Some(format!("ids that differ only in case were not looked for: {error}"));
            }
        }
        if start.is_none() {
            break None;
        }
        if existing.len() >= MAX_COMPARED {
            break Some(format!("ids were compared with only {} of the table's tenants", existing.len()));
        }
    };
    let mut warnings = warnings_of(new.iter().map(TenantId::as_str), &existing);
    warnings.extend(compared);
    warnings
}

/// Returns one warning for each group of ids that differ only in case and has a new id.
fn warnings_of<'a>(new: impl Iterator<Item = &'a str>, existing: &BTreeSet<String>) -> Vec<String> {
    let mut groups: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for id in new {
        groups.entry(id.to_ascii_lowercase()).or_default().insert(id);
    }
    for id in existing {
        // Groups exist only for new ids.
        if let Some(group) = groups.get_mut(&id.to_ascii_lowercase()) {
            group.insert(id);
        }
    }
    let groups = groups.into_values().filter(|group| group.len() > 1);
    let warnings = groups.map(|group| {
        let ids: Vec<&str> = group.into_iter().collect();
        format!("these ids differ only in case, and are different tenants: {}", ids.join(", "))
    });
    warnings.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_differ_only_in_case_give_one_warning_each() {
        let existing = BTreeSet::from(["acme".to_owned(), "Initech".to_owned(), "INITECH".to_owned()]);
        let warnings = warnings_of(["Acme", "ACME", "globex", "umbrella", "Umbrella"].into_iter(), &existing);
        let ids = |text: &str| format!("these ids differ only in case, and are different tenants: {text}");
        assert_eq!(warnings, [ids("ACME, Acme, acme"), ids("Umbrella, umbrella")]);
    }

    #[test]
    fn same_id_gives_no_warning() {
        assert!(warnings_of(["acme"].into_iter(), &BTreeSet::from(["acme".to_owned()])).is_empty());
    }
}
