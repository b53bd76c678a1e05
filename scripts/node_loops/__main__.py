"""Installs what the loops in Node need, where it is not there: python3 -m scripts.node_loops"""

import sys

from scripts.node_loops import LoopsUnavailable, ensure_installed

try:
    ensure_installed()
except LoopsUnavailable as problem:
    sys.exit(str(problem))
