"""Recognizes failures that the account causes, and names the remedy."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Failure:
    """A known failure of an account."""

    name: str
    pattern: re.Pattern
    remedy: str


def failure(name: str, pattern: str, remedy: str) -> Failure:
    return Failure(name, re.compile(pattern, re.IGNORECASE), remedy)


# The first match counts, so special failures come before general ones.
FAILURES = (
    failure(
        "tenant isolation is not enabled",
        r"Tenancy configuration is not supported",
        "use a region and an account in which Lambda offers tenant isolation mode; ask AWS Support to enable it",
    ),
    failure(
        "the Lambda concurrency quota is too low",
        r"UnreservedConcurrentExecution below its minimum|ConcurrentInvocationLimitExceeded|concurrency quota is \d+",
        'raise the quota "Concurrent executions" of Lambda in Service Quotas; 1,000 is enough, each 1,000 allow 2,500 tenants\' environments',
    ),
    failure(
        "the rate of requests is limited",
        r"Rate exceeded|ThrottlingException|TooManyRequestsException|RequestLimitExceeded|CallerRateLimitExceeded",
        "run fewer parts at once with --only, or run again when nothing else uses the account",
    ),
    failure(
        "a quota is used up",
        r"LimitExceeded(Exception)?\b|TooManyBuckets|ServiceQuotaExceeded|QuotaExceeded|ResourceLimitExceeded",
        "raise the quota that the message names in Service Quotas, or delete resources that you no longer need",
    ),
    failure(
        "the credentials have expired",
        r"ExpiredToken|security token included in the request is (expired|invalid)|InvalidClientTokenId|Token has expired",
        "log in again for longer than the run takes, then destroy what this run left: --destroy with its name",
    ),
    failure(
        "a permission is missing",
        r"AccessDenied|is not authorized to perform|UnauthorizedOperation|AuthorizationError|not authorized",
        "attach the policy that --print-policy prints; if the organization forbids the action, ask its administrator",
    ),
    failure(
        "the provider cannot be installed",
        r"Failed to (query available provider packages|install provider)|Could not retrieve the list of available versions",
        "let this machine reach registry.terraform.io, or name a mirror in TF_CLI_CONFIG_FILE",
    ),
    failure(
        "a name is taken",
        r"ResourceAlreadyExists|EntityAlreadyExists|BucketAlready(Exists|OwnedByYou)|QueueAlreadyExists|already exists",
        "run again: the next run has other names",
    ),
)

# The patterns that find the denied action in a message.
ACTION = re.compile(r"not authorized to perform:? ([\w-]+:\w+)")


def found(text: str) -> Failure | None:
    """The known failure that a text describes, or None."""
    return next((failure for failure in FAILURES if failure.pattern.search(text)), None)


def explained(text: str, problem: str | None = None) -> str:
    """A problem with its name and remedy if the account caused it; otherwise the problem with the text."""
    known, problem = found(text), problem or text.strip()
    if known is None:
        return problem if text.strip() == problem else f"{problem}\n{text.strip()}"
    action = ACTION.search(text)
    line = action.group(1) if action else next(line.strip(" │╷╵") for line in text.splitlines() if known.pattern.search(line))
    return f"{known.name}: {line}: {known.remedy} ({problem})" if line != problem else f"{known.name}: {line}: {known.remedy}"
