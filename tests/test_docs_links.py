"""The pages for people name only files, paths and names that exist."""

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:)(?P<path>[^)#\s]*)(?:#(?P<anchor>[^)]*))?\)")
FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
CODE_PATH = re.compile(
    r"(?<![\w/.])(?:app|tests|benchmarks|demo|docs|judges|openapi|simulator)/[\w./-]*[\w/]"
)
GLOSSARY_ROW = re.compile(r"^\| `(?P<name>\w+)` \| `(?P<path>app[\w/.]*)` \|", re.MULTILINE)


@cache
def text_of(page: Path) -> str:
    return page.read_text("utf-8")


def slug_of(heading: str) -> str:
    """Return the anchor that GitHub makes of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for found in LINK.finditer(text_of(page)):
        target = (page.parent / found["path"]).resolve() if found["path"] else page
        assert target.exists(), found[0]
        if found["anchor"]:
            headings = re.findall(r"^#+ (.*)$", text_of(target), re.MULTILINE)
            assert found["anchor"] in {slug_of(heading) for heading in headings}, found[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_paths_that_are_named_exist(page: Path) -> None:
    plain = FENCED.sub("", text_of(page))
    named = {path.rstrip("/.") for path in CODE_PATH.findall(plain)}
    assert not [path for path in sorted(named) if not (ROOT / path).exists()]


def test_names_of_the_glossary_stand_where_it_says() -> None:
    rows = list(GLOSSARY_ROW.finditer(text_of(ROOT / "docs" / "glossary.md")))

    assert len(rows) > 20
    for row in rows:
        place = ROOT / row["path"]
        files = sorted(place.rglob("*.py")) if place.is_dir() else [place]
        defined = re.compile(rf"^\s*(?:async )?(?:class|def) {row['name']}\b|^{row['name']}\b", re.MULTILINE)
        assert any(defined.search(file.read_text("utf-8")) for file in files), row[0]
