"""Installs what the loops in Node need, where it is not there: python3 -m scripts.node_loops"""

from scripts import refused
from scripts.node_loops import ensure_installed

if __name__ == "__main__":
    refused.run(ensure_installed)
