"""The shape of a Kafka identifier in a partial batch response."""

from collections.abc import Iterator

from acceptance.questions.question import Question

UNBUILT = "there is no Kafka router yet that could answer"


class KafkaIdentifier(Question):
    text = "What shape has a Kafka identifier in a partial batch response?"
    parts = ("kafka",)
    asks_aws = False

    def steps(self) -> Iterator[None]:
        given = f"{self.kafka} was given" if self.kafka else "no cluster was given (--kafka-cluster, --kafka-bootstrap)"
        self.unanswered(f"{given}, and {UNBUILT}")
        yield from ()
