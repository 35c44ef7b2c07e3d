"""The entitlement of a customer at an instant: contract, paid period or tariff, minutes, chats (1, 5)."""

from dataclasses import dataclass
from datetime import date

from app.domain.regulation.tariff import CHATS_WITHOUT_TARIFF, TARIFFS, Tariff, TariffPeriod
from app.domain.vocabulary import Clause, Licence, TariffName


@dataclass(frozen=True, slots=True)
class Entitlement:
    """The facts of one customer that a decision needs; `minutes_used` are those of the instant's month.

    Days are Moscow days; first and last days are inclusive (R7). Only a boxed licence has tariffs (R16).
    """

    contract_accepted: bool
    licence: Licence
    paid_until: date | None = None
    tariffs: tuple[TariffPeriod, ...] = ()
    exclusive_version: bool = False
    minutes_used: int = 0

    def tariff_on(self, day: date) -> Tariff | None:
        """Return the tariff in force on a Moscow day; None on a rental licence."""
        if self.licence is not Licence.BOXED:
            return None
        return next((TARIFFS[p.tariff] for p in self.tariffs if p.covers(day)), None)

    def has_extended_tariff(self, day: date) -> bool:
        """Check whether the extended tariff (5.2) is in force on a Moscow day."""
        tariff = self.tariff_on(day)
        return tariff is not None and tariff.name is TariffName.EXTENDED

    def minutes_left(self, day: date) -> int | None:
        """Return the minutes left of the allotment, never negative (R4); None without an allotment."""
        tariff = self.tariff_on(day)
        return None if tariff is None else max(0, tariff.minutes_per_month - self.minutes_used)


@dataclass(frozen=True, slots=True)
class ChatLimit:
    """Maximum number of working chats of a customer, and the clause that sets it."""

    chats: int
    clause: Clause


def chat_limit(licence: Licence, tariffs: tuple[TariffPeriod, ...], day: date) -> ChatLimit:
    """Return the limit by the tariff on record, even one that is not in force (4.1, 5.1, 5.2; R11).

    On record is the tariff in force on the day, otherwise the one that ended last, otherwise the next to
    begin.
    """
    if licence is Licence.RENTAL or not tariffs:
        return ChatLimit(CHATS_WITHOUT_TARIFF, Clause.C4_1)
    begun = [period for period in tariffs if period.first_day <= day]
    period = max(begun, key=lambda p: p.first_day) if begun else min(tariffs, key=lambda p: p.first_day)
    tariff = TARIFFS[period.tariff]
    return ChatLimit(tariff.chats, tariff.clause)
