//! Builds the expressions of a conditional DynamoDB update: the changes, and the condition that the item is still as
//! it was read.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;

use super::item::{ItemAttributes, TENANT_ID};

/// Attributes and their new values; `None` removes the attribute.
pub(crate) type AttributeChanges = BTreeMap<&'static str, Option<AttributeValue>>;

/// The expressions of a DynamoDB `UpdateItem` request.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct UpdateExpression {
    pub(crate) change: String,
    pub(crate) condition: String,
    pub(crate) names: HashMap<String, String>,
    pub(crate) values: HashMap<String, AttributeValue>,
}

impl UpdateExpression {
    /// Builds an update that fails unless the item exists and its `guarded` attributes are as they were read.
    /// `UpdateItem` would otherwise create a missing item.
    pub(crate) fn new(
        changes: &AttributeChanges,
        guarded: &BTreeSet<&'static str>,
        as_read: &ItemAttributes,
    ) -> Self {
        let mut built = Self::default();
        // Every name is a placeholder: `status` is a reserved word of DynamoDB.
        let (mut set, mut remove) = (Vec::new(), Vec::new());
        for (name, value) in changes {
            let token = built.name_token(name);
            match value {
                Some(value) => set.push(format!("{token} = {}", built.value_token("new", name, value))),
                None => remove.push(token),
            }
        }
        let clauses = [("SET", set), ("REMOVE", remove)];
        let clauses = clauses.into_iter().filter(|(_, parts)| !parts.is_empty());
        let clauses: Vec<String> =
            clauses.map(|(word, parts)| format!("{word} {}", parts.join(", "))).collect();
        built.change = clauses.join(" ");
        let mut terms = vec![format!("attribute_exists({})", built.name_token(TENANT_ID))];
        for name in guarded {
            let token = built.name_token(name);
            terms.push(match as_read.get(*name) {
                Some(value) => format!("{token} = {}", built.value_token("was", name, value)),
                None => format!("attribute_not_exists({token})"),
            });
        }
        built.condition = terms.join(" AND ");
        built
    }

    fn name_token(&mut self, name: &str) -> String {
        let token = format!("#{name}");
        self.names.insert(token.clone(), name.to_owned());
        token
    }

    fn value_token(&mut self, prefix: &str, name: &str, value: &AttributeValue) -> String {
        let token = format!(":{prefix}_{name}");
        self.values.insert(token.clone(), value.clone());
        token
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tenants::item::{BACKEND, NOTE, STATUS};

    #[test]
    fn update_requires_the_item_as_it_was_read() {
        let string = |text: &str| AttributeValue::S(text.to_owned());
        let changes = AttributeChanges::from([(STATUS, Some(string("suspended"))), (NOTE, None)]);
        let as_read = ItemAttributes::from([(STATUS.to_owned(), string("active"))]);
        let update = UpdateExpression::new(&changes, &BTreeSet::from([STATUS, BACKEND]), &as_read);
        assert_eq!(update.change, "SET #status = :new_status REMOVE #note");
        assert_eq!(
            update.condition,
            "attribute_exists(#tenant_id) AND attribute_not_exists(#backend) AND #status = :was_status"
        );
        assert_eq!(update.values[":was_status"], string("active"));
        assert_eq!(update.names["#status"], "status");
        assert_eq!(update.names.len(), 4);
    }
}
