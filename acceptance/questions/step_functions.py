"""Whether TenantId works in a Step Functions SDK integration. The question uses its own state machine."""

import json
from collections.abc import Iterator
from contextlib import suppress

from acceptance.existing import create_role, remove_role, retried
from acceptance.questions.question import Question
from acceptance.senders import Senders
from demo.turns import until

TENANT, ID = "blue", "asked-by-an-sdk-integration"


class TenantIdInSdkIntegration(Question):
    text = "Does TenantId work in a Step Functions SDK integration (arn:aws:states:::aws-sdk:lambda:invoke)?"
    parts = ("step-functions",)
    needs = ("backend",)

    @property
    def name(self) -> str:
        return f"{self.existing.run}-asked-states"

    @property
    def arn(self) -> str:
        return self.target.arn("states", f"stateMachine:{self.name}")

    def definition(self) -> dict:
        order = {"tenantId": TENANT, "id": ID}
        parameters = {"FunctionName": self.existing.backend_arn, "TenantId": TENANT, "Payload": order}
        return {"StartAt": "Ask", "States": {"Ask": {"Type": "Task", "Resource": self.resource, "Parameters": parameters, "End": True}}}

    @property
    def resource(self) -> str:
        return f"arn:{self.target.partition}:states:::aws-sdk:lambda:invoke"

    def steps(self) -> Iterator[None]:
        states = self.target.client("stepfunctions")
        may = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": self.existing.backend_arn}
        role = create_role(self.target, self.name, "states", [may], self.existing.tags)
        tags = [{"key": key, "value": value} for key, value in self.existing.tags.items()]
        asked = {"name": self.name, "definition": json.dumps(self.definition()), "roleArn": role, "tags": tags}
        try:
            # A new role may be unknown there for a while.
            yield from retried(lambda: states.create_state_machine(**asked), states.exceptions.ClientError, "assume")
        except states.exceptions.InvalidDefinition as refused:
            self.answered("no: Step Functions rejects the definition", said=str(refused))
            return
        ended = None
        for _ in range(3):
            execution = Senders(self.target).execution(self.arn, {})
            yield from until(lambda: execution() is not None, self.target.pace.patience)
            ended = execution()
            # A new role's permission may not be effective yet.
            if ended is None or "AccessDenied" not in ended.get("error", "") + ended.get("cause", ""):
                break
            yield from until(lambda: False, self.target.pace.propagation)
        yield from until(lambda: bool(self.seen()), self.target.pace.lag if ended and ended["status"] == "SUCCEEDED" else 0)
        self.interpret(ended)

    def seen(self) -> list[str]:
        """The tenants for which the backend was invoked with what the state machine sends."""
        journal = self.logs.journal(self.existing.backend_name)
        return [line["tenant_id"] for line in journal if ID in {record["id"] for record in line["records"]}]

    def interpret(self, ended: dict | None) -> None:
        tenants = self.seen()
        if ended is None:
            self.unanswered("the execution did not end")
        elif tenants == [TENANT]:
            self.answered(f"yes: the backend was invoked for tenant {TENANT}", execution=ended["status"])
        elif ended["status"] == "SUCCEEDED":
            self.unanswered(f"the execution succeeded, and the backend's log shows {tenants or 'no invocation'}")
        else:
            self.answered("no: the task fails", error=ended.get("error", ""), cause=ended.get("cause", ""))

    def remove(self) -> None:
        states = self.target.client("stepfunctions")
        with suppress(states.exceptions.StateMachineDoesNotExist):
            states.delete_state_machine(stateMachineArn=self.arn)
        remove_role(self.target, self.name)
