"""The talk in a terminal: a customer writes, the desk answers, an engineer answers, and all of it is seen."""

import os
import subprocess
import sys

from demo.process import ROOT

SPOKEN = """\
! Рано
Не работает выгрузка
! Проверьте, пожалуйста
!! Исправили <b>&_*[
"""


def test_a_talk_shows_what_the_desk_answers_and_ends_in_good_order() -> None:
    talk = subprocess.run(
        [sys.executable, "-m", "demo.chat"],
        input=SPOKEN,
        cwd=ROOT,
        env=os.environ | {"PYTHONUTF8": "1", "LANG": "C"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert (talk.returncode, talk.stderr) == (0, "")
    lines = talk.stdout.splitlines()
    told = [line for line in lines if line.startswith(("   │", "   (")) or line in SPOKEN.splitlines()]
    assert told[:3] == ["! Рано", "   (нет открытого обращения)", "Не работает выгрузка"]
    assert "STP-000001" in told[3]
    assert told[-4:] == [
        "! Проверьте, пожалуйста",
        "   │ Проверьте, пожалуйста",
        "!! Исправили <b>&_*[",
        "   │ Исправили <b>&_*[",
    ]


def test_a_talk_is_explained_in_english_on_request() -> None:
    talk = subprocess.run(
        [sys.executable, "-m", "demo.chat", "--lang", "en"],
        input="! Too early\n",
        cwd=ROOT,
        env=os.environ | {"PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert (talk.returncode, talk.stderr) == (0, "")
    assert "You are an employee of the agency agency-17" in talk.stdout
    assert "   (there is no open ticket)" in talk.stdout.splitlines()
