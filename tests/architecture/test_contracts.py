"""The contracts hold, and each one really catches what it forbids.

A misspelt name in a forbidden list passes silently, so every name is planted once. The names here
are written by hand on purpose: read from the configuration, a misspelling would agree with itself.
"""

import ast
import asyncio
import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {contract["id"]: contract for contract in CONFIG["tool"]["importlinter"]["contracts"]}

FRAMEWORKS = (
    "fastapi",
    "starlette",
    "pydantic",
    "pydantic_settings",
    "sqlmodel",
    "sqlalchemy",
    "alembic",
    "httpx",
    "holidays",
    "structlog",
    "prometheus_client",
    "typer",
    "uvicorn",
    "uuid_utils",
    "Stemmer",
    "asyncpg",
)
CLOCKS_AND_CHANCE = ("os", "time", "random", "uuid", "secrets")
FORBIDDEN = FRAMEWORKS + CLOCKS_AND_CHANCE

Rows = tuple[tuple[str, ...], ...]

# A row may import the rows below it; the modules of one row are strangers.
ROWS: dict[str, tuple[str, Rows]] = {
    "layers": (
        "app",
        (
            ("__main__",),
            ("cli",),
            ("main",),
            ("worker",),
            ("wiring",),
            ("settings",),
            ("api", "adapters"),
            ("observability",),
            ("application",),
            ("domain",),
        ),
    ),
    "domain-subjects": (
        "app.domain",
        (
            ("sending", "chats", "customers"),
            ("tickets",),
            ("language",),
            ("regulation",),
            ("calendar", "wording", "attachments"),
            ("vocabulary",),
        ),
    ),
    "application-subjects": (
        "app.application",
        (
            ("sending", "customers", "administration"),
            ("chats",),
            ("tickets",),
            ("outbox", "attachments"),
            ("clock_watch", "windows"),
            ("stamp", "versions"),
            ("ports", "errors"),
        ),
    ),
    "api-rooms": ("app.api", (("routes",), ("openapi",), ("dependencies",), ("http",), ("schemas",))),
    "sql-rooms": (
        "app.adapters.sql",
        (("copy", "stores"), ("migrate", "repositories"), ("engines",), ("schema",)),
    ),
}

BANNED_CALLS = (
    "datetime.datetime.now()",
    "datetime.datetime.utcnow()",
    "datetime.datetime.today()",
    "datetime.date.today()",
    "time.time()",
    "time.time_ns()",
    "time.monotonic()",
    "time.monotonic_ns()",
    "random.random()",
    "random.choice([1])",
    "uuid.uuid1()",
    "uuid.uuid4()",
    "uuid_utils.uuid4()",
    "uuid_utils.uuid7()",
    "uuid_utils.compat.uuid4()",
    "uuid_utils.compat.uuid7()",
)


def lint_imports(project: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the package below `project`."""
    command = "from importlinter.cli import lint_imports_command as lint; lint()"
    return subprocess.run(
        [sys.executable, "-c", command, "--no-cache", "--no-logo"],
        cwd=project,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | {"COLUMNS": "500", "NO_COLOR": "1", "PYTHONUTF8": "1"},
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the package and of the configuration, to spoil."""
    shutil.copytree(ROOT / "app", tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def plant(project: Path, module: str, *imports: str) -> str:
    """Write the imports into `module`, or into a new file of it if it is a package."""
    place = project.joinpath(*module.split("."))
    if place.is_dir():
        place, module = place / "planted.py", f"{module}.planted"
    else:
        place = place.with_suffix(".py")
    with place.open("a", encoding="utf-8") as file:
        file.writelines(f"\nimport {name}" for name in imports)
    return module


def test_the_contracts_hold() -> None:
    result = lint_imports(ROOT)

    assert result.returncode == 0, result.stdout + result.stderr


def against_the_grain(rows: Rows) -> list[tuple[str, str]]:
    """Return every import that the rows forbid, as (importer, imported)."""
    return [
        (importer, imported)
        for place, row in enumerate(rows)
        for importer in row
        for above in rows[: place + 1]
        for imported in above
        if imported != importer
    ]


@pytest.mark.parametrize("contract", ROWS)
def test_every_import_against_the_rows_is_caught(project: Path, contract: str) -> None:
    container, rows = ROWS[contract]
    reached: dict[str, list[str]] = {}
    for importer, imported in against_the_grain(rows):
        reached.setdefault(f"{container}.{importer}", []).append(f"{container}.{imported}")
    planted = {importer: plant(project, importer, *imported) for importer, imported in reached.items()}

    result = lint_imports(project)

    assert result.returncode == 1, result.stdout + result.stderr
    assert f"{CONTRACTS[contract]['name']} BROKEN" in result.stdout
    uncaught = [
        f"{importer} -> {imported}"
        for importer, names in reached.items()
        for imported in names
        if not re.search(rf"{re.escape(planted[importer])} -> {re.escape(imported)} \(", result.stdout)
    ]
    assert uncaught == []


@pytest.mark.parametrize("contract", ROWS)
def test_a_part_without_a_row_is_caught(project: Path, contract: str) -> None:
    container, _ = ROWS[contract]
    newcomer = project.joinpath(*container.split(".")) / "helpers.py"
    newcomer.write_text('"""Belongs nowhere."""\n', encoding="utf-8")

    result = lint_imports(project)

    assert result.returncode == 1, result.stdout + result.stderr
    assert f"{CONTRACTS[contract]['name']} BROKEN" in result.stdout
    assert f"{container}.helpers" in result.stdout


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("app.domain.tickets.ticket", "app.domain.tickets.queue"),
        ("app.adapters.system", "app.adapters.attachments"),
        ("app.adapters.messengers.telegram.api", "app.adapters.messengers.telegram.updates"),
    ],
)
def test_a_circle_of_neighbours_is_caught(project: Path, one: str, other: str) -> None:
    plant(project, one, other)
    plant(project, other, one)

    result = lint_imports(project)

    assert result.returncode == 1, result.stdout + result.stderr
    assert f"{CONTRACTS['no-circles']['name']} BROKEN" in result.stdout


