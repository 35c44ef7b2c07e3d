"""Settings from the environment, prefix SUPPORT_. Adapters receive plain values, never this object."""

import re
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.domain.chats.address import is_address
from app.domain.vocabulary import COUNTED_LEVELS, ObscenityLevel, ObscenityPolicy

PREFIX = "SUPPORT_"
SQLITE = "sqlite:///"
POSTGRESQL = "postgresql://"
TELEGRAM = "https://api.telegram.org"
MIN_ADMIN_KEY = 32
REPEATED_DAYS = 7
_WEB = r"^https?://[^\s/?#@]+(/[^\s?#]*)?$"
_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+", re.ASCII)
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}", re.ASCII)
_CHOICE = re.compile(r"\^\(([A-Za-z|]+)\)\$")
"""A setting's pattern that only lists its values."""


def names_a_database(url: str) -> bool:
    """Check whether a URL names a PostgreSQL database or a SQLite file."""
    if url.startswith(POSTGRESQL):
        return url != POSTGRESQL
    return url.startswith(SQLITE) and url.removeprefix(SQLITE).split("?")[0] not in {"", ":memory:"}


class Settings(BaseSettings):
    """The settings of the service. docs/settings.md is generated from the descriptions here."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore")

    data_dir: Path = Field(
        Path("data"),
        description="Folder of the SQLite database and the attachments.",
        examples=["/var/lib/support-desk"],
    )
    database_url: str = Field(
        "",
        repr=False,
        description="The database: `sqlite:///` with a file, or `postgresql://`. "
        "Empty: `support-desk.sqlite3` in SUPPORT_DATA_DIR.",
        examples=["sqlite:////var/lib/support-desk/desk.sqlite3"],
    )
    database_pooler: bool = Field(
        False,
        description="Whether PostgreSQL is behind PgBouncer in transaction mode.",
        examples=["true"],
    )
    host: str = Field(
        "127.0.0.1",
        min_length=1,
        description="Address to listen on.",
        examples=["0.0.0.0"],  # noqa: S104 - an example
    )
    port: int = Field(
        8_000,
        ge=0,
        le=65_535,
        description="Port to listen on; with 0 the system chooses a free one.",
        examples=["8000"],
    )
    admin_key: SecretStr | None = Field(
        None,
        description="An API key with all scopes, 32 or more printable ASCII characters. Unset: only keys "
        "created by `support-desk keys create` work.",
        examples=["the output of: openssl rand -hex 32"],
    )
    admin_key_previous: SecretStr | None = Field(
        None,
        repr=False,
        description="The previous admin key, which also works while callers change to the new one.",
        examples=["the previous value of SUPPORT_ADMIN_KEY"],
    )
    rate_limit: int = Field(
        6_000,
        ge=0,
        le=10_000_000,
        description="Maximum number of requests per minute and API key, counted by each process; 0 means no "
        "limit.",
        examples=["6000"],
    )
    failed_key_limit: int = Field(
        60,
        ge=0,
        le=10_000_000,
        description="Number of requests with an invalid key, per minute and client address, that get 401; "
        "further ones get 429. 0 means no limit.",
        examples=["60"],
    )
    customer_tickets_per_day: int = Field(
        50_000,
        ge=0,
        le=10_000_000,
        description="Maximum number of new tickets per customer in windows of 24 hours, counted by each "
        "process; 0 means no limit. Beyond it, submissions by HTTP get 429 and those of chats wait.",
        examples=["50000"],
    )
    chat_tickets_per_day: int = Field(
        20_000,
        ge=0,
        le=10_000_000,
        description="The same per chat.",
        examples=["20000"],
    )
    max_connections: int = Field(
        4_096,
        ge=1,
        le=1_000_000,
        description="Maximum number of open connections; further ones get 503, except for probes and "
        "metrics. It is lowered at the start if the limit of open files (`ulimit -Hn`) does not suffice.",
        examples=["4096"],
    )
    keep_alive_seconds: float = Field(
        75,
        gt=0,
        le=3_600,
        allow_inf_nan=False,
        description="Seconds that a connection may be idle between requests. Must exceed the idle time of a "
        "proxy's connections to the service.",
        examples=["75"],
    )
    drain_seconds: float = Field(
        5,
        ge=0,
        le=300,
        allow_inf_nan=False,
        description="Seconds to keep serving after SIGTERM while `/readyz` already returns 503. Requests in "
        "progress then get up to 20 s more.",
        examples=["5"],
    )
    attachments_dir: Path | None = Field(
        None,
        description="Folder of the attachments, on a local disk. Only the service may write to it. "
        "Unset: `attachments` in SUPPORT_DATA_DIR.",
        examples=["/var/lib/support-desk/attachments"],
    )
    upload_quota_mib: int = Field(
        1_024,
        ge=0,
        le=1_048_576,
        description="Upload quota per customer within 24 hours, in MiB; 0 means no limit.",
        examples=["1024"],
    )
    close_early_on_shortened_days: bool = Field(
        False,
        description="Whether support closes at 17:00 on the shortened days before public holidays.",
        examples=["true"],
    )
    telegram_mode: str = Field(
        "webhook",
        pattern="^(webhook|polling)$",
        description="`webhook`: Telegram delivers updates to the service. `polling`: the relay fetches them.",
        examples=["polling"],
    )
    telegram_token: SecretStr | None = Field(
        None,
        description="Token of the Telegram bot, from BotFather. Unset: the channel is off.",
        examples=["the token from BotFather, 123456789:AA…"],
    )
    telegram_secret: SecretStr | None = Field(
        None,
        validate_default=True,
        repr=False,
        description="Secret that Telegram sends with each update. Required in `webhook` mode, if a "
        "token is set.",
        examples=["the output of: openssl rand -hex 32"],
    )
    telegram_secret_previous: SecretStr | None = Field(
        None,
        repr=False,
        description="The previous secret, which is also accepted during a rotation.",
        examples=["the previous value of SUPPORT_TELEGRAM_SECRET"],
    )
    telegram_api_url: str = Field(
        TELEGRAM,
        pattern=_WEB,
        description="Address of the Bot API. A local Bot API server accepts any webhook address.",
        examples=["http://127.0.0.1:8081"],
    )
    telegram_file_url: str = Field(
        "",
        pattern=f"^$|{_WEB}",
        description="Address to fetch files from. Empty: `/file` below SUPPORT_TELEGRAM_API_URL.",
        examples=["http://127.0.0.1:8081/file"],
    )
    telegram_staff: str = Field(
        "",
        description="Telegram user ids of staff members, separated by commas. Their messages are treated as "
        "an agent's.",
        examples=["501200300,501200301"],
    )
    relay: str = Field(
        "embedded",
        pattern="^(embedded|off)$",
        description="`embedded`: the service runs the relay. `off`: `support-desk relay` runs it as a "
        "separate process.",
        examples=["off"],
    )
    inbox_days: int = Field(
        7,
        ge=0,
        le=36_500,
        description="Days to keep processed updates, at least 7; 0 keeps them forever.",
        examples=["30"],
    )
    held_days: int = Field(
        30,
        ge=0,
        le=36_500,
        description="Days to keep messages of unassigned chats, 1,000 per chat; 0 keeps them forever.",
        examples=["90"],
    )
    outbox_days: int = Field(
        90,
        ge=0,
        le=36_500,
        description="Days to keep the delivery records of sent messages; 0 keeps them forever. Conversations "
        "always stay.",
        examples=["365"],
    )
    relay_metrics_port: Annotated[int, Field(ge=0, le=65_535)] | None = Field(
        None,
        description="Port on SUPPORT_HOST where `support-desk relay` serves `/metrics`, `/livez`, `/readyz` "
        "and `/version`. Unset: they are not served.",
        examples=["9100"],
    )
    resend_unknown: str = Field(
        "once",
        pattern="^(once|never)$",
        description="What to do when delivery of a reply cannot be confirmed: `once` resends it, marked as a "
        "possible repeat; `never` leaves it.",
        examples=["never"],
    )
    obscene_levels: Annotated[frozenset[ObscenityLevel], NoDecode] = Field(
        COUNTED_LEVELS,
        min_length=1,
        description="Levels of obscene words that have an effect, separated by commas: "
        f"{', '.join(f'`{level}`' for level in ObscenityLevel)}.",
        examples=["mat,norm14,vulgar"],
    )
    obscenity_policy: ObscenityPolicy = Field(
        ObscenityPolicy.DEFERRED,
        description="Effect of obscene words on a submission: `deferred` defers it until it is reworded, "
        "`notice` only adds a notice.",
        examples=["notice"],
    )
    log_level: str = Field(
        "INFO",
        pattern="^(DEBUG|INFO|WARNING|ERROR)$",
        description="Lowest level that is logged: `DEBUG`, `INFO`, `WARNING` or `ERROR`.",
        examples=["INFO"],
    )
    log_format: str = Field(
        "auto",
        pattern="^(auto|json|text)$",
        description="Format of the logs on standard error: `json`, `text`, or `auto` for text on a terminal "
        "and JSON otherwise.",
        examples=["json"],
    )

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

    @field_validator("telegram_staff")
    @classmethod
    def _are_ids(cls, staff: str) -> str:
        if staff and not all(is_address("telegram", each) for each in staff.split(",")):
            raise ValueError("must be Telegram user ids without leading zeros, separated by commas")
        return staff

    @field_validator("inbox_days")
    @classmethod
    def _outlasts_repetitions(cls, days: int) -> int:
        if 0 < days < REPEATED_DAYS:
            raise ValueError("must be 0 or at least 7, because messengers may repeat an update for 7 days")
        return days

    @field_validator("admin_key", "admin_key_previous")
    @classmethod
    def _is_long_and_printable(cls, key: SecretStr | None) -> SecretStr | None:
        if key is None or not key.get_secret_value():
            return None
        value = key.get_secret_value()
        if len(value) < MIN_ADMIN_KEY or not all("!" <= sign <= "~" for sign in value):
            raise ValueError("must be 32 or more printable ASCII characters without spaces")
        return key

    @field_validator("admin_key_previous")
    @classmethod
    def _had_another_value(cls, key: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if key is None or "admin_key" not in info.data:
            return key
        if info.data["admin_key"] is None:
            raise ValueError("needs SUPPORT_ADMIN_KEY with the new key")
        if info.data["admin_key"] == key:
            raise ValueError("must differ from SUPPORT_ADMIN_KEY; remove it once no caller uses the old key")
        return key

    @field_validator("telegram_token")
    @classmethod
    def _is_a_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is None or not token.get_secret_value():
            return None
        if not _TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("must be the token of a bot: a number, a colon and 1 or more of A-Z a-z 0-9 _ -")
        return token

    @field_validator("telegram_secret", "telegram_secret_previous")
    @classmethod
    def _is_a_secret(cls, secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if secret is None or not secret.get_secret_value():
            by_webhook = info.data.get("telegram_mode") == "webhook" and info.data.get("telegram_token")
            if info.field_name == "telegram_secret" and by_webhook:
                raise ValueError(
                    "is required with SUPPORT_TELEGRAM_TOKEN, so that only Telegram can post updates"
                )
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
    def admin_keys(self) -> tuple[str, ...]:
        """The admin key and, while it is exchanged, the previous one."""
        keys = (self.admin_key, self.admin_key_previous)
        return tuple(key.get_secret_value() for key in keys if key is not None)

    @property
    def telegram_secrets(self) -> tuple[str, ...]:
        """Secrets that a webhook call may carry: the current one and, during a rotation, the previous one."""
        if self.telegram_mode != "webhook" or self.telegram_token is None:
            return ()
        secrets = (self.telegram_secret, self.telegram_secret_previous)
        return tuple(secret.get_secret_value() for secret in secrets if secret is not None)

    @property
    def own_telegram_server(self) -> bool:
        """Whether calls go to a local Bot API server, which accepts any webhook address."""
        return self.telegram_api_url.rstrip("/") != TELEGRAM

    @property
    def telegram_files(self) -> str:
        """Address to fetch files of Telegram from."""
        return self.telegram_file_url or f"{self.telegram_api_url.rstrip('/')}/file"

    @property
    def staff(self) -> dict[str, frozenset[str]]:
        """Ids of staff per channel."""
        return {"telegram": frozenset(self.telegram_staff.split(",")) - {""}}

    @property
    def embedded(self) -> bool:
        """Whether the database is a SQLite file."""
        return self.database_url.startswith(SQLITE)

    @model_validator(mode="after")
    def _default_database(self) -> Self:
        if not self.database_url:
            self.database_url = f"{SQLITE}{(self.data_dir / 'support-desk.sqlite3').absolute()}"
        return self


class WrongSettingsError(Exception):
    """A setting is invalid; the message names the variable, the error and an example."""


def read_settings() -> Settings:
    """Read the settings from the environment. Raises WrongSettingsError."""
    try:
        return Settings()
    except ValidationError as failure:
        raise WrongSettingsError("\n".join(_lines(failure))) from None


def _lines(failure: ValidationError) -> list[str]:
    """Return one line per invalid variable, without its value, which may be a secret."""
    lines = []
    for error in failure.errors(include_input=False, include_url=False):
        message = _message(error)
        name = str(error["loc"][0])
        examples = Settings.model_fields[name].examples or [""]
        lines.append(f"{PREFIX}{name.upper()}: {message}. For example: {examples[0]}")
    return lines


def _message(error: ErrorDetails) -> str:
    """Describe an error of Pydantic; a person cannot be expected to read a pattern."""
    if error["type"] != "string_pattern_mismatch":
        return error["msg"].removeprefix("Value error, ")
    choice = _CHOICE.fullmatch(error["ctx"]["pattern"])
    return f"must be one of {', '.join(choice[1].split('|'))}" if choice else "has the wrong form"
