"""The ledger: minutes against the month's allotment, corrections, and what becomes free (R3, R4, R9)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from app.application.customers.read_ledger import (
    EntitlementView,
    Usage,
    read_entitlement,
    read_usage,
)
from app.application.errors import InvalidValueError, NotFoundError, ReversalExceedsEntryError
from app.domain.customers.customer import Customer
from app.domain.customers.ledger import TicketMinutes
from app.domain.regulation.entitlement import ChatLimit
from app.domain.vocabulary import (
    Action,
    Category,
    Clause,
    Finding,
    Licence,
    Outcome,
    Priority,
    Status,
    TariffName,
)
from tests.application.desk import AGENCY, OTHER_AGENCY, Desk, a_customer, asked_of, boxed, moscow, tariff

SERVICE, EXTENDED = TariffName.SERVICE, TariffName.EXTENDED


def entitlement(desk: Desk, at: datetime | None = None, only: str | None = None) -> EntitlementView:
    return desk.read(lambda uow: read_entitlement(uow, AGENCY, at or desk.now, only=only))


def usage(desk: Desk, month: date | None = None, only: str | None = None) -> Usage:
    return desk.read(lambda uow: read_usage(uow, AGENCY, month, desk.now, only=only))


def spent(desk: Desk, minutes: int = 180) -> str:
    """Register a ticket, spend the minutes on it and give its id."""
    ticket_id = desk.register()
    desk.book(ticket_id, minutes)
    return ticket_id


# Booking


def test_minutes_count_from_the_moment_they_are_booked() -> None:
    desk = Desk(boxed())
    spent(desk, 100)
    assert (entitlement(desk).entitlement.minutes_used, entitlement(desk).left_minutes) == (100, 80)


def test_booking_is_an_event_and_moves_nothing() -> None:
    desk = Desk(boxed())
    ticket_id = spent(desk, 500)
    assert desk.status(ticket_id) is Status.QUEUED
    assert desk.event_types(ticket_id)[-1] == "time.recorded"
    assert desk.ticket(ticket_id).version == 2


def test_an_overrun_is_taken_and_never_makes_the_rest_negative() -> None:
    desk = Desk(boxed())
    spent(desk, 500)
    assert (entitlement(desk).entitlement.minutes_used, entitlement(desk).left_minutes) == (500, 0)


def test_an_overrun_is_not_carried_over() -> None:
    desk = Desk(boxed())
    spent(desk, 500)
    desk.now = moscow(2026, 12, 1)
    assert entitlement(desk).left_minutes == 180
    assert desk.reasons(desk.register()) == []


def test_work_is_counted_in_the_month_in_which_it_was_done() -> None:
    desk = Desk(boxed(), at=moscow(2026, 12, 1, 10))
    ticket_id = desk.register()
    desk.book(ticket_id, 60, moscow(2026, 12, 1) - timedelta(microseconds=1))
    desk.book(ticket_id, 30, moscow(2026, 12, 1))
    assert entitlement(desk).entitlement.minutes_used == 30
    assert usage(desk, date(2026, 11, 1)).used_minutes == 60


def test_minutes_are_those_up_to_the_instant() -> None:
    desk = Desk(boxed())
    spent(desk, 60)
    assert entitlement(desk, desk.now).entitlement.minutes_used == 60
    assert entitlement(desk, desk.now - timedelta(seconds=1)).entitlement.minutes_used == 0


def test_minutes_under_an_earlier_tariff_of_the_month_count_too() -> None:
    desk = Desk(boxed(SERVICE, tariffs=(tariff(SERVICE, last=date(2026, 11, 20)),)))
    spent(desk, 170)
    first, last = date(2026, 11, 21), date(2026, 12, 31)
    desk.put(
        boxed(tariffs=(tariff(SERVICE, last=date(2026, 11, 20)), tariff(EXTENDED, first=first, last=last)))
    )
    desk.now = moscow(2026, 11, 21, 12)
    assert (entitlement(desk).limit_minutes, entitlement(desk).left_minutes) == (540, 370)


def test_nobody_books_work_of_the_future() -> None:
    desk = Desk(boxed())
    ticket_id = desk.register()
    with pytest.raises(InvalidValueError) as refused:
        desk.book(ticket_id, 5, desk.now + timedelta(seconds=1))
    assert (refused.value.pointer, refused.value.error_code) == ("/performed_at", "in_the_future")


def test_minutes_are_booked_on_closed_and_on_declined_tickets_too() -> None:
    """R9: all minutes count, also before a refusal."""
    desk = Desk(boxed())
    for status in (Status.CLOSED, Status.DECLINED, Status.RESOLVED):
        ticket_id = desk.register()
        desk.put_into(ticket_id, status)
        assert desk.book(ticket_id, 10).counts is True
    assert entitlement(desk).entitlement.minutes_used == 30


def test_minutes_of_one_customer_are_nothing_to_another() -> None:
    desk = Desk(boxed())
    desk.put(boxed(id=OTHER_AGENCY))
    spent(desk, 180)
    other = desk.read(lambda uow: read_entitlement(uow, OTHER_AGENCY, desk.now))
    assert other.left_minutes == 180


# Separate orders (R9)


def test_minutes_on_a_separate_order_do_not_count() -> None:
    desk = Desk(boxed())
    ticket_id = desk.register(category=Category.CODE_MODIFICATION)
    assert desk.book(ticket_id, 60).counts is False
    assert entitlement(desk).left_minutes == 180


def test_minutes_count_by_the_decision_that_stands_when_they_are_booked() -> None:
    desk = Desk(boxed())
    ticket_id = desk.register(category=None)
    before = desk.book(ticket_id, 20)
    desk.act(ticket_id, Action.CLASSIFY, category=Category.CODE_MODIFICATION)
    ordered = desk.book(ticket_id, 60)
    desk.act(ticket_id, Action.CLASSIFY, category=Category.API_CONSULTATION)
    after = desk.book(ticket_id, 5)
    assert (before.counts, ordered.counts, after.counts) == (True, False, True)
    assert entitlement(desk).entitlement.minutes_used == 25


def test_minutes_of_development_that_was_ordered_do_not_count() -> None:
    desk = Desk(boxed())
    ticket_id = desk.register(category=Category.CUSTOM_DEVELOPMENT)
    desk.act(ticket_id, Action.TRANSFER_TO_DEVELOPMENT, **asked_of(Action.TRANSFER_TO_DEVELOPMENT))
    assert desk.book(ticket_id, 600).counts is False


def test_a_correction_counts_as_the_entry_that_it_corrects_did() -> None:
    desk = Desk(boxed())
    ticket_id = desk.register(category=Category.CODE_MODIFICATION)
    ordered = desk.book(ticket_id, 60)
    desk.act(ticket_id, Action.CLASSIFY, category=Category.API_CONSULTATION)
    counted = desk.book(ticket_id, 40)
    assert desk.book(ticket_id, 60, reverses=ordered.id).counts is False
    assert entitlement(desk).entitlement.minutes_used == 40
    assert desk.book(ticket_id, 40, reverses=counted.id).counts is True
    assert entitlement(desk).entitlement.minutes_used == 0


# Corrections


def test_a_correction_counts_in_the_month_of_the_entry_that_it_corrects() -> None:
    desk = Desk(boxed(), at=moscow(2026, 11, 30, 12))
    ticket_id = desk.register()
    entry = desk.book(ticket_id, 100)
    desk.now = moscow(2026, 12, 2, 12)
    desk.book(ticket_id, 30)
    correction = desk.book(ticket_id, 40, reverses=entry.id)
    assert (correction.counted_at, correction.performed_at) == (entry.performed_at, desk.now)
    assert entitlement(desk).entitlement.minutes_used == 30
    assert usage(desk, date(2026, 11, 1)).used_minutes == 60


def test_no_more_is_taken_back_than_was_booked() -> None:
    desk = Desk(boxed())
    ticket_id = desk.register()
    entry = desk.book(ticket_id, 60)
    desk.book(ticket_id, 40, reverses=entry.id)
    with pytest.raises(ReversalExceedsEntryError) as refused:
        desk.book(ticket_id, 21, reverses=entry.id)
    assert refused.value.left == 20
    desk.book(ticket_id, 20, reverses=entry.id)
    assert entitlement(desk).entitlement.minutes_used == 0


def test_only_an_entry_of_the_same_ticket_that_is_no_correction_is_corrected() -> None:
    desk = Desk(boxed())
    ticket_id, other_id = desk.register(), desk.register()
    entry = desk.book(ticket_id, 60)
    correction = desk.book(ticket_id, 10, reverses=entry.id)
    for wrong_ticket, wrong_entry in ((other_id, entry.id), (ticket_id, correction.id), (ticket_id, "no")):
        with pytest.raises(NotFoundError) as refused:
            desk.book(wrong_ticket, 1, reverses=wrong_entry)
        assert refused.value.code == "time_entry_not_found"


# What becomes free is used at once


def deferred_by_hours(desk: Desk) -> tuple[str, str]:
    """Give a ticket that took all minutes, and one that they defer."""
    took = spent(desk, 180)
    waits = desk.register()
    assert desk.status(waits) is Status.DEFERRED
    return took, waits


def test_minutes_that_a_correction_frees_take_up_what_they_deferred() -> None:
    desk = Desk(boxed())
    took = desk.register()
    entry = desk.book(took, 180)
    first, second = desk.register(), desk.register()
    desk.book(took, 1, reverses=entry.id)
    for ticket_id in (first, second):
        ticket = desk.ticket(ticket_id)
        assert (ticket.status, ticket.resume_at) == (Status.QUEUED, None)
        assert desk.events(ticket_id)[-1].cause == "minutes_freed"
        assert desk.decisions(ticket_id)[-1].facts.entitlement.minutes_used == 179
    assert desk.view(first).queue_position == 2


def test_a_correction_that_frees_nothing_decides_nothing() -> None:
    desk = Desk(boxed())
    took = desk.register()
    entry = desk.book(took, 300)
    waits = desk.register()
    desk.book(took, 120, reverses=entry.id)
    assert desk.status(waits) is Status.DEFERRED
    assert len(desk.decisions(waits)) == 1


def test_a_correction_of_an_earlier_month_frees_no_minutes_of_this_one() -> None:
    desk = Desk(boxed(), at=moscow(2026, 11, 30, 12))
    old = desk.register()
    entry = desk.book(old, 100)
    desk.now = moscow(2026, 12, 2, 12)
    _, waits = deferred_by_hours(desk)
    desk.book(old, 100, reverses=entry.id)
    assert desk.status(waits) is Status.DEFERRED


def test_a_deferral_for_other_reasons_too_stays_deferred_by_those() -> None:
    desk = Desk(boxed())
    took = desk.register()
    entry = desk.book(took, 180)
    waits = desk.register("Что за хрень")
    desk.book(took, 180, reverses=entry.id)
    assert desk.reasons(waits) == ["4.6 obscene_language deferred"]
    assert desk.status(waits) is Status.DEFERRED


def test_hours_that_an_agent_found_exhausted_come_back_too() -> None:
    desk = Desk(boxed())
    ticket_id = desk.register()
    entry = desk.book(ticket_id, 180)
    desk.act(ticket_id, Action.DEFER, finding=Finding.HOURS_EXHAUSTED)
    desk.book(ticket_id, 30, reverses=entry.id)
    assert desk.status(ticket_id) is Status.QUEUED
    assert desk.decisions(ticket_id)[-1].decision.source == "rules"


def test_a_ticket_that_went_on_is_left_alone() -> None:
    desk = Desk(boxed())
    took = desk.register()
    entry = desk.book(took, 180)
    waits = desk.register()
    desk.act(waits, Action.REQUEUE)
    desk.act(waits, Action.START)
    desk.book(took, 180, reverses=entry.id)
    assert desk.status(waits) is Status.IN_PROGRESS
    assert len(desk.decisions(waits)) == 1


@pytest.mark.parametrize(
    ("changed", "priority"),
    [
        (boxed(EXTENDED), Priority.HIGH),
        (a_customer(), Priority.NORMAL),
    ],
    ids=["upgrade", "rental"],
)
def test_a_record_that_frees_minutes_takes_up_what_they_deferred(
    changed: Customer, priority: Priority
) -> None:
    desk = Desk(boxed())
    _, waits = deferred_by_hours(desk)
    desk.put(changed)
    ticket = desk.ticket(waits)
    assert (ticket.status, ticket.priority) == (Status.QUEUED, priority)
    assert desk.events(waits)[-1].cause == "record_changed"


@pytest.mark.parametrize(
    "changed",
    [
        replace(boxed(), name="Новое имя"),
        boxed(tariffs=()),
        boxed(exclusive_version=True),
        replace(a_customer(), paid_until=None),
    ],
    ids=["a new name", "no tariff", "another version", "an unpaid rental"],
)
def test_a_record_that_frees_no_minutes_decides_nothing(changed: Customer) -> None:
    desk = Desk(boxed())
    _, waits = deferred_by_hours(desk)
    desk.put(changed)
    assert desk.status(waits) is Status.DEFERRED
    assert len(desk.decisions(waits)) == 1


def test_another_customers_tickets_are_not_taken_up() -> None:
    desk = Desk(boxed())
    desk.put(boxed(id=OTHER_AGENCY))
    desk.assign("-2002", OTHER_AGENCY)
    other = desk.register(customer_id=OTHER_AGENCY, chat_address="-2002")
    desk.book(other, 180)
    waits = desk.register(customer_id=OTHER_AGENCY, chat_address="-2002")
    took = desk.register()
    entry = desk.book(took, 10)
    desk.book(took, 10, reverses=entry.id)
    assert desk.status(waits) is Status.DEFERRED


# Reading


def test_an_entitlement_says_what_it_rests_on() -> None:
    desk = Desk(boxed(EXTENDED))
    view = entitlement(desk)
    assert view.tariff is not None
    assert (view.tariff.name, view.limit_minutes, view.left_minutes) == (EXTENDED, 540, 540)
    assert (view.chats, view.chat_limit) == (1, ChatLimit(3, Clause.C5_2))


def test_a_rental_has_no_allotment() -> None:
    view = entitlement(Desk())
    assert (view.tariff, view.limit_minutes, view.left_minutes) == (None, None, None)
    assert view.chat_limit == ChatLimit(1, Clause.C4_1)


def test_an_entitlement_is_read_at_any_instant() -> None:
    desk = Desk(a_customer(contract_accepted_on=date(2026, 11, 20)))
    assert entitlement(desk, moscow(2026, 11, 19, 23, 59)).entitlement.contract_accepted is False
    assert entitlement(desk, moscow(2026, 11, 20)).entitlement.contract_accepted is True


def test_usage_shows_this_month_by_ticket() -> None:
    desk = Desk(boxed())
    first, second, third = desk.register(), desk.register(), desk.register()
    desk.book(second, 10)
    desk.book(first, 5)
    desk.book(second, 20)
    taken_back = desk.book(third, 7)
    desk.book(third, 7, reverses=taken_back.id)
    shown = usage(desk)
    assert (shown.period_start, shown.period_end) == (date(2026, 11, 1), date(2026, 11, 30))
    assert (shown.limit_minutes, shown.used_minutes, shown.left_minutes) == (180, 35, 145)
    assert shown.tickets == [TicketMinutes(first, 1, 5), TicketMinutes(second, 2, 30)]


def test_usage_of_a_past_month_has_the_limit_of_its_last_tariff() -> None:
    periods = (
        tariff(SERVICE, date(2026, 9, 1), date(2026, 10, 10)),
        tariff(EXTENDED, date(2026, 10, 11), date(2026, 10, 20)),
    )
    desk = Desk(boxed(tariffs=periods), at=moscow(2026, 10, 15, 12))
    ticket_id = desk.register()
    desk.book(ticket_id, 50)
    desk.now = moscow(2026, 11, 20, 12)
    october = usage(desk, date(2026, 10, 1))
    assert (october.limit_minutes, october.used_minutes, october.left_minutes) == (540, 50, 490)
    assert usage(desk, date(2026, 9, 1)).limit_minutes == 180
    assert (usage(desk, date(2026, 8, 1)).limit_minutes, usage(desk).limit_minutes) == (None, None)


def test_usage_of_december_ends_with_the_year() -> None:
    desk = Desk(boxed(), at=moscow(2026, 12, 31, 23, 59))
    ticket_id = desk.register()
    desk.book(ticket_id, 9)
    desk.now = moscow(2027, 1, 1)
    december = usage(desk, date(2026, 12, 1))
    assert (december.period_end, december.used_minutes) == (date(2026, 12, 31), 9)
    assert usage(desk).used_minutes == 0


def test_a_rentals_minutes_are_shown_without_a_limit() -> None:
    desk = Desk(replace(a_customer(), licence=Licence.RENTAL))
    spent(desk, 25)
    shown = usage(desk)
    assert (shown.limit_minutes, shown.used_minutes, shown.left_minutes) == (None, 25, None)


def test_a_foreign_ledger_is_not_there() -> None:
    desk = Desk()
    with pytest.raises(NotFoundError):
        usage(desk, only=OTHER_AGENCY)
    with pytest.raises(NotFoundError):
        entitlement(desk, only=OTHER_AGENCY)


def test_a_declined_ticket_is_not_taken_up_by_free_minutes() -> None:
    desk = Desk(boxed())
    took = desk.register()
    entry = desk.book(took, 180)
    refused = desk.register(category=Category.WEB_DESIGN)
    assert "5.1 hours_exhausted deferred" in desk.reasons(refused)
    desk.book(took, 180, reverses=entry.id)
    assert desk.status(refused) is Status.DECLINED
    assert [recorded.decision.outcome for recorded in desk.decisions(refused)] == [Outcome.DECLINED]
