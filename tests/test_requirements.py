"""pyproject.toml promises that the service runs with the oldest versions that it admits."""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from demo.process import ROOT, ServiceProcess

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
SERVICE = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
GROUPS = {
    "requirements.txt": SERVICE,
    "requirements-dev.txt": [Requirement(text) for text in PROJECT["dependency-groups"]["dev"]],
}
UV = ROOT / ".venv-lock" / "bin" / "uv"

EVERY_MODULE = """
import importlib, pkgutil, app
for module in pkgutil.walk_packages(app.__path__, "app."):
    if ".migrations." not in module.name and not module.name.endswith(".__main__"):
        importlib.import_module(module.name)
"""


def pins(file: str) -> Iterator[Requirement]:
    for line in (ROOT / file).read_text("utf-8").splitlines():
        if "==" in line and not line.startswith((" ", "#")):
            yield Requirement(line.removesuffix("\\").strip())


def versions(requirement: Requirement, operators: tuple[str, ...]) -> list[Version]:
    return [Version(one.version) for one in requirement.specifier if one.operator in operators]


@pytest.mark.parametrize("file", GROUPS)
def test_no_floor_is_above_what_is_pinned(file: str) -> None:
    pinned: dict[str, list[Version]] = {}
    for pin in pins(file):
        pinned.setdefault(canonicalize_name(pin.name), []).extend(versions(pin, ("==",)))
    above = {
        str(requirement): str(version)
        for requirement in GROUPS[file]
        for version in pinned[canonicalize_name(requirement.name)]
        if version not in requirement.specifier
    }
    assert not above, f"{file} pins what pyproject.toml does not admit: run make lock"


def test_pytest_is_admitted_from_the_version_that_its_settings_ask_for() -> None:
    (found,) = (one for one in GROUPS["requirements-dev.txt"] if one.name == "pytest")
    asked = Version(PROJECT["tool"]["pytest"]["ini_options"]["minversion"])
    assert versions(found, (">=",)) == [asked]


@pytest.fixture
def oldest(tmp_path: Path) -> str:
    """The Python of an environment with the oldest version of each direct dependency."""
    uv = str(UV) if UV.exists() else shutil.which("uv")
    if uv is None:
        pytest.fail("uv is missing: make check-slow installs it")
    place = tmp_path / "venv"
    python = str(place / "bin" / "python")
    subprocess.run([uv, "venv", "--quiet", "--no-config", "--python", sys.executable, place], check=True)
    install = [uv, "pip", "install", "--quiet", "--no-config", "--python", python]
    subprocess.run([*install, "--resolution", "lowest-direct", "-r", ROOT / "pyproject.toml"], check=True)
    return python


def run(python: str, *command: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SUPPORT_")}
    ended = subprocess.run(
        [python, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert not ended.returncode, ended.stderr[-2_000:]
    return ended.stdout


@pytest.mark.slow
def test_the_service_runs_with_the_oldest_versions(
    oldest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("demo.process.START_SECONDS", 120.0)  # nothing of it is compiled yet

    class Oldest(ServiceProcess):
        def _command(self, *words: str) -> list[str]:
            return [oldest, *self.program, *words]

    run(oldest, "-c", EVERY_MODULE)
    contract = (ROOT / "openapi" / "openapi.json").read_text("utf-8")
    assert run(oldest, "-m", "app", "openapi") == contract
    with Oldest(tmp_path / "data") as service, service.http() as http:
        assert http.get("/v1/queue").is_success
