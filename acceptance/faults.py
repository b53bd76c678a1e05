"""Faults that an account allows: a throttled backend, and a registry that cannot be read. Each one is undone."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack

from acceptance.adjusting import hasten_queue
from acceptance.evidence import Arrivals
from acceptance.example import Applied
from acceptance.promises import Check, check_fault
from acceptance.uses import one_message, proven
from demo.messages import STANDARD, Message, body_of
from demo.messages.queues import Queues
from demo.setup.places import Places
from demo.turns import pause, until

# The router retries before it returns a message, and SQS delivers a message five times, so a fault must be short.
ORDERS_OF_A_TENANT = 2


def throttled_backend(applied: Applied) -> Iterator[None]:
    """Uses examples/sqs-quickstart. Its own backend has no concurrency for a while."""
    made, backend = applied.outputs, applied.prefix
    hasten_queue(applied.target, made["queue_url"], applied.undo)
    yield from proven(applied, one_message(applied, made["queue_url"], backend, "blue"))
    places = Places(applied.target, {STANDARD: made["queue_url"]}, {STANDARD: made["quarantine_url"]}, {STANDARD: made["dead_letter_queue_url"]})
    messages = [order(tenant, number) for tenant in ("blue", "green", "red") for number in range(1, ORDERS_OF_A_TENANT + 1)]
    router = f"{applied.prefix}-orders-router"
    fault = Fault("the backend is throttled", lambda undo: throttle(applied, backend, undo), router, "throttled")
    yield from fault.over(applied, messages, backend, places)


def throttle(applied: Applied, function: str, undo: ExitStack) -> None:
    functions = applied.target.client("lambda")
    undo.callback(functions.delete_function_concurrency, FunctionName=function)
    functions.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)


def unreadable_registry(applied: Applied) -> Iterator[None]:
    """Uses examples/tenant-registry. Its router cannot read the table when the first record of a new tenant arrives."""
    made, pool, premium = applied.outputs, f"{applied.prefix}-standard", f"{applied.prefix}-premium"
    hasten_queue(applied.target, made["queue_url"], applied.undo)
    yield from proven(applied, one_message(applied, made["queue_url"], pool, "blue"), one_message(applied, made["queue_url"], premium, "green"))
    places = Places(applied.target, {STANDARD: made["queue_url"]}, {STANDARD: made["quarantine_url"]})
    messages = [order("red", number) for number in range(1, ORDERS_OF_A_TENANT + 1)]
    router = f"{applied.prefix}-router"
    fault = Fault("the registry cannot be read", lambda undo: deny(applied, made["registry_table"], router, undo), router, "registry_unavailable")
    yield from fault.over(applied, messages, pool, places)


def deny(applied: Applied, table: str, role: str, undo: ExitStack) -> None:
    """Denies one role the access to the table, by the table's resource-based policy."""
    dynamodb, arn = applied.target.client("dynamodb"), applied.target.arn("dynamodb", f"table/{table}")
    principal = f"arn:{applied.target.partition}:iam::{applied.target.account}:role/{role}"
    statement = {"Sid": "Acceptance", "Effect": "Deny", "Principal": {"AWS": principal}, "Action": "dynamodb:BatchGetItem", "Resource": arn}
    undo.callback(dynamodb.delete_resource_policy, ResourceArn=arn)
    dynamodb.put_resource_policy(ResourceArn=arn, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


class Fault:
    """Something that is broken for a while."""

    def __init__(self, what: str, begin: Callable[[ExitStack], None], router: str, cause: str):
        """`cause`: the cause code in the router's log."""
        self.what, self.begin, self.router, self.cause = what, begin, router, cause

    def over(self, applied: Applied, messages: list[Message], backend: str, places: Places) -> Iterator[None]:
        """Sends messages during the fault, waits until the router's log shows it, undoes it, and checks the messages."""
        pace = applied.target.pace
        with ExitStack() as undo:
            self.begin(undo)
            yield from pause(pace.propagation)
            sent = Queues(applied.target, places.queues).send(messages)
            arrivals = Arrivals(applied.logs, backend, places, sent)
            met = yield from until(lambda: self.met(applied) >= len(messages), pace.patience)
            before = arrivals.look()
        applied.checks.append(
            Check(applied.name, f"the fault shows in the router's log: {self.what}", [] if met else [f"no {self.cause} was logged"])
        )
        yield from until(lambda: not arrivals.waiting(), pace.patience)
        applied.checks += check_fault(applied.name, self.what, before, arrivals.look(), sent)

    def met(self, applied: Applied) -> int:
        """The number of records that the router has returned to the source because of the fault."""
        return sum(line["retry"].get(self.cause, 0) for line in applied.logs.batches(self.router))


def order(tenant: str, number: int) -> Message:
    id = f"{tenant}-into-the-fault-{number}"
    return Message(id, STANDARD, body_of(tenant, id), tenant=tenant, attribute=tenant)
