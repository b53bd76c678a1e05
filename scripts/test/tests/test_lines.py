"""Which lines count as non-test code."""

import unittest
from pathlib import PurePosixPath

from scripts.lines import NoSuchRevision, at_revision, by_package, code
from scripts.lines.__main__ import table


def tree(**texts: str) -> dict[PurePosixPath, str]:
    """The files of a package `crates/a`. `__` stands for a slash."""
    found = {PurePosixPath("crates/a/Cargo.toml"): "", PurePosixPath("Cargo.toml"): ""}
    return found | {PurePosixPath(f"crates/a/{name.replace('__', '/')}.rs"): text for name, text in texts.items()}


def count(text: str) -> int:
    return sum(1 for _ in code(text))


class Lines(unittest.TestCase):
    def test_blank_lines_and_comments_do_not_count(self):
        self.assertEqual(count("//! Docs.\n\n/// More.\nfn a() { // why\n    // Why.\n    b()\n}\n"), 3)

    def test_test_modules_do_not_count(self):
        text = "fn a() {}\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn b() {\n        a();\n    }\n}\n\nfn c() {}\n"
        self.assertEqual(list(code(text)), ["fn a() {}", "fn c() {}"])

    def test_other_test_items_do_not_count(self):
        for item in (
            "#[cfg(test)]\nmod tests;\n",
            "#[cfg(test)]\nuse a::{\n    b, c,\n};\n",
            "#[cfg(test)]\nconst A: [u8; 1] = [\n    1,\n];\n",
            "#[cfg(test)]\n/// Why.\n#[must_use]\nfn a() -> u8 {\n    1\n}\n",
            "impl A {\n    #[cfg(test)]\n    fn b(\n        c: u8,\n    ) {\n        d()\n    }\n}\n",
        ):
            kept = ["impl A {", "}"] if item.startswith("impl") else []
            self.assertEqual(list(code(item)), kept, item)


class Packages(unittest.TestCase):
    def test_test_modules_in_their_own_file_do_not_count(self):
        counts = by_package(
            tree(
                src__lib="mod b;\n#[cfg(test)]\nmod asking;\n",
                src__asking="fn a() {}\n",
                src__b="fn b() {}\n#[cfg(test)]\npub(crate) mod tests;\n",
                src__b__tests="mod deep;\n",
                src__b__tests__deep="fn c() {}\n",
            )
        )
        self.assertEqual(counts, {"crates/a": 2})

    def test_test_folders_do_not_count(self):
        counts = by_package(tree(src__lib="fn a() {}\n", tests__http="fn b() {}\n", examples__c="fn c() {}\n", benches__d="fn d() {}\n"))
        self.assertEqual(counts, {"crates/a": 1})

    def test_file_counts_for_the_innermost_package(self):
        inner = {PurePosixPath("crates/a/b/Cargo.toml"): "", PurePosixPath("crates/a/b/src/lib.rs"): "fn b() {}\n"}
        self.assertEqual(by_package(tree(src__lib="fn a() {}\n") | inner), {"crates/a": 1, "crates/a/b": 1})

    def test_commit_is_counted_by_its_own_files(self):
        self.assertGreater(by_package(at_revision("HEAD"))["crates/tenancy"], 0)
        with self.assertRaisesRegex(NoSuchRevision, "no-such-commit"):
            at_revision("no-such-commit")

    def test_missing_package_is_shown_as_a_dash(self):
        printed = table(["crates/a", "crates/b"], {"old": {"crates/a": 1200, "crates/b": 30}, "now": {"crates/a": 1000}})
        self.assertIn("| `crates/b` | 30 | – |\n| all of these | 1,230 | 1,000 |\n", printed)


if __name__ == "__main__":
    unittest.main()
