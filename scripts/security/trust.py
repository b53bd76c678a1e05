"""Controls over the registry and tenants' credentials."""

from scripts.security.control import Control
from scripts.security.proofs import Proof, rust

REGISTRY_POLICY, TENANT_RECORD = (f"crates/tenancy/src/{name}.rs" for name in ("registry_policy", "tenant_record"))
REGISTRY_CACHE, REGISTRY = "crates/routing/src/registry_cache.rs", "crates/routing/src/registry.rs"
ITEM, TABLE = "crates/aws/src/item.rs", "crates/aws/src/registry.rs"
ROLE, BACKEND = "crates/aws/src/credentials/mod.rs", "crates/aws/src/backend.rs"


def tenancy(name: str) -> Proof:
    return rust("tenancy", "--lib", name)


def routing(name: str) -> Proof:
    return rust("routing", "--lib", name)


def credentials(name: str) -> Proof:
    return rust("aws", "credentials", name)


CONTROLS = [
    Control(
        "forged tenant id",
        "only a listed tenant is admitted",
        REGISTRY_POLICY,
        "return reject(&claim, Reason::UnknownTenant);",
        "return RegistryDecision::Admitted(claim.admitted_to(0));",
        tenancy("only_active_tenant_is_admitted"),
    ),
    Control(
        "forged tenant id",
        "a tenant's sender must be one of its principals",
        REGISTRY_POLICY,
        "if !tenant.allows(sender.as_deref()) {",
        "if false {",
        tenancy("bound_tenant_is_admitted_from_its_principals_only"),
    ),
    Control(
        "forged tenant id",
        "an ambiguous sender is not accepted",
        REGISTRY_POLICY,
        "if faulty.iter().any(|paths| paths.contains(self.path)) {",
        "if false {",
        tenancy("absent_or_ambiguous_sender_is_unauthorized"),
    ),
    Control(
        "forged tenant id",
        "a session matches by its full id or by its role's id",
        TENANT_RECORD,
        "Some(principal.as_str()) == role",
        "sender.starts_with(principal.as_str())",
        tenancy("principals_limit_who_may_send"),
    ),
    Control(
        "registry out of date",
        "an answer is used no longer than its limit",
        REGISTRY_CACHE,
        "} else if age >= self.lifetimes.stale {",
        "} else if false {",
        routing("active_answer_is_fresh_then_stale_then_missing"),
    ),
    Control(
        "registry out of date",
        "a rejection is checked again after seconds",
        REGISTRY_CACHE,
        "refusal if age < REFUSAL_FRESH.min(self.lifetimes.fresh)",
        "refusal if age < self.lifetimes.stale",
        routing("refusing_answer_is_cached_briefly_and_never_stale"),
    ),
    Control(
        "registry out of date",
        "a clock that was set back makes answers stale",
        REGISTRY_CACHE,
        "let Some(age) = now.checked_sub(entry.read_at) else",
        "let Some(age) = Some(now.saturating_sub(entry.read_at)) else",
        routing("clock_set_back_makes_every_answer_too_old"),
    ),
    Control(
        "registry down or damaged",
        "an unconfirmed tenant is not admitted",
        REGISTRY,
        "Some(RegistryAnswer::Unread) | None => return Admission::Deferred(Cause::RegistryUnavailable),",
        "Some(RegistryAnswer::Unread) | None => return check_size(claim.without_registry()),",
        rust("routing", "behaviour", "unreadable_table_defers_its_tenants_and_rejects_none"),
    ),
    Control(
        "registry down or damaged",
        "an unavailable table rejects no record",
        REGISTRY,
        "cached.map_or(RegistryAnswer::Unread, RegistryAnswer::Stale)",
        "RegistryAnswer::Found(cached)",
        rust("routing", "behaviour", "unreadable_table_defers_its_tenants_and_rejects_none"),
    ),
    Control(
        "registry down or damaged",
        "a malformed status is not active",
        ITEM,
        'status.ok_or("status is not active, suspended or offboarded")?',
        "status.unwrap_or(Status::Active)",
        rust("aws", "--lib", "malformed_attribute_is_never_a_default"),
    ),
    Control(
        "registry down or damaged",
        "malformed principals do not admit every sender",
        ITEM,
        'Some(_) => return Err("principals is not a set of strings"),',
        "Some(_) => None,",
        rust("aws", "--lib", "malformed_attribute_is_never_a_default"),
    ),
    Control(
        "registry down or damaged",
        "an unprocessed key does not count as absent",
        TABLE,
        "if read.is_none() && !is_unprocessed() {",
        "if read.is_none() {",
        rust("aws", "registry", "unprocessed_key_is_retried_and_never_absent"),
    ),
    Control(
        "cache flooding",
        "the number of cached tenants is limited",
        REGISTRY_CACHE,
        "if self.entries.len() >= self.max_entries && !self.entries.contains_key(tenant) {",
        "if false {",
        routing("flood_of_invented_ids_displaces_no_real_tenant"),
    ),
    Control(
        "cache flooding",
        "unknown tenants are evicted first",
        REGISTRY_CACHE,
        "entry.record.is_some() && now",
        "now",
        routing("flood_of_invented_ids_displaces_no_real_tenant"),
    ),
    Control(
        "another tenant's backend",
        "an unconfigured backend is never used",
        REGISTRY_POLICY,
        "None => RegistryDecision::NoSuchBackend,",
        "None => RegistryDecision::Admitted(claim.admitted_to(0)),",
        tenancy("tenant_is_admitted_to_a_configured_backend_only"),
    ),
    Control(
        "credentials of another tenant",
        "each tenant has its own session",
        ROLE,
        "sessions.entry(tenant.clone()).or_default()",
        'sessions.entry(TenantId::parse("x", &tenancy::Grammar::Strict).unwrap_or(tenant.clone())).or_default()',
        credentials("invoke_carries_its_tenants_cached_session"),
    ),
    Control(
        "credentials of another tenant",
        "the session has the tenant's tag",
        "crates/aws/src/credentials/sts.rs",
        ".value(tenant.as_str())",
        '.value("*")',
        credentials("tenant_id_becomes_a_session_tag_unchanged"),
    ),
    Control(
        "credentials of another tenant",
        "asynchronous events carry no credentials",
        BACKEND,
        "(Some(role), Invocation::Sync) =>",
        "(Some(role), _) =>",
        credentials("asynchronous_invoke_carries_no_credentials"),
    ),
    Control(
        "credentials of another tenant",
        "keys are not printed",
        "crates/aws/src/credentials/session.rs",
        'out.debug_struct("TenantSession").field("expires_at", &self.expires_at)',
        'out.debug_struct("TenantSession").field("context", &self.client_context)',
        rust("aws", "--lib", "debug_output_shows_no_credentials"),
    ),
    Control(
        "credentials of another tenant",
        "an encoded session is not printed",
        "crates/aws/src/credentials/session.rs",
        'out.debug_struct("TenantSession").field("expires_at", &self.expires_at)',
        'out.debug_struct("TenantSession").field("context", &self.client_context)',
        rust("aws", "--lib", "debug_output_shows_no_credentials"),
    ),
    Control(
        "credentials of another tenant",
        "no credentials for a prefix that contains another tenant's",
        "crates/aws/src/credentials/mod.rs",
        "if tenant.as_str().contains('/') {",
        "if tenant.as_str().is_empty() {",
        credentials("tenant_id_with_a_slash_gets_no_credentials"),
    ),
]
