"""A stamp is taken before the transaction, which may wait behind a later one: the history tells the truth."""

from datetime import timedelta

from app.domain.tickets.event import EventType, replay, state_of
from app.domain.vocabulary import Action, Category, Status
from tests.application.desk import Desk


def test_work_that_waited_is_told_after_what_it_waited_for() -> None:
    desk = Desk()
    ticket_id = desk.register()
    arrived = desk.now
    desk.now = arrived + timedelta(minutes=5)
    desk.act(ticket_id, Action.CLASSIFY, category=Category.API_CONSULTATION)
    desk.now = arrived + timedelta(minutes=1)
    desk.act(ticket_id, Action.START)

    events = desk.events(ticket_id)
    assert [event.type for event in events][-2:] == [EventType.CLASSIFIED, EventType.STARTED]
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert replay(events) == state_of(desk.ticket(ticket_id))
    assert desk.ticket(ticket_id).updated_at == arrived + timedelta(minutes=5)


def test_the_latest_decision_is_the_one_stored_last() -> None:
    desk = Desk()
    ticket_id = desk.register()
    arrived = desk.now
    desk.now = arrived + timedelta(minutes=5)
    desk.act(ticket_id, Action.CLASSIFY, category=Category.WEB_DESIGN)
    desk.now = arrived + timedelta(minutes=1)
    desk.act(ticket_id, Action.CLASSIFY, category=Category.API_CONSULTATION)

    view = desk.view(ticket_id)
    assert view.ticket.status is Status.QUEUED
    assert view.recorded == desk.decisions(ticket_id)[-1]
    assert view.recorded.decision.outcome == "accepted"
    assert view.recorded.decided_at == arrived + timedelta(minutes=5)
