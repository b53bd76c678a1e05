"""Waiting that lets others go on: whoever waits yields, and is asked again a little later."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack


def until(holds: Callable[[], bool], seconds: float) -> Iterator[None]:
    """Waits until it holds, at most so long; gives whether it does."""
    end = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < end:
        yield
    return held


def pause(seconds: float) -> Iterator[None]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield


def side_by_side(courses: list[Iterator[None]], poll: float, left: Callable[[int], None] = lambda _: None) -> None:
    """Goes on with each in turn until all have ended. However it ends, each is closed."""
    with ExitStack() as running:
        for course in courses:
            running.callback(course.close)
        ended = object()
        while courses:
            courses = [course for course in courses if next(course, ended) is not ended]
            left(len(courses))
            if courses:
                time.sleep(poll)
