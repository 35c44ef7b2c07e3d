"""Writes docs/settings.md from the settings class: python -m tests.settings_page > docs/settings.md."""

import sys
from pathlib import Path

from app.settings import PREFIX, Settings

HEAD = """\
# Settings

Every setting is an environment variable. An invalid setting stops the command with exit code 2; the message
names the variable, the error and an example.

This page is generated from `app/settings.py` by `make settings-page`.

| variable | default | meaning | example |
| --- | --- | --- | --- |
"""


def page() -> str:
    """Return the page."""
    return HEAD + "".join(_row(name) for name in Settings.model_fields)


def _row(name: str) -> str:
    field = Settings.model_fields[name]
    example = str((field.examples or [""])[0])
    shown = example if example.startswith("the ") else f"`{example}`"
    cells = (f"`{PREFIX}{name.upper()}`", _default(field.default), field.description or "", shown)
    return f"| {' | '.join(cells)} |\n"


def _default(value: object) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, frozenset):
        return f"`{','.join(level for level in type(next(iter(value))) if level in value)}`"
    if isinstance(value, str | int | float | Path) and str(value):
        return f"`{value}`"
    if value is None or value == "":
        return ""
    raise TypeError(type(value))


if __name__ == "__main__":
    sys.stdout.write(page())
