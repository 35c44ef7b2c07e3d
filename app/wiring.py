"""The only place where settings, adapters and use cases meet."""

from dataclasses import dataclass
from typing import Protocol

from app.adapters.production_calendar import production_calendar
from app.adapters.sql.store import SqliteStore
from app.adapters.stems import SnowballStemmer
from app.adapters.system import SystemClock
from app.application.ports import Store
from app.application.text_analysis import TextAnalysis
from app.domain.language.obscenity import find_obscenity
from app.domain.work_calendar import WorkCalendar
from app.settings import POSTGRESQL, Settings


class OpenStore(Store, Protocol):
    """A store that holds connections."""

    async def close(self) -> None:
        """Serve what waits and let go of the connections."""
        ...


@dataclass(frozen=True, slots=True)
class Wired:
    """The parts that the entry points work with."""

    store: OpenStore
    clock: SystemClock
    texts: TextAnalysis


def base_calendar(settings: Settings) -> WorkCalendar:
    """Build the work calendar without the overrides of the database."""
    return production_calendar(close_early_on_shortened_days=settings.close_early_on_shortened_days)


def open_store(url: str, calendar: WorkCalendar, *, behind_pooler: bool = False) -> OpenStore:
    """Open the database of a URL. SchemaOutOfDateError, StoreUnavailableError."""
    if url.startswith(POSTGRESQL):
        # Its driver takes a quarter of a second to load, and an embedded database has no use for it.
        from app.adapters.sql.postgres_store import PostgresStore  # noqa: PLC0415

        return PostgresStore.open(url, calendar, behind_pooler=behind_pooler)
    return SqliteStore.open(url, calendar)


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
    )
