"""Priority (2.1, 5.2): the order of work that the desk assigns."""

from app.domain.regulation.case import Case
from app.domain.vocabulary import Priority


def priority_of(case: Case) -> Priority:
    """2.1 first: a claim that CRM or a service is down; then 5.2: the extended tariff; else normal."""
    if case.critical_claim:
        return Priority.CRITICAL
    if case.entitlement.has_extended_tariff(case.day):
        return Priority.HIGH
    return Priority.NORMAL
