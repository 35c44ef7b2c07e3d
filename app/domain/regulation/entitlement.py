"""What a customer may claim at an instant: contract, paid period or tariff, minutes, chats (1.1, 1.3, 5)."""

from dataclasses import dataclass
from datetime import date

from app.domain.regulation.tariff import CHATS_WITHOUT_TARIFF, TARIFFS, Tariff, TariffPeriod
from app.domain.vocabulary import Clause, Licence, TariffName


@dataclass(frozen=True, slots=True)
class Entitlement:
    """The facts of one customer that a decision needs; `minutes_used` are those of the instant's month.

    Days are Moscow days, first and last inclusive (R7). Only a boxed licence has tariffs (R16).
    """

    contract_accepted: bool
    licence: Licence
    paid_until: date | None = None
    tariffs: tuple[TariffPeriod, ...] = ()
    exclusive_version: bool = False
    minutes_used: int = 0

    def tariff_on(self, day: date) -> Tariff | None:
        """Give the tariff in force on a Moscow day; none on a rental licence."""
        if self.licence is not Licence.BOXED:
            return None
        return next((TARIFFS[p.tariff] for p in self.tariffs if p.covers(day)), None)

    def has_extended_tariff(self, day: date) -> bool:
        """Say whether the extended tariff (5.2) is in force on a Moscow day."""
        tariff = self.tariff_on(day)
        return tariff is not None and tariff.name is TariffName.EXTENDED

    def minutes_left(self, day: date) -> int | None:
        """Give the minutes left of the allotment, never negative (R4); none where there is no allotment."""
        tariff = self.tariff_on(day)
        return None if tariff is None else max(0, tariff.minutes_per_month - self.minutes_used)


@dataclass(frozen=True, slots=True)
class ChatLimit:
    """How many working chats a customer may have, and the clause that says so."""

    chats: int
    clause: Clause


def chat_limit(licence: Licence, tariffs: tuple[TariffPeriod, ...], day: date) -> ChatLimit:
    """4.1, 5.1, 5.2: the limit by the tariff on record, even when it is not in force (R11).

    On record is the tariff in force on the day, else the one that ended last, else the next to begin.
    """
    if licence is Licence.RENTAL or not tariffs:
        return ChatLimit(CHATS_WITHOUT_TARIFF, Clause.C4_1)
    begun = [period for period in tariffs if period.first_day <= day]
    period = max(begun, key=lambda p: p.first_day) if begun else min(tariffs, key=lambda p: p.first_day)
    tariff = TARIFFS[period.tariff]
    return ChatLimit(tariff.chats, tariff.clause)
