"""Time itself moves tickets: deferrals end, silent resolved tickets are closed, each once."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.application.tickets import housekeeping as module
from app.application.tickets.housekeeping import Housekeeping, close_silent_ticket, resume_ticket
from app.domain.sending.part import OutboxKind
from app.domain.tickets.event import Cause
from app.domain.tickets.life_cycle import REOPENING_MINUTES
from app.domain.tickets.silence import silent_since_before
from app.domain.vocabulary import Action, Finding, Status, TariffName
from tests.application.desk import AGENCY, Desk, asked_of, boxed, moscow
from tests.application.relay import DeskClock
from tests.domain.cases import CALENDAR, FRIDAY_TEN

pytestmark = pytest.mark.anyio


@dataclass
class RecordingWatch:
    failures: list[tuple[str, Exception]] = field(default_factory=list)

    def stuck(self, ticket_id: str, failure: Exception) -> None:
        self.failures.append((ticket_id, failure))


async def keep_house(desk: Desk) -> RecordingWatch:
    watch = RecordingWatch()
    await Housekeeping(desk.store, DeskClock(desk), watch).run_once()
    return watch


def used_up() -> tuple[Desk, str]:
    """Give a desk whose customer has used up the month, and a ticket that waits for the next one."""
    desk = Desk(boxed(TariffName.SERVICE))
    first = desk.register()
    desk.book(first, 180)
    return desk, desk.register()


def resolved(desk: Desk) -> str:
    ticket_id = desk.register()
    desk.act(ticket_id, Action.START)
    desk.act(ticket_id, Action.RESOLVE, **asked_of(Action.RESOLVE))
    return ticket_id


def kinds(desk: Desk, ticket_id: str) -> list[OutboxKind]:
    return [waiting.kind for waiting in desk.waiting_messages(ticket_id)]


async def test_a_deferral_by_hours_ends_with_the_month_and_the_customer_is_told() -> None:
    desk, ticket_id = used_up()
    desk.now = moscow(2026, 12, 1, 8, 59)
    await keep_house(desk)
    assert desk.status(ticket_id) is Status.DEFERRED
    desk.now = moscow(2026, 12, 1, 9)
    await keep_house(desk)
    ticket = desk.ticket(ticket_id)
    assert (ticket.status, ticket.resume_at) == (Status.QUEUED, None)
    assert desk.events(ticket_id)[-1].cause is Cause.RESUMED
    assert kinds(desk, ticket_id)[-1] is OutboxKind.DECISION_NOTICE
    before = desk.events(ticket_id)
    await keep_house(desk)
    assert desk.events(ticket_id) == before


async def test_the_entitlement_of_that_instant_counts() -> None:
    desk, ticket_id = used_up()
    desk.put(boxed(tariffs=()))
    desk.now = moscow(2026, 12, 1, 9)
    await keep_house(desk)
    assert desk.status(ticket_id) is Status.DECLINED
    assert desk.reasons(ticket_id) == ["1.3 tariff_missing declined"]


async def test_a_deferral_of_an_agent_ends_when_the_agent_said() -> None:
    desk = Desk()
    ticket_id = desk.register()
    later = desk.now + timedelta(days=3)
    desk.act(ticket_id, Action.DEFER, finding=Finding.NOT_REPRODUCIBLE, resume_at=later)
    desk.now = later
    await keep_house(desk)
    assert desk.status(ticket_id) is Status.QUEUED


async def test_what_was_moved_meanwhile_is_left_alone() -> None:
    desk, ticket_id = used_up()
    assert not desk.write(lambda uow: resume_ticket(uow, ticket_id, desk.stamp()))
    assert not desk.write(lambda uow: close_silent_ticket(uow, ticket_id, desk.stamp()))
    assert not desk.write(lambda uow: resume_ticket(uow, "nobody", desk.stamp()))
    done = resolved(desk := Desk())
    assert not desk.write(lambda uow: resume_ticket(uow, done, desk.stamp()))
    assert not desk.write(lambda uow: close_silent_ticket(uow, done, desk.stamp()))


async def test_a_resolved_ticket_is_closed_after_three_silent_working_days() -> None:
    desk = Desk()
    ticket_id = resolved(desk)
    desk.wait_working_minutes(REOPENING_MINUTES - 1)
    await keep_house(desk)
    assert desk.status(ticket_id) is Status.RESOLVED
    desk.wait_working_minutes(1)
    await keep_house(desk)
    assert desk.status(ticket_id) is Status.CLOSED
    last = desk.events(ticket_id)[-1]
    assert (last.type.value, last.cause) == ("ticket.closed", Cause.SILENCE)
    assert kinds(desk, ticket_id)[-1] is OutboxKind.CLOSING
    assert "новых сообщений не было" in desk.waiting_messages(ticket_id)[-1].text


async def test_words_begin_the_three_days_anew_but_booked_time_does_not() -> None:
    desk = Desk()
    spoken, booked = resolved(desk), resolved(desk)
    desk.wait_working_minutes(REOPENING_MINUTES - 10)
    desk.reply(spoken, "Спасибо!")
    desk.book(booked, 5)
    desk.wait_working_minutes(10)
    await keep_house(desk)
    assert (desk.status(spoken), desk.status(booked)) == (Status.RESOLVED, Status.CLOSED)


async def test_a_ticket_that_cannot_be_moved_is_told_and_in_nobodys_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 2)
    desk = Desk(boxed(TariffName.SERVICE))
    first = desk.register()
    desk.book(first, 180)
    tickets = [desk.register() for _ in range(5)]
    broken = tickets[1]

    def forget_decisions(uow: object) -> None:
        decisions = uow.decisions._decisions  # type: ignore[attr-defined]  # the fake's own
        for decision_id in [id_ for id_, recorded in decisions.items() if recorded.ticket_id == broken]:
            del decisions[decision_id]

    desk.write(forget_decisions)
    desk.now = moscow(2026, 12, 1, 9)
    watch = await keep_house(desk)
    assert [ticket_id for ticket_id, _ in watch.failures] == [broken]
    assert [desk.status(ticket_id) for ticket_id in tickets].count(Status.QUEUED) == 4


async def test_it_gives_a_sign_of_life() -> None:
    desk = Desk()
    await keep_house(desk)
    assert desk.read(lambda uow: uow.channels.last_beat()) == desk.now


@given(minutes=st.integers(0, 60 * 24 * 400))
def test_the_silence_that_is_long_enough_is_found_to_the_microsecond(minutes: int) -> None:
    now = FRIDAY_TEN + timedelta(minutes=minutes)
    since = silent_since_before(CALENDAR, now)
    assert CALENDAR.working_minutes_between(since, now) >= REOPENING_MINUTES
    after = since + timedelta(microseconds=1)
    assert CALENDAR.working_minutes_between(after, now) < REOPENING_MINUTES


# What an agent does is told too


def test_a_closing_by_an_agent_is_told() -> None:
    desk = Desk()
    ticket_id = resolved(desk)
    desk.act(ticket_id, Action.CLOSE)
    assert kinds(desk, ticket_id)[-1] is OutboxKind.CLOSING


@pytest.mark.parametrize(
    ("action", "asked", "words"),
    [
        (Action.DECLINE, {"finding": Finding.OUT_OF_SCOPE}, "взять его в работу мы не можем"),
        (Action.DEFER, {"finding": Finding.NOT_REPRODUCIBLE}, "рассмотрение отложено"),
    ],
)
def test_a_finding_of_an_agent_is_told_with_its_clause(
    action: Action, asked: dict[str, Any], words: str
) -> None:
    desk = Desk()
    ticket_id = desk.register()
    desk.act(ticket_id, action, **asked)
    notice = desk.waiting_messages(ticket_id)[-1]
    assert notice.kind is OutboxKind.DECISION_NOTICE
    assert words in notice.text
    assert "4.6" in notice.text
    assert notice.not_before is not None


def test_a_category_that_changes_nothing_is_not_told() -> None:
    desk = Desk()
    ticket_id = desk.register(category=None)
    desk.act(ticket_id, Action.CLASSIFY, **asked_of(Action.CLASSIFY))
    assert kinds(desk, ticket_id) == [OutboxKind.ACKNOWLEDGEMENT]


def test_minutes_that_become_free_are_told() -> None:
    desk = Desk(boxed(TariffName.SERVICE))
    first = desk.register()
    entry = desk.book(first, 180)
    ticket_id = desk.register()
    desk.book(first, 60, reverses=entry.id)
    assert kinds(desk, ticket_id)[-1] is OutboxKind.DECISION_NOTICE


def test_nothing_is_told_in_a_chat_that_is_the_customers_no_more() -> None:
    desk = Desk()
    ticket_id = desk.register()
    desk.take_chat_away()
    desk.act(ticket_id, Action.DECLINE, finding=Finding.OUT_OF_SCOPE)
    desk.act(ticket_id, Action.CLOSE)
    assert kinds(desk, ticket_id) == []
    assert desk.status(ticket_id) is Status.CLOSED
    assert desk.ticket(ticket_id).customer_id == AGENCY
