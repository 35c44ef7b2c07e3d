"""The README shows what the text rules reach today."""

from pathlib import Path

from tests.language.report import tables

README = Path(__file__).parents[2] / "README.md"


def test_the_tables_of_the_readme_are_those_of_the_report() -> None:
    """After a change of the rules or the sets: python -m tests.language.report."""
    _, _, behind = README.read_text("utf-8").partition("<!-- text-rules:")
    shown = behind.partition("-->")[2].partition("<!-- /text-rules -->")[0]
    assert shown.strip() == tables()
