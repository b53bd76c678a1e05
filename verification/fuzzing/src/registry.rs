//! Checks of a tenant's item in the registry, and of the decision over a record.

use aws::item::{AttributeValue, ItemAttributes};
use routing::ports::RegistryRead;
use serde_json::Value;
use tenancy::{Reason, RegistryDecision, RegistryPolicy, Selector, Status, Suspended, TenantRecord};

use crate::events;

/// Checks an item. The input is a sender on the first line, and then an item in DynamoDB JSON.
pub(crate) fn item(input: &str) {
    let (sender, item) = input.split_once('\n').unwrap_or(("", input));
    let Ok(item) = serde_json::from_str::<Value>(item) else { return };
    let Some(attributes) = attributes(&item) else { return };
    match aws::item::read(&attributes) {
        RegistryRead::Listed(Some(tenant)) => {
            check_tenant(&item, &tenant);
            check_decision(&tenant, sender);
        }
        RegistryRead::Malformed(fault) => {
            assert!(
                ["status", "principals", "backend"].iter().any(|name| fault.starts_with(name)),
                "{fault}"
            );
        }
        read => unreachable!("an item was read as absent or unreadable: {read:?}"),
    }
}

/// Returns the item as the SDK reads it, or `None` if the SDK would refuse the whole response.
fn attributes(item: &Value) -> Option<ItemAttributes> {
    item.as_object()?.iter().map(|(name, value)| Some((name.clone(), attribute(value)?))).collect()
}

/// Reads an attribute: an object with the value under the name of its type.
fn attribute(value: &Value) -> Option<AttributeValue> {
    let mut fields = value.as_object()?.iter();
    let (Some((kind, value)), None) = (fields.next(), fields.next()) else { return None };
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let texts = |value: &Value| value.as_array()?.iter().map(text).collect::<Option<_>>();
    Some(match kind.as_str() {
        "S" => AttributeValue::S(text(value)?),
        "N" => AttributeValue::N(text(value)?),
        "SS" => AttributeValue::Ss(texts(value)?),
        "NS" => AttributeValue::Ns(texts(value)?),
        "BOOL" => AttributeValue::Bool(value.as_bool()?),
        "NULL" => AttributeValue::Null(value.as_bool()?),
        "L" => AttributeValue::L(value.as_array()?.iter().map(attribute).collect::<Option<_>>()?),
        "M" => AttributeValue::M(attributes(value)?),
        _ => return None,
    })
}

/// Checks that the tenant's record has the values of the item, and no others.
fn check_tenant(item: &Value, tenant: &TenantRecord) {
    let string = |name: &str| item.get(name).map(|value| value["S"].as_str());
    assert_eq!(string("status"), Some(Some(tenant.status.name())));
    assert_eq!(string("backend"), tenant.backend.as_deref().map(Some));
    match (item.get("principals"), &tenant.principals) {
        (None, None) => {}
        (Some(value), Some(principals)) => {
            let set = value["SS"].as_array().expect("principals are a set");
            assert!(set.iter().map(Value::as_str).eq(principals.iter().map(|text| Some(text.as_str()))));
        }
        (value, principals) => unreachable!("{value:?} became {principals:?}"),
    }
}

/// Checks the decision over a record of this tenant from this sender.
fn check_decision(tenant: &TenantRecord, sender: &str) {
    let record = serde_json::json!({ "tenant": "acme", "sender": sender }).to_string();
    let at_sender = || Selector::parse("$.sender").ok();
    for suspended in [Suspended::Rejected, Suspended::Held, Suspended::Forwarded] {
        let policy = RegistryPolicy::new(suspended, at_sender(), Some(vec!["premium".into()]));
        let claim = events::rules(&["$.tenant"], &[]).claim(&record).expect("the record names a tenant");
        let is_principal = |principal: &String| {
            sender == principal || sender.strip_prefix(&**principal).is_some_and(|rest| rest.starts_with(':'))
        };
        let may_send = tenant.principals.as_ref().is_none_or(|list| list.iter().any(is_principal));
        match policy.decide(claim, Some(tenant), &record) {
            RegistryDecision::Admitted(admitted) => {
                assert_eq!(admitted.tenant().as_str(), "acme");
                let is_forwarded = suspended == Suspended::Forwarded && tenant.status == Status::Suspended;
                assert!(
                    tenant.status == Status::Active || is_forwarded,
                    "a record of an inactive tenant is admitted"
                );
                assert!(may_send, "a record of an unauthorized sender is admitted");
                let backend = usize::from(tenant.backend.as_deref() == Some("premium"));
                assert_eq!(admitted.backend(), backend);
            }
            RegistryDecision::Rejected(rejection) => match rejection.reason() {
                Reason::Offboarded => assert_eq!(tenant.status, Status::Offboarded),
                Reason::Suspended => assert_eq!(tenant.status, Status::Suspended),
                Reason::Unauthorized => assert!(!may_send),
                reason => unreachable!("{reason}"),
            },
            RegistryDecision::Held => assert_eq!(tenant.status, Status::Suspended),
            RegistryDecision::NoSuchBackend => {
                assert!(tenant.backend.as_deref().is_some_and(|name| name != "premium"));
            }
        }
    }
}
