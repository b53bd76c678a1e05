//! A backend: is it there, does it keep tenants apart, is its time-out the one that the router counts on, and may it be
//! invoked?

use aws_sdk_lambda::Client;
use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput;
use aws_sdk_lambda::types::{InvocationType, TenancyConfig, TenantIsolationMode};
use aws_types::SdkConfig;

use super::aws_error::CheckError;
use super::{TEST_TENANT_ID, IdentityKind, LiveCheck, CheckResult};
use crate::check_config::outline::OutlinedBackend;

pub(super) async fn check(aws: &SdkConfig, field: &str, backend: &OutlinedBackend, assumed: IdentityKind) -> Vec<LiveCheck> {
    let client = Client::new(aws);
    let function = backend.function.as_str();
    let check = |what: &str, finding| LiveCheck::of(format!("{field} {what}"), function, finding);
    let mut checks = Vec::new();
    match client.get_function_configuration().function_name(function).send().await {
        Ok(found) => {
            checks.push(check("exists", exists(&found)));
            checks.push(check("is PER_TENANT", per_tenant(&found)));
            checks.push(check("time-out", timeout(&found, backend.timeout_seconds)));
        }
        Err(error) => checks.push(check("exists", absent(&CheckError::of(&error), assumed))),
    }
    // Lambda checks permission and parameters and runs nothing [Lambda API reference, "Invoke"].
    let dry_run = client.invoke().function_name(function).invocation_type(InvocationType::DryRun);
    let invoked = dry_run.tenant_id(TEST_TENANT_ID).send().await;
    let finding = match invoked {
        Ok(_) => CheckResult::ok("a dry run is allowed"),
        Err(error) => refused(&CheckError::of(&error), function),
    };
    checks.push(check("may be invoked", finding));
    checks
}

fn exists(found: &GetFunctionConfigurationOutput) -> CheckResult {
    let state = found.state().map_or("Active", |state| state.as_str());
    match state {
        // An inactive function wakes up when it is invoked [Lambda developer guide, "Lambda function states"].
        "Active" | "Inactive" => CheckResult::ok(format!("version {}", found.version().unwrap_or("unknown"))),
        state => CheckResult::failed(
            format!("its state is {state}"),
            found.state_reason().unwrap_or("see the function in Lambda").to_owned(),
        ),
    }
}

fn absent(trouble: &CheckError, assumed: IdentityKind) -> CheckResult {
    match (trouble, assumed) {
        (CheckError::NotFound, _) => CheckResult::failed(
            "there is no such function, version or alias here",
            "create it, or correct the name, the region or the account",
        ),
        (CheckError::Denied, IdentityKind::Role) => CheckResult::not_tried(
            "the router's role need not be allowed lambda:GetFunctionConfiguration; ask as yourself",
        ),
        (CheckError::Denied, IdentityKind::Operator) => {
            CheckResult::not_tried("you are not allowed lambda:GetFunctionConfiguration on it")
        }
        (other, _) => CheckResult::not_tried(other.describe()),
    }
}

fn per_tenant(found: &GetFunctionConfigurationOutput) -> CheckResult {
    let mode = found.tenancy_config().map(TenancyConfig::tenant_isolation_mode);
    if mode == Some(&TenantIsolationMode::PerTenant) {
        return CheckResult::ok("tenants have environments of their own");
    }
    CheckResult::failed(
        "it does not isolate tenants",
        "the mode can only be chosen when a function is created: make a new one with TenancyConfig PER_TENANT, as \
         modules/backend does",
    )
}

fn timeout(found: &GetFunctionConfigurationOutput, configured: u64) -> CheckResult {
    let actual = found.timeout().and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or(3);
    if actual <= configured {
        return CheckResult::ok(format!("{actual} s, and the router counts on {configured} s"));
    }
    CheckResult::failed(
        format!("it is {actual} s, and the router counts on {configured} s and would give up too early"),
        format!(
            "set timeout_seconds to {actual} and the router's time-out accordingly, or shorten the function's"
        ),
    )
}

fn refused(trouble: &CheckError, function: &str) -> CheckResult {
    match trouble {
        CheckError::NotFound => CheckResult::failed("there is nothing to invoke", "see the line about its existence"),
        CheckError::Denied => CheckResult::failed(
            "this identity may not invoke it",
            format!(
                "allow lambda:InvokeFunction on exactly {function}: a grant on the function does not cover its \
                 aliases, nor the other way round"
            ),
        ),
        CheckError::Service(code) if code == "InvalidParameterValueException" => CheckResult::failed(
            "Lambda refuses a tenant id for it",
            "see the line about PER_TENANT: only such a function takes one",
        ),
        other => CheckResult::not_tried(other.describe()),
    }
}
