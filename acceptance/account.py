"""Checks what an account must have before anything is created in it."""

from botocore.exceptions import ClientError

from acceptance.diagnosis import explained
from acceptance.options import RunRejected
from acceptance.target import Target

# Each environment of a tenant counts against the quota, 2.5 of them as one [Lambda developer guide "Tenant isolation"]. The
# routers and backends of all parts stay below this number.
LEAST_CONCURRENCY = 100


def check_quota(target: Target) -> None:
    """Rejects an account whose concurrency quota is too low. New accounts may run only ten functions at a time."""
    try:
        limit = target.client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    except ClientError as problem:
        raise RunRejected(explained(str(problem))) from problem
    if limit < LEAST_CONCURRENCY:
        raise RunRejected(explained(f"the concurrency quota is {limit}, at least {LEAST_CONCURRENCY} is needed"))
