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
    """Facts of a submission that the rules need, without its text.

    `obscene_level` is None both for clean text and for text that was not judged. `obscenity_policy` is the
    one in force when the ticket came: a setting changed later does not affect it.
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
    """Answers of the work calendar at the instant (2.1), stored because an exception may change them later.

    `first_service_at` is the first service instant at or after the instant, `next_month_at` the first one of
    the next Moscow month; they are None only past the end of the calendar.
    """

    known_through: date
    open: bool
    first_service_at: datetime | None
    next_month_at: datetime | None

    @classmethod
    def at(cls, instant: datetime, calendar: WorkCalendar) -> "CalendarFacts":
        """Return every answer of the calendar that a decision at this instant needs."""
        return cls(
            known_through=calendar.known_through,
            open=calendar.is_open(instant),
            first_service_at=calendar.first_service_instant(instant),
            next_month_at=calendar.first_service_instant_of_next_month(instant),
        )


@dataclass(frozen=True, slots=True)
class Case:
    """Every fact of one decision, and the aware instant at which these facts hold."""

    submission: SubmissionFacts
    entitlement: Entitlement
    as_of: datetime
    calendar: CalendarFacts
    day: date = field(init=False, repr=False, compare=False)
    """The Moscow day of the instant, by which periods are judged (R7)."""
    tariff: Tariff | None = field(init=False, repr=False, compare=False)
    """The tariff in force at the instant."""

    def __post_init__(self) -> None:
        """Compute once the values that most rules need."""
        object.__setattr__(self, "day", moscow_day(self.as_of))
        object.__setattr__(self, "tariff", self.entitlement.tariff_on(self.day))

    @property
    def official(self) -> bool:
        """Whether the channel is one of the official messengers (4.1)."""
        return self.submission.channel in OFFICIAL_CHANNELS

    @property
    def critical_claim(self) -> bool:
        """Whether facts alone support the claim that CRM or one of its services is down (2.1)."""
        return self.submission.impact in CRITICAL_IMPACTS and self.submission.category in CRITICAL_CATEGORIES

    @property
    def spoken_only(self) -> bool:
        """Whether the submission contains speech and no words (4.4)."""
        facts = self.submission
        return not facts.has_words and not SPOKEN_KINDS.isdisjoint(facts.attachment_kinds)

    @property
    def hours_used_up(self) -> bool:
        """Whether the month's allotment is used up while work could still start within that month (R4)."""
        if self.entitlement.minutes_left(self.day) != 0:
            return False
        start = self.calendar.first_service_at
        return start is not None and _month(moscow_day(start)) == _month(self.day)


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
