"""The only place where settings, adapters and use cases meet."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.adapters.attachments.content import FileContentCheck
from app.adapters.attachments.folder import FolderBlobStore
from app.adapters.production_calendar import production_calendar
from app.adapters.sql.stores.sqlite import SqliteStore
from app.adapters.stems import SnowballStemmer
from app.adapters.system import SystemClock
from app.application.chats.inbox_worker import GatheringJob, InboxJob, InboxObserver, InboxParts
from app.application.ports.attachments import BlobStore, ContentCheck
from app.application.ports.messengers import Messenger
from app.application.ports.store import Store
from app.application.tickets.text_analysis import TextAnalysis
from app.domain.calendar.work_calendar import WorkCalendar
from app.domain.language.obscenity import find_obscenity
from app.settings import POSTGRESQL, Settings

if TYPE_CHECKING:
    from app.adapters.messengers.telegram.api import TelegramApi


class OpenStore(Store, Protocol):
    """A store that holds connections."""

    async def close(self) -> None:
        """Complete the waiting work and close the connections."""
        ...


@dataclass(frozen=True, slots=True)
class Wired:
    """The adapters behind the entry points; a channel without a messenger is off."""

    store: OpenStore
    clock: SystemClock
    texts: TextAnalysis
    blobs: BlobStore
    content: ContentCheck
    messengers: tuple[Messenger, ...] = ()
    polled: "TelegramApi | None" = None
    """Where updates are fetched, if they are not delivered by webhook."""

    async def close(self) -> None:
        """Close all connections."""
        for messenger in self.messengers:
            await messenger.close()
        if self.polled is not None:
            await self.polled.close()
        await self.store.close()


def base_calendar(settings: Settings) -> WorkCalendar:
    """Build the work calendar without the overrides of the database."""
    return production_calendar(close_early_on_shortened_days=settings.close_early_on_shortened_days)


def open_store(url: str, calendar: WorkCalendar, *, behind_pooler: bool = False) -> OpenStore:
    """Open the database of a URL. SchemaOutOfDateError, StoreUnavailableError."""
    if url.startswith(POSTGRESQL):
        # The driver takes a quarter of a second to load; an embedded database does not need it.
        from app.adapters.sql.stores.postgres import PostgresStore  # noqa: PLC0415

        return PostgresStore.open(url, calendar, behind_pooler=behind_pooler)
    return SqliteStore.open(url, calendar)


def inbox_jobs(
    wired: Wired, settings: Settings, observer: InboxObserver, store: Store | None = None
) -> tuple[InboxJob, GatheringJob]:
    """Build the jobs that process received updates; both continue from the state of the database.

    `store` replaces the wired one where each write has a further effect, such as waking the jobs.
    """
    parts = InboxParts(
        store=store or wired.store,
        clock=wired.clock,
        texts=wired.texts,
        messengers={messenger.channel: messenger for messenger in wired.messengers},
        observer=observer,
        staff=settings.staff,
    )
    return InboxJob(parts), GatheringJob(parts)


def attachments_folder(settings: Settings) -> Path:
    """Return the folder of the contents of attachments."""
    return settings.attachments_dir or settings.data_dir / "attachments"


def wire(settings: Settings) -> Wired:
    """Build the parts by the settings; the database must be migrated."""
    return Wired(
        store=open_store(
            settings.database_url, base_calendar(settings), behind_pooler=settings.database_pooler
        ),
        clock=SystemClock(),
        texts=TextAnalysis(
            find_obscenity, SnowballStemmer(), settings.obscene_levels, settings.obscenity_policy
        ),
        blobs=FolderBlobStore(attachments_folder(settings)),
        content=FileContentCheck(),
        messengers=_messengers(settings),
        polled=telegram_api(settings) if settings.telegram_mode == "polling" else None,
    )


def _messengers(settings: Settings) -> tuple[Messenger, ...]:
    api = telegram_api(settings)
    if api is None:
        return ()
    from app.adapters.messengers.telegram.messenger import TelegramMessenger  # noqa: PLC0415 - as below

    return (TelegramMessenger(api),)


def telegram_api(settings: Settings) -> "TelegramApi | None":
    """Build the client of Telegram's API by the settings; None without a token."""
    if settings.telegram_token is None:
        return None
    # Its HTTP client takes eight megabytes, for which a service without a channel has no use.
    from app.adapters.messengers.telegram.api import TelegramApi  # noqa: PLC0415

    token = settings.telegram_token.get_secret_value()
    return TelegramApi(token, settings.telegram_api_url, settings.telegram_files)
