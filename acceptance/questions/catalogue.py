"""All questions, in the order of the report."""

from acceptance.questions.cloudtrail import ClientContextInCloudTrail
from acceptance.questions.kafka import KafkaIdentifier
from acceptance.questions.platform_lines import PlatformLines
from acceptance.questions.question import Question
from acceptance.questions.step_functions import TenantIdInSdkIntegration
from acceptance.questions.stream import FirstRecordNamed

QUESTIONS: tuple[type[Question], ...] = (FirstRecordNamed, KafkaIdentifier, TenantIdInSdkIntegration, PlatformLines, ClientContextInCloudTrail)


def asked_with(parts: tuple[str, ...]) -> list[type[Question]]:
    """The questions that these parts ask."""
    return [question for question in QUESTIONS if set(question.parts) & set(parts)]
