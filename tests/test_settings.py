"""Which databases the settings accept, and that no message repeats a password."""

import pytest

from app.settings import WrongSettingsError, read_settings


@pytest.mark.parametrize(
    "url", ["sqlite:////var/lib/desk.sqlite3", "postgresql://desk:secret@db/desk?sslmode=verify-full"]
)
def test_a_file_of_sqlite_and_postgresql_are_accepted(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("SUPPORT_DATABASE_URL", url)
    assert read_settings().database_url == url
    assert "secret" not in repr(read_settings())


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://",
        "postgres://desk:secret@db/desk",
        "postgresql+psycopg://desk:secret@db/desk",
        "mysql://desk:secret@db/desk",
        "sqlite:///:memory:",
        "sqlite://",
    ],
)
def test_other_databases_are_refused_without_repeating_the_url(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("SUPPORT_DATABASE_URL", url)
    with pytest.raises(WrongSettingsError, match="SUPPORT_DATABASE_URL: must name a database") as raised:
        read_settings()
    assert "secret" not in str(raised.value)
