"""The demonstration passes on any day, and fails where the service decides otherwise."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from demo.__main__ import play
from demo.process import ROOT, ServiceProcess

ENGLISH_OUTCOMES = ("accepted", "deferred", "separate order", "declined", "not registered")
OUTCOMES = ("принято", "отложено", "отдельный заказ", "отказ", "без регистрации")

_TRAVEL = """
import datetime, time_machine
time_machine.travel(datetime.datetime.fromisoformat({at!r}), tick=True).start()
from app.cli import cli
cli()
"""

_SWAPPED = """
import runpy
from demo import scenario
scenario.QUEUE = scenario.QUEUE[::-1]
runpy.run_module("demo", run_name="__main__")
"""


def _run(*command: str, language: str = "C") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=os.environ | {"LANG": language, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_demo_plays_every_outcome_and_exits_with_0() -> None:
    began = time.perf_counter()
    played = _run("-m", "demo")
    assert played.returncode == 0, played.stderr
    assert all(outcome in played.stdout for outcome in OUTCOMES)
    assert "Очередь в порядке работы" in played.stdout
    assert time.perf_counter() - began < 15


def test_demo_is_english_where_the_language_is() -> None:
    played = _run("-m", "demo", language="en_US.UTF-8")
    assert played.returncode == 0, played.stderr
    assert all(outcome in played.stdout for outcome in ENGLISH_OUTCOMES)
    assert "The queue in the order of work" in played.stdout
    assert not any(outcome in played.stdout for outcome in OUTCOMES)


def test_the_option_wins_over_the_environment() -> None:
    played = _run("-c", _SWAPPED, "--lang", "en", language="ru_RU.UTF-8")
    assert played.returncode == 1
    assert played.stderr.startswith("DIFFERS FROM THE REGULATION: queue: expected")


def test_demo_says_what_differs_and_exits_with_1() -> None:
    played = _run("-c", _SWAPPED)
    assert played.returncode == 1
    assert played.stderr.startswith("РАСХОЖДЕНИЕ С РЕГЛАМЕНТОМ: очередь: ожидалось")


def _play_at(at: str, data_dir: Path, database_url: str = "") -> None:
    service = ServiceProcess(data_dir, database_url=database_url)
    service.program = ("-c", _TRAVEL.format(at=at))
    with service:
        play(service)
        assert service.stop() == 0


@pytest.mark.parametrize(
    "at",
    [
        "2026-12-16T12:00:00+03:00",  # open
        "2026-12-30T19:00:00+03:00",  # closed until the New Year holidays are over
    ],
)
def test_demo_holds_on(at: str, tmp_path: Path, database_url: str) -> None:
    _play_at(at, tmp_path, database_url)


@pytest.mark.slow
@pytest.mark.parametrize(
    "at",
    [
        "2026-11-30T17:59:59+03:00",  # closes during the play, the next opening is next month's
        "2025-11-01T10:00:00+03:00",  # a moved working Saturday
        "2026-02-28T12:00:00+03:00",
        "2026-08-31T08:59:59+03:00",
        "2026-10-31T12:00:00+03:00",
        "2026-12-31T15:00:00+03:00",
        "2027-01-05T10:00:00+03:00",
        "2027-04-30T18:30:00+03:00",
        "2028-02-29T09:00:00+03:00",
        "2026-11-30T23:59:50+03:00",
    ],
)
def test_demo_holds_on_other_days_too(at: str, tmp_path: Path) -> None:
    _play_at(at, tmp_path)
