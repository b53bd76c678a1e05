//! A tenant's item in the registry, and what it means for a record.

use aws::item::{AttributeValue, ItemAttributes};
use routing::ports::RegistryRead;
use serde_json::Value;
use tenancy::{RegistryPolicy, TenantRecord, Reason, RegistryDecision, Selector, Status, Suspended};

use crate::events;

/// A sender, and behind its line an item as DynamoDB writes it.
pub(crate) fn item(input: &str) {
    let (sender, item) = input.split_once('\n').unwrap_or(("", input));
    let Ok(item) = serde_json::from_str::<Value>(item) else { return };
    let Some(attributes) = attributes(&item) else { return };
    match aws::item::read(&attributes) {
        RegistryRead::Listed(Some(listing)) => {
            listed(&item, &listing);
            ruled(&listing, sender);
        }
        RegistryRead::Malformed(fault) => {
            assert!(
                ["status", "principals", "backend"].iter().any(|name| fault.starts_with(name)),
                "{fault}"
            );
        }
        read => unreachable!("an item that is there was read: {read:?}"),
    }
}

/// The item as the SDK reads it. `None`: the SDK would refuse the whole answer.
fn attributes(item: &Value) -> Option<ItemAttributes> {
    item.as_object()?.iter().map(|(name, value)| Some((name.clone(), attribute(value)?))).collect()
}

/// An attribute: an object that names its type and holds its value.
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

/// What the listing says stands in the item, and what is left out there is left out here.
fn listed(item: &Value, listing: &TenantRecord) {
    let string = |name: &str| item.get(name).map(|value| value["S"].as_str());
    assert_eq!(string("status"), Some(Some(listing.status.name())));
    assert_eq!(string("backend"), listing.backend.as_deref().map(Some));
    match (item.get("principals"), &listing.principals) {
        (None, None) => {}
        (Some(value), Some(principals)) => {
            let set = value["SS"].as_array().expect("principals were read off a set");
            assert!(set.iter().map(Value::as_str).eq(principals.iter().map(|text| Some(text.as_str()))));
        }
        (value, principals) => unreachable!("{value:?} became {principals:?}"),
    }
}

/// Whom the listing lets in.
fn ruled(listing: &TenantRecord, sender: &str) {
    let record = serde_json::json!({ "tenant": "acme", "sender": sender }).to_string();
    let at_sender = || Selector::parse("$.sender").ok();
    for suspended in [Suspended::Rejected, Suspended::Held, Suspended::Forwarded] {
        let authority = RegistryPolicy::new(suspended, at_sender(), Some(vec!["premium".into()]));
        let claim = events::rules(&["$.tenant"], &[]).claim(&record).expect("the record names a tenant");
        let is_principal = |principal: &String| {
            sender == principal || sender.strip_prefix(&**principal).is_some_and(|rest| rest.starts_with(':'))
        };
        let may_send = listing.principals.as_ref().is_none_or(|list| list.iter().any(is_principal));
        match authority.decide(claim, Some(listing), &record) {
            RegistryDecision::Admitted(admitted) => {
                assert_eq!(admitted.tenant().as_str(), "acme");
                let passes = suspended == Suspended::Forwarded && listing.status == Status::Suspended;
                assert!(listing.status == Status::Active || passes, "a tenant that is not served is");
                assert!(may_send, "a stranger sends for a tenant");
                let backend = usize::from(listing.backend.as_deref() == Some("premium"));
                assert_eq!(admitted.backend(), backend);
            }
            RegistryDecision::Rejected(rejection) => match rejection.reason() {
                Reason::Offboarded => assert_eq!(listing.status, Status::Offboarded),
                Reason::Suspended => assert_eq!(listing.status, Status::Suspended),
                Reason::Unauthorized => assert!(!may_send),
                reason => unreachable!("{reason}"),
            },
            RegistryDecision::Held => assert_eq!(listing.status, Status::Suspended),
            RegistryDecision::NoSuchBackend => {
                assert!(listing.backend.as_deref().is_some_and(|name| name != "premium"));
            }
        }
    }
}