@pytest.mark.parametrize(
    ("package", "contract"),
    [("app.domain", "domain-is-pure"), ("app.application", "application-is-pure")],
)
def test_every_forbidden_module_is_caught(project: Path, package: str, contract: str) -> None:
    planted = plant(project, package, *FORBIDDEN)

    result = lint_imports(project)

    assert result.returncode == 1, result.stdout + result.stderr
    assert f"{CONTRACTS[contract]['name']} BROKEN" in result.stdout
    uncaught = [name for name in FORBIDDEN if f"{planted} -> {name} (" not in result.stdout]
    assert uncaught == []


@pytest.mark.parametrize("contract", ["domain-is-pure", "application-is-pure"])
def test_every_forbidden_name_exists(contract: str) -> None:
    names = CONTRACTS[contract]["forbidden_modules"]

    assert [name for name in names if importlib.util.find_spec(name) is None] == []


def test_every_contract_has_its_planted_violation() -> None:
    assert set(CONTRACTS) == {*ROWS, "no-circles", "domain-is-pure", "application-is-pure"}


def foreign_imports_of_the_domain(project: Path) -> set[str]:
    """The packages outside the standard library that the domain imports."""
    nodes = [
        node
        for file in (project / "app" / "domain").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    ]
    imported = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    imported |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in imported} - sys.stdlib_module_names - {"app"}


def test_the_domain_needs_only_the_standard_library(project: Path) -> None:
    assert foreign_imports_of_the_domain(ROOT) == set()

    plant(project, "app.domain", "dateutil.parser")

    assert foreign_imports_of_the_domain(project) == {"dateutil"}


def banned_calls_found_in(filename: str, source: str) -> set[int]:
    """The numbers of the lines where ruff finds a banned call."""
    command = ["ruff", "check", "--no-cache", "--output-format", "json"]
    result = subprocess.run(
        [sys.executable, "-m", *command, "--stdin-filename", filename, "-"],
        cwd=ROOT,
        input=source,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    findings = json.loads(result.stdout)
    return {one["location"]["row"] for one in findings if one["code"] == "TID251"}


@pytest.mark.parametrize("call", BANNED_CALLS)
@pytest.mark.parametrize("place", ["app/domain/planted.py", "app/adapters/sql/stores/sqlite.py"])
def test_a_clock_or_an_id_outside_the_system_adapter_is_caught(place: str, call: str) -> None:
    module = call.partition(".")[0]

    assert banned_calls_found_in(place, f"import {module}\n\n{call}\n")


def test_the_usual_spelling_of_a_banned_call_is_caught() -> None:
    source = "from datetime import UTC, datetime\n\nSTARTED = datetime.now(UTC)\n"

    assert banned_calls_found_in("app/domain/planted.py", source) == {3}


def test_the_system_adapter_may_read_the_clock() -> None:
    source = "import datetime\n\nSTARTED = datetime.datetime.now(datetime.UTC)\n"

    assert banned_calls_found_in("app/adapters/system.py", source) == set()


FOLDERS = ("app", "benchmarks", "demo", "docs", "openapi", "tests")
"""Where to look in a copy that is no git checkout."""

MACHINE_ADDRESSES = re.compile(
    r"(?<!no-emit-)(?:index-ur[l]|find-link[s])"  # options that name a package index
    r"|(?:\bpy"
    r"pi\.org|python"
    r"hosted\.org|/sim"
    r"ple/)"  # in parts: this file names no host either
    r"|(?<![\w.})*-])/(?:ro"
    r"ot|wo"
    r"rk)(?![\w-])"  # paths of one machine
)


def files_of_the_repository() -> list[Path]:
    """Every file that is tracked or about to be."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        return [file for folder in FOLDERS for file in (ROOT / folder).rglob("*") if file.is_file()]
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = listing.stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_no_file_names_a_package_index_or_a_place_on_one_machine() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for file in files_of_the_repository()
        for number, line in enumerate(
            file.read_text(encoding="utf-8", errors="replace").splitlines(), start=1
        )
        if MACHINE_ADDRESSES.search(line)
    ]

    assert found == []


@pytest.mark.parametrize(
    "line",
    # Broken up, so that this file itself names none of them.
    ["--extra-index|-url x", "see /ro|ot/.cache", "cd /wo|rk/main", "https://py|pi.org/sim|ple"],
)
def test_the_address_pattern_finds_what_it_should(line: str) -> None:
    assert MACHINE_ADDRESSES.search(line.replace("|", ""))


def test_the_network_is_off_but_for_loopback() -> None:
    with socket.socket() as outside, pytest.raises(BaseException, match="may not connect"):
        outside.connect(("192.0.2.1", 80))
    with pytest.raises(BaseException, match="may not look up"):
        socket.getaddrinfo("example.org", 80)
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


async def test_async_tests_run_on_asyncio() -> None:
    assert asyncio.get_running_loop().is_running()
