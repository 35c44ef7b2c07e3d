"""The only place where settings, adapters and use cases meet.

Parts that take long to load are imported by the function that builds them: commands need only the store.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.adapters.creation_limits import CountedCreations
from app.adapters.production_calendar import production_calendar
from app.adapters.sql.engines.sqlite import database_file, log_file
from app.adapters.sql.stores.sqlite import SqliteStore
from app.adapters.system import SystemClock, steady_seconds
from app.adapters.turns import ThreadTurns
from app.application.ports.attachments import BlobStore, ContentCheck
from app.application.ports.creation import UNLIMITED, CreationLimits
from app.application.ports.messengers import Messenger
from app.application.ports.store import Searches, Store
from app.domain.calendar.work_calendar import WorkCalendar
from app.settings import POSTGRESQL, Settings

if TYPE_CHECKING:
    from app.adapters.messengers.telegram.api import TelegramApi
    from app.application.chats.inbox_worker import GatheringJob, InboxJob, InboxObserver
    from app.application.tickets.text_analysis import TextAnalysis


class OpenStore(Store, Searches, Protocol):
    """A store that holds connections."""

    async def close(self) -> None:
        """Finish the waiting calls and close the connections."""
        ...


@dataclass(frozen=True, slots=True)
class Wired:
    """The parts that the entry points use. A channel without a messenger is off."""

    store: OpenStore
    clock: SystemClock
    texts: "TextAnalysis"
    turns: ThreadTurns
    blobs: BlobStore
    content: ContentCheck
    messengers: tuple[Messenger, ...] = ()
    limits: CreationLimits = UNLIMITED
    polled: "TelegramApi | None" = None
    """The API to fetch updates from in polling mode."""
    database_log: Path | None = None
    """SQLite's write-ahead log; None on PostgreSQL."""

    async def close(self) -> None:
        """Close all connections."""
        for messenger in self.messengers:
            await messenger.close()
        if self.polled is not None:
            await self.polled.close()
        self.turns.close()
        await self.store.close()


def base_calendar(settings: Settings) -> WorkCalendar:
    """Build the work calendar without the exceptions in the database."""
    return production_calendar(close_early_on_shortened_days=settings.close_early_on_shortened_days)


def open_store(url: str, calendar: WorkCalendar, *, behind_pooler: bool = False) -> OpenStore:
    """Open the database of a URL. Raises SchemaOutOfDateError or StoreUnavailableError."""
    if url.startswith(POSTGRESQL):
        # Its driver takes a quarter of a second to load and is not needed for SQLite.
        from app.adapters.sql.stores.postgres import PostgresStore

        return PostgresStore.open(url, calendar, behind_pooler=behind_pooler)
    return SqliteStore.open(url, calendar)


def configured_store(settings: Settings) -> OpenStore:
    """Open the database of the settings. Raises what `open_store` raises."""
    return open_store(settings.database_url, base_calendar(settings), behind_pooler=settings.database_pooler)


def inbox_jobs(
    wired: Wired, settings: Settings, observer: "InboxObserver", store: Store | None = None
) -> "tuple[InboxJob, GatheringJob]":
    """Build the jobs that process updates. Their progress is in the database.

    `store` replaces the wired one, for example to wake other jobs after each write.
    """
    from app.application.chats.inbox_worker import GatheringJob, InboxJob, InboxParts

    parts = InboxParts(
        store=store or wired.store,
        clock=wired.clock,
        texts=wired.texts,
        turns=wired.turns,
        messengers={messenger.channel: messenger for messenger in wired.messengers},
        observer=observer,
        staff=settings.staff,
        limits=wired.limits,
    )
    return InboxJob(parts), GatheringJob(parts)


def creation_limits(settings: Settings, now: Callable[[], float] = steady_seconds) -> CountedCreations:
    """Build the limits of new tickets; `now` is in seconds and never steps."""
    return CountedCreations(settings.customer_tickets_per_day, settings.chat_tickets_per_day, now)


def on_network_file_systems(settings: Settings) -> dict[str, str]:
    """Return the type of the file system by setting, for data that is on one of a network."""
    from app.adapters.mounts import MOUNTS, network_file_system

    places = {"SUPPORT_ATTACHMENTS_DIR": attachments_folder(settings)}
    if settings.embedded:
        places["SUPPORT_DATABASE_URL"] = database_file(settings.database_url)
    try:
        mounts = MOUNTS.read_text("utf-8", "replace")
    except OSError:  # only Linux has it
        return {}
    found = {name: network_file_system(place.resolve(), mounts) for name, place in places.items()}
    return {name: kind for name, kind in found.items() if kind is not None}


def attachments_folder(settings: Settings) -> Path:
    """Return the folder that holds the contents of attachments."""
    return settings.attachments_dir or settings.data_dir / "attachments"


def wire(settings: Settings) -> Wired:
    """Build the parts from the settings. The database must be migrated."""
    from app.adapters.attachments.content import FileContentCheck
    from app.adapters.attachments.folder import FolderBlobStore
    from app.adapters.stems import SnowballStemmer
    from app.application.tickets.text_analysis import TextAnalysis
    from app.domain.language.obscenity import find_obscenity

    return Wired(
        store=configured_store(settings),
        clock=SystemClock(),
        texts=TextAnalysis(
            find_obscenity, SnowballStemmer(), settings.obscene_levels, settings.obscenity_policy
        ),
        turns=ThreadTurns(),
        blobs=FolderBlobStore(attachments_folder(settings)),
        content=FileContentCheck(),
        messengers=_messengers(settings),
        limits=creation_limits(settings),
        polled=telegram_api(settings) if settings.telegram_mode == "polling" else None,
        database_log=log_file(database_file(settings.database_url)) if settings.embedded else None,
    )


def _messengers(settings: Settings) -> tuple[Messenger, ...]:
    api = telegram_api(settings)
    if api is None:
        return ()
    from app.adapters.messengers.telegram.messenger import TelegramMessenger

    return (TelegramMessenger(api),)


def telegram_api(settings: Settings) -> "TelegramApi | None":
    """Return the Telegram API of the settings, None without a token."""
    if settings.telegram_token is None:
        return None
    # Its HTTP client takes eight megabytes, which a service without the channel should not pay.
    from app.adapters.messengers.telegram.api import TelegramApi

    token = settings.telegram_token.get_secret_value()
    return TelegramApi(token, settings.telegram_api_url, settings.telegram_files)
