"""The tours of README.md and README.ru.md run as they are pasted, and their answers are real ones."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.forked import ForkedService, Nursery

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "README.ru.md")
PUBLISHED_URL = "http://127.0.0.1:8000"
MARK = "=== block"
VOLATILE = frozenset({"id", "month"})
"""Members whose values differ from one run to the next."""
FENCE = re.compile(r"^ *```(?P<language>\w*)\n(?P<text>.*?)^ *```$", re.DOTALL | re.MULTILINE)

pytestmark = pytest.mark.skipif(
    not shutil.which("bash") or not shutil.which("curl"), reason="the tour is written for bash and curl"
)


@dataclass(frozen=True, slots=True)
class Step:
    """Commands of the tour, and the answers that the page shows below them."""

    commands: str
    shown: list[Any] = field(default_factory=list)


def tour_of(page: str) -> list[Step]:
    """Read the steps of a page's tour; an answer above the tour belongs to its last step too."""
    head, _, tour = (ROOT / page).read_text("utf-8").partition("call() {")
    above = [json.loads(found["text"]) for found in FENCE.finditer(head) if found["language"] == "json"]
    tour = tour.partition("\n```\n")[2]
    steps: list[Step] = []
    for found in FENCE.finditer(tour):
        if found["language"] == "sh":
            steps.append(Step(found["text"]))
        elif found["language"] == "json":
            # Several answers to the commands of one block stand on lines of their own.
            steps[-1].shown.extend(map(json.loads, found["text"].splitlines()))
    return [Step("", above), *steps]


def preamble_of(page: str) -> str:
    """Return the block that defines `call`."""
    (block,) = (
        found["text"]
        for found in FENCE.finditer((ROOT / page).read_text("utf-8"))
        if found["text"].lstrip().startswith("API=")
    )
    return block


def holds(shown: Any, answer: Any) -> bool:
    """Check whether an answer has everything that is shown of it."""
    if isinstance(shown, dict):
        return isinstance(answer, dict) and all(
            name in answer and (name in VOLATILE or holds(value, answer[name]))
            for name, value in shown.items()
        )
    if isinstance(shown, list):
        return isinstance(answer, list) and all(any(holds(one, each) for each in answer) for one in shown)
    return bool(shown == answer)


def answers_of(page: str, steps: Sequence[Step], service: ForkedService) -> Iterator[list[Any]]:
    """Run the tour in one shell; return the answers of each step."""
    script = [f"KEY={service.key}", preamble_of(page).replace(PUBLISHED_URL, service.url)]
    for step in steps:
        script += [f"echo '{MARK}'", step.commands]
    ran = subprocess.run(
        ["bash", "-u"], input="\n".join(script), capture_output=True, text=True, timeout=60, check=False
    )
    assert not ran.stderr
    for block in ran.stdout.split(MARK)[1:]:
        yield [json.loads(line) for line in block.splitlines() if line]


@pytest.mark.parametrize("page", PAGES)
def test_the_answers_shown_are_answers_of_the_service(page: str, nursery: Nursery, tmp_path: Path) -> None:
    service = ForkedService(nursery, tmp_path)
    service.start()
    steps = tour_of(page)
    try:
        answers = list(answers_of(page, steps, service))
    finally:
        service.kill()

    assert len(steps) > 1
    assert not [answer for block in answers for answer in block if "/problems/" in str(answer.get("type"))]
    everything = [answer for block in answers for answer in block]
    for step, answered in zip(steps, answers, strict=True):
        for shown in step.shown:
            of_step = answered if step.commands else everything
            assert any(holds(shown, answer) for answer in of_step), f"{page} shows {shown}, got {of_step}"


@pytest.mark.parametrize("page", PAGES)
def test_the_tour_can_be_pasted_into_zsh(page: str) -> None:
    commands = preamble_of(page) + "".join(step.commands for step in tour_of(page))

    # An interactive zsh takes # for a command, expands ? and * outside quotes, and ! inside double ones.
    unquoted = re.sub(r"'[^']*'", "", commands)
    assert "#" not in unquoted
    assert "!" not in unquoted
    assert not re.search(r"[?*\[\]]", re.sub(r'"[^"]*"', "", unquoted))


@pytest.mark.parametrize("page", PAGES)
def test_a_readme_is_read_in_five_minutes(page: str) -> None:
    assert len((ROOT / page).read_text("utf-8").splitlines()) <= 130
