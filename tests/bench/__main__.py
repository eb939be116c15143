"""Runs the benchmark: `python -m tests.bench [--quick] [--json]`."""

import argparse
import json
import sys
from time import perf_counter

from tests.bench import machine, report
from tests.bench.benchmarks import rows
from tests.bench.rows import FULL, QUICK


def main() -> None:
    """Measure, and print a table or JSON; how far it is goes to standard error."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="within five minutes on two cores")
    parser.add_argument("--json", action="store_true", help="nothing but JSON on standard output")
    options = parser.parse_args()
    begun = perf_counter()

    def say(line: str) -> None:
        print(f"{perf_counter() - begun:5.0f} s  {line}", file=sys.stderr, flush=True)

    with machine.work_folder() as folder:
        facts = machine.facts(folder)
        found = rows(QUICK if options.quick else FULL, folder, say)
    if options.json:
        print(json.dumps(report.document(facts, found), indent=1))
    else:
        print(report.table(facts, found))


if __name__ == "__main__":
    main()
