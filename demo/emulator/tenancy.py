"""Tenant isolation mode [Lambda developer guide, "Tenant isolation"].

A function with the tag `ISOLATION_TAG` has it too.
"""

import contextvars
import http.server
import json
import re

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from demo.emulator import ISOLATION_TAG
from demo.emulator.patching import replace

TENANT_ID = re.compile(r"[a-zA-Z0-9._:/=+\-@ ]{1,256}")
MISSING = "The invoked function is enabled with tenancy configuration. Add a valid tenant ID in your request and try again."
UNWANTED = "The invoked function is not enabled with tenancy configuration. Remove the tenant ID from your request and try again."
MALFORMED = "The provided tenant ID is invalid."

# MiniStack carries context variables from the request into the thread that runs the function.
tenant_id: contextvars.ContextVar[str | None] = contextvars.ContextVar("tenant_id", default=None)
tenant_of_request: dict[str, str] = {}


def install() -> None:
    replace(lambda_svc, "_create_function", ["data"], create)
    replace(lambda_svc, "_invoke", ["name", "event", "headers"], invoke)
    replace(lambda_runtime, "_worker_key", ["func_name", "config", "qualifier"], worker_key)
    replace(lambda_runtime.ProvidedWorker, "invoke", ["self", "event", "request_id"], run)
    # MiniStack's Runtime API names its base class when an environment starts, so this class replaces it.
    http.server.BaseHTTPRequestHandler = RuntimeApi


def create(original, data):
    mode = (data.get("Tags") or {}).get(ISOLATION_TAG)
    return original(data | {"TenancyConfig": {"TenantIsolationMode": mode}} if mode else data)


def is_isolated(config: dict) -> bool:
    return (config.get("TenancyConfig") or {}).get("TenantIsolationMode") == "PER_TENANT"


async def invoke(original, name, event, headers, *args, **kwargs):
    """The Invoke API's own checks of the tenant id."""
    tenant = next((value for key, value in headers.items() if key.lower() == "x-amz-tenant-id"), None)
    config = lambda_svc._functions[name]["config"] if name in lambda_svc._functions else None
    problem = config and problem_of(tenant, config)
    if problem:
        return refusal(problem)
    tenant_id.set(tenant)
    return await original(name, event, headers, *args, **kwargs)


def problem_of(tenant: str | None, config: dict) -> str | None:
    if tenant is None:
        return MISSING if is_isolated(config) else None
    if not is_isolated(config):
        return UNWANTED
    return None if TENANT_ID.fullmatch(tenant) else MALFORMED


def refusal(message: str):
    body = {"Type": "User", "message": message, "Message": message}
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": "InvalidParameterValueException"}
    return 400, headers, json.dumps(body).encode()


def worker_key(original, func_name, config, qualifier):
    """The key of the pool of environments. It contains the tenant, so no environment is shared."""
    key = original(func_name, config, qualifier)
    return f"{key}:tenant={tenant_id.get()}" if is_isolated(config) else key


def run(original, self, event, request_id, *args, **kwargs):
    """Tells the Runtime API whose request this is while it runs."""
    if is_isolated(self.config) and tenant_id.get() is not None:
        tenant_of_request[request_id] = tenant_id.get()
    try:
        return original(self, event, request_id, *args, **kwargs)
    finally:
        tenant_of_request.pop(request_id, None)


class RuntimeApi(http.server.BaseHTTPRequestHandler):
    """Sends the tenant id to the runtime, beside the request id."""

    def send_header(self, keyword, value):
        super().send_header(keyword, value)
        if keyword == "Lambda-Runtime-Aws-Request-Id" and value in tenant_of_request:
            super().send_header("Lambda-Runtime-Aws-Tenant-Id", tenant_of_request[value])
