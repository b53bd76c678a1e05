"""Faults that an account allows: a backend that is throttled, and a registry that may not be read. Each is undone."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack

from acceptance.adjusting import hasten_queue
from acceptance.evidence import Arrivals, Places
from acceptance.example import Applied
from acceptance.promises import Check, arrived_only_after
from acceptance.uses import one_message, proven
from acceptance.waiting import pause, until
from demo.messages import STANDARD, Message, body_of
from demo.messages.queues import Queues

# The router tries so often before it gives a message back, and SQS hands it out five times: a fault must be short.
ORDERS_OF_A_TENANT = 2


def throttled_backend(applied: Applied) -> Iterator[None]:
    """examples/sqs-quickstart, whose own backend gets no concurrency for a while."""
    made, backend = applied.outputs, applied.prefix
    hasten_queue(applied.target, made["queue_url"], applied.undo)
    yield from proven(applied, one_message(applied, made["queue_url"], backend, "blue"))
    places = Places(backend, {STANDARD: made["queue_url"]}, {STANDARD: made["quarantine_url"]}, {STANDARD: made["dead_letter_queue_url"]})
    messages = [order(tenant, number) for tenant in ("blue", "green", "red") for number in range(1, ORDERS_OF_A_TENANT + 1)]
    router = f"{applied.prefix}-orders-router"
    fault = Fault("the backend is throttled", lambda undo: throttle(applied, backend, undo), router, "throttled")
    yield from fault.over(applied, messages, places)


def throttle(applied: Applied, function: str, undo: ExitStack) -> None:
    functions = applied.target.client("lambda")
    undo.callback(functions.delete_function_concurrency, FunctionName=function)
    functions.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)


def unreadable_registry(applied: Applied) -> Iterator[None]:
    """examples/tenant-registry, whose router may not read the table for a while when a tenant comes that it does not know yet."""
    made, pool, premium = applied.outputs, f"{applied.prefix}-standard", f"{applied.prefix}-premium"
    hasten_queue(applied.target, made["queue_url"], applied.undo)
    yield from proven(applied, one_message(applied, made["queue_url"], pool, "blue"), one_message(applied, made["queue_url"], premium, "green"))
    places = Places(pool, {STANDARD: made["queue_url"]}, {STANDARD: made["quarantine_url"]})
    messages = [order("red", number) for number in range(1, ORDERS_OF_A_TENANT + 1)]
    router = f"{applied.prefix}-router"
    fault = Fault("the registry may not be read", lambda undo: deny(applied, made["registry_table"], router, undo), router, "registry_unavailable")
    yield from fault.over(applied, messages, places)


def deny(applied: Applied, table: str, role: str, undo: ExitStack) -> None:
    """Takes the table away from one role, by the table's own policy."""
    dynamodb, arn = applied.target.client("dynamodb"), applied.target.arn("dynamodb", f"table/{table}")
    principal = f"arn:{applied.target.partition}:iam::{applied.target.account}:role/{role}"
    statement = {"Sid": "Acceptance", "Effect": "Deny", "Principal": {"AWS": principal}, "Action": "dynamodb:BatchGetItem", "Resource": arn}
    undo.callback(dynamodb.delete_resource_policy, ResourceArn=arn)
    dynamodb.put_resource_policy(ResourceArn=arn, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


class Fault:
    """Something that is broken for a while."""

    def __init__(self, what: str, begin: Callable[[ExitStack], None], router: str, cause: str):
        """`cause` is what the router's log calls it."""
        self.what, self.begin, self.router, self.cause = what, begin, router, cause

    def over(self, applied: Applied, messages: list[Message], places: Places) -> Iterator[None]:
        """Sends messages into the fault, waits until the router has met it, undoes it, and checks what has become of them."""
        pace = applied.target.pace
        with ExitStack() as undo:
            self.begin(undo)
            yield from pause(pace.propagation)
            sent = Queues(applied.target, places.queues).send(messages)
            arrivals = Arrivals(applied.target, applied.logs, places, sent)
            met = yield from until(lambda: self.met(applied) >= len(messages), pace.patience)
            before = arrivals.look()
        applied.checks.append(
            Check(applied.name, f"the fault shows in the router's log: {self.what}", [] if met else [f"no {self.cause} was logged"])
        )
        yield from until(lambda: not arrivals.waiting(), pace.patience)
        applied.checks += arrived_only_after(applied.name, self.what, before, arrivals.look(), sent)

    def met(self, applied: Applied) -> int:
        """How many records the router has given back because of the fault."""
        return sum(line["retry"].get(self.cause, 0) for line in applied.logs.batches(self.router))


def order(tenant: str, number: int) -> Message:
    id = f"{tenant}-into-the-fault-{number}"
    return Message(id, STANDARD, body_of(tenant, id), tenant=tenant, attribute=tenant)
