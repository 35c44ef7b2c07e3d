"""What a customer may claim: minutes left, and how many chats by which clause (R4, R11)."""

from datetime import date

import pytest

from app.domain.customers.customer import find_overlap
from app.domain.regulation.entitlement import ChatLimit, chat_limit
from app.domain.regulation.tariff import TariffPeriod
from app.domain.vocabulary import Clause, Licence, TariffName
from tests.domain.cases import BOXED_EXTENDED, BOXED_SERVICE, BOXED_WITHOUT_TARIFF, RENTAL, used

DAY = date(2026, 11, 20)
SERVICE, EXTENDED = TariffName.SERVICE, TariffName.EXTENDED


def november(name: TariffName, first: int, last: int) -> TariffPeriod:
    return TariffPeriod(name, date(2026, 11, first), date(2026, 11, last))


@pytest.mark.parametrize(("minutes", "left"), [(0, 180), (179, 1), (180, 0), (181, 0), (9_999, 0)])
def test_what_is_left_of_the_allotment_is_never_negative(minutes: int, left: int) -> None:
    assert used(BOXED_SERVICE, minutes).minutes_left(DAY) == left


def test_without_an_allotment_nothing_is_left_of_it() -> None:
    assert RENTAL.minutes_left(DAY) is None
    assert BOXED_WITHOUT_TARIFF.minutes_left(DAY) is None
    assert BOXED_EXTENDED.minutes_left(date(2027, 1, 1)) is None


@pytest.mark.parametrize(
    ("licence", "tariffs", "expected"),
    [
        (Licence.RENTAL, (), ChatLimit(1, Clause.C4_1)),
        (Licence.RENTAL, (november(EXTENDED, 1, 30),), ChatLimit(1, Clause.C4_1)),
        (Licence.BOXED, (), ChatLimit(1, Clause.C4_1)),
        (Licence.BOXED, (november(SERVICE, 1, 30),), ChatLimit(1, Clause.C5_1)),
        (Licence.BOXED, (november(EXTENDED, 1, 30),), ChatLimit(3, Clause.C5_2)),
        (Licence.BOXED, (november(EXTENDED, 1, 19),), ChatLimit(3, Clause.C5_2)),
        (Licence.BOXED, (november(EXTENDED, 21, 30),), ChatLimit(3, Clause.C5_2)),
        (Licence.BOXED, (november(EXTENDED, 1, 10), november(SERVICE, 11, 19)), ChatLimit(1, Clause.C5_1)),
        (Licence.BOXED, (november(SERVICE, 11, 19), november(EXTENDED, 1, 10)), ChatLimit(1, Clause.C5_1)),
        (Licence.BOXED, (november(SERVICE, 1, 19), november(EXTENDED, 21, 30)), ChatLimit(1, Clause.C5_1)),
        (Licence.BOXED, (november(SERVICE, 25, 30), november(EXTENDED, 21, 24)), ChatLimit(3, Clause.C5_2)),
        (Licence.BOXED, (november(SERVICE, 1, 20), november(EXTENDED, 21, 30)), ChatLimit(1, Clause.C5_1)),
    ],
    ids=[
        "rental",
        "rental with a tariff on record",
        "boxed, never a tariff",
        "service in force",
        "extended in force",
        "extended over",
        "extended to come",
        "service ended last",
        "service ended last, listed first",
        "in a gap: the one that ended",
        "before all: the next to begin",
        "last day of the service one",
    ],
)
def test_the_limit_of_chats_is_that_of_the_tariff_on_record(
    licence: Licence, tariffs: tuple[TariffPeriod, ...], expected: ChatLimit
) -> None:
    assert chat_limit(licence, tariffs, DAY) == expected


@pytest.mark.parametrize(
    ("periods", "place"),
    [
        ((), None),
        ((november(SERVICE, 1, 10), november(EXTENDED, 11, 20)), None),
        ((november(SERVICE, 1, 10), november(EXTENDED, 10, 20)), 1),
        ((november(SERVICE, 10, 20), november(EXTENDED, 25, 30), november(SERVICE, 1, 10)), 2),
        ((november(SERVICE, 1, 30), november(SERVICE, 5, 5)), 1),
    ],
)
def test_periods_overlap_when_they_share_a_day(periods: tuple[TariffPeriod, ...], place: int | None) -> None:
    assert find_overlap(periods) == place
