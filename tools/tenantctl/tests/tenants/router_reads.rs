//! The router's own adapter reads what `tenants` writes.

use std::time::Duration;

use aws::{Clients, TableRegistry};
use aws_sdk_dynamodb::config::{Credentials, Region, SharedCredentialsProvider};
use aws_types::SdkConfig;
use routing::ports::{RegistryRead, RegistryReader as _};
use tenancy::{Grammar, Status, TenantId, TenantRecord};

use crate::cli::{TABLE, World};

/// Reads tenants as a router does.
fn read(world: &World, ids: &[&str]) -> Vec<RegistryRead> {
    let credentials = Credentials::for_tests();
    let config = SdkConfig::builder()
        .region(Region::new("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(world.dynamodb.endpoint())
        .build();
    let registry = TableRegistry::new(&Clients::from_config(&config).unwrap(), TABLE);
    let ids: Vec<TenantId> = ids.iter().map(|id| TenantId::parse(id, &Grammar::Lambda).unwrap()).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(registry.read(&ids, Duration::from_secs(5)))
}

fn listed(status: Status, principals: Option<&[&str]>, backend: Option<&str>) -> RegistryRead {
    let principals = principals.map(|set| set.iter().map(|&text| text.to_owned()).collect());
    RegistryRead::Listed(Some(TenantRecord { status, principals, backend: backend.map(str::to_owned) }))
}

#[test]
fn router_reads_added_tenants() {
    let world = World::new();
    world.tenants("add acme --principal AROAB --principal AROAA --backend premium --note x").good();
    world.tenants("add globex --suspended").good();
    world.import(r#"[{"tenant_id":"initech","principals":["AROAC"]},{"tenant_id":"a b"}]"#, "--execute");
    let ids = ["acme", "globex", "initech", "a b", "nobody"];
    let expected = [
        listed(Status::Active, Some(&["AROAA", "AROAB"]), Some("premium")),
        listed(Status::Suspended, None, None),
        listed(Status::Active, Some(&["AROAC"]), None),
        listed(Status::Active, None, None),
        RegistryRead::Listed(None),
    ];
    assert_eq!(read(&world, &ids), expected);
}

#[test]
fn router_reads_changed_tenants() {
    let world = World::new();
    world.tenants("add acme --principal AROAA --backend premium").good();
    world.tenants("suspend acme").good();
    assert_eq!(read(&world, &["acme"]), [listed(Status::Suspended, Some(&["AROAA"]), Some("premium"))]);
    world.tenants("activate acme --note paid").good();
    world.tenants("update acme --any-principal --no-backend").good();
    assert_eq!(read(&world, &["acme"]), [listed(Status::Active, None, None)]);
    world.tenants("offboard acme --yes").good();
    assert_eq!(read(&world, &["acme"]), [listed(Status::Offboarded, None, None)]);
}

#[test]
fn router_rejects_what_show_calls_malformed() {
    let world = World::new();
    for (id, attribute) in [
        ("a", serde_json::json!({ "status": { "S": "Active" } })),
        ("b", serde_json::json!({ "status": { "N": "1" } })),
        ("c", serde_json::json!({ "status": { "S": "active" }, "principals": { "S": "x" } })),
        ("d", serde_json::json!({ "status": { "S": "active" }, "backend": { "N": "1" } })),
        ("e", serde_json::json!({})),
    ] {
        let mut item = attribute;
        item["tenant_id"] = serde_json::json!({ "S": id });
        world.put(&item);
        world.tenants(&format!("show {id}")).found();
        let read = read(&world, &[id]);
        assert!(matches!(&read[..], [RegistryRead::Malformed(_)]), "{id}: {read:?}");
    }
}
