"""Customers, working chats (R11, R12), the order of claims and the overrides of the calendar."""

from dataclasses import replace
from datetime import date, time

import pytest

from app.application.administration.calendar_exceptions import put_exception, remove_exception
from app.application.customers.working_chats import list_chats
from app.application.errors import (
    ChatAssignedElsewhereError,
    ChatLimitReachedError,
    NotFoundError,
    PreconditionFailedError,
    UnofficialChannelError,
)
from app.domain.calendar.service_hours import CalendarException, ServiceHours
from app.domain.vocabulary import Action, Category, Clause, Impact, Status, TariffName
from tests.application.desk import (
    CHAT,
    OLGA,
    OTHER_AGENCY,
    PYOTR,
    Desk,
    a_customer,
    any_version,
    boxed,
    moscow,
    only_version,
    tariff,
)

SERVICE, EXTENDED = TariffName.SERVICE, TariffName.EXTENDED

# Customers


def test_a_record_is_made_once_and_then_replaced() -> None:
    desk = Desk()
    made, new = desk.put(a_customer(OTHER_AGENCY))
    assert (made.version, made.created_at, made.updated_at, new) == (1, desk.now, desk.now, True)
    desk.wait(hours=1)
    changed, new = desk.put(a_customer(OTHER_AGENCY, name="Новое имя"))
    assert (changed.version, changed.created_at, new) == (2, made.created_at, False)
    assert changed.updated_at == desk.now


def test_the_same_record_again_changes_nothing() -> None:
    desk = Desk()
    made, _ = desk.put(a_customer(OTHER_AGENCY))
    desk.wait(hours=1)
    again, new = desk.put(a_customer(OTHER_AGENCY))
    assert (again, new) == (made, False)


def test_a_record_that_has_moved_on_is_refused() -> None:
    desk = Desk()
    desk.put(a_customer(OTHER_AGENCY), only_version(0))
    desk.put(a_customer(OTHER_AGENCY, name="Новое имя"), only_version(1))
    with pytest.raises(PreconditionFailedError):
        desk.put(a_customer(OTHER_AGENCY, name="Ещё имя"), only_version(1))


# Working chats


@pytest.mark.parametrize(
    ("customer", "limit", "clause"),
    [
        (a_customer(), 1, Clause.C4_1),
        (boxed(tariffs=()), 1, Clause.C4_1),
        (boxed(SERVICE), 1, Clause.C5_1),
        (boxed(EXTENDED), 3, Clause.C5_2),
        (boxed(tariffs=(tariff(EXTENDED, last=date(2026, 6, 30)),)), 3, Clause.C5_2),
    ],
    ids=["rental", "never a tariff", "service", "extended", "extended, over"],
)
def test_chats_over_the_limit_are_refused_by_clause(customer: object, limit: int, clause: Clause) -> None:
    desk = Desk(customer)  # type: ignore[arg-type]
    for number in range(1, limit):
        desk.assign(f"7916000000{number}", channel="whatsapp")
    with pytest.raises(ChatLimitReachedError) as refused:
        desk.assign("-3000")
    assert (refused.value.limit, refused.value.clause) == (limit, clause)
    assert len(desk.chats()) == limit


def test_after_a_downgrade_the_chats_stay_and_work_and_are_marked() -> None:
    desk = Desk(boxed(EXTENDED))
    desk.wait(minutes=1)
    desk.assign("-2001")
    desk.wait(minutes=1)
    desk.assign("-2002")
    desk.put(boxed(SERVICE))
    assert desk.chats() == {CHAT: False, "-2001": True, "-2002": True}
    assert desk.status(desk.register(chat_address="-2002")) is Status.QUEUED
    desk.take_chat_away("-2001")
    with pytest.raises(ChatLimitReachedError):
        desk.assign("-2003")
    assert desk.chats() == {CHAT: False, "-2002": True}


def test_a_chat_that_is_assigned_already_is_renamed_at_most() -> None:
    desk = Desk()
    same, new = desk.assign(CHAT)
    assert (same.chat.version, new) == (1, False)
    renamed, new = desk.assign(CHAT, title="Рабочий чат")
    assert (renamed.chat.version, renamed.chat.title, new) == (2, "Рабочий чат", False)
    assert renamed.chat.assigned_at == same.chat.assigned_at


def test_a_chat_belongs_to_one_customer() -> None:
    desk = Desk()
    desk.put(a_customer(OTHER_AGENCY))
    with pytest.raises(ChatAssignedElsewhereError):
        desk.assign(CHAT, OTHER_AGENCY)
    desk.take_chat_away()
    chat, new = desk.assign(CHAT, OTHER_AGENCY)
    assert (chat.chat.customer_id, new) == (OTHER_AGENCY, True)
    assert desk.chats() == {}


def test_a_chat_lives_in_a_messenger_only() -> None:
    with pytest.raises(UnofficialChannelError):
        Desk().assign("+7 900", channel="phone")


