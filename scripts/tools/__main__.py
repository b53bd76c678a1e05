"""Prints the `bin` folder of a set of tools: python3 -m scripts.tools SET"""

import sys

from scripts import task
from scripts.tools import ensure, known


def main() -> None:
    if len(sys.argv) != 2 or sys.argv[1] not in known():
        raise task.TaskError(f"no such set of tools: {' '.join(sys.argv[1:]) or '(none)'}: use one of {', '.join(sorted(known()))}")
    print(ensure(sys.argv[1]))


if __name__ == "__main__":
    task.run(main)
