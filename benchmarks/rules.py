"""The rules and the work calendar on one core, without a service around them."""

import secrets
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from app.adapters.production_calendar import production_calendar
from app.domain.regulation.case import CalendarFacts, Case, SubmissionFacts
from app.domain.regulation.decide import decide
from app.domain.regulation.entitlement import Entitlement
from app.domain.regulation.tariff import TariffPeriod
from app.domain.vocabulary import Category, Impact, Licence, TariffName
from benchmarks.packages import environment
from benchmarks.results import Line, at_least

ROUNDS = 5
START = datetime(2026, 1, 12, 6, 0, tzinfo=UTC)
PAIRS = 20_000
LONGEST = timedelta(days=365)
SLOW_PAIRS = 100
PACKAGES = ("businesstimedelta", "business-duration")


def measure() -> Iterator[Line]:
    """Measure decisions, then the calendar, then the packages on the same pairs of instants."""
    cases = list(_cases())
    yield at_least("`decide` a second", _a_second(decide, [(case,) for case in cases]), 50_000)
    calendar = production_calendar()
    pairs = [
        (begin := START + timedelta(seconds=secrets.randbelow(31_536_000)), begin + timedelta(seconds=length))
        for length in (secrets.randbelow(int(LONGEST.total_seconds())) for _ in range(PAIRS))
    ]
    between = _a_second(calendar.working_minutes_between, pairs)
    yield at_least("Working minutes between two instants, a second", between, 200_000)
    sums = [(begin, secrets.randbelow(5_000)) for begin, _ in pairs]
    yield at_least("Working minutes added, a second", _a_second(calendar.add_working_minutes, sums), 100_000)
    fastest = max(_of_package(name, pairs[:SLOW_PAIRS]) for name in PACKAGES)
    yield at_least(
        f"The same, pairs of up to a year, as a multiple of the faster of {' and '.join(PACKAGES)}",
        between / fastest,
        100,
    )


def _a_second(function: Callable[..., Any], calls: Sequence[tuple[Any, ...]]) -> float:
    """Return the calls per CPU second of this process: the median of some rounds."""
    rates = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for call in calls:
            function(*call)
        rates.append(len(calls) / (time.process_time() - began))
    return median(rates)


def _of_package(name: str, pairs: Sequence[tuple[datetime, datetime]]) -> float:
    """Return the rate of a package, in an environment of its own."""
    script = Path(__file__).with_name("others") / "calendar_package.py"
    written = "\n".join(f"{begin:%Y-%m-%dT%H:%M:%S} {end:%Y-%m-%dT%H:%M:%S}" for begin, end in pairs)
    python = environment("calendars", *PACKAGES, "holidays")
    told = subprocess.run(  # noqa: S603 - our own command
        [python, str(script), name], input=written, capture_output=True, text=True, check=True
    )
    return float(told.stdout)


def _cases() -> Iterator[Case]:
    """Yield cases of every category on each licence, with and without words."""
    calendar = CalendarFacts.at(START, production_calendar())
    year = (date(2026, 1, 1), date(2026, 12, 31))
    entitlements = (
        Entitlement(contract_accepted=True, licence=Licence.RENTAL, paid_until=date(2027, 1, 1)),
        *(
            Entitlement(
                contract_accepted=True,
                licence=Licence.BOXED,
                tariffs=(TariffPeriod(name, *year),),
                minutes_used=used,
            )
            for name in TariffName
            for used in (0, 900)
        ),
    )
    for entitlement in entitlements:
        for category in (None, *Category):
            for has_words in (True, False):
                facts = SubmissionFacts(
                    channel="telegram",
                    chat_assigned=True,
                    category=category,
                    impact=Impact.FUNCTION,
                    has_words=has_words,
                    obscene_level=None,
                    attachment_kinds=(),
                    has_steps=False,
                    knowledge_base_checked=None,
                    sent_to_manager=False,
                )
                yield Case(facts, entitlement, START, calendar)
