"""Priority (2.1, 5.2): the order of work that the desk assigns."""

from app.domain.regulation.case import Case
from app.domain.vocabulary import Priority


def priority_of(case: Case) -> Priority:
    """Return critical for a claimed outage (2.1), high on the extended tariff (5.2), otherwise normal."""
    if case.critical_claim:
        return Priority.CRITICAL
    if case.entitlement.has_extended_tariff(case.day):
        return Priority.HIGH
    return Priority.NORMAL
