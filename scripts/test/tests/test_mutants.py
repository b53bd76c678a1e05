"""Each excluded mutant has a reason, and the outcomes of the others are counted."""

import json
import tempfile
import tomllib
import unittest
from pathlib import Path

from scripts.mutants import SETTINGS, figures, read


class LeftOut(unittest.TestCase):
    def test_every_excluded_mutant_has_a_reason(self):
        groups = figures.excluded()
        self.assertTrue(all(why and expressions for why, expressions in groups))
        listed = [expression.replace(r"\|", "|") for _, expressions in groups for expression in expressions]
        self.assertEqual(listed, tomllib.loads(SETTINGS.read_text())["exclude_re"])


class Outcomes(unittest.TestCase):
    def test_outcomes_are_read_without_the_baseline(self):
        phases = [{"duration": 1.5}, {"duration": 2.0}]
        outcomes = [{"scenario": "Baseline", "summary": "Success", "phase_results": phases}]
        for name, summary in [("a", "CaughtMutant"), ("b", "MissedMutant"), ("c", "Unviable"), ("d", "Timeout")]:
            outcomes.append({"scenario": {"Mutant": {"name": name}}, "summary": summary, "phase_results": phases})
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "outcomes.json"
            self.assertEqual(read(path), {})
            path.write_text(json.dumps({"outcomes": outcomes}))
            self.assertEqual(read(path), {"a": ("caught", 3.5), "b": ("missed", 3.5), "c": ("unviable", 3.5), "d": ("timed out", 3.5)})
        self.assertEqual(figures.word_for("e", {}), "not tried")


if __name__ == "__main__":
    unittest.main()
