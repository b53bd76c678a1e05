"""Runs Python's unittest, and reports each skipped test as the suites do: python3 -m scripts.test.unit -s FOLDER"""

import argparse
import unittest

from scripts import task


class Result(unittest.TextTestResult):
    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        super().addSkip(test, reason)
        print(f"\nSKIPPED {test.id()}: {reason}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 -m scripts.test.unit", description=__doc__.split(",")[0])
    parser.add_argument("-s", metavar="FOLDER", required=True, help="the folder with the test_*.py files")
    parser.add_argument("-t", metavar="FOLDER", help="the folder that the tests import from (default: the same folder)")
    options = parser.parse_args()
    tests = unittest.defaultTestLoader.discover(options.s, top_level_dir=options.t)
    return 0 if unittest.TextTestRunner(resultclass=Result).run(tests).wasSuccessful() else 1


if __name__ == "__main__":
    task.run(main)
