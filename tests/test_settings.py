"""Which databases, levels and policies the settings accept, and that no message repeats a password."""

from pathlib import Path

import pytest

from app.domain.vocabulary import ObscenityLevel, ObscenityPolicy
from app.settings import Settings, WrongSettingsError, read_settings
from tests.settings_page import page

ROOT = Path(__file__).parents[1]


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


TOKEN, SECRET = "123456789:AAabc_def-ghi", "s3cret_word-1"


def with_telegram(monkeypatch: pytest.MonkeyPatch, **given: str) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"SUPPORT_TELEGRAM_{name}", value)


def test_without_a_token_telegram_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    with_telegram(monkeypatch, TOKEN="", SECRET=SECRET)
    settings = read_settings()
    assert (settings.telegram_token, settings.telegram_secrets) == (None, ())


def test_a_token_needs_a_secret_unless_updates_are_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    with_telegram(monkeypatch, TOKEN=TOKEN)
    with pytest.raises(WrongSettingsError, match="SUPPORT_TELEGRAM_SECRET: is required") as raised:
        read_settings()
    assert TOKEN not in str(raised.value)
    with_telegram(monkeypatch, MODE="polling")
    assert read_settings().telegram_secrets == ()


def test_while_a_secret_changes_the_one_before_counts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with_telegram(monkeypatch, TOKEN=TOKEN, SECRET=SECRET, SECRET_PREVIOUS="old", STAFF="501,502")
    settings = read_settings()
    assert settings.telegram_secrets == (SECRET, "old")
    assert settings.staff == {"telegram": frozenset({"501", "502"})}
    assert settings.telegram_files == "https://api.telegram.org/file"
    for told in (repr(settings), str(settings)):
        assert TOKEN not in told
        assert SECRET not in told


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOKEN", "no-token"),
        ("SECRET", "with blanks"),
        ("SECRET", "x" * 257),
        ("API_URL", "ftp://somewhere"),
        ("API_URL", "https://user:password@somewhere"),
        ("MODE", "push"),
        ("STAFF", "Ольга"),
    ],
)
def test_a_wrong_setting_is_named_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with_telegram(monkeypatch, **{"TOKEN": TOKEN, "SECRET": SECRET, name: value})
    with pytest.raises(WrongSettingsError, match=f"SUPPORT_TELEGRAM_{name}: ") as raised:
        read_settings()
    assert value not in str(raised.value).split("For example")[0]


KEY, OTHER_KEY = "k" * 32, "o" * 32


def test_while_the_admin_key_is_exchanged_the_one_before_counts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().admin_keys == ()
    monkeypatch.setenv("SUPPORT_ADMIN_KEY", KEY)
    assert read_settings().admin_keys == (KEY,)
    monkeypatch.setenv("SUPPORT_ADMIN_KEY_PREVIOUS", "")
    assert read_settings().admin_keys == (KEY,)
    monkeypatch.setenv("SUPPORT_ADMIN_KEY_PREVIOUS", OTHER_KEY)
    assert read_settings().admin_keys == (KEY, OTHER_KEY)
    assert OTHER_KEY not in repr(read_settings())


@pytest.mark.parametrize(
    ("key", "previous", "told"),
    [
        (KEY, "short-secret", "32 or more"),
        (KEY, "with spaces " * 5, "32 or more"),
        (KEY, "ключ" * 10, "32 or more"),
        (KEY, KEY, "must differ from SUPPORT_ADMIN_KEY"),
        ("", OTHER_KEY, "needs SUPPORT_ADMIN_KEY"),
        (None, OTHER_KEY, "needs SUPPORT_ADMIN_KEY"),
    ],
)
def test_a_previous_admin_key_that_cannot_be_meant_is_refused(
    monkeypatch: pytest.MonkeyPatch, key: str | None, previous: str, told: str
) -> None:
    if key is not None:
        monkeypatch.setenv("SUPPORT_ADMIN_KEY", key)
    monkeypatch.setenv("SUPPORT_ADMIN_KEY_PREVIOUS", previous)

    with pytest.raises(WrongSettingsError) as failure:
        read_settings()

    (line,) = str(failure.value).splitlines()
    assert line.startswith("SUPPORT_ADMIN_KEY_PREVIOUS: ")
    assert told in line
    assert "example" in line
    assert previous not in line


def test_by_default_rude_words_do_not_count_and_obscene_ones_defer() -> None:
    settings = read_settings()
    assert settings.obscene_levels == frozenset(ObscenityLevel) - {ObscenityLevel.RUDE}
    assert settings.obscenity_policy is ObscenityPolicy.DEFERRED


def test_the_levels_that_count_are_a_list_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPPORT_OBSCENE_LEVELS", "mat, rude")
    monkeypatch.setenv("SUPPORT_OBSCENITY_POLICY", "notice")
    assert read_settings().obscene_levels == {ObscenityLevel.MAT, ObscenityLevel.RUDE}
    assert read_settings().obscenity_policy is ObscenityPolicy.NOTICE


@pytest.mark.parametrize(
    ("name", "value"),
    [("OBSCENE_LEVELS", ""), ("OBSCENE_LEVELS", "mat,mild"), ("OBSCENITY_POLICY", "refused")],
)
def test_other_levels_and_policies_are_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"SUPPORT_{name}", value)
    with pytest.raises(WrongSettingsError, match=f"SUPPORT_{name}"):
        read_settings()


def test_each_setting_has_a_description_and_an_example() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
        assert field.examples, name


def test_the_page_of_the_settings_is_up_to_date() -> None:
    written = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert written == page(), "run: make settings-page"
