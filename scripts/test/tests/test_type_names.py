"""Which type names the lint reports: those that the product defines in more than one place."""

import contextlib
import io
import unittest

from scripts.lint import report
from scripts.lint.type_names import definitions, problems_of

SOURCES, ROUTER = "crates/sources/src/lib.rs", "crates/router/src/lib.rs"


def check(**texts: str) -> tuple[int, str]:
    """The exit code and the output of the lint for these texts of `sources` and `router`."""
    paths = {"sources": SOURCES, "router": ROUTER}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        code = report("type names", problems_of(definitions({paths[name]: text for name, text in texts.items()})))
    return code, printed.getvalue()


class TypeNames(unittest.TestCase):
    def test_unique_names_pass(self):
        code, output = check(sources="pub struct Record;\nenum Order {}\n", router="pub(crate) trait Handler {}\n")
        self.assertEqual((code, output), (0, "type names: looked at 3, found 0 wrong\n"))

    def test_name_with_two_definitions_fails(self):
        code, output = check(sources="pub struct Report;\n", router="pub(crate) enum Report {}\n")
        self.assertEqual(code, 1)
        self.assertEqual(
            output,
            f"Report is defined 2 times: {SOURCES}, {ROUTER}: give each meaning its own name\ntype names: looked at 1, found 1 wrong\n",
        )

    def test_name_defined_twice_in_one_file_fails(self):
        self.assertEqual(check(sources="mod a {\n    struct Fields;\n}\nmod b {\n    struct Fields;\n}\n")[0], 1)

    def test_every_kind_of_type_counts(self):
        for kind in ("struct", "enum", "union", "trait", "type"):
            self.assertEqual(check(sources="struct Same;\n", router=f"pub(in crate::a) {kind} Same;\n")[0], 1, kind)

    def test_associated_types_define_no_name(self):
        text = "struct A;\nimpl Deserialize for A {\n    type Value = u8;\n}\nimpl Visitor for A {\n    type Value = u8;\n}\n"
        self.assertEqual(list(definitions({SOURCES: text})), ["A"])

    def test_types_of_tests_are_skipped(self):
        text = "struct A;\n\n#[cfg(test)]\nmod tests {\n    struct A;\n}\n"
        self.assertEqual(definitions({SOURCES: text}), {"A": [SOURCES]})
        for path in ("crates/sources/tests/kinesis.rs", "crates/sources/src/kinesis/tests.rs", "crates/sources/src/tests/a.rs"):
            self.assertEqual(definitions({path: "struct A;\n"}), {}, path)

    def test_other_crates_are_skipped(self):
        self.assertEqual(definitions({"verification/simulation/src/lib.rs": "struct A;\n", "verification/bench/src/main.rs": "struct A;\n"}), {})

    def test_no_type_at_all_is_an_error(self):
        self.assertEqual(check(sources="fn main() {}\n"), (1, "type names: looked at 0, found 0 wrong\n"))


if __name__ == "__main__":
    unittest.main()
