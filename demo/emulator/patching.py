"""Replaces functions of MiniStack, and fails if they are not the ones that the replacement was written for."""

import functools
import inspect
import sys
from collections.abc import Callable


def replace(owner, name: str, parameters: list[str], replacement: Callable) -> None:
    """Replaces `owner.name` by `replacement`, which gets the original as its first argument.

    `parameters`: the first parameters that the original must have.
    """
    original = getattr(owner, name, None)
    found = list(inspect.signature(original).parameters)[: len(parameters)] if original else None
    if found != parameters:
        sys.exit(
            f"unexpected version of MiniStack: {owner.__name__}.{name} takes {found}, "
            f"not {parameters}: install the version that scripts/tools/demo.txt pins"
        )
    if inspect.iscoroutinefunction(original):

        @functools.wraps(original)
        async def replaced(*args, **kwargs):
            return await replacement(original, *args, **kwargs)
    else:

        @functools.wraps(original)
        def replaced(*args, **kwargs):
            return replacement(original, *args, **kwargs)

    setattr(owner, name, replaced)
