//! Checks a backend: it exists, isolates tenants, has the time-out that the router expects, and may be invoked.

use aws_sdk_lambda::Client;
use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput;
use aws_sdk_lambda::types::{InvocationType, TenancyConfig, TenantIsolationMode};
use aws_types::SdkConfig;
use router::BackendConfig;

use super::aws_error::CheckError;
use super::{CheckResult, IdentityKind, LiveCheck, TEST_TENANT_ID};

pub(super) async fn check(
    aws: &SdkConfig,
    backend: &BackendConfig,
    identity: IdentityKind,
) -> Vec<LiveCheck> {
    let client = Client::new(aws);
    let (function, field) = (backend.function.as_str(), backend.field());
    let check = |what: &str, result| LiveCheck::of(format!("{field} {what}"), function, result);
    let mut checks = Vec::new();
    match client.get_function_configuration().function_name(function).send().await {
        Ok(found) => {
            checks.push(check("exists", check_state(&found)));
            checks.push(check("is PER_TENANT", check_isolation(&found)));
            checks.push(check("time-out", check_timeout(&found, backend.timeout.as_secs())));
        }
        Err(error) => checks.push(check("exists", not_found(&CheckError::of(&error), identity))),
    }
    // A dry run checks permission and parameters and runs nothing [AWS Lambda API reference, "Invoke"].
    let dry_run = client.invoke().function_name(function).invocation_type(InvocationType::DryRun);
    let invoked = dry_run.tenant_id(TEST_TENANT_ID).send().await;
    let result = match invoked {
        Ok(_) => CheckResult::ok("a dry run is allowed"),
        Err(error) => refusal(&CheckError::of(&error), function),
    };
    checks.push(check("may be invoked", result));
    checks
}

fn check_state(found: &GetFunctionConfigurationOutput) -> CheckResult {
    let state = found.state().map_or("Active", |state| state.as_str());
    match state {
        // An invocation activates an inactive function [AWS Lambda developer guide, "Lambda function states"].
        "Active" | "Inactive" => CheckResult::ok(format!("version {}", found.version().unwrap_or("unknown"))),
        state => CheckResult::failed(
            format!("its state is {state}"),
            found.state_reason().unwrap_or("see the function in Lambda").to_owned(),
        ),
    }
}

fn not_found(error: &CheckError, identity: IdentityKind) -> CheckResult {
    match (error, identity) {
        (CheckError::NotFound, _) => CheckResult::failed(
            "there is no such function, version or alias in this account and region",
            "create it, or correct the name, the region or the account",
        ),
        (CheckError::Denied, IdentityKind::Role) => CheckResult::not_tried(
            "the router's role does not need lambda:GetFunctionConfiguration: run the check without --assume-role",
        ),
        (CheckError::Denied, IdentityKind::Operator) => {
            CheckResult::not_tried("you have no permission for lambda:GetFunctionConfiguration on it")
        }
        (other, _) => CheckResult::not_tried(other.describe()),
    }
}

fn check_isolation(found: &GetFunctionConfigurationOutput) -> CheckResult {
    let mode = found.tenancy_config().map(TenancyConfig::tenant_isolation_mode);
    if mode == Some(&TenantIsolationMode::PerTenant) {
        return CheckResult::ok("each tenant has its own execution environments");
    }
    CheckResult::failed(
        "it does not isolate tenants",
        "the mode can only be set when a function is created: create a new one with TenancyConfig PER_TENANT, as \
         modules/backend does",
    )
}

fn check_timeout(found: &GetFunctionConfigurationOutput, configured: u64) -> CheckResult {
    let actual = found.timeout().and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or(3);
    if actual <= configured {
        return CheckResult::ok(format!("{actual} s; the router expects {configured} s"));
    }
    CheckResult::failed(
        format!("it is {actual} s, and the router expects {configured} s and would stop waiting too early"),
        format!(
            "set timeout_seconds to {actual} and raise the router's time-out accordingly, or shorten the function's"
        ),
    )
}

fn refusal(error: &CheckError, function: &str) -> CheckResult {
    match error {
        CheckError::NotFound => CheckResult::failed("it does not exist", "see the check \"exists\""),
        CheckError::Denied => CheckResult::failed(
            "this identity has no permission to invoke it",
            format!(
                "allow lambda:InvokeFunction on exactly {function}: a permission for the function does not cover its \
                 aliases, and a permission for an alias does not cover the function"
            ),
        ),
        CheckError::Service(code) if code == "InvalidParameterValueException" => CheckResult::failed(
            "Lambda refuses a tenant id for it",
            "see the check \"is PER_TENANT\": only such a function takes a tenant id",
        ),
        other => CheckResult::not_tried(other.describe()),
    }
}
