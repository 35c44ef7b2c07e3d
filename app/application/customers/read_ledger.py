"""Reads a customer's entitlement and the use of its minutes (1.1, 1.3, 5.1, 5.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.application.ports.store import UnitOfWork
from app.application.tickets.facts import entitlement_at, get_customer
from app.domain.calendar.service_hours import month_bounds, moscow_day
from app.domain.customers.customer import Customer
from app.domain.customers.ledger import TicketMinutes
from app.domain.regulation.entitlement import ChatLimit, Entitlement, chat_limit
from app.domain.regulation.tariff import TARIFFS, Tariff
from app.domain.vocabulary import Licence


@dataclass(frozen=True, slots=True)
class EntitlementView:
    """The entitlement of a customer at an instant, with the limits that follow from it."""

    customer_id: str
    at: datetime
    entitlement: Entitlement
    tariff: Tariff | None
    limit_minutes: int | None
    left_minutes: int | None
    chats: int
    chat_limit: ChatLimit


@dataclass(frozen=True, slots=True)
class Usage:
    """A month of the ledger in Moscow days, both inclusive; without a limit, limit and rest are None."""

    customer_id: str
    period_start: date
    period_end: date
    limit_minutes: int | None
    used_minutes: int
    left_minutes: int | None
    tickets: Sequence[TicketMinutes]


def read_entitlement(
    uow: UnitOfWork, customer_id: str, at: datetime, *, only: str | None = None
) -> EntitlementView:
    """Return a customer's entitlement at an instant, past or future."""
    customer = get_customer(uow, customer_id, only=only)
    day = moscow_day(at)
    entitlement = entitlement_at(uow, customer, at)
    tariff = entitlement.tariff_on(day)
    return EntitlementView(
        customer_id=customer_id,
        at=at,
        entitlement=entitlement,
        tariff=tariff,
        limit_minutes=tariff.minutes_per_month if tariff else None,
        left_minutes=entitlement.minutes_left(day),
        chats=len(uow.chats.of_customer(customer_id)),
        chat_limit=chat_limit(customer.licence, customer.tariffs, day),
    )


def read_usage(
    uow: UnitOfWork,
    customer_id: str,
    month: date | None,
    now: datetime,
    *,
    only: str | None = None,
) -> Usage:
    """Return a Moscow month of the ledger; `month` is its first day, None the present month.

    The limit of the present month is that of the tariff in force now; of another month, that of the last
    tariff in force in it.
    """
    customer = get_customer(uow, customer_id, only=only)
    today = moscow_day(now)
    first_day = (month or today).replace(day=1)
    starts_at, ends_at = month_bounds(first_day.year, first_day.month)
    last_day = moscow_day(ends_at - timedelta(microseconds=1))
    until = now if first_day <= today <= last_day else ends_at - timedelta(microseconds=1)
    tickets = uow.time_entries.minutes_by_ticket(customer_id, starts_at, until)
    used = uow.time_entries.minutes_used(customer_id, starts_at, until)
    tariff = _tariff_of_month(customer, first_day, last_day, today)
    limit = tariff.minutes_per_month if tariff else None
    return Usage(
        customer_id=customer_id,
        period_start=first_day,
        period_end=last_day,
        limit_minutes=limit,
        used_minutes=used,
        left_minutes=None if limit is None else max(0, limit - used),
        tickets=tickets,
    )


def _tariff_of_month(customer: Customer, first_day: date, last_day: date, today: date) -> Tariff | None:
    if first_day <= today <= last_day:
        return customer.entitlement_on(today, 0).tariff_on(today)
    if customer.licence is not Licence.BOXED:
        return None
    touching = [p for p in customer.tariffs if p.first_day <= last_day and first_day <= p.last_day]
    last = max(touching, key=lambda period: period.first_day, default=None)
    return TARIFFS[last.tariff] if last else None