def test_only_ones_own_chat_is_taken_away() -> None:
    desk = Desk()
    desk.put(a_customer(OTHER_AGENCY))
    for address, customer_id in ((CHAT, OTHER_AGENCY), ("-404", "agency-17")):
        with pytest.raises(NotFoundError) as refused:
            desk.take_chat_away(address, customer_id)
        assert refused.value.code == "chat_not_found"
    assert desk.chats() == {CHAT: False}


def test_chats_of_nobody_are_not_there() -> None:
    desk = Desk()
    with pytest.raises(NotFoundError):
        desk.assign("-5", "nobody")
    with pytest.raises(NotFoundError):
        desk.read(lambda uow: list_chats(uow, "agency-17", desk.stamp(), only=OTHER_AGENCY))


# Claims


def test_the_first_claim_takes_the_most_urgent_then_the_earliest() -> None:
    desk = Desk()
    desk.put(boxed(EXTENDED, id=OTHER_AGENCY))
    desk.assign("-2002", OTHER_AGENCY)
    normal = desk.register()
    desk.wait(minutes=1)
    later = desk.register(category=None)
    desk.wait(minutes=1)
    high = desk.register(customer_id=OTHER_AGENCY, chat_address="-2002")
    desk.wait(minutes=1)
    critical = desk.register(category=Category.PRODUCT_DEFECT, impact=Impact.SERVICE_DOWN)
    for place, ticket_id in enumerate((critical, high, normal, later), start=1):
        assert desk.view(ticket_id).queue_position == place
    claimed = [desk.claim(PYOTR) for _ in range(4)]
    assert [ticket.id for ticket in claimed if ticket] == [critical, high, normal, later]
    assert all(t and (t.status, t.assignee) == (Status.IN_PROGRESS, PYOTR) for t in claimed)
    assert desk.claim() is None


def test_of_two_that_came_together_the_smaller_id_is_first() -> None:
    desk = Desk()
    together = [desk.register(), desk.register()]
    claimed = [desk.claim(), desk.claim()]
    assert [ticket.id for ticket in claimed if ticket] == sorted(together)


def test_a_claim_may_leave_out_what_has_no_category() -> None:
    desk = Desk()
    desk.register(category=None)
    assert desk.claim(statuses=(Status.QUEUED,)) is None
    known = desk.register()
    ticket = desk.claim(statuses=(Status.QUEUED,))
    assert ticket is not None
    assert ticket.id == known


@pytest.mark.parametrize("status", [s for s in Status if s not in {Status.NEW, Status.QUEUED}])
def test_only_waiting_tickets_are_claimed(status: Status) -> None:
    desk = Desk()
    desk.put_into(desk.register(), status)
    assert desk.claim() is None


def test_a_released_ticket_is_claimed_before_later_ones() -> None:
    desk = Desk()
    first = desk.register()
    desk.wait(minutes=1)
    desk.register()
    assert desk.claim()
    desk.act(first, Action.RELEASE)
    again = desk.claim(PYOTR)
    assert again is not None
    assert (again.id, again.assignee) == (first, PYOTR)
    assert [e.actor.name for e in desk.events(first) if e.type == "ticket.started"] == [OLGA, PYOTR]


# The calendar

MOVING = CalendarException(date(2026, 11, 23), (), "Переезд")


def test_an_override_is_made_changed_and_taken_back() -> None:
    desk = Desk(at=moscow(2026, 11, 20, 18))
    stamp = desk.stamp()
    _, new = desk.write(lambda uow: put_exception(uow, MOVING, stamp, check_version=only_version(0)))
    assert new
    assert desk.try_out()[0].earliest_start_at == moscow(2026, 11, 24, 9)
    afternoon = replace(MOVING, hours=(ServiceHours(time(14), time(18)),))
    stored, new = desk.write(lambda uow: put_exception(uow, afternoon, stamp, check_version=only_version(1)))
    assert (stored.version, new) == (2, False)
    assert desk.try_out()[0].earliest_start_at == moscow(2026, 11, 23, 14)
    desk.write(lambda uow: remove_exception(uow, MOVING.date))
    assert desk.try_out()[0].earliest_start_at == moscow(2026, 11, 23, 9)


def test_the_same_override_again_changes_nothing() -> None:
    desk = Desk()
    stamp = desk.stamp()
    first, _ = desk.write(lambda uow: put_exception(uow, MOVING, stamp, check_version=any_version))
    later = replace(stamp, now=moscow(2026, 11, 21))
    assert desk.write(lambda uow: put_exception(uow, MOVING, later, check_version=any_version)) == (
        first,
        False,
    )


def test_a_date_without_an_override_has_none_to_take_back() -> None:
    with pytest.raises(NotFoundError) as refused:
        Desk().write(lambda uow: remove_exception(uow, MOVING.date))
    assert refused.value.code == "exception_not_found"


def test_the_clocks_of_an_open_ticket_follow_an_override() -> None:
    desk = Desk(at=moscow(2026, 11, 20, 17))
    ticket_id = desk.register()
    desk.now = moscow(2026, 11, 24, 10)
    assert desk.view(ticket_id).measured.waited_minutes == 60 + 540 + 60
    desk.close_on(date(2026, 11, 23))
    assert desk.view(ticket_id).measured.waited_minutes == 60 + 60
