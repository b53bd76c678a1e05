"""This machine's architecture, in Lambda's terms."""

import platform

from demo.setup import SetupFailed

ARCHITECTURES = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


def architecture() -> str:
    """Lambda's name of the architecture. The zips must be built for it."""
    machine = platform.machine().lower()
    if machine not in ARCHITECTURES:
        raise SetupFailed(f"Lambda does not support this architecture: {machine}: use a machine with one of {', '.join(sorted(ARCHITECTURES))}")
    return ARCHITECTURES[machine]
