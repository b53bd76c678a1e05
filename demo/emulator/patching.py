"""Replaces functions of MiniStack's, and notices when they are no longer what the replacement was made for."""

import functools
import inspect
import sys
from collections.abc import Callable


def replace(owner, name: str, parameters: list[str], replacement: Callable) -> None:
    """Puts `replacement` in the place of `owner.name`; it gets the original as its first argument.

    `parameters` are the first ones that the original must have.
    """
    original = getattr(owner, name, None)
    found = list(inspect.signature(original).parameters)[: len(parameters)] if original else None
    if found != parameters:
        sys.exit(
            f"this MiniStack is not the one that the emulator was made for: {owner.__name__}.{name} takes {found}, "
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
