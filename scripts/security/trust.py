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
        tenancy("only_a_tenant_that_is_listed_as_active_is_admitted"),
    ),
    Control(
        "forged tenant id",
        "a tenant's sender must be one of its principals",
        REGISTRY_POLICY,
        "if !tenant.allows(sender.as_deref()) {",
        "if false {",
        tenancy("a_tenant_bound_to_principals_is_admitted_from_them_only"),
    ),
    Control(
        "forged tenant id",
        "an ambiguous sender is not accepted",
        REGISTRY_POLICY,
        "if faulty.iter().any(|paths| paths.contains(self.path)) {",
        "if false {",
        tenancy("a_sender_that_is_absent_or_in_doubt_is_nobody"),
    ),
    Control(
        "forged tenant id",
        "a session matches by its full id or by its role's id",
        TENANT_RECORD,
        "Some(principal.as_str()) == role",
        "sender.starts_with(principal.as_str())",
        tenancy("without_principals_every_sender_may_send_and_with_them_nobody_else_may"),
    ),
    Control(
        "registry out of date",
        "an answer is used no longer than its limit",
        REGISTRY_CACHE,
        "} else if age >= self.lifetimes.stale {",
        "} else if false {",
        routing("an_active_tenants_answer_is_fresh_then_stale_then_gone"),
    ),
    Control(
        "registry out of date",
        "a rejection is checked again after seconds",
        REGISTRY_CACHE,
        "refusal if age < REFUSAL_FRESH.min(self.lifetimes.fresh)",
        "refusal if age < self.lifetimes.stale",
        routing("an_answer_that_lets_nobody_in_is_remembered_briefly_and_never_stale"),
    ),
    Control(
        "registry out of date",
        "a clock that was set back makes answers stale",
        REGISTRY_CACHE,
        "let Some(age) = now.checked_sub(entry.read_at) else",
        "let Some(age) = Some(now.saturating_sub(entry.read_at)) else",
        routing("a_clock_that_was_set_back_makes_every_answer_old"),
    ),
    Control(
        "registry down or damaged",
        "an unconfirmed tenant is not admitted",
        REGISTRY,
        "Some(RegistryAnswer::Unread) | None => return Admission::Deferred(Cause::RegistryUnavailable),",
        "Some(RegistryAnswer::Unread) | None => return check_size(claim.without_registry()),",
        rust("routing", "behaviour", "while_the_table_cannot_be_read_nobody_is_admitted_nobody_is_quarantined_and_the_others_go_on"),
    ),
    Control(
        "registry down or damaged",
        "an unavailable table rejects no record",
        REGISTRY,
        "cached.map_or(RegistryAnswer::Unread, RegistryAnswer::Stale)",
        "RegistryAnswer::Found(cached)",
        rust("routing", "behaviour", "while_the_table_cannot_be_read_nobody_is_admitted_nobody_is_quarantined_and_the_others_go_on"),
    ),
    Control(
        "registry down or damaged",
        "a malformed status is not active",
        ITEM,
        'status.ok_or("status is not active, suspended or offboarded")?',
        "status.unwrap_or(Status::Active)",
        rust("aws", "--lib", "what_makes_no_sense_is_malformed_and_never_a_default"),
    ),
    Control(
        "registry down or damaged",
        "malformed principals do not admit every sender",
        ITEM,
        'Some(_) => return Err("principals is not a set of strings"),',
        "Some(_) => None,",
        rust("aws", "--lib", "what_makes_no_sense_is_malformed_and_never_a_default"),
    ),
    Control(
        "registry down or damaged",
        "an unprocessed key does not count as absent",
        TABLE,
        "if read.is_none() && !is_unprocessed() {",
        "if read.is_none() {",
        rust("aws", "registry", "what_was_not_processed_is_asked_for_again_and_is_not_taken_for_absent"),
    ),
    Control(
        "cache flooding",
        "the number of cached tenants is limited",
        REGISTRY_CACHE,
        "if self.entries.len() >= self.max_entries && !self.entries.contains_key(tenant) {",
        "if false {",
        routing("a_flood_of_invented_tenants_pushes_no_real_one_out"),
    ),
    Control(
        "cache flooding",
        "unknown tenants are evicted first",
        REGISTRY_CACHE,
        "entry.record.is_some() && now",
        "now",
        routing("a_flood_of_invented_tenants_pushes_no_real_one_out"),
    ),
    Control(
        "another tenant's backend",
        "an unconfigured backend is never used",
        REGISTRY_POLICY,
        "None => RegistryDecision::NoSuchBackend,",
        "None => RegistryDecision::Admitted(claim.admitted_to(0)),",
        tenancy("a_listing_names_one_of_the_configured_backends_or_nothing_is_decided"),
    ),
    Control(
        "credentials of another tenant",
        "each tenant has its own session",
        ROLE,
        "sessions.entry(tenant.clone()).or_default()",
        'sessions.entry(TenantId::parse("x", &tenancy::Grammar::Strict).unwrap_or(tenant.clone())).or_default()',
        credentials("an_invoke_carries_its_tenants_own_session_and_sts_is_asked_for_it_once"),
    ),
    Control(
        "credentials of another tenant",
        "the session has the tenant's tag",
        "crates/aws/src/credentials/sts.rs",
        ".value(tenant.as_str())",
        '.value("*")',
        credentials("a_tenant_id_becomes_a_session_tag_unchanged"),
    ),
    Control(
        "credentials of another tenant",
        "asynchronous events carry no credentials",
        BACKEND,
        "(Some(role), Invocation::Sync) =>",
        "(Some(role), _) =>",
        credentials("an_asynchronous_event_never_carries_credentials"),
    ),
    Control(
        "credentials of another tenant",
        "keys are not printed",
        "crates/aws/src/credentials/session.rs",
        'out.debug_struct("TenantSession").field("expires_at", &self.expires_at)',
        'out.debug_struct("TenantSession").field("context", &self.client_context)',
        rust("aws", "--lib", "nothing_that_is_printed_shows_a_credential"),
    ),
    Control(
        "credentials of another tenant",
        "an encoded session is not printed",
        "crates/aws/src/credentials/session.rs",
        'out.debug_struct("TenantSession").field("expires_at", &self.expires_at)',
        'out.debug_struct("TenantSession").field("context", &self.client_context)',
        rust("aws", "--lib", "nothing_that_is_printed_shows_a_credential"),
    ),
    Control(
        "credentials of another tenant",
        "no credentials for a prefix that contains another tenant's",
        "crates/aws/src/credentials/mod.rs",
        "if tenant.as_str().contains('/') {",
        "if tenant.as_str().is_empty() {",
        credentials("a_tenant_whose_id_would_reach_into_anothers_prefix_gets_no_credentials"),
    ),
]
