"""The program itself: its console script, its version, and how little a small command loads."""

import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app import __version__
from app.cli import cli

ROOT = Path(__file__).parents[2]
HEAVY = (
    "fastapi",
    "starlette",
    "uvicorn",
    "app.main",
    "app.api.routes",
    "app.api.openapi",
    "app.api.schemas.examples",
    "app.adapters.messengers",
    "app.domain.language.insults",
    "app.domain.language.triage",
    "app.domain.language.obscenity",
    "app.domain.language.obscene_words",
)
DATABASE = ("sqlalchemy", "structlog", "app.adapters", "app.settings", "app.wiring")
LIST_MODULES = """
import sys
from app.cli import cli
try:
    cli(sys.argv[1:])
finally:
    print("\\n".join(sys.modules), file=sys.stderr)
"""


def test_the_console_script_is_the_command_line() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    ((name, target),) = project["scripts"].items()
    assert name == "support-desk"
    assert EntryPoint(name=name, value=target, group="console_scripts").load() is cli


def test_the_version_is_printed() -> None:
    assert CliRunner().invoke(cli, ["--version"]).stdout == f"support-desk {__version__}\n"


def test_help_lists_the_commands() -> None:
    shown = CliRunner().invoke(cli, ["--help"]).stdout
    for command in "serve relay migrate keys openapi calendar copy inbox outbox telegram".split():
        assert f" {command} " in shown


@pytest.mark.parametrize(
    ("words", "unwanted"),
    [
        (["--help"], HEAVY + DATABASE),
        (["keys", "create", "--help"], HEAVY + DATABASE),
        (["keys", "scopes"], (*HEAVY, "sqlalchemy")),
        (["keys", "list"], HEAVY),
        (["migrate"], HEAVY),
    ],
)
def test_a_small_command_loads_no_http_and_no_text_rules(
    words: list[str], unwanted: tuple[str, ...], database_file: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIST_MODULES, *words],
        cwd=ROOT,
        env={"SUPPORT_DATABASE_URL": f"sqlite:///{database_file}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stderr.splitlines())
    assert "app.cli" in loaded
    assert loaded.intersection(unwanted) == set()
