"""Settings by environment, prefix SUPPORT_; adapters get plain values, never this object."""

import re
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.application.tickets.text_analysis import COUNTED
from app.domain.vocabulary import ObscenityLevel, ObscenityPolicy

PREFIX = "SUPPORT_"
SQLITE = "sqlite:///"
POSTGRESQL = "postgresql://"
TELEGRAM = "https://api.telegram.org"
MIN_ADMIN_KEY = 32
REPEATED_DAYS = 7
_WEB = r"^https?://[^\s/?#@]+(/[^\s?#]*)?$"
_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+", re.ASCII)
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}", re.ASCII)


def names_a_database(url: str) -> bool:
    """Say whether a URL is one of PostgreSQL or of a SQLite file."""
    if url.startswith(POSTGRESQL):
        return url != POSTGRESQL
    return url.startswith(SQLITE) and url.removeprefix(SQLITE).split("?")[0] not in {"", ":memory:"}


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
    failed_key_limit: Annotated[int, Field(ge=0, le=10_000_000, examples=["60 (0: no limit)"])] = 60
    drain_seconds: Annotated[float, Field(ge=0, le=300, allow_inf_nan=False, examples=["5"])] = 5
    attachments_dir: Path | None = Field(None, examples=["/var/lib/support-desk/attachments"])
    upload_quota_mib: Annotated[int, Field(ge=0, le=1_048_576, examples=["1024 (0: no limit)"])] = 1_024
    close_early_on_shortened_days: bool = Field(False, examples=["true"])
    telegram_mode: str = Field("webhook", pattern="^(webhook|polling)$", examples=["polling"])
    telegram_token: SecretStr | None = Field(None, examples=["123456789:AA… as BotFather gives it"])
    telegram_secret: SecretStr | None = Field(
        None, validate_default=True, repr=False, examples=["the output of: openssl rand -hex 32"]
    )
    telegram_secret_previous: SecretStr | None = Field(
        None, repr=False, examples=["the one before, while it changes"]
    )
    telegram_api_url: str = Field(TELEGRAM, pattern=_WEB, examples=["http://127.0.0.1:8081"])
    telegram_file_url: str = Field("", pattern=f"^$|{_WEB}", examples=["http://127.0.0.1:8081/file"])
    telegram_staff: str = Field("", pattern="^$|^[0-9]+(,[0-9]+)*$", examples=["501200300,501200301"])
    relay: str = Field("embedded", pattern="^(embedded|off)$", examples=["off"])
    inbox_days: Annotated[int, Field(ge=0, le=36_500, examples=["30 (0: for ever)"])] = 7
    outbox_days: Annotated[int, Field(ge=0, le=36_500, examples=["365 (0: for ever)"])] = 90
    relay_metrics_port: Annotated[int, Field(ge=0, le=65_535)] | None = Field(None, examples=["9100"])
    resend_unknown: str = Field("once", pattern="^(once|never)$", examples=["never"])
    obscene_levels: Annotated[frozenset[ObscenityLevel], NoDecode] = Field(
        COUNTED, min_length=1, examples=["mat,norm14,vulgar"]
    )
    obscenity_policy: ObscenityPolicy = Field(ObscenityPolicy.DEFERRED, examples=["notice"])
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", examples=["INFO"])

    @field_validator("data_dir", "attachments_dir", mode="before")
    @classmethod
    def _names_a_folder(cls, folder: object) -> object:
        if folder == "":
            raise ValueError("must name a folder")
        return folder

    @field_validator("obscene_levels", mode="before")
    @classmethod
    def _is_a_list_of_levels(cls, levels: object) -> object:
        return [level.strip() for level in levels.split(",")] if isinstance(levels, str) else levels

    @field_validator("inbox_days")
    @classmethod
    def _outlasts_repetitions(cls, days: int) -> int:
        if 0 < days < REPEATED_DAYS:
            raise ValueError("must be 7 or more: so long messengers may repeat an update")
        return days

    @field_validator("admin_key")
    @classmethod
    def _is_long_and_printable(cls, key: SecretStr | None) -> SecretStr | None:
        if key is None or not key.get_secret_value():
            return None
        value = key.get_secret_value()
        if len(value) < MIN_ADMIN_KEY or not all("!" <= sign <= "~" for sign in value):
            raise ValueError("must be 32 or more printable ASCII characters without spaces")
        return key

    @field_validator("telegram_token")
    @classmethod
    def _is_a_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is None or not token.get_secret_value():
            return None
        if not _TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("must be a bot's token: its number, a colon and the rest")
        return token

    @field_validator("telegram_secret", "telegram_secret_previous")
    @classmethod
    def _is_a_secret(cls, secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if secret is None or not secret.get_secret_value():
            by_webhook = info.data.get("telegram_mode") == "webhook" and info.data.get("telegram_token")
            if info.field_name == "telegram_secret" and by_webhook:
                raise ValueError("is needed with SUPPORT_TELEGRAM_TOKEN, or anybody could post updates")
            return None
        if not _SECRET.fullmatch(secret.get_secret_value()):
            raise ValueError("must be 1 to 256 of A-Z a-z 0-9 _ -")
        return secret

    @field_validator("database_url")
    @classmethod
    def _is_a_database(cls, url: str) -> str:
        # The message never repeats the URL, which may hold a password.
        if url and not names_a_database(url):
            raise ValueError("must name a database: sqlite:///… with a file, or postgresql://…")
        return url

    @property
    def telegram_secrets(self) -> tuple[str, ...]:
        """What a webhook of Telegram may show: the present secret, and the one before while it changes."""
        if self.telegram_mode != "webhook" or self.telegram_token is None:
            return ()
        secrets = (self.telegram_secret, self.telegram_secret_previous)
        return tuple(secret.get_secret_value() for secret in secrets if secret is not None)

    @property
    def own_telegram_server(self) -> bool:
        """Whether calls go to a Bot API server of one's own, which delivers to any address."""
        return self.telegram_api_url.rstrip("/") != TELEGRAM

    @property
    def telegram_files(self) -> str:
        """Where files of Telegram are fetched."""
        return self.telegram_file_url or f"{self.telegram_api_url.rstrip('/')}/file"

    @property
    def staff(self) -> dict[str, frozenset[str]]:
        """Ids of staff by channel."""
        return {"telegram": frozenset(self.telegram_staff.split(",")) - {""}}

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
