"""The mutants that are left out have their reasons, and what came of the others is counted."""

import json
import tempfile
import tomllib
import unittest
from pathlib import Path

from scripts.mutants import SETTINGS, figures, read


class LeftOut(unittest.TestCase):
    def test_every_mutant_that_is_left_out_stands_below_its_reason(self):
        groups = figures.excluded()
        self.assertTrue(all(why and expressions for why, expressions in groups))
        told = [expression.replace(r"\|", "|") for _, expressions in groups for expression in expressions]
        self.assertEqual(told, tomllib.loads(SETTINGS.read_text())["exclude_re"])


class Outcomes(unittest.TestCase):
    def test_each_mutant_is_read_with_what_came_of_it_and_the_baseline_is_none(self):
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
