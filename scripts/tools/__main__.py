"""Prints the `bin` folder of a set of tools: python3 -m scripts.tools SET"""

import sys

from scripts.tools import ToolsUnavailable, ensure, known

if len(sys.argv) != 2 or sys.argv[1] not in known():
    sys.exit(f"no such set of tools: {' '.join(sys.argv[1:]) or 'none named'}: use one of {', '.join(sorted(known()))}")
try:
    print(ensure(sys.argv[1]))
except ToolsUnavailable as problem:
    sys.exit(str(problem))
