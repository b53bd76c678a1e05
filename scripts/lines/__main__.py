"""Prints the lines of non-test Rust code of each package: ./taskw lines [-- --rev COMMIT PACKAGE …]"""

import argparse
import sys

from scripts.lines import NoSuchRevision, at_revision, by_package, work_tree


def main() -> int:
    parser = argparse.ArgumentParser(prog="./taskw lines --", description=__doc__.split(":")[0])
    parser.add_argument("--rev", metavar="COMMIT", help="also count this commit")
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help="count only these folders, such as crates/aws (default: all)")
    options = parser.parse_args()
    try:
        counts = {options.rev: by_package(at_revision(options.rev))} if options.rev else {}
    except NoSuchRevision as problem:
        parser.error(str(problem))
    counts["now"] = by_package(work_tree())
    known = sorted({package for column in counts.values() for package in column})
    unknown = set(options.packages) - set(known)
    if unknown:
        parser.error(f"no such package: {', '.join(sorted(unknown))}: give its folder, such as {known[0]}")
    print(table(options.packages or known, counts), end="")
    return 0


def table(packages: list[str], counts: dict[str, dict[str, int]]) -> str:
    rows = [["package", *counts], ["---", *("--:" for _ in counts)]]
    rows += [[f"`{package}`", *(number(column.get(package, 0)) for column in counts.values())] for package in packages]
    rows.append(["all of these", *(number(sum(column.get(package, 0) for package in packages)) for column in counts.values())])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def number(lines: int) -> str:
    return f"{lines:,}" if lines else "–"


if __name__ == "__main__":
    sys.exit(main())
