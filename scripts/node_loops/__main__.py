"""Installs what the Node loops of the benchmark need: python3 -m scripts.node_loops"""

from scripts import task
from scripts.node_loops import ensure_installed

if __name__ == "__main__":
    task.run(ensure_installed)
