"""Databases that relays send from."""

from pathlib import Path

import pytest

from app.adapters.sql.migrate.run import migrate


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give a migrated database of either engine."""
    if request.param == "postgresql":
        found: str = request.getfixturevalue("postgres_url")
        return found
    file = f"sqlite:///{tmp_path / 'desk.sqlite3'}"
    migrate(file)
    return file
