"""The English of docstrings, commands and the published API has no banned opening and no banned idiom."""

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from textwrap import dedent

import pytest

from tests.architecture.style import (
    Finding,
    check_published,
    check_references,
    check_source,
    sources,
    unexempted,
)

ROOT = Path(__file__).resolve().parents[2]
OPENAPI = "openapi/openapi.json"
ITSELF = ("tests/architecture/style.py", "tests/architecture/test_style.py")

EXEMPTED: Mapping[tuple[str, str], str] = {}
"""Reason by file and phrase: ("app/cli/keys.py", "told"): "quotes the customer"."""


def _docstrings() -> Iterator[Finding]:
    for path, source in sources(ROOT, "app"):
        yield from check_source(path, source)


def _published() -> Iterator[Finding]:
    yield from check_published(OPENAPI, (ROOT / OPENAPI).read_text(encoding="utf-8"))


def _references() -> Iterator[Finding]:
    pages = ((page.name, page.read_text(encoding="utf-8")) for page in sorted(ROOT.glob("*.md")))
    files = (sources(ROOT, "app"), sources(ROOT, "tests"), sources(ROOT, "docs", ".md"), pages)
    for path, content in chain(*files):
        if path not in ITSELF:
            yield from check_references(path, content)


def test_docstrings_and_help_of_commands_are_plain_english() -> None:
    _assert_none(_docstrings())


def test_published_texts_are_plain_english() -> None:
    _assert_none(_published())


def test_references_lead_to_files_of_this_repository() -> None:
    _assert_none(_references())


def test_the_docstrings_of_the_recipes_are_plain_english() -> None:
    page = "docs/architecture.md"
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)
    assert len(blocks) > 3
    sources = (f'"""A recipe."""\n{dedent(block)}' for block in blocks)
    _assert_none(finding for source in sources for finding in check_source(page, source))


def test_every_exemption_is_used() -> None:
    found = {(each.path, each.phrase) for each in chain(_docstrings(), _published(), _references())}

    assert set(EXEMPTED) <= found, "remove the exemptions of texts that are mended"
    assert all(EXEMPTED.values()), "an exemption has a reason"


def _assert_none(findings: Iterator[Finding]) -> None:
    left = unexempted(findings, EXEMPTED)
    if left:
        pytest.fail(f"{len(left)} texts to mend:\n" + "\n".join(left), pytrace=False)


# The checker itself


MODULE = '''
"""What the desk does."""

LIMIT = 5
"""Asked a minute and key."""


class Queue:
    """Tickets that wait. What is closed is left out."""

    def next(self) -> str:
        """Give the next ticket, which nobody
        has claimed."""

    @property
    def empty(self) -> bool:
        """Whether the queue is empty."""

    def close(self) -> None:
        """end it"""

    def lock(self) -> None:
        """Lock the queue. StoreUnavailableError."""


@command(help="Let the customer know anew.")
def run() -> None:
    """The queue begins."""
'''


def test_planted_phrases_are_found_with_their_lines() -> None:
    found = {(each.line, each.phrase) for each in check_source("planted.py", MODULE)}

    assert found == {
        (2, "What"),
        (5, "a minute and key"),
        (9, "headless sentence"),
        (12, "Give"),
        (12, "nobody"),
        (12, "first line"),
        (20, "first letter"),
        (20, "first line"),
        (23, "bare error"),
        (26, "Let"),
        (26, "anew"),
        (28, "The"),
    }


PLAIN = '''
"""Rules of the queue; `tell_once` and ``nobody`` are names."""


def next_ticket() -> str:
    """Return the next ticket; lock it first.

    Raises StoreUnavailableError if the database is away. The question "What happened?" is a customer's.
    """
'''


def test_plain_english_passes() -> None:
    assert list(check_source("plain.py", PLAIN)) == []


@pytest.mark.parametrize("key", ["description", "summary", "title", "detail"])
def test_planted_texts_of_the_api_are_found(key: str) -> None:
    document = f'{{\n  "{key}": "Tell that the process runs.",\n  "example": "nobody"\n}}\n'

    (opening, idiom) = check_published("openapi.json", document)

    assert (opening.line, opening.phrase) == (2, "Tell")
    assert (idiom.line, idiom.phrase) == (2, "told")
    assert str(opening).startswith("openapi.json:2: 'Tell' in 'Tell that the process runs.'")


@pytest.mark.parametrize("text", ["as in design 1, section 5", "see messengers.md"])
def test_a_planted_reference_is_found(text: str) -> None:
    (found,) = check_references("a.md", f"first\n{text}\n")

    assert (found.path, found.line) == ("a.md", 2)


def test_an_exemption_covers_one_phrase_of_one_file() -> None:
    findings = list(check_source("planted.py", MODULE))
    left = unexempted(findings, {("planted.py", "anew"): "a quotation", ("other.py", "Give"): "elsewhere"})

    assert len(left) == len(findings) - 1
