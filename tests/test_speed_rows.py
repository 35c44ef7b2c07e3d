"""The README's rows of speed are rows of docs/speed.md, word for word."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
BLOCK = re.compile("<!-- speed: rows of docs/speed.md -->(.*?)<!-- /speed -->", re.DOTALL)
MEASURED = re.compile("<!-- make bench [^>]*writes from here -->(.*?)<!-- to here -->", re.DOTALL)
HEAD = 2
"""The header of a table and the line below it."""


def rows_of(text: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip().startswith("|")]
    return lines[HEAD:]


def test_the_readme_shows_rows_of_the_measured_tables() -> None:
    """After `make bench`, copy the rows again: the message names the row that stands in docs/speed.md now."""
    block = BLOCK.search((ROOT / "README.md").read_text("utf-8"))
    assert block, (
        "README.md has no rows of speed: <!-- speed: rows of docs/speed.md --> … table … <!-- /speed -->"
    )
    page = (ROOT / "docs" / "speed.md").read_text("utf-8")
    measured = {row.split("|")[1].strip(): row for table in MEASURED.findall(page) for row in rows_of(table)}
    shown = rows_of(block[1])
    assert shown, "the README's block of speed has no rows"
    differing = {
        row: measured.get(row.split("|")[1].strip(), "no such row")
        for row in shown
        if row not in measured.values()
    }
    assert not differing, "\n".join(f"README: {row}\nmeasured: {now}" for row, now in differing.items())
