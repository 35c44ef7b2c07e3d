"""Cases of every kind: such as the service gathers, and any that the types allow."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import strategies as st

from app.domain.customers.customer import find_overlap
from app.domain.regulation.case import CalendarFacts, Case, SubmissionFacts
from app.domain.regulation.entitlement import Entitlement
from app.domain.regulation.tariff import TariffPeriod
from app.domain.vocabulary import (
    AttachmentKind,
    Category,
    Impact,
    Licence,
    ObscenityLevel,
    ObscenityPolicy,
    TariffName,
)
from tests.domain.cases import CALENDAR

_ZONES = st.sampled_from([UTC, timezone(timedelta(hours=3)), timezone(timedelta(hours=-11, minutes=-30))])

INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=_ZONES)  # noqa: DTZ001
"""Instants of the years whose days off are known."""

_DAYS = st.dates(date(2024, 12, 1), date(2028, 1, 31))
_MINUTES = st.one_of(st.sampled_from([0, 143, 144, 179, 180, 181, 431, 432, 539, 540]), st.integers(0, 2_000))

SUBMISSIONS = st.builds(
    SubmissionFacts,
    channel=st.one_of(st.sampled_from(["telegram", "whatsapp"]), st.text(max_size=8)),
    chat_assigned=st.booleans(),
    category=st.one_of(st.none(), st.sampled_from(Category)),
    impact=st.sampled_from(Impact),
    has_words=st.booleans(),
    obscene_level=st.one_of(st.none(), st.sampled_from(ObscenityLevel)),
    attachment_kinds=st.lists(st.sampled_from(AttachmentKind), max_size=3).map(tuple),
    has_steps=st.booleans(),
    knowledge_base_checked=st.one_of(st.none(), st.booleans()),
    sent_to_manager=st.booleans(),
    obscenity_policy=st.sampled_from(ObscenityPolicy),
)


@st.composite
def tariff_periods(draw: st.DrawFn) -> tuple[TariffPeriod, ...]:
    """Periods as a customer's record takes them: none overlaps another."""
    periods: tuple[TariffPeriod, ...] = ()
    for _ in range(draw(st.integers(0, 3))):
        first, last = sorted((draw(_DAYS), draw(_DAYS)))
        grown = (*periods, TariffPeriod(draw(st.sampled_from(TariffName)), first, last))
        periods = grown if find_overlap(grown) is None else periods
    return periods


ENTITLEMENTS = st.builds(
    Entitlement,
    contract_accepted=st.booleans(),
    licence=st.sampled_from(Licence),
    paid_until=st.one_of(st.none(), _DAYS),
    tariffs=tariff_periods(),
    exclusive_version=st.booleans(),
    minutes_used=_MINUTES,
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Such as the service gathers: the calendar facts are those of the instant."""
    at = draw(INSTANTS)
    return Case(draw(SUBMISSIONS), draw(ENTITLEMENTS), at, CalendarFacts.at(at, CALENDAR))


@st.composite
def registered_cases(draw: st.DrawFn) -> Case:
    """Those of a customer in its own chat."""
    case = draw(cases())
    return replace(case, submission=replace(case.submission, channel="telegram", chat_assigned=True))


_ANY_DAY = st.dates()
_ANY_INSTANT = st.datetimes(timezones=_ZONES)

ANY_CASES = st.builds(
    Case,
    submission=SUBMISSIONS,
    entitlement=st.builds(
        Entitlement,
        contract_accepted=st.booleans(),
        licence=st.sampled_from(Licence),
        paid_until=st.one_of(st.none(), _ANY_DAY),
        tariffs=st.lists(
            st.builds(TariffPeriod, st.sampled_from(TariffName), _ANY_DAY, _ANY_DAY), max_size=3
        ).map(tuple),
        exclusive_version=st.booleans(),
        minutes_used=st.integers(),
    ),
    as_of=_ANY_INSTANT,
    calendar=st.builds(
        CalendarFacts,
        known_through=_ANY_DAY,
        open=st.booleans(),
        first_service_at=st.one_of(st.none(), _ANY_INSTANT),
        next_month_at=st.one_of(st.none(), _ANY_INSTANT),
    ),
)
"""Whatever the types allow, sense or none: overlapping or backward periods, negative minutes, year 1."""
