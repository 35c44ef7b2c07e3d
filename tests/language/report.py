"""Print what the text rules reach: python -m tests.language.report [--all] [--write].

The tables show precision and recall on the labelled sets, recall by kind of disguise, and triage by
category. With --write they replace those of docs/text-rules.md.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.domain.language.folding import fold
from app.domain.language.insults import insult_hint
from app.domain.language.triage import triage_hints
from tests.language.disguises import KINDS, disguised
from tests.language.labelled import counted, lines, triage_lines

PAGE = Path(__file__).parents[2] / "docs" / "text-rules.md"
_TABLES = re.compile("(<!-- text-rules: [^>]*-->\n)(.*)(\n<!-- /text-rules -->)", re.DOTALL)


def share(found: int, of: int) -> str:
    """Return a share with three digits."""
    return f"{found / of:.3f}" if of else "–"


def binary(name: str, positive: list[str], negative: list[str], hits: Iterable[bool]) -> str:
    """Return a row of the table: how many were found, and how many falsely."""
    found = list(hits)
    true, false = sum(found[: len(positive)]), sum(found[len(positive) :])
    return (
        f"| {name} | {len(positive)} + {len(negative)} | {share(true, true + false)} | "
        f"{share(true, len(positive))} | {false} |"
    )


def labelled() -> Iterator[str]:
    """Yield the table of the labelled sets."""
    yield "| set | lines (yes + no) | precision | recall | falsely |"
    yield "| --- | --- | --- | --- | --- |"
    bad, good = lines("obscene.txt"), [*lines("clean.txt"), *lines("not_insults.txt")]
    yield binary("obscene words (4.6)", bad, good, (bool(counted(text)) for text in [*bad, *good]))
    bad, good = lines("insults.txt"), [*lines("not_insults.txt"), *lines("clean.txt")]
    yield binary(
        "insults of staff (4.6)", bad, good, (insult_hint(fold(text)) is not None for text in [*bad, *good])
    )
    for name in ("tuning", "held_out"):
        rows = triage_lines(f"triage_{name}.tsv")
        down = [words for _, impact, words in rows if impact]
        calm = [words for _, impact, words in rows if not impact]
        hits = (triage_hints(fold(words)).check_first for words in [*down, *calm])
        yield binary(f"suspected outage (2.1), {name.replace('_', ' ')}", down, calm, hits)


def disguises() -> Iterator[str]:
    """Yield the table of disguises."""
    yield "| disguise | recall |"
    yield "| --- | --- |"
    every: list[bool] = []
    for kind in KINDS:
        hits = [bool(counted(text)) for text in disguised(kind)]
        every += hits
        yield f"| {kind} | {share(sum(hits), len(hits))} |"
    yield f"| **all {len(every)}** | **{share(sum(every), len(every))}** |"


def triage(name: str) -> Iterator[str]:
    """Yield the table of categories of one half: right first, right among three, wrong, nothing."""
    rows = triage_lines(f"triage_{name}.tsv")
    tally: Counter[tuple[str, str]] = Counter()
    taken_for: dict[str, Counter[str]] = {}
    for category, _, words in rows:
        hints = [hint.category for hint in triage_hints(fold(words)).categories]
        fate = "none" if not hints else "first" if hints[0] is category else "listed"
        if hints and category not in hints:
            fate = "wrong"
            taken_for.setdefault(category, Counter())[hints[0]] += 1
        tally[category, fate] += 1
        tally["all", fate] += 1
    yield "| category | lines | first | among three | wrong | none | taken for |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for label in [*dict.fromkeys(str(row[0]) for row in rows), "all"]:
        one = [tally[label, fate] for fate in ("first", "listed", "wrong", "none")]
        confused = ", ".join(f"{other} {n}" for other, n in taken_for.get(label, Counter()).most_common())
        yield f"| {label} | {sum(one)} | {one[0]} | {one[0] + one[1]} | {one[2]} | {one[3]} | {confused} |"


def summary() -> Iterator[str]:
    """Yield the tables of the labelled sets and of the hints."""
    yield from labelled()
    yield ""
    yield "| triage hints (3, 5) | lines | suggested | right first | right among those suggested |"
    yield "| --- | --- | --- | --- | --- |"
    for name in ("tuning", "held_out"):
        rows = triage_lines(f"triage_{name}.tsv")
        hinted = [(c, [h.category for h in triage_hints(fold(words)).categories]) for c, _, words in rows]
        some = [(c, hints) for c, hints in hinted if hints]
        first = sum(c is hints[0] for c, hints in some)
        right = sum(c in hints for c, hints in some)
        yield (
            f"| {name.replace('_', ' ')} | {len(rows)} | {share(len(some), len(rows))} | "
            f"{share(first, len(some))} | {share(right, len(some))} |"
        )


def tables() -> str:
    """Return all tables as docs/text-rules.md shows them."""
    parts = (summary(), disguises(), triage("held_out"))
    return "\n\n".join("\n".join(part) for part in parts)


def shown() -> str:
    """Return the tables that docs/text-rules.md shows now."""
    found = _TABLES.search(PAGE.read_text("utf-8"))
    if found is None:
        raise RuntimeError(
            f"{PAGE.name} has no place for the tables: <!-- text-rules: … --> … <!-- /text-rules -->"
        )
    return found[2].strip()


def write() -> None:
    """Replace the tables of docs/text-rules.md."""
    shown()  # there must be a place for them
    page = PAGE.read_text("utf-8")
    PAGE.write_text(_TABLES.sub(lambda found: f"{found[1]}\n{tables()}\n{found[3]}", page), "utf-8")


def main() -> None:
    """Print the tables, and with --all the categories of the tuning half too; with --write, write them."""
    sys.stdout.write(tables() + "\n")
    if "--all" in sys.argv:
        sys.stdout.write("\n" + "\n".join(triage("tuning")) + "\n")
    if "--write" in sys.argv:
        write()


if __name__ == "__main__":
    main()
