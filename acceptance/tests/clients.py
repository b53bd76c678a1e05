"""Fake clients with prepared responses, for tests without an account."""

from types import SimpleNamespace

from acceptance.target import Target


class Client:
    """Answers each operation with its prepared response; a callable is called, an exception is raised."""

    exceptions = SimpleNamespace(NoSuchBucket=LookupError)

    def __init__(self, **answers):
        self.answers = answers
        # Operations and their arguments, in order.
        self.calls: list[tuple[str, dict]] = []

    def __getattr__(self, operation: str):
        if operation not in self.answers:
            raise AttributeError(operation)

        def call(**asked):
            self.calls.append((operation, asked))
            answer = self.answers[operation]
            if isinstance(answer, Exception):
                raise answer
            return answer(**asked) if callable(answer) else answer

        return call

    def can_paginate(self, _operation: str) -> bool:
        return False


def target(endpoint: str | None = None, **clients: Client) -> Target:
    """An account whose clients are these."""
    return Target("123456789012", "eu-west-1", endpoint, _clients=clients)
