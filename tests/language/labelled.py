"""The labelled sets: our own lines of support chats, one a line, under data/."""

from pathlib import Path

from app.domain.language.folding import fold
from app.domain.language.obscenity import find_obscenity
from app.domain.language.spans import Obscenity
from app.domain.vocabulary import Category, Impact, ObscenityLevel

DATA = Path(__file__).parent / "data"


def lines(name: str) -> list[str]:
    """Give the lines of a set; those that start with # are remarks."""
    text = (DATA / name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def triage_lines(name: str) -> list[tuple[Category, Impact | None, str]]:
    """Give category, suspected impact and words of each line."""
    rows = [line.split("\t") for line in lines(name)]
    return [(Category(kind), Impact(down) if down else None, words) for kind, down, words in rows]


def counted(text: str) -> list[Obscenity]:
    """Give what counts as obscene by default."""
    return [found for found in find_obscenity(fold(text)) if found.level is not ObscenityLevel.RUDE]
