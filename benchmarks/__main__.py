"""Measure what is promised and write the tables of docs/speed.md: python -m benchmarks [--only PART …].

A whole run writes its table. A part alone only prints, except `helpdesk`, which writes a table of its
own. Each part ends by itself and stays on loopback. Only `rules` and `helpdesk` need a package index, on
their first run: they install what they compare with in an environment of its own.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping

from benchmarks import growth, helpdesk, rules, start, submission, webhook
from benchmarks.results import Line, machine, write_table

PARTS: Mapping[str, Callable[[], Iterator[Line]]] = {
    "start": start.measure,
    "submission": submission.measure,
    "webhook": webhook.measure,
    "growth": growth.measure,
    "rules": rules.measure,
    "helpdesk": helpdesk.measure,
}
ON_REQUEST = frozenset({"helpdesk"})


def main() -> None:
    """Measure and print; write the table after a whole run."""
    asked = argparse.ArgumentParser(description="Measure what the service promises.")
    asked.add_argument("--only", nargs="*", choices=PARTS, default=[], help="these parts, without the table")
    only: list[str] = asked.parse_args().only
    began = time.perf_counter()
    print(f"on {machine()}")
    lines: list[Line] = []
    for part in only or [name for name in PARTS if name not in ON_REQUEST]:
        for line in PARTS[part]():
            lines.append(line)
            print(line, flush=True)
    minutes = (time.perf_counter() - began) / 60
    print(f"{minutes:.1f} minutes")
    if not only:
        write_table(lines, minutes)
    elif len(only) == 1 and ON_REQUEST.issuperset(only):
        write_table(lines, minutes, only[0])
    if any(line.holds is False for line in lines):
        sys.exit(1)


if __name__ == "__main__":
    main()
