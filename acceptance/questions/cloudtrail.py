"""Whether ClientContext appears in CloudTrail. If it does, CloudTrail shows the credentials that a tenant's invocation may carry.

Invoke is a data event. Only a trail that logs Lambda's data events has it, and only a trail that writes to CloudWatch Logs can be read
here. `lookup-events` shows management events only; it is called too, to confirm that.
"""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime

from acceptance.questions.question import Question
from demo.messages import body_of
from demo.turns import until

MARK = "asked-in-client-context"
TENANT = "blue"
# CloudTrail delivers within minutes.
PATIENCE_SECONDS = 900


class ClientContextInCloudTrail(Question):
    text = "Does an Invoke's ClientContext appear in CloudTrail?"
    needs = ("backend",)
    parts = ("sqs", "credentials")

    def closing(self) -> Iterator[None]:
        begun, context = datetime.now(UTC), base64.b64encode(json.dumps({"custom": {"mark": MARK}}).encode()).decode()
        functions = self.target.client("lambda")
        answer = functions.invoke(FunctionName=self.existing.backend_name, TenantId=TENANT, ClientContext=context, Payload=body_of(TENANT, MARK))
        request = answer["ResponseMetadata"]["RequestId"]
        group = self.trail_group()
        found: list[dict] = []
        if group:
            yield from until(lambda: bool(found.extend(self.logged(group, request)) or found), PATIENCE_SECONDS)
        found = found or self.looked_up(begun, request)
        if found:
            self.interpret(found[0])
        elif group:
            self.unanswered(f"the log group {group} had no event of the invocation after {PATIENCE_SECONDS} s")
        else:
            self.unanswered(
                "Invoke is a data event, which lookup-events does not show, and no trail writes Lambda's data events to CloudWatch Logs: "
                "configure one and run again with --only sqs"
            )

    def interpret(self, event: dict) -> None:
        asked = event.get("requestParameters") or {}
        shown = sorted(name for name in asked if name.lower() == "clientcontext")
        said = "yes" if shown or MARK in json.dumps(event) else "no"
        self.answered(f"{said}: the event's requestParameters are {', '.join(sorted(asked)) or 'empty'}", event_name=event.get("eventName", ""))

    def trail_group(self) -> str | None:
        """The log group of a trail that logs Lambda's data events."""
        trails = self.target.client("cloudtrail")
        for trail in trails.describe_trails(includeShadowTrails=True)["trailList"]:
            group = trail.get("CloudWatchLogsLogGroupArn")
            if group and logs_invocations(trails.get_event_selectors(TrailName=trail["TrailARN"])):
                return group.removesuffix(":*").rpartition(":log-group:")[2]
        return None

    def logged(self, group: str, request: str) -> list[dict]:
        pages = self.target.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group, filterPattern=f'"{request}"')
        return [event for page in pages for told in page["events"] if (event := json.loads(told["message"])).get("requestID") == request]

    def looked_up(self, begun: datetime, request: str) -> list[dict]:
        trails = self.target.client("cloudtrail")
        told = trails.lookup_events(LookupAttributes=[{"AttributeKey": "EventSource", "AttributeValue": "lambda.amazonaws.com"}], StartTime=begun)
        return [event for each in told["Events"] if (event := json.loads(each["CloudTrailEvent"])).get("requestID") == request]


def logs_invocations(selectors: dict) -> bool:
    """Whether a trail's event selectors include Lambda's data events."""
    if any(resource["Type"] == "AWS::Lambda::Function" for each in selectors.get("EventSelectors", []) for resource in each.get("DataResources", [])):
        return True
    fields = [field for each in selectors.get("AdvancedEventSelectors", []) for field in each["FieldSelectors"]]
    return any(field["Field"] == "resources.type" and "AWS::Lambda::Function" in field.get("Equals", []) for field in fields)
