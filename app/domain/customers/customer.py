"""A customer: a licensee of JokerCRM, known by the CRM's own id, which is never parsed."""

from dataclasses import dataclass
from datetime import date, datetime

from app.domain.regulation.entitlement import Entitlement
from app.domain.regulation.tariff import TariffPeriod
from app.domain.vocabulary import Licence

PATH_STEPS = (".", "..")
"""IDs that a new customer cannot have: clients drop such steps from a path."""


@dataclass(frozen=True, slots=True)
class Customer:
    """The record that the CRM keeps in step with its own; days are Moscow days, inclusive (R7)."""

    id: str
    name: str
    contract_accepted_on: date | None
    licence: Licence
    paid_until: date | None
    tariffs: tuple[TariffPeriod, ...]
    exclusive_version: bool
    created_at: datetime
    updated_at: datetime
    version: int

    def entitlement_on(self, day: date, minutes_used: int) -> Entitlement:
        """Return the entitlement on a Moscow day, given the minutes used in its month (1.1, 1.3)."""
        accepted_on = self.contract_accepted_on
        return Entitlement(
            contract_accepted=accepted_on is not None and accepted_on <= day,
            licence=self.licence,
            paid_until=self.paid_until,
            tariffs=self.tariffs,
            exclusive_version=self.exclusive_version,
            minutes_used=minutes_used,
        )


def find_overlap(periods: tuple[TariffPeriod, ...]) -> int | None:
    """Return the index of the first period that overlaps an earlier one in the list, or None."""
    for later, period in enumerate(periods):
        for earlier in periods[:later]:
            if period.first_day <= earlier.last_day and earlier.first_day <= period.last_day:
                return later
    return None
