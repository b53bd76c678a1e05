"""The sources of each configuration, read from its outputs."""

from demo.configurations import OTHERS, QUEUES
from demo.messages import BUFFERED, DIRECT, FIFO, STANDARD, TABLE


def sources_of(configuration: str, outputs: dict) -> dict[str, dict]:
    """The names and URLs of each source, in the form that `Places` takes."""
    if configuration == QUEUES:
        return {queue: named(outputs, queue) for queue in (STANDARD, FIFO)}
    if configuration == OTHERS:
        sources, bus = outputs["sources"], {"bus_name": outputs["bus_name"]}
        return {
            TABLE: sources[TABLE] | {"table_name": outputs["table_name"]},
            BUFFERED: sources[BUFFERED] | bus,
            DIRECT: sources[DIRECT] | bus,
        }
    # Messages in a bridge's queue are in transit too.
    return {configuration: {name.removeprefix("bridge_"): value for name, value in outputs.items()}}


def named(outputs: dict, queue: str) -> dict:
    return {
        "queue_url": outputs[f"{queue}_queue_url"],
        "quarantine_url": outputs[f"{queue}_quarantine_url"],
        "dead_letter_queue_url": outputs[f"{queue}_dlq_url"],
        "router_function_name": outputs["router_function_names"][queue],
    }
