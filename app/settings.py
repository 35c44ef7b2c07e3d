"""Settings by environment, prefix SUPPORT_; adapters get plain values, never this object."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.application.text_analysis import COUNTED
from app.domain.vocabulary import ObscenityLevel, ObscenityPolicy

PREFIX = "SUPPORT_"
SQLITE = "sqlite:///"
POSTGRESQL = "postgresql://"
MIN_ADMIN_KEY = 32


class Settings(BaseSettings):
    """What operations can set; each variable has an example in the README's table."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore")

    data_dir: Path = Field(Path("data"), examples=["/var/lib/support-desk"])
    database_url: str = Field("", repr=False, examples=["sqlite:////var/lib/support-desk/desk.sqlite3"])
    database_pooler: bool = Field(False, examples=["true (PgBouncer in transaction mode)"])
    host: str = Field("127.0.0.1", min_length=1, examples=["0.0.0.0"])  # noqa: S104 - an example
    port: Annotated[int, Field(ge=0, le=65_535, examples=["8000"])] = 8000
    admin_key: SecretStr | None = Field(None, examples=["the output of: openssl rand -hex 32"])
    rate_limit: Annotated[int, Field(ge=0, le=10_000_000, examples=["6000 (0: no limit)"])] = 6_000
    close_early_on_shortened_days: bool = Field(False, examples=["true"])
    obscene_levels: Annotated[frozenset[ObscenityLevel], NoDecode] = Field(
        COUNTED, min_length=1, examples=["mat,norm14,vulgar"]
    )
    obscenity_policy: ObscenityPolicy = Field(ObscenityPolicy.DEFERRED, examples=["notice"])
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", examples=["INFO"])

    @field_validator("data_dir", mode="before")
    @classmethod
    def _names_a_folder(cls, folder: object) -> object:
        if folder == "":
            raise ValueError("must name a folder")
        return folder

    @field_validator("obscene_levels", mode="before")
    @classmethod
    def _is_a_list_of_levels(cls, levels: object) -> object:
        return [level.strip() for level in levels.split(",")] if isinstance(levels, str) else levels

    @field_validator("admin_key")
    @classmethod
    def _is_long_and_printable(cls, key: SecretStr | None) -> SecretStr | None:
        if key is None or not key.get_secret_value():
            return None
        value = key.get_secret_value()
        if len(value) < MIN_ADMIN_KEY or not all("!" <= sign <= "~" for sign in value):
            raise ValueError("must be 32 or more printable ASCII characters without spaces")
        return key

    @field_validator("database_url")
    @classmethod
    def _is_a_database(cls, url: str) -> str:
        # The message never repeats the URL, which may hold a password.
        if not url or (url.startswith(POSTGRESQL) and url != POSTGRESQL):
            return url
        file = url.removeprefix(SQLITE)
        if not url.startswith(SQLITE) or file.split("?")[0] in {"", ":memory:"}:
            raise ValueError("must name a database: sqlite:///… with a file, or postgresql://…")
        return url

    @property
    def embedded(self) -> bool:
        """Whether the database is a file of our own."""
        return self.database_url.startswith(SQLITE)

    @model_validator(mode="after")
    def _default_database(self) -> Self:
        if not self.database_url:
            self.database_url = f"{SQLITE}{(self.data_dir / 'support-desk.sqlite3').absolute()}"
        return self


class WrongSettingsError(Exception):
    """A setting is wrong; the message names the variable, what is wrong, and an example."""


def read_settings() -> Settings:
    """Read the settings from the environment. WrongSettingsError."""
    try:
        return Settings()
    except ValidationError as failure:
        raise WrongSettingsError("\n".join(_lines(failure))) from None


def _lines(failure: ValidationError) -> list[str]:
    """Tell what is wrong, a line a variable; never the value, which may be a secret."""
    lines = []
    for error in failure.errors(include_input=False, include_url=False):
        message = error["msg"].removeprefix("Value error, ")
        name = str(error["loc"][0])
        examples = Settings.model_fields[name].examples or [""]
        lines.append(f"{PREFIX}{name.upper()}: {message}. For example: {examples[0]}")
    return lines
