"""The only place where settings, adapters and use cases meet."""

from dataclasses import dataclass

from app.adapters.obscenity import NotJudged
from app.adapters.production_calendar import production_calendar
from app.adapters.sql.store import SqliteStore
from app.adapters.stems import SnowballStemmer
from app.adapters.system import SystemClock
from app.application.text_analysis import TextAnalysis
from app.domain.work_calendar import WorkCalendar
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Wired:
    """The parts that the entry points work with."""

    store: SqliteStore
    clock: SystemClock
    texts: TextAnalysis


def base_calendar(settings: Settings) -> WorkCalendar:
    """Build the work calendar without the overrides of the database."""
    return production_calendar(close_early_on_shortened_days=settings.close_early_on_shortened_days)


def wire(settings: Settings) -> Wired:
    """Build the parts by the settings; the database must be migrated."""
    return Wired(
        store=SqliteStore.open(settings.database_url, base_calendar(settings)),
        clock=SystemClock(),
        texts=TextAnalysis(NotJudged(), SnowballStemmer()),
    )
