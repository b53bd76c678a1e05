"""What each example creates: how many resources of each type. Every run compares it with what was created."""

import json
from pathlib import Path

FILE = Path(__file__).parent / "created.json"

CREATED: dict[str, dict[str, int]] = json.loads(FILE.read_text())
