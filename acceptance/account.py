"""What an account must have before anything is created in it."""

from botocore.exceptions import ClientError

from acceptance.diagnosis import explained
from acceptance.options import TaskError
from acceptance.target import Target

# Each environment of a tenant counts against the quota, 2.5 of them as one [Lambda developer guide "Tenant isolation"]; the routers
# and the backends of all parts have less than so many.
LEAST_CONCURRENCY = 100


def refuse_low_quota(target: Target) -> None:
    """New accounts may run ten functions at a time, which is too few for the tenants of a run."""
    try:
        limit = target.client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    except ClientError as problem:
        raise TaskError(explained(str(problem))) from problem
    if limit < LEAST_CONCURRENCY:
        raise TaskError(explained(f"the concurrency quota is {limit}, at least {LEAST_CONCURRENCY} is needed"))
