"""A case: every fact that one decision needs, gathered once and stored with the decision."""

from dataclasses import dataclass, field
from datetime import date, datetime

from app.domain.calendar.service_hours import moscow_day
from app.domain.calendar.work_calendar import WorkCalendar
from app.domain.regulation.entitlement import Entitlement
from app.domain.regulation.tariff import Tariff
from app.domain.vocabulary import (
    OFFICIAL_CHANNELS,
    SPOKEN_KINDS,
    AttachmentKind,
    Category,
    Impact,
    ObscenityLevel,
    ObscenityPolicy,
)

CRITICAL_IMPACTS = frozenset({Impact.SERVICE_DOWN, Impact.CRM_DOWN})
CRITICAL_CATEGORIES = frozenset({Category.OPERATION_FAILURE, Category.PRODUCT_DEFECT, None})


@dataclass(frozen=True, slots=True)
class SubmissionFacts:
    """What the rules need to know of a submission; never its words.

    `obscene_level` is None both for clean text and for text that nobody judged. `obscenity_policy` is the
    one that the ticket came under: a setting changed later leaves it alone.
    """

    channel: str
    chat_assigned: bool
    category: Category | None
    impact: Impact
    has_words: bool
    obscene_level: ObscenityLevel | None
    attachment_kinds: tuple[AttachmentKind, ...]
    has_steps: bool
    knowledge_base_checked: bool | None
    sent_to_manager: bool
    obscenity_policy: ObscenityPolicy = ObscenityPolicy.DEFERRED


@dataclass(frozen=True, slots=True)
class CalendarFacts:
    """What the work calendar said at the instant (2.1): kept, because an exception may change it later.

    `first_service_at` is the first service instant at or after the instant, `next_month_at` the first
    one of the next Moscow month; None only past the end of the calendar.
    """

    known_through: date
    open: bool
    first_service_at: datetime | None
    next_month_at: datetime | None

    @classmethod
    def at(cls, instant: datetime, calendar: WorkCalendar) -> "CalendarFacts":
        """Ask the calendar once for everything that a decision needs of it."""
        return cls(
            known_through=calendar.known_through,
            open=calendar.is_open(instant),
            first_service_at=calendar.first_service_instant(instant),
            next_month_at=calendar.first_service_instant_of_next_month(instant),
        )


@dataclass(frozen=True, slots=True)
class Case:
    """Every fact of one decision and the instant (aware) at which they hold."""

    submission: SubmissionFacts
    entitlement: Entitlement
    as_of: datetime
    calendar: CalendarFacts
    day: date = field(init=False, repr=False, compare=False)
    """The Moscow day of the instant, on which periods are judged (R7)."""
    tariff: Tariff | None = field(init=False, repr=False, compare=False)
    """The tariff in force at the instant."""

    def __post_init__(self) -> None:
        """Find once what most rules ask for."""
        object.__setattr__(self, "day", moscow_day(self.as_of))
        object.__setattr__(self, "tariff", self.entitlement.tariff_on(self.day))

    @property
    def official(self) -> bool:
        """Whether the channel is one of the messengers of 4.1."""
        return self.submission.channel in OFFICIAL_CHANNELS

    @property
    def critical_claim(self) -> bool:
        """2.1: the claim that CRM or one of its services is down, computed from facts alone."""
        return self.submission.impact in CRITICAL_IMPACTS and self.submission.category in CRITICAL_CATEGORIES

    @property
    def spoken_only(self) -> bool:
        """4.4: speech came and no words did."""
        facts = self.submission
        return not facts.has_words and not SPOKEN_KINDS.isdisjoint(facts.attachment_kinds)

    @property
    def hours_used_up(self) -> bool:
        """R4: the month's allotment is used up, and work could still start within that month."""
        if self.entitlement.minutes_left(self.day) != 0:
            return False
        start = self.calendar.first_service_at
        return start is not None and _month(moscow_day(start)) == _month(self.day)


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
