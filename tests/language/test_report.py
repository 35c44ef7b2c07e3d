"""docs/text-rules.md shows what the text rules reach today."""

from tests.language.report import shown, tables


def test_the_tables_of_the_page_are_those_of_the_report() -> None:
    """After a change of the rules or of the sets, `make test-language` writes the tables again."""
    assert shown() == tables()
