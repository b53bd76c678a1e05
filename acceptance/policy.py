"""The IAM policy of a run: what its parts create, do and ask. Write access is limited to names of runs."""

from collections.abc import Iterable
from itertools import groupby

from acceptance.catalogue import of
from acceptance.created import CREATED
from acceptance.permissions import ALWAYS, ASKING, LISTINGS, NEEDS, TYPES, USES
from acceptance.questions.catalogue import asked_with
from acceptance.target import Target

# The prefix of every run's name.
STEM = "accept-"

# Actions without a resource, or whose resource is not known in advance [Service Authorization Reference].
ANY_RESOURCE = {
    *LISTINGS,
    "cloudtrail:DescribeTrails",
    "cloudtrail:GetEventSelectors",
    "cloudtrail:LookupEvents",
    "lambda:GetEventSourceMapping",
    "states:ValidateStateMachineDefinition",
}
# A mapping has no name; a condition on its function limits the access.
OF_FUNCTION = {"lambda:CreateEventSourceMapping", "lambda:DeleteEventSourceMapping", "lambda:UpdateEventSourceMapping"}
# The largest size of a managed policy in characters, without white space [IAM user guide "IAM and AWS STS quotas"].
LONGEST = 6144


def actions(parts: tuple[str, ...]) -> set[str]:
    """Every action that these parts need."""
    examples = of(parts)
    found = {action for example in examples for type in CREATED[example.name] for action in TYPES[type]}
    found |= {action for example in examples for action in USES[example.name]}
    questions = asked_with(parts)
    needs = {need for example in examples for need in example.needs} | {need for question in questions for need in question.needs}
    found |= {action for need in needs for action in NEEDS[need]}
    found |= {action for question in questions for action in ASKING[question.__name__]}
    return found | set(ALWAYS)


def policy(target: Target, parts: tuple[str, ...]) -> dict:
    """The policy document."""
    wanted = actions(parts)
    scoped = sorted(wanted - ANY_RESOURCE - OF_FUNCTION)
    statements = [
        allow(service.title().replace("-", ""), list(own), resources(target, service))
        for service, own in groupby(scoped, lambda action: action.split(":")[0])
    ]
    if wanted & OF_FUNCTION:
        functions = {"ArnLike": {"lambda:FunctionArn": target.arn("lambda", f"function:{STEM}*")}}
        statements.append(allow("Mappings", sorted(wanted & OF_FUNCTION), ["*"]) | {"Condition": functions})
    statements.append(allow("Look", sorted(wanted & ANY_RESOURCE), ["*"]))
    return {"Version": "2012-10-17", "Statement": statements}


def allow(sid: str, actions: Iterable[str], resources: list[str]) -> dict:
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": resources}


def resources(target: Target, service: str) -> list[str]:
    """The ARNs of everything with a run's name, in the one account and region."""
    own, everywhere = target.arn, f"arn:{target.partition}"
    return {
        "cloudwatch": [own("cloudwatch", f"alarm:{STEM}*"), f"{everywhere}:cloudwatch::{target.account}:dashboard/{STEM}*"],
        "dynamodb": [own("dynamodb", f"table/{STEM}*")],
        # Events of these sources go to the default bus, and its archives belong to it.
        "events": [own("events", f"{kind}{STEM}*") for kind in ("rule/", "rule/*/", "event-bus/", "archive/")] + [own("events", "event-bus/default")],
        "iam": [f"{everywhere}:iam::{target.account}:role/{STEM}*"],
        "kinesis": [own("kinesis", f"stream/{STEM}*")],
        "lambda": [own("lambda", f"function:{STEM}*"), own("lambda", "event-source-mapping:*")],
        "logs": [own("logs", f"log-group:/aws/lambda/{STEM}*")],
        "pipes": [own("pipes", f"pipe/{STEM}*")],
        "s3": [f"{everywhere}:s3:::{STEM}*"],
        "sqs": [own("sqs", f"{STEM}*")],
        "states": [own("states", f"{kind}:{STEM}*") for kind in ("stateMachine", "execution")],
    }[service]
