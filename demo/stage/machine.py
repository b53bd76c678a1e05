"""What this machine is to Lambda."""

import platform

from demo.stage import StageFailed

ARCHITECTURES = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


def architecture() -> str:
    """Lambda's name of the architecture, for which the zips must have been built."""
    machine = platform.machine().lower()
    if machine not in ARCHITECTURES:
        raise StageFailed(f"Lambda has no such architecture: {machine}: use a machine with one of {', '.join(sorted(ARCHITECTURES))}")
    return ARCHITECTURES[machine]
