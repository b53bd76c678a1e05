"""Lets several courses of action take turns: each is a generator, yields while it waits, and is resumed a little later."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack


def until(holds: Callable[[], bool], seconds: float) -> Iterator[None]:
    """Waits until the condition holds, at most for this time. Returns whether it does."""
    end = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < end:
        yield
    return held


def pause(seconds: float) -> Iterator[None]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield


def side_by_side(courses: list[Iterator[None]], poll: float, left: Callable[[int], None] = lambda _: None) -> None:
    """Resumes each generator in turn until all have ended. In every case, each one is closed."""
    with ExitStack() as running:
        for course in courses:
            running.callback(course.close)
        ended = object()
        while courses:
            courses = [course for course in courses if next(course, ended) is not ended]
            left(len(courses))
            if courses:
                time.sleep(poll)
