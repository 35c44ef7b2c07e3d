"""Environments of their own for what we are compared with; made once, never a part of ours."""

import subprocess
import sys
from pathlib import Path

PLACE = Path(__file__).resolve().parent.parent / ".venv-bench"


def environment(name: str, *packages: str) -> str:
    """Return the Python of an environment with these packages; build the environment if it is missing."""
    place = PLACE / name
    python, made = place / "bin" / "python", place / ".made"
    if not made.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(place)], check=True)  # noqa: S603 - ours
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, *packages], check=True)  # noqa: S603 - ours
        made.touch()
    return str(python)
