"""Sends to the event bus. Each source is a detail type that a rule matches."""

from demo.messages import Message, NotSent
from demo.setup.cloud import Cloud

BATCH = 10  # the most that one PutEvents takes
SENDER = "shop"


class Bus:
    def __init__(self, cloud: Cloud, name: str):
        self.events, self.name = cloud.client("events"), name

    def send(self, messages: list[Message]) -> dict[str, Message]:
        """Sends all messages. Returns them by event id."""
        known: dict[str, Message] = {}
        for start in range(0, len(messages), BATCH):
            batch = messages[start : start + BATCH]
            answer = self.events.put_events(Entries=[self.entry(message) for message in batch])
            if answer["FailedEntryCount"]:
                raise NotSent(f"the bus did not accept an event: {self.name}: it answered {answer['Entries']}")
            known |= {done["EventId"]: message for message, done in zip(batch, answer["Entries"], strict=True)}
        return known

    def entry(self, message: Message) -> dict:
        return {"EventBusName": self.name, "Source": SENDER, "DetailType": message.source, "Detail": message.body}
