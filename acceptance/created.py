"""The number of resources of each type that each example creates. Every run compares it with what was created."""

import json
from pathlib import Path

FILE = Path(__file__).parent / "created.json"

CREATED: dict[str, dict[str, int]] = json.loads(FILE.read_text())
